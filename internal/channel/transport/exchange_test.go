package transport_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

func refused(a *transport.Answer) *channel.Fault {
	class, code := a.Refusal(map[string]channel.Class{"own_code": channel.Limit})
	if class == "" {
		class = transport.ClassOf(a.Status, nil)
	}
	return a.Fault(class, "token", code)
}

func TestAnExchange(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		token  string
		life   time.Duration
		class  channel.Class // empty: the token is usable
		code   string
	}{
		"a token and its life":           {200, `{"access_token":"secret-a","expires_in":7200}`, "secret-a", 2 * time.Hour, "", ""},
		"no lifetime":                    {200, `{"access_token":"secret-a"}`, "secret-a", 0, "", ""},
		"a life without end":             {200, `{"access_token":"secret-a","expires_in":9223372036854775807}`, "secret-a", 24 * time.Hour, "", ""},
		"no token":                       {200, `{"refresh_token":"secret-r"}`, "", 0, channel.Unavailable, transport.CodeUnreadable},
		"a page":                         {200, `<html>secret-r`, "", 0, channel.Unavailable, transport.CodeUnreadable},
		"a revoked grant":                {400, `{"error":"invalid_grant"}`, "", 0, channel.Auth, "invalid_grant"},
		"a request that is not one":      {400, `{"error":"invalid_request"}`, "", 0, channel.Config, "invalid_request"},
		"what the channel alone says":    {400, `{"error":"own_code"}`, "", 0, channel.Limit, "own_code"},
		"a code that nobody knows":       {429, `{"error":"slow down"}`, "", 0, channel.Throttled, "slowdown"},
		"a gateway that says no code":    {502, `<html>`, "", 0, channel.Unavailable, ""},
		"an endpoint that is elsewhere":  {307, ``, "", 0, channel.Config, transport.CodeRedirected},
		"an error that is no plain text": {403, `{"error":{"code":7}}`, "", 0, channel.Config, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.PostFormValue("grant_type") != "refresh_token" || r.Header.Get("X-Own") != "1" {
					w.WriteHeader(http.StatusTeapot)
					return
				}
				w.WriteHeader(tc.status)
				_, _ = w.Write([]byte(tc.body))
			}))
			t.Cleanup(server.Close)
			e := transport.Exchange{
				Client: transport.New(transport.Options{Local: true}), URL: server.URL, Operation: "token", Refused: refused,
				Prepare: func(r *http.Request) { r.Header.Set("X-Own", "1") },
			}
			token, life, fault := e.Token(t.Context(), url.Values{"grant_type": {"refresh_token"}})
			require.Equal(t, tc.token, token)
			require.Equal(t, tc.life, life)
			if tc.class == "" {
				require.Nil(t, fault)
				return
			}
			require.Equal(t, tc.class, fault.Class)
			require.Equal(t, tc.code, fault.Code)
			require.False(t, fault.Ambiguous, "asking for a token changes nothing")
			require.NotContains(t, fault.Raw, "secret")
		})
	}
}

func TestAnExchangeWithoutAnAddress(t *testing.T) {
	t.Parallel()
	e := transport.Exchange{Client: transport.New(transport.Options{}), URL: "https://[::1", Operation: "token", Refused: refused}
	_, fault := e.Ask(t.Context(), nil)
	require.Equal(t, channel.Config, fault.Class)
}
