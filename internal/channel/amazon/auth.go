package amazon

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

const opToken = "token"

// refresh trades the seller's grant for an access token (Login with Amazon). The refresh token stays the same.
func (c *client) refresh(ctx context.Context) (string, time.Duration, *channel.Fault) {
	form := url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {c.account.Credentials["refreshToken"]},
		"client_id":     {c.account.Credentials["clientId"]},
		"client_secret": {c.account.Credentials["clientSecret"]},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.authURL(), strings.NewReader(form.Encode()))
	if err != nil {
		return "", 0, channel.NewFault(channel.Config, opToken, "the token endpoint's address is not one: "+err.Error())
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", userAgent)
	answer, fault := c.api.DoRead(ctx, opToken, req)
	if fault != nil {
		return "", 0, fault
	}
	if !answer.OK() {
		return "", 0, tokenRefused(answer)
	}
	return readToken(answer)
}

func readToken(answer *transport.Answer) (string, time.Duration, *channel.Fault) {
	var grant struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"` // seconds
	}
	// Never Answer.Decode here: its fault would keep the body, and with it the token.
	if json.Unmarshal(answer.Body, &grant) != nil || grant.AccessToken == "" {
		f := channel.NewFault(channel.Unavailable, opToken, "the answer holds no access token")
		f.Code, f.Status, f.RequestID = transport.CodeUnreadable, answer.Status, answer.RequestID
		return "", 0, f
	}
	const longest = int64(24 * time.Hour / time.Second)
	return grant.AccessToken, time.Duration(min(max(grant.ExpiresIn, 0), longest)) * time.Second, nil
}

// tokenRefused classifies the token endpoint's OAuth errors (RFC 6749, 5.2).
func tokenRefused(answer *transport.Answer) *channel.Fault {
	var words struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(answer.Body, &words)
	class := byStatus(answer.Status)
	switch words.Error {
	case "invalid_grant", "invalid_client", "unauthorized_client", "access_denied":
		class = channel.Auth
	case "invalid_request", "unsupported_grant_type", "invalid_scope":
		class = channel.Config
	}
	return answer.Fault(class, opToken, code(words.Error))
}
