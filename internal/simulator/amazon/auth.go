package amazon

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/wire"
)

const (
	opToken = "token"

	tokenLife     = time.Hour       // at speed 1
	shortestToken = 5 * time.Second // however fast the marketplace runs
	maxForm       = 64 << 10        // bytes
)

// tokens are the issued access tokens and their ends.
type tokens struct {
	now  func() time.Time
	life time.Duration

	mu      sync.Mutex
	expires map[string]time.Time
}

func newTokens(o wire.Options) *tokens {
	return &tokens{now: o.Now, life: max(o.Delay(tokenLife), shortestToken), expires: map[string]time.Time{}}
}

// give issues a token and drops expired ones.
func (t *tokens) give() (token string, life time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	for old, at := range t.expires {
		if !now.Before(at) {
			delete(t.expires, old)
		}
	}
	token = "Atza|" + rand.Text()
	t.expires[token] = now.Add(t.life)
	return token, t.life
}

func (t *tokens) alive(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	at, ok := t.expires[token]
	return ok && t.now().Before(at)
}

// end makes a token expire now.
func (t *tokens) end(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.expires, token)
}

// token serves Login with Amazon's refresh grant.
func (s *server) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	want := s.options.Credentials
	refuse := func(status int, code, description string) {
		wire.WriteJSON(w, status, map[string]string{"error": code, "error_description": description})
	}
	switch {
	case r.ParseForm() != nil || r.PostForm.Get("grant_type") == "":
		refuse(http.StatusBadRequest, "invalid_request", "The request is missing a required parameter : grant_type")
	case r.PostForm.Get("grant_type") != "refresh_token":
		refuse(http.StatusBadRequest, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server")
	case r.PostForm.Get("client_id") != want["clientId"] || r.PostForm.Get("client_secret") != want["clientSecret"]:
		refuse(http.StatusUnauthorized, "invalid_client", "Client authentication failed")
	case r.PostForm.Get("refresh_token") != want["refreshToken"] || s.options.Injector.Strikes(faults.RevokedGrant, opToken):
		refuse(http.StatusBadRequest, "invalid_grant", "The request has an invalid grant parameter : refresh_token. User may have revoked or didn't grant the permission.")
	default:
		token, life := s.tokens.give()
		wire.WriteJSON(w, http.StatusOK, map[string]any{
			"access_token": token, "refresh_token": want["refreshToken"], "token_type": "bearer", "expires_in": int(life.Seconds()),
		})
	}
}
