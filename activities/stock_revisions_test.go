package activities_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/polltest"
	simulated "github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/settings"
)

// onEBay returns a live shop on an eBay whose clock runs at a speed, with a listing that is imported, and the number of calls that set
// levels there.
func onEBay(t *testing.T, clock float64) (*shop, *atomic.Int64) {
	t.Helper()
	ctx := t.Context()
	s := openStore(t, channel.EBay)
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	var calls atomic.Int64
	serve := func(m market.Seller, o wire.Options) http.Handler {
		o.Speed = clock
		handler := simulated.Handler(m, o)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/bulk_update_price_quantity") {
				calls.Add(1)
			}
			handler.ServeHTTP(w, r)
		})
	}
	conn, err := ebay.Open(s.trade(serve, simulated.MarketOptions(account), channel.Account{
		Kind: channel.EBay, Marketplace: "EBAY_GB", Credentials: map[string]string{"clientId": "id", "clientSecret": "secret", "refreshToken": "grant"},
	}))
	require.NoError(t, err)
	s.environment.Connections[account], s.environment.Speed = conn, clock
	s.list(100, "MUG")
	s.imports("read")
	s.push()
	s.shows("MUG", 100)
	return s, &calls
}

// count sets what is on hand of MUG.
func (s *shop) count(key string, n int) {
	s.t.Helper()
	_, err := s.store.Ledger.ApplyStock(s.t.Context(), []stock.Change{{Key: key, SKU: "MUG", Location: "main", Kind: stock.Count, Quantity: n, Cause: stock.ByStock}})
	require.NoError(s.t, err)
}

// now is what eBay lists of MUG.
func (s *shop) now() int {
	s.t.Helper()
	l, err := s.market.Listing(s.t.Context(), "MUG")
	require.NoError(s.t, err)
	return l.Quantity
}

// sweepAndPush sends what is due, as the sweep has it done.
func (s *shop) sweepAndPush() {
	s.t.Helper()
	_, err := s.store.Levels.ReleaseLater(s.t.Context(), time.Now())
	require.NoError(s.t, err)
	s.push()
}

// Issue 14, point 4: of 300 changes of a listing all zeros arrive, others are sent ever less often, eBay refuses none, and the last
// value arrives in the end.
func TestAListingThatChangesAllTheTime(t *testing.T) {
	t.Parallel()
	const clock = 2000 // a day of 25 hours takes 45 seconds
	s, calls := onEBay(t, clock)
	for i := range 300 {
		n := i%7 + 1
		if i%5 == 0 {
			n = 0
		}
		s.count(fmt.Sprint("change-", i), n)
		s.sweepAndPush()
		if n == 0 {
			require.Zero(t, s.now(), "change %d", i)
		}
	}
	require.Less(t, calls.Load(), int64(250), "each call revises the listing once")
	rows, err := s.store.Links.LinkRows(t.Context(), links.LinkFilter{View: links.LinksLinked, Limit: 10})
	require.NoError(t, err)
	require.True(t, rows[0].Waiting)
	require.Greater(t, rows[0].Revisions, 124)
	polltest.Until(t, "eBay lists the last value", func() bool {
		s.sweepAndPush()
		return s.now() == 299%7+1
	})
	require.LessOrEqual(t, calls.Load(), int64(250))
	refused, err := s.store.Levels.RefusedLevels(t.Context())
	require.NoError(t, err)
	require.Empty(t, refused)
}

// Another tool has used up the day's revisions: the level waits for the next day, and needs nobody.
func TestAListingThatAnotherToolHasUsedUp(t *testing.T) {
	t.Parallel()
	const clock = 20_000 // a day takes 4.3 seconds
	s, _ := onEBay(t, clock)
	conn := s.environment.Connections[account]
	polltest.Until(t, "the other tool is refused", func() bool {
		answer, err := conn.SetLevels(t.Context(), []channel.Level{{SKU: "MUG", Quantity: 10 + int(time.Now().UnixNano()%1000)}})
		require.NoError(t, err)
		return answer.Results[0].UsedUp
	})
	s.count("sold-out", 0)
	a := activities.Stock{Environment: s.environment}
	out := do[activities.PushOutput](s, a.PushLevels, activities.PushInput{Account: account, RunID: "push", Size: 5})
	require.Nil(t, out.Fault)
	require.Zero(t, out.Counts.Failed)
	polltest.Until(t, "eBay's day ends", func() bool {
		s.sweepAndPush()
		return s.now() == 0
	})
	refused, err := s.store.Levels.RefusedLevels(t.Context())
	require.NoError(t, err)
	require.Empty(t, refused)
}
