package ebay

import (
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/towpath/towpath/internal/simulator/wire"
)

const tokenPath = "/identity/v1/oauth2/token"

// tokenLife is the lifetime of an access token at speed 1; at any speed it is at least a few real seconds.
const (
	tokenLife    = 2 * time.Hour
	shortestLife = 10 * time.Second
)

// tokens are the issued access tokens. They are lost when the marketplace stops, as if all had expired.
type tokens struct {
	options wire.Options
	life    time.Duration

	mu  sync.Mutex
	out map[string]token
}

// token is an issued token.
type token struct {
	ends        time.Time
	application bool // the application's own, not a seller's
}

func newTokens(o wire.Options) *tokens {
	return &tokens{options: o, life: max(o.Delay(tokenLife), shortestLife), out: map[string]token{}}
}

// granted is the token endpoint's answer.
type granted struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"` // seconds
	TokenType   string `json:"token_type"`
}

// denied is OAuth's error shape, which the token endpoint uses instead of eBay's.
type denied struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// publicScope is the scope that an application needs for public data.
const publicScope = "https://api.ebay.com/oauth/api_scope"

// grant exchanges the refresh token for an access token, or issues an application token.
func (s *server) grant(w http.ResponseWriter, r *http.Request) {
	const maxForm = 64 << 10
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		wire.WriteJSON(w, http.StatusBadRequest, denied{"invalid_request", "request is missing a required parameter or malformed"})
		return
	}
	id, secret, ok := r.BasicAuth()
	want := s.options.Credentials
	switch {
	case !ok || !same(id, want["clientId"]) || !same(secret, want["clientSecret"]):
		wire.WriteJSON(w, http.StatusUnauthorized, denied{"invalid_client", "client authentication failed"})
	case r.PostForm.Get("grant_type") == "client_credentials":
		if !slices.Contains(strings.Fields(r.PostForm.Get("scope")), publicScope) {
			wire.WriteJSON(w, http.StatusBadRequest, denied{"invalid_scope", "the requested scope is invalid, unknown, malformed, or exceeds the scope granted to the client"})
			return
		}
		wire.WriteJSON(w, http.StatusOK, granted{s.tokens.issue(true), int(s.tokens.life / time.Second), "Application Access Token"})
	case r.PostForm.Get("grant_type") != "refresh_token":
		wire.WriteJSON(w, http.StatusBadRequest, denied{"unsupported_grant_type", "grant type in request is not supported by the authorization server"})
	case !same(r.PostForm.Get("refresh_token"), want["refreshToken"]), s.revoked(opToken):
		wire.WriteJSON(w, http.StatusBadRequest, denied{"invalid_grant", "the provided authorization refresh token is invalid or was issued to another client"})
	default:
		wire.WriteJSON(w, http.StatusOK, granted{s.tokens.issue(false), int(s.tokens.life / time.Second), "User Access Token"})
	}
}

// same compares secrets in constant time; nothing equals an empty secret.
func same(got, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

func (t *tokens) issue(application bool) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.options.Now()
	for name, old := range t.out {
		if now.After(old.ends) {
			delete(t.out, name)
		}
	}
	name := "v^1.1#i^1#" + wire.RequestID()
	t.out[name] = token{now.Add(t.life), application}
	return name
}

// tokenOf returns the token of a call: the Post-Order API's are called IAF, those of the others Bearer.
func tokenOf(r *http.Request) string {
	scheme := "Bearer "
	if strings.HasPrefix(r.URL.Path, postOrder) {
		scheme = "IAF "
	}
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), scheme)
	return token
}

// forget ends the token of a call.
func (t *tokens) forget(r *http.Request) {
	token := tokenOf(r)
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.out, token)
}

// check returns nil for a call of an API with a valid token: the application's for public data (the Taxonomy document names no
// other), otherwise the seller's.
func (t *tokens) check(r *http.Request, api string) (status int, refusal *apiError) {
	name := tokenOf(r)
	if name == "" || strings.HasPrefix(name, "Bearer ") || strings.HasPrefix(name, "IAF ") {
		return http.StatusUnauthorized, &errNoToken
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	have, known := t.out[name]
	switch {
	case !known || t.options.Now().After(have.ends):
		return http.StatusUnauthorized, &errBadToken
	case have.application != (api == taxonomy):
		return http.StatusForbidden, &errScope
	}
	return 0, nil
}
