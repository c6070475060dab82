package transport

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// Local reports whether an account's calls may go to this machine or a private network, without TLS: its marketplace
// is simulated, or it is a test endpoint with an address in the accounts file.
func Local(a channel.Account) bool {
	return a.Simulated || a.Endpoint == channel.Test && a.BaseURL != ""
}

// errPlainHTTP stops a call that would send credentials unencrypted.
var errPlainHTTP = errors.New("the address is plain http: want https")

// privateAddress stops a call to an address that is not on the public internet.
type privateAddress struct{ host string }

func (p privateAddress) Error() string {
	return fmt.Sprintf("%s is not an address on the public internet", p.host)
}

// guard allows only calls to the public internet over https. Any other base URL would send an account's credentials
// to an unknown listener, or let the accounts file reach into the worker's own network.
//
// Without a proxy every address is checked when it is dialled, after its name was resolved, so a name that resolves
// to a private address later gains nothing. A proxy resolves names itself and is usually in a private network: then
// only literal addresses and names of this machine are refused here, and the proxy's own rules must protect its
// network.
type guard struct {
	proxy   func(*http.Request) (*url.URL, error)
	direct  http.RoundTripper // checks the addresses it dials
	proxied http.RoundTripper
}

func newGuard(proxy func(*http.Request) (*url.URL, error)) guard {
	direct, proxied := newPool(), newPool()
	direct.Proxy, proxied.Proxy = nil, proxy
	dialer := net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second, ControlContext: dialPublic}
	direct.DialContext = dialer.DialContext
	return guard{proxy: proxy, direct: direct, proxied: proxied}
}

// RoundTrip refuses the call or makes it.
func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	next, err := g.choose(req)
	if err != nil {
		if req.Body != nil {
			_ = req.Body.Close()
		}
		return nil, err
	}
	return next.RoundTrip(req)
}

func (g guard) choose(req *http.Request) (http.RoundTripper, error) {
	if req.URL.Scheme != "https" {
		return nil, errPlainHTTP
	}
	proxy, err := g.proxy(req)
	if err != nil || proxy == nil {
		return g.direct, err
	}
	host := strings.ToLower(strings.TrimSuffix(req.URL.Hostname(), "."))
	if ip, err := netip.ParseAddr(host); err == nil && !public(ip) || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return nil, privateAddress{host}
	}
	return g.proxied, nil
}

// dialPublic checks the resolved address right before connecting to it.
func dialPublic(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !public(to.Addr()) {
		return privateAddress{address}
	}
	return nil
}

var (
	// ipv6Unicast is all of IPv6 that is assigned to the public internet.
	ipv6Unicast = netip.MustParsePrefix("2000::/3")
	// nat64 addresses contain an IPv4 address in their last four bytes (RFC 6052).
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
	// sixToFour addresses contain an IPv4 address in bytes 2 to 5 (RFC 3056).
	sixToFour = netip.MustParsePrefix("2002::/16")
	// special are the ranges that IANA's registries of special-purpose addresses mark as not globally reachable and
	// that netip does not know.
	special = []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),       // this network
		netip.MustParsePrefix("100.64.0.0/10"),   // a carrier's own (CGNAT)
		netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
		netip.MustParsePrefix("192.0.2.0/24"),    // documentation
		netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays, deprecated
		netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
		netip.MustParsePrefix("198.51.100.0/24"), // documentation
		netip.MustParsePrefix("203.0.113.0/24"),  // documentation
		netip.MustParsePrefix("240.0.0.0/4"),     // reserved, broadcast
		netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo
		netip.MustParsePrefix("2001:db8::/32"),   // documentation
		netip.MustParsePrefix("3fff::/20"),       // documentation
	}
)

// public reports whether an address belongs to the public internet.
func public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	b := ip.As16()
	switch {
	case nat64.Contains(ip):
		return public(netip.AddrFrom4([4]byte(b[12:16])))
	case sixToFour.Contains(ip):
		return public(netip.AddrFrom4([4]byte(b[2:6])))
	case ip.Is6() && !ipv6Unicast.Contains(ip), ip.IsPrivate(), ip.IsLoopback(), ip.IsLinkLocalUnicast(), ip.IsMulticast(), !ip.IsValid():
		return false
	}
	for _, p := range special {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// refused returns the fault of a call that the guard stopped: nothing was sent, and only a change of the account's
// address helps. It returns nil for other errors.
func refused(operation string, err error) *channel.Fault {
	code := ""
	var private privateAddress
	switch {
	case errors.Is(err, errPlainHTTP):
		code = CodePlainHTTP
	case errors.As(err, &private):
		code = CodePrivateAddress
	default:
		return nil
	}
	return channel.Refusal(channel.Config, operation, code, withoutAddress(err))
}
