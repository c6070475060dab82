package transport

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// Exchange is a channel's token endpoint, where a grant is exchanged for tokens (OAuth 2.0, RFC 6749).
type Exchange struct {
	Client    *Client
	URL       string
	Operation string                       // name of the call in faults
	Prepare   func(*http.Request)          // sets the channel's headers
	Refused   func(*Answer) *channel.Fault // classifies an answer that is not 2xx: see Refusal
}

// Granted are the tokens received for a grant.
type Granted struct {
	AccessToken  string
	RefreshToken string        // empty = the old one stays valid
	Life         time.Duration // of the access token; 0 = not known
	RefreshLife  time.Duration // of the refresh token; 0 = not known
}

// Ask posts a grant as a form and returns an answer with status 2xx, or a fault.
func (e Exchange) Ask(ctx context.Context, form url.Values) (*Answer, *channel.Fault) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, channel.NewFault(channel.Config, e.Operation, "the token endpoint's address is invalid: "+err.Error())
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	e.Prepare(req)
	answer, fault := e.Client.DoRead(ctx, e.Operation, req)
	if fault != nil {
		return nil, fault
	}
	if !answer.OK() {
		return nil, e.Refused(answer)
	}
	return answer, nil
}

// Token exchanges a grant for an access token, in the form of a Refresh, for channels whose refresh token stays the
// same.
func (e Exchange) Token(ctx context.Context, form url.Values) (string, time.Duration, *channel.Fault) {
	answer, fault := e.Ask(ctx, form)
	if fault != nil {
		return "", 0, fault
	}
	granted, fault := answer.Granted(e.Operation)
	const longest = 24 * time.Hour // a wrong value must not keep a token forever
	return granted.AccessToken, min(granted.Life, longest), fault
}

// Granted decodes the token endpoint's answer (RFC 6749, 5.1).
func (a *Answer) Granted(operation string) (Granted, *channel.Fault) {
	var words struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		ExpiresIn    int64  `json:"expires_in"`               // seconds
		RefreshIn    int64  `json:"refresh_token_expires_in"` // seconds
	}
	if json.Unmarshal(a.Body, &words) != nil || words.AccessToken == "" {
		return Granted{}, a.Withheld(operation)
	}
	return Granted{
		AccessToken: words.AccessToken, RefreshToken: words.RefreshToken, Life: seconds(words.ExpiresIn), RefreshLife: seconds(words.RefreshIn),
	}, nil
}

// seconds returns a lifetime in seconds as a duration, at most 400 days.
func seconds(n int64) time.Duration {
	const longest = int64(400 * 24 * time.Hour / time.Second)
	return time.Duration(min(max(n, 0), longest)) * time.Second
}

// Withheld returns the fault of a token endpoint's answer that lacks a token. It keeps nothing of the body, which may
// contain another token.
func (a *Answer) Withheld(operation string) *channel.Fault {
	f := a.Unreadable(operation)
	f.Raw = "the token endpoint answered without a token"
	return f
}

// refusals are the error codes of a token endpoint (RFC 6749, 4.1.2.1 and 5.2).
var refusals = map[string]channel.Class{
	"invalid_grant":          channel.Auth, // revoked, expired, or another client's
	"invalid_client":         channel.Auth, // unknown application id or wrong secret
	"unauthorized_client":    channel.Auth,
	"access_denied":          channel.Auth,
	"invalid_request":        channel.Config,
	"unsupported_grant_type": channel.Config,
	"invalid_scope":          channel.Config,
}

// Refusal returns the class of a token endpoint's error code: the channel's own, or else the standard's. Class is
// empty when there is no code or an unknown one: then the status decides.
func (a *Answer) Refusal(own map[string]channel.Class) (class channel.Class, code string) {
	var words struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(a.Body, &words)
	class, ok := own[words.Error]
	if !ok {
		class = refusals[words.Error]
	}
	return class, Code(words.Error)
}
