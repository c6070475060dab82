package amazon

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const opToken = "token"

// refresh exchanges the seller's grant for an access token (Login with Amazon). The refresh token stays the same.
func (c *client) refresh(ctx context.Context) (string, time.Duration, *channel.Fault) {
	lwa := transport.Exchange{
		Client: c.api, URL: c.authURL(), Operation: opToken, Refused: tokenRefused,
		Prepare: func(r *http.Request) { r.Header.Set("User-Agent", userAgent) },
	}
	return lwa.Token(ctx, url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {c.account.Credentials["refreshToken"]},
		"client_id":     {c.account.Credentials["clientId"]},
		"client_secret": {c.account.Credentials["clientSecret"]},
	})
}

// tokenRefused classifies the token endpoint's refusals.
func tokenRefused(answer *transport.Answer) *channel.Fault {
	class, code := answer.Refusal(nil)
	return answer.Fault(cmp.Or(class, byStatus(answer.Status)), opToken, code)
}
