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
			return exit.Usage(fmt.Sprintf("FOOTNOTE_OFFLINE: invalid value %q", s), "set it to 1 or 0")
		}
		p.Offline = on
	}
	if p.Offline {
		http.DefaultTransport = &http.Transport{DialContext: LoopbackDialer().DialContext}
	}
	return nil
}

// OfflineError returns the error for an action that needs the network, as in
// "reading https://example.org".
func OfflineError(action string) error {
	return exit.Usage(action+": --offline disables network access", "leave out --offline and unset FOOTNOTE_OFFLINE")
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
				return fmt.Errorf("%s is not on this machine: --offline disables network access", host)
			}
			return nil
		},
	}
}

func noDNS(context.Context, string, string) (net.Conn, error) {
	return nil, errors.New("--offline disables DNS lookups")
}
