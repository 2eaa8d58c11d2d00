package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// goOffline closes the way out for a run with --offline or FOOTNOTE_OFFLINE:
// whatever goes through http.DefaultTransport reaches this machine only, and
// no proxy. Those who dial by other means ask p.offline first.
func (p *program) goOffline() error {
	if s := p.getenv("FOOTNOTE_OFFLINE"); s != "" && !p.offline {
		on, err := strconv.ParseBool(s)
		if err != nil {
			return usageError{fmt.Sprintf("FOOTNOTE_OFFLINE is %q", s), "set it to 1 or 0"}
		}
		p.offline = on
	}
	if p.offline {
		http.DefaultTransport = &http.Transport{DialContext: loopbackDialer().DialContext}
	}
	return nil
}

// errOffline is the refusal of a command that is of no use on one machine.
func errOffline(what string) error {
	return usageError{"--offline lets nothing leave this machine, and " + what + " would", "leave --offline out (and FOOTNOTE_OFFLINE unset)"}
}

// loopbackDialer connects to addresses of this machine only, by what a name
// resolved to; it resolves no name over the network.
func loopbackDialer() *net.Dialer {
	return &net.Dialer{
		Timeout:  30 * time.Second,
		Resolver: &net.Resolver{PreferGo: true, Dial: noDNS},
		Control: func(_, address string, _ syscall.RawConn) error {
			host, _, err := net.SplitHostPort(address)
			if err != nil {
				return err
			}
			if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
				return fmt.Errorf("%s is another machine, and --offline lets nothing leave this one", host)
			}
			return nil
		},
	}
}

func noDNS(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("--offline asks no name server")
}
