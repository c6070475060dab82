package ebay

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// persistent repeats a call that eBay fails for a while, as the workflows do.
func persistent[T any](t *testing.T, call func() (T, error)) T {
	t.Helper()
	for range 200 {
		answer, err := call()
		if err == nil {
			return answer
		}
		require.Equal(t, channel.Unavailable, channel.AsFault(err, "").Class, err)
	}
	require.Fail(t, "it never succeeds")
	panic("not reached")
}

var pageQuirks = map[string]faults.Rates{
	"duplicate pages":  {DuplicatePage: 0.5},
	"reordered pages":  {ReorderedPage: 1},
	"repeated cursors": {RepeatedCursor: 1},
	"all of it":        {DuplicatePage: 0.3, ReorderedPage: 0.5, RepeatedCursor: 0.5},
}

func TestNoOrderIsLostInOddPages(t *testing.T) {
	t.Parallel()
	for name, rates := range pageQuirks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.conn.pageSize = 15
			var ids []string
			for n := range 70 {
				ids = append(ids, f.place(t, fmt.Sprint("b", n), 1))
			}
			q := channel.OrdersQuery{OpenOnly: true, Since: time.Now().Add(-time.Hour)}
			f.awaitWindow(t, q, ids[len(ids)-1])
			require.NoError(t, f.injector.Set(rates))
			found := map[string]bool{}
			for pages := 0; ; pages++ {
				require.Less(t, pages, 100, "no end")
				page := persistent(t, func() (channel.OrdersPage, error) { return f.conn.Orders(t.Context(), q) })
				for _, o := range page.Orders {
					found[o.ID] = true
				}
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
			for n, id := range ids {
				require.True(t, found[id], "order %d was skipped", n)
			}
		})
	}
}

func TestNoListingIsLostInOddPages(t *testing.T) {
	t.Parallel()
	for name, rates := range pageQuirks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			var listings []market.Listing
			for n := range 48 { // with the fixture's two listings the last page is not full
				listings = append(listings, market.Listing{SKU: fmt.Sprint("S", n), Title: "Plate", Price: 100, Quantity: 1})
			}
			require.NoError(t, f.market.List(t.Context(), listings))
			require.NoError(t, f.injector.Set(rates))
			found := map[string]bool{}
			var q channel.ListingsQuery
			for pages := 0; ; pages++ {
				require.Less(t, pages, 100, "no end")
				page := persistent(t, func() (channel.ListingsPage, error) { return f.conn.Listings(t.Context(), q) })
				for _, l := range page.Listings {
					found[l.SKU] = true
				}
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
			require.Len(t, found, 50)
		})
	}
}

func TestATokenThatDiesInAScanIsReplaced(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	require.NoError(t, f.conn.Test(t.Context()))
	before := mustToken(t, f.conn)
	require.NoError(t, f.injector.Set(faults.Rates{TokenExpiry: 1, Operations: []string{"getOrders"}}))
	_, err := f.conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	require.Equal(t, channel.Auth, channel.AsFault(err, "").Class, "refreshed once, and no more often")
	require.NotEqual(t, before, mustToken(t, f.conn))
	require.EqualValues(t, 2, f.injector.Counts()[faults.TokenExpiry])
	require.NoError(t, f.injector.Set(faults.Rates{}))
	require.NoError(t, f.conn.Test(t.Context()))

	require.NoError(t, f.injector.Set(faults.Rates{RevokedGrant: 1}))
	err = f.conn.Test(t.Context())
	require.Equal(t, "invalid_grant", channel.AsFault(err, "").Code)
}

func TestAProductThatIsGoneIsMissing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	require.NoError(t, f.injector.Set(faults.Rates{ProductGone: 1}))
	answer, err := f.conn.SetLevels(t.Context(), []channel.Level{{SKU: "MUG", Quantity: 1}})
	require.NoError(t, err)
	require.Equal(t, []string{"25702", string(channel.Missing)}, []string{answer.Results[0].Fault.Code, string(answer.Results[0].Fault.Class)})
}

func TestACombinedOrderHasEachLineOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	p := market.Purchase{BookID: "b", Currency: "GBP", Paid: true, Combined: true, Lines: []market.PurchaseLine{
		{SKU: "MUG", Title: "Mug", Quantity: 2, UnitPrice: 495}, {SKU: "MUG", Title: "Mug", Quantity: 1, UnitPrice: 495},
	}}
	placed, err := f.market.Place(t.Context(), p)
	require.NoError(t, err)
	page, err := f.conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	require.NoError(t, err)
	for _, o := range []order.Snapshot{page.Orders[0], f.order(t, placed.OrderID)} {
		require.Len(t, o.Lines, 2)
		require.Equal(t, []int{2, 1}, []int{o.Lines[0].Quantity, o.Lines[1].Quantity})
		require.EqualValues(t, 3*495, o.Total)
	}
}
