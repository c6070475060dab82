package ebay

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// opToken names the token call in faults.
const opToken = "getToken"

// refresh trades the account's refresh token (18 months, not rotated) for an access token (about two hours).
// eBay ends a grant when the seller changes the password or revokes it: that is class Auth.
func (c *connection) refresh(ctx context.Context) (string, time.Duration, *channel.Fault) {
	return c.grant(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {c.account.Credentials["refreshToken"]}})
}

// publicScope is the scope of what eBay tells any application.
const publicScope = "https://api.ebay.com/oauth/api_scope"

// introduce gets a token for the application itself, which speaks for no seller (OAuth's client credentials). A refusal is a matter of the
// application's settings at eBay; the seller's grant may be good all the same.
func (c *connection) introduce(ctx context.Context) (string, time.Duration, *channel.Fault) {
	token, life, f := c.grant(ctx, url.Values{"grant_type": {"client_credentials"}, "scope": {publicScope}})
	if f != nil && f.Class == channel.Auth && f.Code != "invalid_client" {
		f.Class = channel.Config
	}
	return token, life, f
}

// grant asks the token endpoint.
func (c *connection) grant(ctx context.Context, form url.Values) (string, time.Duration, *channel.Fault) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.auth, strings.NewReader(form.Encode()))
	if err != nil {
		return "", 0, channel.NewFault(channel.Invalid, opToken, err.Error())
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	req.SetBasicAuth(c.account.Credentials["clientId"], c.account.Credentials["clientSecret"])

	a, f := c.http.DoRead(ctx, opToken, req)
	if f != nil {
		return "", 0, f
	}
	if !a.OK() {
		return "", 0, tokenFault(a)
	}
	var granted struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"` // seconds
	}
	if err := json.Unmarshal(a.Body, &granted); err != nil || granted.AccessToken == "" {
		f := a.Unreadable(opToken)
		f.Raw = "the token endpoint answered without an access token" // the body may hold half a secret
		return "", 0, f
	}
	const longest = 24 * 60 * 60 // seconds; also keeps the multiplication from overflowing
	life := time.Duration(min(max(granted.ExpiresIn, 0), longest)) * time.Second
	return granted.AccessToken, life, nil
}

// tokenFault classifies a refusal of the token endpoint, which has OAuth's error shape and not the APIs'.
func tokenFault(a *transport.Answer) *channel.Fault {
	var refusal struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(a.Body, &refusal) // without a code the status decides
	code := refusal.Error[:min(len(refusal.Error), 64)]
	switch code {
	case "invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "access_denied":
		return a.Fault(channel.Auth, opToken, code)
	case "invalid_request", "unsupported_grant_type":
		return a.Fault(channel.Config, opToken, code)
	}
	f := faultOf(a, opToken)
	if f.Code == "" {
		f.Code = code
	}
	return f
}
