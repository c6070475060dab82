package shopify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const opToken = "token"

// tokenPath is the token endpoint on the shop's host.
const tokenPath = "/admin/oauth/access_token"

// tokens are an account's access tokens: a permanent one, or expiring ones ("expiring offline access tokens": an
// hour, with a refresh token of 90 days that changes at every use), whose grants the vault stores. Shopify accepts
// the previous refresh token until its successor is used, so a refresh with a lost answer can be repeated.
type tokens struct {
	fixed   string // a permanent token; empty = expiring
	account channel.Account
	url     string
	http    *transport.Client
	turn    chan struct{} // held while reading or changing the fields below
	held    channel.Grant
	good    time.Time // end of use of held's access token; zero = until refused
	known   bool      // held was filled
}

// newTokens returns tokens for the account's credentials: accessToken alone, or clientId, clientSecret and
// refreshToken.
func newTokens(a channel.Account, base string, client *transport.Client) (*tokens, error) {
	t := &tokens{account: a, url: a.AuthURL, http: client, turn: make(chan struct{}, 1)}
	if t.url == "" {
		t.url = base + tokenPath
	}
	var missing []string
	rotating := []string{"clientId", "clientSecret", "refreshToken"}
	for _, name := range rotating {
		if a.Credentials[name] == "" {
			missing = append(missing, name)
		}
	}
	switch {
	case len(missing) == 0 && a.Vault == nil:
		return nil, errors.New("shopify: the refresh token changes at every use and must be stored: set TOWPATH_TOKEN_KEY, which encrypts it")
	case len(missing) == 0:
		return t, nil
	case a.Credentials["accessToken"] == "" && len(missing) == len(rotating):
		return nil, errors.New("shopify: credential accessToken is missing: put the shop's Admin API access token there, " +
			"or for a token that expires clientId, clientSecret and refreshToken")
	case len(missing) < len(rotating):
		return nil, fmt.Errorf("shopify: a token that expires also needs the credential %s", strings.Join(missing, " and "))
	}
	t.fixed = a.Credentials["accessToken"]
	return t, nil
}

// token returns the grant to use.
func (t *tokens) token(ctx context.Context) (channel.Grant, *channel.Fault) {
	if t.fixed != "" {
		return channel.Grant{AccessToken: t.fixed}, nil
	}
	if fault := t.enter(ctx); fault != nil {
		return channel.Grant{}, fault
	}
	defer t.leave()
	if t.usable() {
		return t.held, nil
	}
	kept, err := t.account.Vault.Grant(ctx, t.account.ID)
	if err != nil {
		return channel.Grant{}, vaultFault(err)
	}
	switch {
	case kept.Version > t.held.Version:
		t.hold(kept)
	case !t.known:
		t.hold(channel.Grant{AccessToken: t.account.Credentials["accessToken"]})
	}
	if t.usable() {
		return t.held, nil
	}
	return t.rotate(ctx, t.held.Version)
}

// renew returns a newer grant than one that was refused. Of several callers only one fetches it.
func (t *tokens) renew(ctx context.Context, refused channel.Grant) (channel.Grant, *channel.Fault) {
	if fault := t.enter(ctx); fault != nil {
		return channel.Grant{}, fault
	}
	defer t.leave()
	if t.held.Version > refused.Version {
		return t.held, nil
	}
	return t.rotate(ctx, refused.Version)
}

func (t *tokens) rotate(ctx context.Context, seen int64) (channel.Grant, *channel.Fault) {
	grant, err := t.account.Vault.Rotate(ctx, t.account.ID, seen, t.refresh)
	if err != nil {
		return channel.Grant{}, vaultFault(err)
	}
	t.hold(grant)
	return grant, nil
}

func (t *tokens) enter(ctx context.Context) *channel.Fault {
	select {
	case t.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return channel.Refusal(channel.Timeout, opToken, transport.CodeDeadline, "waiting for another call's new token: "+ctx.Err().Error())
	}
}

func (t *tokens) leave() { <-t.turn }

func (t *tokens) hold(g channel.Grant) {
	t.held, t.known, t.good = g, true, time.Time{}
	if !g.ExpiresAt.IsZero() {
		t.good = g.ExpiresAt.Add(-transport.Margin(time.Until(g.ExpiresAt)))
	}
}

func (t *tokens) usable() bool {
	return t.held.AccessToken != "" && (t.good.IsZero() || time.Now().Before(t.good))
}

// refresh exchanges the stored refresh token, or at first the one of the credentials. If Shopify refuses the stored
// one, the one of the credentials is tried once: somebody may have authorised the app again and put a new token
// there.
func (t *tokens) refresh(ctx context.Context, kept channel.Grant) (channel.Grant, error) {
	given, token := t.account.Credentials["refreshToken"], kept.RefreshToken
	if kept.Version == 0 || token == "" {
		token = given
	}
	grant, fault := t.trade(ctx, token)
	if fault != nil && fault.Class == channel.Auth && token != given {
		grant, fault = t.trade(ctx, given)
	}
	if fault != nil {
		return channel.Grant{}, fault
	}
	return grant, nil
}

func (t *tokens) trade(ctx context.Context, token string) (channel.Grant, *channel.Fault) {
	endpoint := transport.Exchange{
		Client: t.http, URL: t.url, Operation: opToken, Refused: tokenRefused,
		Prepare: func(r *http.Request) { r.Header.Set("Accept", "application/json") },
	}
	answer, fault := endpoint.Ask(ctx, url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {token},
		"client_id": {t.account.Credentials["clientId"]}, "client_secret": {t.account.Credentials["clientSecret"]},
	})
	if fault != nil {
		return channel.Grant{}, fault
	}
	return readGrant(answer, time.Now())
}

// readGrant reads the token endpoint's answer. An answer without expires_in lasts the hour that Shopify documents.
func readGrant(answer *transport.Answer, now time.Time) (channel.Grant, *channel.Fault) {
	granted, fault := answer.Granted(opToken)
	if fault == nil && granted.RefreshToken == "" {
		fault = answer.Withheld(opToken)
	}
	if fault != nil {
		return channel.Grant{}, fault
	}
	g := channel.Grant{
		AccessToken: granted.AccessToken, RefreshToken: granted.RefreshToken,
		ExpiresAt: now.Add(cmp.Or(granted.Life, time.Hour)),
	}
	if granted.RefreshLife > 0 {
		g.RefreshExpiresAt = now.Add(granted.RefreshLife)
	}
	return g, nil
}

// refusals are Shopify's own error codes of the token endpoint.
var refusals = map[string]channel.Class{"application_cannot_be_found": channel.Auth}

// tokenRefused returns the fault of a refusal by the token endpoint.
func tokenRefused(answer *transport.Answer) *channel.Fault {
	class, code := answer.Refusal(refusals)
	return answer.Fault(cmp.Or(class, transport.ClassOf(answer.Status, statuses)), opToken, code)
}

// vaultFault returns the channel's refusal that the vault passes on, or the fault of the vault itself.
func vaultFault(err error) *channel.Fault {
	var f *channel.Fault
	if errors.As(err, &f) {
		return f
	}
	f = channel.Refusal(channel.Unavailable, opToken, CodeVault, "keep the grant: "+err.Error())
	return f
}
