package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"footnote/cmd/footnote/internal/exit"
)

// GoOffline reads FOOTNOTE_OFFLINE and, if the program is offline, limits
// http.DefaultTransport to loopback addresses without a proxy. Code that dials
// by other means must check p.Offline.
func (p *Program) GoOffline() error {
	if s := p.Getenv("FOOTNOTE_OFFLINE"); s != "" && !p.Offline {
		on, err := strconv.ParseBool(s)
		if err != nil {
			return exit.Usage(fmt.Sprintf("FOOTNOTE_OFFLINE is %q", s), "set it to 1 or 0")
		}
		p.Offline = on
	}
	if p.Offline {
		http.DefaultTransport = &http.Transport{DialContext: LoopbackDialer().DialContext}
	}
	return nil
}

// OfflineError returns the error for an action that needs the network.
func OfflineError(what string) error {
	return exit.Usage("--offline lets nothing leave this machine, and "+what+" would", "leave --offline out (and FOOTNOTE_OFFLINE unset)")
}

// LoopbackDialer returns a dialer that connects to loopback addresses only. It
// checks the address after name resolution and never asks a DNS server.
func LoopbackDialer() *net.Dialer {
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
