package ebay

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// opToken names the token call in faults.
const opToken = "getToken"

// refresh exchanges the account's refresh token (18 months, not rotated) for an access token (about two hours). eBay
// ends a grant when the seller changes the password or revokes it: that is class Auth.
func (c *connection) refresh(ctx context.Context) (string, time.Duration, *channel.Fault) {
	return c.grant(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {c.account.Credentials["refreshToken"]}})
}

// publicScope is the scope of data that eBay gives to any application.
const publicScope = "https://api.ebay.com/oauth/api_scope"

// introduce gets a token for the application itself, without a seller (OAuth's client credentials). A refusal
// concerns the application's settings at eBay; the seller's grant may still be valid.
func (c *connection) introduce(ctx context.Context) (string, time.Duration, *channel.Fault) {
	token, life, f := c.grant(ctx, url.Values{"grant_type": {"client_credentials"}, "scope": {publicScope}})
	if f != nil && f.Class == channel.Auth && f.Code != "invalid_client" {
		f.Class = channel.Config
	}
	return token, life, f
}

// grant calls the token endpoint.
func (c *connection) grant(ctx context.Context, form url.Values) (string, time.Duration, *channel.Fault) {
	endpoint := transport.Exchange{Client: c.http, URL: c.auth, Operation: opToken, Refused: tokenFault, Prepare: func(r *http.Request) {
		r.Header.Set("Accept", "application/json")
		r.SetBasicAuth(c.account.Credentials["clientId"], c.account.Credentials["clientSecret"])
	}}
	return endpoint.Token(ctx, form)
}

// refusals are the token endpoint's error codes with a class of their own: only a new consent of the seller changes
// the scope.
var refusals = map[string]channel.Class{"invalid_scope": channel.Auth}

// tokenFault returns the fault of a refusal of the token endpoint, by OAuth's codes or else like an API's.
func tokenFault(a *transport.Answer) *channel.Fault {
	class, code := a.Refusal(refusals)
	if class != "" {
		return a.Fault(class, opToken, code)
	}
	f := faultOf(a, opToken)
	f.Code = cmp.Or(f.Code, code)
	return f
}
