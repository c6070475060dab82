package transport

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

func TestWhoIsOnThePublicInternet(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"52.94.236.248": true, "23.227.38.65": true, "2606:4700::6810:84e5": true, "64:ff9b::345e:ecf8": true, "2002:345e:ecf8::1": true,
		"100.63.255.255": true, "172.32.0.1": true, "11.0.0.1": true,

		"127.0.0.1": false, "127.8.8.8": false, "0.0.0.0": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "100.127.255.255": false, "224.0.0.1": false, "255.255.255.255": false, "198.18.0.1": false,
		"::": false, "::1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd12:3456::1": false, "ff02::1": false, "fec0::1": false,
		// Ways to write an IPv4 address into an IPv6 one.
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::127.0.0.1": false, "64:ff9b::7f00:1": false, "64:ff9b::a00:1": false,
		"64:ff9b:1::a00:1": false, "2002:7f00:1::": false, "2002:a9fe:a9fe::1": false, "2001:0:a00:1::": false,
	} {
		require.Equal(t, want, public(netip.MustParseAddr(address)), address)
	}
	require.False(t, public(netip.Addr{}))
}

// place is a server on this machine that records whether anybody reached it.
func place(t *testing.T, start func(http.Handler) *httptest.Server) (address string, reached *atomic.Bool) {
	t.Helper()
	reached = &atomic.Bool{}
	server := start(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	t.Cleanup(server.Close)
	return server.URL, reached
}

func call(t *testing.T, c *Client, address string) *channel.Fault {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader("{}"))
	require.NoError(t, err)
	req.Header.Set("X-Shopify-Access-Token", "secret")
	_, f := c.Do(t.Context(), "op", req)
	return f
}

func TestAProductionAccountSpeaksOnlyToThePublicInternet(t *testing.T) {
	t.Parallel()
	plain, plainReached := place(t, httptest.NewServer)
	private, privateReached := place(t, httptest.NewTLSServer)
	port := private[strings.LastIndex(private, ":"):]
	for address, code := range map[string]string{
		plain:                                CodePlainHTTP,
		private:                              CodePrivateAddress,
		"https://localhost" + port:           CodePrivateAddress, // a name: the addresses that it resolves to count
		"https://[::1]" + port:               CodePrivateAddress,
		"https://[::ffff:127.0.0.1]" + port:  CodePrivateAddress,
		"https://169.254.169.254/latest":     CodePrivateAddress,
		"https://user:secret@10.0.0.1/hello": CodePrivateAddress,
	} {
		f := call(t, New(Options{}), address)
		require.NotNil(t, f, address)
		require.Equal(t, code, f.Code, address)
		require.Equal(t, channel.Config, f.Class)
		require.False(t, f.Ambiguous)
		require.NotContains(t, f.Error()+f.Raw, "secret")
	}
	require.False(t, plainReached.Load())
	require.False(t, privateReached.Load())

	require.Nil(t, call(t, New(Options{Local: true}), plain))
	require.True(t, plainReached.Load())
}

func TestWhoMaySpeakLocally(t *testing.T) {
	t.Parallel()
	require.False(t, Local(channel.Account{Endpoint: channel.Production, BaseURL: "http://127.0.0.1:1"}))
	require.False(t, Local(channel.Account{Endpoint: channel.Test}), "a sandbox is on the internet")
	require.True(t, Local(channel.Account{Endpoint: channel.Test, BaseURL: "http://127.0.0.1:1"}))
	require.True(t, Local(channel.Account{Endpoint: channel.Production, Simulated: true}))
}

// Behind a proxy the address that is dialled is the proxy's, which is usually private.
func TestAProxyIsDialledWhereverItStands(t *testing.T) {
	t.Parallel()
	proxy, reached := place(t, httptest.NewServer)
	g := newGuard(func(*http.Request) (*url.URL, error) { return url.Parse(proxy) })
	c := &Client{options: Options{Deadline: DefaultDeadline, MaxBody: DefaultMaxBody}, http: &http.Client{Transport: g}}
	for _, address := range []string{"https://10.0.0.1/", "https://localhost/", "https://LOCALHOST./", "https://[64:ff9b::a00:1]/"} {
		require.Equal(t, CodePrivateAddress, call(t, c, address).Code, address)
	}
	require.Equal(t, CodePlainHTTP, call(t, c, "http://channel.example/").Code)
	require.False(t, reached.Load())
	require.NotNil(t, call(t, c, "https://channel.example/")) // the test's proxy takes the CONNECT for an ordinary request
	require.True(t, reached.Load())
}

func TestACredentialNeverFollowsARedirect(t *testing.T) {
	t.Parallel()
	elsewhere, reached := place(t, httptest.NewServer)
	for _, status := range []int{301, 302, 303, 307, 308} {
		server := httptest.NewServer(http.RedirectHandler(elsewhere+"/?token=secret", status))
		t.Cleanup(server.Close)
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			req, err := http.NewRequestWithContext(t.Context(), method, server.URL, strings.NewReader("{}"))
			require.NoError(t, err)
			req.Header.Set("X-Amz-Access-Token", "secret")
			_, f := New(Options{Local: true}).Do(t.Context(), "op", req)
			require.NotNil(t, f)
			require.Equal(t, CodeRedirected, f.Code)
			require.Equal(t, channel.Config, f.Class)
			require.Equal(t, status, f.Status)
			require.Equal(t, method == http.MethodPost && status == http.StatusSeeOther, f.Ambiguous)
			require.Contains(t, f.Raw, elsewhere)
			require.NotContains(t, f.Raw, "secret")
		}
	}
	require.False(t, reached.Load())
}
