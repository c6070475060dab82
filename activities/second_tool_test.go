package activities_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/settings"
)

// At each channel a second tool overwrites some of the levels while buyers buy, goods come in and calls fail in every way: one read-back
// and the next scan name exactly those, and Towpath's levels are listed again.
func TestWhatASecondToolSetsIsNamedOnEveryChannel(t *testing.T) {
	t.Parallel()
	for kind, open := range shopsOfAllChannels {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			playSecondTool(t, open(t), 60, 12)
		})
	}
}

// secondToolTakes is the longest that a step of the play may take: with thousands of listings on a slow machine.
const secondToolTakes = 20 * time.Minute

// playSecondTool plays a second tool that overwrites some of a number of levels.
func playSecondTool(t *testing.T, s *shop, listings, overwritten int) {
	t.Helper()
	s.environment.Speed = speed
	_, err := s.store.Settings.GoLive(t.Context(), account, settings.Live{By: "test"})
	require.NoError(t, err)
	var skus []string
	for i := range listings {
		skus = append(skus, fmt.Sprintf("SKU-%04d", i))
	}
	s.list(20, skus...)
	s.readsBack("first")
	s.pushes()
	if _, eventual := s.environment.Connections[account].(channel.Eventual); eventual {
		s.confirms(listings)
	}
	s.readsBack("second")
	s.sweep()
	require.Empty(t, s.drift(), "nobody else has written")

	require.NoError(t, s.faults.Set(faults.Rates{Lost: 0.1, Unavailable: 0.1, Truncated: 0.05, ServerError: 0.05, ReorderedPage: 0.5}))
	sold := s.sells(skus[:listings/3], "before")
	done, err := s.market.Overwrite(t.Context(), overwritten)
	require.NoError(t, err)
	require.Len(t, done, overwritten)
	var want []string
	for _, o := range done {
		want = append(want, o.SKU)
	}
	s.receives(slices.DeleteFunc(slices.Clone(skus[listings/3:listings/2]), func(sku string) bool { return slices.Contains(want, sku) }), 7)
	s.pushes()
	sold = append(sold, s.sells(skus[2*listings/3:], "while it is read")...)
	reads := 0
	polltest.Within(t, secondToolTakes, "a read-back comes late enough after what was accepted", func() bool {
		reads++
		s.readsBack(fmt.Sprint("later-", reads))
		noted := s.noted()
		return !slices.ContainsFunc(want, func(sku string) bool { return !noted[sku] })
	})
	s.sweep()
	require.Empty(t, s.drift(), "the sales are not known yet")
	s.scannedLater(sold...)
	s.sweep()
	slices.Sort(want)
	require.Equal(t, want, s.drift())

	s.pushes()
	require.NoError(t, s.faults.Set(faults.Rates{}))
	polltest.Within(t, secondToolTakes, "the marketplace lists what Towpath has", func() bool {
		s.pushes()
		l, err := s.market.Listing(t.Context(), want[0])
		require.NoError(t, err)
		return l.Quantity != 1 && l.Quantity < 200
	})
}

// noted returns the levels that are noted as shown otherwise than accepted, for whatever reason.
func (s *shop) noted() map[string]bool {
	s.t.Helper()
	noted := map[string]bool{}
	b, err := s.store.Books.All(s.t.Context())
	require.NoError(s.t, err)
	for _, l := range b.Listings {
		noted[l.ChannelSKU] = l.Foreign
	}
	return noted
}

// readsBack reads all listings, again where a call fails.
func (s *shop) readsBack(run string) {
	s.t.Helper()
	in := activities.ListingsInput{Account: account, RunID: run, Started: time.Now().UTC()}
	polltest.Within(s.t, secondToolTakes, "all listings are read", func() bool {
		a := activities.Links{Environment: s.environment, Pushes: s.caller}
		out := do[activities.ListingsOutput](s, a.ImportListings, in)
		if out.Fault != nil {
			return false
		}
		in.Cursor, in.Sofar = out.Next, in.Sofar.Add(out.Counts)
		return out.Next == ""
	})
}

// pushes sends every dirty level, again where a call fails.
func (s *shop) pushes() {
	s.t.Helper()
	polltest.Within(s.t, secondToolTakes, "all levels are sent", func() bool {
		a := activities.Stock{Environment: s.environment}
		out := do[activities.PushOutput](s, a.PushLevels, activities.PushInput{Account: account, RunID: "push", Size: 20})
		return out.Fault == nil && out.Next.Dirty == 0
	})
}

// confirms reads accepted levels back until so many are shown.
func (s *shop) confirms(n int) {
	s.t.Helper()
	confirmed := 0
	polltest.Within(s.t, secondToolTakes, "the marketplace shows what it has accepted", func() bool {
		confirmed += s.check("check").Confirmed
		s.pushes() // what was not shown in time
		return confirmed >= n
	})
}

// sells has a buyer buy one of each SKU, and returns the orders as a scan finds them.
func (s *shop) sells(skus []string, when string) (sold []order.Snapshot) {
	s.t.Helper()
	for _, sku := range skus {
		placed, err := s.market.Place(s.t.Context(), market.Purchase{BookID: when + sku, Currency: "GBP", Paid: true,
			Lines: []market.PurchaseLine{{SKU: sku, Title: "A " + sku, Quantity: 1, UnitPrice: 1000}}})
		require.NoError(s.t, err)
		if placed.Refused == "" {
			sold = append(sold, order.Snapshot{ID: placed.OrderID, Reference: placed.OrderID, Fulfilment: order.FulfilmentUnshipped, Paid: true, PlacedAt: time.Now().UTC(),
				Lines: []order.SnapshotLine{{ID: "1", SKU: sku, Quantity: 1}}})
		}
	}
	return sold
}

// receives books units that came in.
func (s *shop) receives(skus []string, n int) {
	s.t.Helper()
	var changes []stock.Change
	for _, sku := range skus {
		changes = append(changes, stock.Change{Key: "in-" + sku, SKU: sku, Location: "main", Kind: stock.Receipt, Quantity: n})
	}
	_, err := s.store.Ledger.ApplyStock(s.t.Context(), changes)
	require.NoError(s.t, err)
}
