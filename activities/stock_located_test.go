package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
)

// located is a channel with a level of its only SKU per location. It stocks the SKU where the quantity that is replaced is not known.
type located struct {
	channel.Connection
	has     map[string]int
	refused int // calls
}

// Batch takes all levels.
func (c *located) Batch(n int) (int, channel.Operation) { return n, channel.OpLevels }

// SetLevels compares and sets.
func (c *located) SetLevels(_ context.Context, levels []channel.Level) (channel.LevelsAnswer, error) {
	r := channel.LevelResult{SKU: levels[0].SKU}
	for _, l := range levels[0].At {
		n, stocked := c.has[l.Location]
		if l.From != nil && (!stocked || *l.From != n) {
			r.Fault, r.Stale = channel.NewFault(channel.Conflict, "set", "stale"), true
			continue
		}
		c.has[l.Location], r.At = l.Quantity, append(r.At, l.Location)
	}
	if r.Stale {
		c.refused++
	}
	return channel.LevelsAnswer{Results: []channel.LevelResult{r}}, nil
}

// SearchLag returns none.
func (c *located) SearchLag() time.Duration { return 0 }

// Quantities returns what the locations have.
func (c *located) Quantities(_ context.Context, levels []channel.Level) (map[string]channel.Shown, error) {
	shown := channel.Shown{At: map[string]int{}}
	for location, n := range c.has {
		shown.Quantity, shown.At[location] = shown.Quantity+n, n
	}
	return map[string]channel.Shown{levels[0].SKU: shown}, nil
}

// openLocated opens a store whose account lists what main and attic have, ten and five, at their own locations.
func openLocated(t *testing.T) (*shop, *located) {
	t.Helper()
	s := openStore(t, channel.Shopify)
	ctx := t.Context()
	a, err := s.store.Accounts.Account(ctx, account)
	require.NoError(t, err)
	a.StockLocations, a.ByLocation = []string{"attic", "main"}, true
	require.NoError(t, s.store.Settings.SaveAccounts(ctx, []accounts.Account{a}))
	_, err = s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	conn := &located{has: map[string]int{}}
	s.environment.Connections[account] = conn
	require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "A", SKU: "A"}}))
	s.arrive("main", 10)
	s.arrive("attic", 5)
	require.Equal(t, 1, s.push())
	require.Equal(t, map[string]int{"main": 10, "attic": 5}, conn.has)
	return s, conn
}

// arrive puts units of A on the shelf of a location.
func (s *shop) arrive(location string, n int) {
	s.t.Helper()
	_, err := s.store.Ledger.ApplyStock(s.t.Context(), []stock.Change{{Key: time.Now().String(), SKU: "A", Location: location, Kind: stock.Receipt, Quantity: n}})
	require.NoError(s.t, err)
}

// scan records a scan of orders that begins and ends now.
func (s *shop) scan(found ...order.Snapshot) {
	s.t.Helper()
	now := time.Now().UTC()
	if len(found) > 0 {
		_, err := s.store.Orders.SavePage(s.t.Context(), orders.Page{Account: account, RunID: "scan", SeenAt: now, Orders: found})
		require.NoError(s.t, err)
	}
	require.NoError(s.t, s.store.Runs.EndRun(s.t.Context(), runs.Run{ID: now.String(), Kind: runs.RunOrders, Account: account,
		Endpoint: channel.Production, WorkflowID: "scan", StartedAt: now, EndedAt: now}))
}

// What the channel has already as it is to be counts as accepted: units that are sold later have left it, and no call is refused for them.
func TestAfterALevelWasAsWantedSalesAreExpectedAgain(t *testing.T) {
	t.Parallel()
	s, conn := openLocated(t)
	conn.has["main"] = 12 // by hand
	s.arrive("main", 2)
	require.Equal(t, 1, s.push())
	require.Equal(t, 1, conn.refused)
	conn.has["main"] -= 3
	s.scan(order.Snapshot{ID: "1", PlacedAt: time.Now(), UpdatedAt: time.Now(), Fulfilment: order.FulfilmentUnshipped, Paid: true, Currency: "GBP",
		Lines: []order.SnapshotLine{{ID: "1-1", SKU: "A", Quantity: 3, Location: "main"}}})
	s.arrive("main", 1)
	require.Equal(t, 1, s.push())
	require.Equal(t, []any{1, map[string]int{"main": 10, "attic": 5}}, []any{conn.refused, conn.has})
}

// A seller stops stocking an item at a location: after a look at what is there it is stocked there again, instead of being refused with
// every push.
func TestALocationThatNoLongerStocksAnItemStocksItAgain(t *testing.T) {
	t.Parallel()
	for name, only := range map[string]map[string]int{"one": {"main": 10}, "all": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, conn := openLocated(t)
			conn.has = only
			s.arrive("attic", 1)
			require.Zero(t, s.push(), "it waits for a scan")
			s.scan()
			require.Equal(t, 1, s.push())
			require.Equal(t, map[string]int{"main": 10, "attic": 6}, conn.has)
		})
	}
}
