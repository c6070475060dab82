package shopify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/channeltest"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// rotating are credentials of a token that expires.
var rotating = map[string]string{
	"clientId": "0a1b2c3d4e5f", "clientSecret": "shpss_0a1b2c3d4e5f", "refreshToken": "shprt_first",
}

// rotatingFixture returns a shop whose tokens expire, with an account that has a vault.
func rotatingFixture(t *testing.T) (*fixture, *channeltest.Vault) {
	t.Helper()
	f := newFixtureWith(t, rotating)
	return f, f.account.Vault.(*channeltest.Vault)
}

func TestWhatTokensNeed(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]map[string]string{
		"accessToken is missing":                   {},
		"also needs the credential clientSecret":   {"clientId": "a", "refreshToken": "b", "accessToken": "c"},
		"also needs the credential clientId and c": {"refreshToken": "b"},
		"set TOWPATH_TOKEN_KEY":                    rotating,
	} {
		_, err := Open(channel.Account{Marketplace: "x.myshopify.com", Credentials: c})
		require.ErrorContains(t, err, want)
	}
	_, err := Open(channel.Account{Marketplace: "x.myshopify.com", Credentials: rotating, Vault: &channeltest.Vault{}})
	require.NoError(t, err)
}

// Many workers that find the token expired fetch one new token, and continue.
func TestOneRefreshForAllCalls(t *testing.T) {
	t.Parallel()
	f, vault := rotatingFixture(t)
	id := f.place(t, "b1", true, 1)
	second := open(t, f.account) // another process
	f.order(t, id)
	require.Equal(t, 1, vault.Refreshes())
	for round := 2; round <= 3; round++ {
		expire(t, f)
		var wg sync.WaitGroup
		problems := make([]error, 12)
		for i := range problems {
			conn := []*Connection{f.conn, second}[i%2]
			wg.Go(func() { _, problems[i] = conn.Order(t.Context(), id) })
		}
		wg.Wait()
		require.NoError(t, errors.Join(problems...))
		require.Equal(t, round, vault.Refreshes())
	}
}

// expire makes the current access token invalid, by a call that finds it expired.
func expire(t *testing.T, f *fixture) {
	t.Helper()
	g, err := f.account.Vault.Grant(t.Context(), f.account.ID)
	require.NoError(t, err)
	require.NoError(t, f.injector.Set(faults.Rates{TokenExpiry: 1}))
	body, err := json.Marshal(map[string]any{"query": opFirstOrder.text, "operationName": opFirstOrder.name})
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.account.BaseURL+apiPath, bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("X-Shopify-Access-Token", g.AccessToken)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusUnauthorized, resp.StatusCode)
	require.NoError(t, f.injector.Set(faults.Rates{}))
}

// A scan continues where it was when the token expires in the middle of it.
func TestATokenMayDieInTheMiddleOfAScan(t *testing.T) {
	t.Parallel()
	f, vault := rotatingFixture(t)
	for i := range 60 {
		f.place(t, "b"+string(rune('A'+i)), true, 1)
	}
	first, err := f.conn.Orders(t.Context(), channel.OrdersQuery{})
	require.NoError(t, err)
	require.NotEmpty(t, first.Next)
	expire(t, f)
	rest, _ := scan(t, f.conn, channel.OrdersQuery{Cursor: first.Next})
	require.Len(t, append(first.Orders, rest...), 60)
	require.Equal(t, 2, vault.Refreshes())
}

// The answer with the new tokens is lost: the stored refresh token still brings the next pair.
func TestALostRefreshIsRepeated(t *testing.T) {
	t.Parallel()
	f, vault := rotatingFixture(t)
	f.injector.Next(faults.Lost, opToken, 1)
	fault := channel.AsFault(f.conn.Test(t.Context()), "")
	require.Equal(t, channel.Network, fault.Class)
	require.NoError(t, f.conn.Test(t.Context()))
	g, err := vault.Grant(t.Context(), f.account.ID)
	require.NoError(t, err)
	require.EqualValues(t, 1, g.Version)
	require.Greater(t, g.RefreshExpiresAt, g.ExpiresAt)
}

// A revoked grant is refused with one call by each connection, and a new one in the credentials works again.
func TestARevokedGrantIsNotAskedForAgainAndAgain(t *testing.T) {
	t.Parallel()
	f, vault := rotatingFixture(t)
	require.NoError(t, f.conn.Test(t.Context()))
	require.NoError(t, f.injector.Set(faults.Rates{RevokedGrant: 1}))
	before := f.injector.Counts()[faults.RevokedGrant]
	requireFault(t, f.conn.Test(t.Context()), channel.Auth, "invalid_grant")
	require.LessOrEqual(t, f.injector.Counts()[faults.RevokedGrant]-before, int64(3), "the call, and both refresh tokens")
	require.NoError(t, f.injector.Set(faults.Rates{}))

	// The vault's grant is no longer valid; somebody authorised the app again.
	_, err := vault.Rotate(t.Context(), f.account.ID, 1, func(context.Context, channel.Grant) (channel.Grant, error) {
		return channel.Grant{AccessToken: "shpat_dead", RefreshToken: "shprt_dead", ExpiresAt: time.Now().Add(time.Hour)}, nil
	})
	require.NoError(t, err)
	again := f.account
	kept, err := f.market.Documents(t.Context(), "grant", "", 1)
	require.NoError(t, err)
	require.Len(t, kept, 1)
	again.Credentials = map[string]string{"clientId": rotating["clientId"], "clientSecret": rotating["clientSecret"], "refreshToken": refreshOf(t, kept[0].Body)}
	require.NoError(t, open(t, again).Test(t.Context()))
}

// A given token is used as long as the shop accepts it.
func TestTheFirstAccessTokenIsTheCredentials(t *testing.T) {
	t.Parallel()
	var refreshes, calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == tokenPath:
			refreshes.Add(1)
			_, _ = w.Write([]byte(`{"access_token":"second","refresh_token":"r2"}`)) // real answers sometimes lack expires_in
		case r.Header.Get("X-Shopify-Access-Token") == "first" && calls.Add(1) > 1:
			w.WriteHeader(http.StatusUnauthorized)
		default:
			_, _ = w.Write([]byte(`{"data":{"location":{"id":"gid://shopify/Location/1","isActive":true}}}`))
		}
	}))
	t.Cleanup(server.Close)
	vault := &channeltest.Vault{}
	conn := open(t, channel.Account{
		ID: "s", BaseURL: server.URL, Simulated: true, Location: "gid://shopify/Location/1", Vault: vault, Credentials: map[string]string{
			"accessToken": "first", "clientId": "a", "clientSecret": "b", "refreshToken": "r1",
		},
	})
	began := time.Now()
	for want, n := range []int32{0, 1, 1} {
		require.NoError(t, conn.Test(t.Context()), want)
		require.Equal(t, n, refreshes.Load())
	}
	g, err := vault.Grant(t.Context(), "s")
	require.NoError(t, err)
	require.GreaterOrEqual(t, g.ExpiresAt, began.Add(time.Hour))
	require.LessOrEqual(t, g.ExpiresAt, time.Now().Add(time.Hour))
}

// refreshOf returns the refresh token that the shop would accept.
func refreshOf(t *testing.T, grant []byte) string {
	t.Helper()
	var g struct {
		Refresh string `json:"refresh"`
	}
	require.NoError(t, json.Unmarshal(grant, &g))
	return g.Refresh
}

type brokenVault struct{ channeltest.Vault }

func (*brokenVault) Grant(context.Context, string) (channel.Grant, error) {
	return channel.Grant{}, errors.New("the database is away")
}

func TestRefusalsOfTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	answer := func(status int, body string) *channel.Fault {
		return tokenRefused(&transport.Answer{Status: status, Header: http.Header{}, Body: []byte(body)})
	}
	for body, class := range map[string]channel.Class{
		`{"error":"invalid_grant"}`: channel.Auth, `{"error":"application_cannot_be_found"}`: channel.Auth,
		`{"error":"invalid_request"}`: channel.Config, `<html>`: channel.Invalid,
	} {
		require.Equal(t, class, answer(http.StatusBadRequest, body).Class, body)
	}
	require.Equal(t, channel.Unavailable, answer(http.StatusBadGateway, ``).Class)
	require.Equal(t, channel.Throttled, answer(http.StatusTooManyRequests, ``).Class)

	_, fault := readGrant(&transport.Answer{Status: http.StatusOK, Body: []byte(`{"access_token":"secret-token"}`)}, time.Now())
	require.Equal(t, channel.Unavailable, fault.Class)
	require.NotContains(t, fault.Raw, "secret-token")

	conn := open(t, channel.Account{Marketplace: "x.myshopify.com", Location: "l", Credentials: rotating, Vault: &brokenVault{}})
	requireFault(t, conn.Test(t.Context()), channel.Unavailable, CodeVault)
}
