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

// Local tells whether an account's calls may go to this machine or a private network, and in the clear: its
// marketplace is simulated, or it is a test endpoint at an address that the accounts file gives.
func Local(a channel.Account) bool {
	return a.Simulated || a.Endpoint == channel.Test && a.BaseURL != ""
}

// errPlainHTTP stops a call that would carry credentials in the clear.
var errPlainHTTP = errors.New("the address is plain http: want https")

// privateAddress stops a call to an address that is not on the public internet.
type privateAddress struct{ host string }

func (p privateAddress) Error() string {
	return fmt.Sprintf("%s is not an address on the public internet", p.host)
}

// guard lets calls through that go to the public internet over https. A base URL that leads elsewhere would hand an
// account's credentials to whatever listens there, or let the accounts file reach into the worker's own network.
//
// Without a proxy every address is judged when it is dialled, after its name was resolved: a name that answers a
// public address first and a private one later gains nothing. A proxy resolves names itself, out of our sight,
// and stands in a private network as a rule: then only addresses written out, and names of this machine, are
// refused here, and the proxy's own rules must keep callers out of its network.
type guard struct {
	proxy   func(*http.Request) (*url.URL, error)
	direct  http.RoundTripper // judges what it dials
	proxied http.RoundTripper
}

func newGuard(proxy func(*http.Request) (*url.URL, error)) guard {
	direct, proxied := newPool(), newPool()
	direct.Proxy, proxied.Proxy = nil, proxy
	dialer := net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second, ControlContext: dialPublic}
	direct.DialContext = dialer.DialContext
	return guard{proxy: proxy, direct: direct, proxied: proxied}
}

// RoundTrip refuses, or makes the call.
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

// dialPublic is asked with the address itself, right before it is connected to.
func dialPublic(_ context.Context, _, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil || !public(to.Addr()) {
		return privateAddress{address}
	}
	return nil
}

var (
	// ipv6Unicast is all of IPv6 that is given out for the public internet.
	ipv6Unicast = netip.MustParsePrefix("2000::/3")
	// nat64 leads to the IPv4 address in its last four bytes (RFC 6052).
	nat64 = netip.MustParsePrefix("64:ff9b::/96")
	// sixToFour leads to the IPv4 address in its bytes 2 to 5 (RFC 3056).
	sixToFour = netip.MustParsePrefix("2002::/16")
	// special are those that IANA's registries of special-purpose addresses call not globally reachable, as far as
	// netip does not know them itself.
	special = []netip.Prefix{
		netip.MustParsePrefix("0.0.0.0/8"),       // this network
		netip.MustParsePrefix("100.64.0.0/10"),   // a carrier's own (CGNAT)
		netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
		netip.MustParsePrefix("192.0.2.0/24"),    // documentation
		netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays, given up
		netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
		netip.MustParsePrefix("198.51.100.0/24"), // documentation
		netip.MustParsePrefix("203.0.113.0/24"),  // documentation
		netip.MustParsePrefix("240.0.0.0/4"),     // reserved, broadcast
		netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo
		netip.MustParsePrefix("2001:db8::/32"),   // documentation
		netip.MustParsePrefix("3fff::/20"),       // documentation
	}
)

// public tells whether an address is one of the public internet's.
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

// refused is the fault of a call that the guard stopped: nothing was sent, and only a change of the account's
// address helps. Nil when something else broke the call.
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
