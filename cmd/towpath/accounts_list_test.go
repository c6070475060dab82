package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
)

// ago returns a day in the past.
func ago(days int) time.Time { return time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -days) }

// accounts saves one account with a warning, one of a test endpoint and one that ends far in the future.
func (b *fixture) accounts() {
	b.t.Helper()
	one := func(id string, k channel.Kind, e channel.Endpoint) accounts.Account {
		return accounts.Account{Account: message.Account{ID: id, Channel: k, Endpoint: e}, Name: id, OrderLocation: "main",
			StockLocations: []string{"main"}, Cap: stock.NoCap, Enabled: true}
	}
	amazon := one("amazon-uk", channel.Amazon, channel.Production)
	amazon.AuthorisedOn, amazon.SecretIssuedOn = ago(10), ago(177)
	amazon.ShipFrom, amazon.Statuses = map[string]string{"DE": "berlin"}, map[string]order.Status{"PENDING": order.StatusSkip}
	sandbox := one("amazon-sandbox", channel.Amazon, channel.Test)
	ebay := one("ebay-uk", channel.EBay, channel.Production)
	ebay.AuthorisedOn, ebay.Simulated, ebay.Host = ago(10), true, "127.0.0.1:8491"
	require.NoError(b.t, b.store.Settings.SaveAccounts(context.Background(), []accounts.Account{amazon, sandbox, ebay}))
	b.golive("amazon-uk", "amazon-sandbox", "ebay-uk")
}

func TestAccountsSayWhatTheirEndpointMeansAndWhenTheirAccessEnds(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.accounts()
	code, out, errs := b.run("accounts", "list")
	require.Zero(t, code, errs)
	for _, want := range []string{
		"PROCESSES", "amazon-sandbox (test): Amazon's sandbox returns fixed answers only", "VALIDATION_PREVIEW", "production, simulated",
		"simulated marketplace at 127.0.0.1:8491", "Ends soon", "client secret ends in 3 days", "Issue a new client secret",
	} {
		require.Contains(t, out, want)
	}
	require.NotContains(t, out, "authorisation ends")

	code, out, errs = b.run("accounts", "-o", "json")
	require.Zero(t, code, errs)
	var list struct{ Accounts []accountShown }
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list.Accounts, 3)
	require.Equal(t, channel.EndsUrgent, list.Accounts[1].Expiries[1].Severity)
	require.Equal(t, 3, list.Accounts[1].Expiries[1].Days)
	require.NotNil(t, list.Accounts[0].Expiries)

	code, out, errs = b.run("accounts", "show", "amazon-uk")
	require.Zero(t, code, errs)
	for _, want := range []string{"DE: berlin", "PENDING: skip", "publish, and change nothing", "the listing stays", "authorisation ends in 355 days"} {
		require.Contains(t, out, want)
	}
	code, _, errs = b.run("accounts", "show", "nobody")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "`towpath accounts` lists them")

	code, out, errs = b.run("status")
	require.Equal(t, exitAttention, code)
	require.Contains(t, errs, "amazon-uk client secret ends in 3 days")
	require.Contains(t, out, "client secret ends in 3 days")
	require.Contains(t, out, "production, simulated")
	_, out, _ = b.run("status", "-o", "json")
	var now struct {
		EndsSoon []ending `json:"endsSoon"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &now))
	require.Len(t, now.EndsSoon, 1)
	require.Equal(t, "amazon-uk", now.EndsSoon[0].Account)
}

// shop answers as eBay does: with tokens, or with the refusal of a revoked grant; it has no orders or listings.
type shop struct {
	revoked bool
	tokens  atomic.Int64
	calls   atomic.Int64
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch {
	case strings.HasSuffix(r.URL.Path, "/token") && s.revoked:
		s.tokens.Add(1)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant","error_description":"the provided authorization refresh token is invalid or was issued to another client"}`)
	case strings.HasSuffix(r.URL.Path, "/token"):
		s.tokens.Add(1)
		_, _ = io.WriteString(w, `{"access_token":"t","expires_in":7200,"token_type":"User Access Token"}`)
	case strings.HasSuffix(r.URL.Path, "/location"):
		s.calls.Add(1)
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"errors":[{"errorId":1100,"domain":"ACCESS","category":"REQUEST","message":"Access denied","longMessage":"Insufficient permissions"}]}`)
	default:
		s.calls.Add(1)
		_, _ = io.WriteString(w, `{"total":0,"orders":[],"inventoryItems":[]}`)
	}
}

func (b *fixture) sell(s *shop) {
	b.t.Helper()
	server := httptest.NewServer(s)
	b.t.Cleanup(server.Close)
	require.NoError(b.t, config.WriteAccounts(b.settings.Accounts, []config.Account{{
		Store: accounts.Account{Account: message.Account{ID: "ebay-uk", Channel: channel.EBay, Endpoint: channel.Production}, OrderLocation: "main",
			StockLocations: []string{"main"}, Cap: stock.NoCap, Enabled: true},
		Channel: channel.Account{BaseURL: server.URL, AuthURL: server.URL + "/token", Simulated: true, Marketplace: "EBAY_GB",
			Credentials: map[string]string{"clientId": "c", "clientSecret": "s3cret", "refreshToken": "r"}},
	}}))
}

func TestATestSaysOfEachCapabilityWhetherItWorks(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	s := &shop{}
	b.sell(s)
	code, out, errs := b.run("accounts", "test", "ebay-uk")
	require.Equal(t, exitFailed, code)
	for _, want := range []string{"CAPABILITY", "read orders", "works", "getOrders", "not tried", "refused", "1100", "What to do", "simulated marketplace at 127.0.0.1"} {
		require.Contains(t, out, want)
	}
	require.Contains(t, errs, "did not work")
	require.NotContains(t, out+errs, "s3cret")

	code, out, _ = b.run("accounts", "test", "ebay-uk", "-o", "json")
	require.Equal(t, exitFailed, code)
	var tr trial
	require.NoError(t, json.Unmarshal([]byte(out), &tr))
	require.False(t, tr.Works)
	require.True(t, tr.Simulated)
	refused := 0
	for _, c := range tr.Checks {
		require.Equal(t, c.Fault != nil, c.Remedy != nil, c.Capability)
		if c.Fault != nil {
			refused++
			row, err := b.store.Runs.Fault(context.Background(), c.Fault.ID)
			require.NoError(t, err, "the channel's words are kept")
			require.Contains(t, row.Words, "Insufficient permissions")
		}
	}
	require.Equal(t, 1, refused)
}

// A revoked grant is found with one call, and no more calls are made.
func TestATestOfARevokedGrantStopsAtOnce(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	s := &shop{revoked: true}
	b.sell(s)
	code, out, errs := b.run("accounts", "test", "ebay-uk")
	require.Equal(t, exitFailed, code)
	require.Contains(t, errs, "auth")
	require.Contains(t, out, "What to do")
	require.LessOrEqual(t, s.tokens.Load(), int64(2))
	require.Zero(t, s.calls.Load())
}

func TestTheErrorOfATestNamesWhatDidNotWork(t *testing.T) {
	t.Parallel()
	fine := trial{Account: "a", Checks: []tried{{Check: channel.Check{Capability: "read"}}, {Check: channel.Check{Capability: "write", Untried: true}}}}
	require.NoError(t, fine.refused(), "what is not tried is not refused")
	bad := fine
	bad.Checks = append(bad.Checks, tried{Check: channel.Check{Capability: "ship", Fault: channel.NewFault(channel.Auth, "token", "secret words")}})
	require.EqualError(t, bad.refused(), "a: 1 of 3 did not work: ship (auth in token)")
	var a *attention
	require.NotErrorAs(t, bad.refused(), &a)
}

// A wrong accounts file is wrong input: all mistakes are reported together, each with its line, and no channel is
// called.
func TestAWrongAccountsFileIsAUsageError(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	require.NoError(t, os.WriteFile(b.settings.Accounts, []byte("accounts:\n  - id: ebay-uk\n    channel: ebay\n    endpoint: production\n"+
		"    base_url: http://api.ebay.com\n    order_location: main\n    colour: blue\n"), 0o600))
	code, _, errs := b.run("accounts", "test", "ebay-uk")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "line 5: base_url")
	require.Contains(t, errs, "line 7: account: no key \"colour\"")
}
