package fetch

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

func (c *Client) init() {
	c.hosts = map[string]*host{}
	d := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	t := &http.Transport{
		DialContext:            d.DialContext,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  min(30*time.Second, c.timeout()),
		MaxResponseHeaderBytes: 64 << 10,
		MaxConnsPerHost:        2,
		IdleConnTimeout:        30 * time.Second,
		ForceAttemptHTTP2:      true,
	}
	if c.AllowPrivate {
		t.Proxy = http.ProxyFromEnvironment
	} else {
		// The check runs when the connection is made, after the name lookup. A
		// second answer of a name server cannot bypass it.
		d.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
			return checkPublic(address)
		}
	}
	c.http = &http.Client{
		Transport:     t,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// checkPublic returns ErrAddress unless address, such as "10.0.0.1:80", is on
// the public internet.
func checkPublic(address string) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w", ErrAddress)
	}
	ip := a.Addr().Unmap().WithZone("")
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() {
		return fmt.Errorf("%w", ErrAddress)
	}
	for _, p := range reserved {
		if p.Contains(ip) {
			return fmt.Errorf("%w", ErrAddress)
		}
	}
	return nil
}

// reserved lists the global unicast ranges for special purposes in IANA's
// registries (RFC 6890 and its successors), and the IPv6 ranges that embed an
// IPv4 address.
var reserved = func() []netip.Prefix {
	var all []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		all = append(all, netip.MustParsePrefix(s))
	}
	return all
}()
