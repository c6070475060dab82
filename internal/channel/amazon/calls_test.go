package amazon_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/polltest"
	simulated "github.com/towpath/towpath/internal/simulator/amazon"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// place returns a marketplace with n listings, SKU-1, SKU-2, ..., that runs at the given speed. A handler in front of
// it may answer instead; nil = none.
func place(t *testing.T, n int, speed float64, door func(w http.ResponseWriter, r *http.Request) (answered bool)) (channel.Account, *market.Market) {
	t.Helper()
	return placeWith(t, n, speed, nil, door)
}

// placeWith returns such a marketplace with faults.
func placeWith(t *testing.T, n int, speed float64, injector *faults.Injector, door func(w http.ResponseWriter, r *http.Request) (answered bool)) (channel.Account, *market.Market) {
	t.Helper()
	return serve(t, account(), n, wire.Options{Speed: speed, Injector: injector}, door)
}

// placeOf returns an empty marketplace of another country, which uses the definitions in a folder.
func placeOf(t *testing.T, a channel.Account, folder string) (channel.Account, *market.Market) {
	t.Helper()
	return serve(t, a, 0, wire.Options{Speed: 20_000, Definitions: folder}, nil)
}

func serve(t *testing.T, a channel.Account, n int, o wire.Options, door func(w http.ResponseWriter, r *http.Request) (answered bool)) (channel.Account, *market.Market) {
	t.Helper()
	m, err := market.Open(t.Context(), filepath.Join(t.TempDir(), "market.db"), simulated.MarketOptions(a.ID))
	require.NoError(t, err)
	t.Cleanup(func() { _ = m.Close() })
	var listings []market.Listing
	for i := range n {
		listings = append(listings, market.Listing{SKU: fmt.Sprintf("SKU-%d", i+1), Title: "Mug", Price: 999, Quantity: 50})
	}
	require.NoError(t, m.List(t.Context(), listings))
	o.Account, o.Marketplace, o.Credentials = a.ID, a.Marketplace, a.Credentials
	inside := simulated.Handler(m, o)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if door == nil || !door(w, r) {
			inside.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	a.BaseURL, a.AuthURL, a.Simulated = server.URL, server.URL+"/auth/o2/token", true
	return a, m
}

func levels(n int) []channel.Level {
	var all []channel.Level
	for i := range n {
		all = append(all, channel.Level{SKU: fmt.Sprintf("SKU-%d", i+1), Quantity: i})
	}
	return all
}

// TestAFeedIsFinishedByAnotherProcess pushes a thousand levels, and asks for the outcome on a new connection.
func TestAFeedIsFinishedByAnotherProcess(t *testing.T) {
	t.Parallel()
	a, m := place(t, 1000, 20_000, nil)
	conn, err := amazon.Open(a)
	require.NoError(t, err)
	all := append(levels(1000), channel.Level{SKU: "UNKNOWN", Quantity: 1})
	size, operation := conn.Batch(len(all))
	require.Equal(t, channel.OpFeed, operation)
	require.Equal(t, len(all), size)
	answer, err := conn.SetLevels(t.Context(), all)
	require.NoError(t, err)
	require.NotEmpty(t, answer.Pending)

	other, err := amazon.Open(a)
	require.NoError(t, err)
	handle, sent := answer.Pending, []string{"UNKNOWN"} // the store may return the SKUs in another order than they were sent in
	for _, l := range all[:1000] {
		sent = append(sent, l.SKU)
	}
	polltest.Until(t, "the other connection has the feed's outcome", func() bool {
		answer, err = other.LevelsOutcome(t.Context(), handle, sent)
		return err == nil && answer.Pending == ""
	})
	require.Len(t, answer.Results, 1001)
	for _, r := range answer.Results {
		if r.SKU == "UNKNOWN" {
			require.Equal(t, channel.Missing, r.Fault.Class)
			continue
		}
		require.Nil(t, r.Fault, r.SKU)
	}
	l, err := m.Listing(t.Context(), "SKU-718")
	require.NoError(t, err)
	require.Equal(t, 717, l.Quantity)

	answer, err = other.LevelsOutcome(t.Context(), handle, sent[1:])
	require.NoError(t, err)
	for _, r := range answer.Results {
		require.True(t, r.Fault.Ambiguous, "with other SKUs the report's numbers mean nothing")
	}
}

func TestARejectedFeedLeavesEveryLevelInDoubt(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]channel.Fault{
		"FATAL":     {Class: channel.Invalid, Code: "FEED_FATAL"},
		"CANCELLED": {Class: channel.Unavailable, Code: "FEED_CANCELLED"},
	} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			a, _ := place(t, 300, 20_000, func(w http.ResponseWriter, r *http.Request) bool {
				if r.Method != http.MethodGet || !strings.HasPrefix(r.URL.Path, "/feeds/2021-06-30/feeds/") {
					return false
				}
				wire.WriteJSON(w, http.StatusOK, map[string]string{"feedId": "1", "processingStatus": status})
				return true
			})
			conn, err := amazon.Open(a)
			require.NoError(t, err)
			pushed, err := conn.SetLevels(t.Context(), levels(300))
			require.NoError(t, err)
			var sent []string
			for _, l := range levels(300) {
				sent = append(sent, l.SKU)
			}
			answer, err := conn.LevelsOutcome(t.Context(), pushed.Pending, sent)
			require.NoError(t, err)
			require.Len(t, answer.Results, 300)
			for _, r := range answer.Results {
				require.Equal(t, want.Class, r.Fault.Class)
				require.Equal(t, want.Code, r.Fault.Code)
				require.Contains(t, r.Fault.Raw, "Feed Rejected")
				require.True(t, r.Fault.Ambiguous, "some, none or all may have been applied")
			}
		})
	}
}

func TestAThrottledPatchStopsTheBatchOnly(t *testing.T) {
	t.Parallel()
	var patches atomic.Int32
	a, m := place(t, 5, 20_000, func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPatch || patches.Add(1) != 3 {
			return false
		}
		wire.WriteJSON(w, http.StatusTooManyRequests, map[string]any{"errors": []map[string]string{{"code": "QuotaExceeded", "message": "later"}}})
		return true
	})
	conn, err := amazon.Open(a)
	require.NoError(t, err)
	answer, err := conn.SetLevels(t.Context(), levels(5))
	require.NoError(t, err)
	require.Len(t, answer.Results, 5)
	ids := map[string]bool{}
	for i, r := range answer.Results {
		l, err := m.Listing(t.Context(), r.SKU)
		require.NoError(t, err)
		if i < 2 {
			require.Nil(t, r.Fault)
			require.Equal(t, i, l.Quantity)
			continue
		}
		require.Equal(t, channel.Throttled, r.Fault.Class)
		require.Positive(t, r.Fault.RetryAfter, "the wait follows from the rate in earlier answers")
		require.False(t, r.Fault.Ambiguous)
		require.Equal(t, 50, l.Quantity, "not sent")
		ids[r.Fault.ID] = true
	}
	require.Len(t, ids, 3, "each failure is a row of its own")
	require.EqualValues(t, 3, patches.Load())
}

func TestAnotherSellersMarketplaceIsAMistakeInTheSettings(t *testing.T) {
	t.Parallel()
	a, _ := place(t, 1, 20_000, nil)
	a.Marketplace = "ATVPDKIKX0DER"
	conn, err := amazon.Open(a)
	require.NoError(t, err)
	var f *channel.Fault
	require.ErrorAs(t, conn.Test(t.Context()), &f)
	require.Equal(t, channel.Config, f.Class)
}

// TestPublishedBudgetsAreEnforced: at speed 1 the marketplace lets 20 searches through, then refuses.
func TestPublishedBudgetsAreEnforced(t *testing.T) {
	t.Parallel()
	a, _ := place(t, 1, 1, nil)
	conn, err := amazon.Open(a)
	require.NoError(t, err)
	for range 20 {
		_, err := conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
		require.NoError(t, err)
	}
	_, err = conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	var f *channel.Fault
	require.ErrorAs(t, err, &f)
	require.Equal(t, channel.Throttled, f.Class)
	require.Equal(t, "QuotaExceeded", f.Code)
	require.InDelta(t, 178, f.RetryAfter.Seconds(), 1, "one call in three minutes")
}
