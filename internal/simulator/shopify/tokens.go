package shopify

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// tokenPath is the token endpoint.
const tokenPath = "/admin/oauth/access_token"

// Lifetimes of tokens by Shopify's documentation. Only access tokens follow the marketplace's speed: the end of a
// refresh token is shown to people days before.
const (
	accessLife     = time.Hour        // at speed 1
	shortestAccess = 10 * time.Second // at any speed
	refreshLife    = 90 * 24 * time.Hour
	recoveryLife   = 30 * 24 * time.Hour // of a used refresh token, until its successor is used
)

// tokens are an app's access to the shop: one permanent token, or with a refreshToken among the credentials an
// expiring one, whose state survives a restart.
type tokens struct {
	market  market.Seller
	options wire.Options
	mu      sync.Mutex
}

// grant is the app's grant. Only one access token is valid at a time.
type grant struct {
	Access         string    `json:"access"`
	Expires        time.Time `json:"expires"`
	Refresh        string    `json:"refresh"`
	RefreshExpires time.Time `json:"refreshExpires"`
	Before         string    `json:"before,omitempty"` // the refresh token exchanged for Refresh: valid until Refresh is used
	BeforeUsed     time.Time `json:"beforeUsed,omitzero"`
}

const grantKind = "grant"

func (t *tokens) rotate() bool { return t.options.Credentials["refreshToken"] != "" }

// held returns the grant; the first is that of the credentials.
func (t *tokens) held(ctx context.Context) (grant, error) {
	body, found, err := t.market.Document(ctx, grantKind, "app")
	if err != nil {
		return grant{}, fmt.Errorf("read grant: %w", err)
	}
	if !found {
		far := t.options.Now().AddDate(1, 0, 0)
		return grant{
			Access: t.options.Credentials["accessToken"], Expires: far, Refresh: t.options.Credentials["refreshToken"], RefreshExpires: far,
		}, nil
	}
	var g grant
	if err := json.Unmarshal(body, &g); err != nil {
		return grant{}, fmt.Errorf("read grant: %w", err)
	}
	return g, nil
}

func (t *tokens) keep(ctx context.Context, g grant) error {
	body, err := json.Marshal(g)
	if err != nil {
		return fmt.Errorf("keep grant: %w", err)
	}
	return t.market.PutDocuments(ctx, []market.Document{{Kind: grantKind, Key: "app", Body: body}})
}

// good reports whether a call may be made with the token.
func (t *tokens) good(ctx context.Context, token, operation string) (bool, error) {
	if t.options.Injector.Strikes(faults.RevokedGrant, operation) {
		return false, nil
	}
	if !t.rotate() {
		want := t.options.Credentials["accessToken"]
		return want == "" || same(token, want), nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	g, err := t.held(ctx)
	if err != nil {
		return false, err
	}
	if t.options.Injector.Strikes(faults.TokenExpiry, operation) {
		g.Expires = t.options.Now()
		if err := t.keep(ctx, g); err != nil {
			return false, err
		}
	}
	return same(token, g.Access) && t.options.Now().Before(g.Expires), nil
}

// same compares secrets in constant time; nothing equals an empty secret.
func same(got, want string) bool {
	return want != "" && subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// granted is the token endpoint's answer.
type granted struct {
	AccessToken  string `json:"access_token"`
	Scope        string `json:"scope"`
	ExpiresIn    int    `json:"expires_in"` // seconds
	RefreshToken string `json:"refresh_token"`
	RefreshIn    int    `json:"refresh_token_expires_in"` // seconds
}

// denied is OAuth's error shape, which the token endpoint uses instead of GraphQL's.
type denied struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// serve exchanges a refresh token for an access token and the next refresh token.
func (t *tokens) serve(w http.ResponseWriter, r *http.Request) {
	const maxForm = 64 << 10
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	want := t.options.Credentials
	switch {
	case r.ParseForm() != nil || r.PostForm.Get("grant_type") != "refresh_token":
		wire.WriteJSON(w, http.StatusBadRequest, denied{"invalid_request", "the request is missing a parameter or malformed"})
		return
	case !t.rotate() || !same(r.PostForm.Get("client_id"), want["clientId"]) || !same(r.PostForm.Get("client_secret"), want["clientSecret"]):
		wire.WriteJSON(w, http.StatusUnauthorized, denied{"invalid_client", "client authentication failed"})
		return
	case t.options.Injector.Strikes(faults.RevokedGrant, tokenOperation):
		wire.WriteJSON(w, http.StatusBadRequest, denied{"invalid_grant", "the refresh token was revoked"})
		return
	}
	g, ok, err := t.trade(r.Context(), r.PostForm.Get("refresh_token"))
	switch {
	case err != nil:
		t.options.Logger.Error("shopify token endpoint", zap.String("account", t.options.Account), zap.Error(err))
		wire.WriteJSON(w, http.StatusInternalServerError, denied{"server_error", "try again"})
	case !ok:
		wire.WriteJSON(w, http.StatusBadRequest, denied{"invalid_grant", "the refresh token is invalid, expired or was used before"})
	default:
		now := t.options.Now()
		wire.WriteJSON(w, http.StatusOK, granted{
			AccessToken: g.Access, Scope: "write_products", ExpiresIn: int(g.Expires.Sub(now) / time.Second),
			RefreshToken: g.Refresh, RefreshIn: int(g.RefreshExpires.Sub(now) / time.Second),
		})
	}
}

// trade accepts the current refresh token, or the one before it while the current one is unused; then the current
// one, which the app apparently never received, becomes invalid.
func (t *tokens) trade(ctx context.Context, token string) (grant, bool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	g, err := t.held(ctx)
	if err != nil {
		return grant{}, false, err
	}
	now := t.options.Now()
	switch {
	case same(token, g.Refresh) && now.Before(g.RefreshExpires):
		g.Before, g.BeforeUsed = token, now
	case same(token, g.Before) && now.Before(g.BeforeUsed.Add(recoveryLife)):
	default:
		return grant{}, false, nil
	}
	g.Access, g.Refresh = "shpat_"+uuid.NewString(), "shprt_"+uuid.NewString()
	g.Expires = now.Add(max(t.options.Delay(accessLife), shortestAccess))
	g.RefreshExpires = now.Add(refreshLife)
	return g, true, t.keep(ctx, g)
}
