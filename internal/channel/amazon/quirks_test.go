package amazon_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// orders reads all pages of what changed in the last hour.
func orders(t *testing.T, conn seller) (seen map[string]bool, calls int, err error) {
	t.Helper()
	seen = map[string]bool{}
	for q := (channel.OrdersQuery{Since: time.Now().Add(-time.Hour)}); calls < 1000; {
		page, err := conn.Orders(t.Context(), q)
		if err != nil {
			return seen, calls, err
		}
		calls++
		for _, o := range page.Orders {
			seen[o.ID] = true
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return seen, calls, nil
		}
	}
	require.Fail(t, "the pages have no end")
	return nil, 0, nil
}

// book places n paid orders and waits until the marketplace shows them.
func book(t *testing.T, conn seller, m *market.Market, n int) {
	t.Helper()
	for i := range n {
		placed, err := m.Place(t.Context(), market.Purchase{
			BookID: fmt.Sprint(i), Currency: "GBP", Paid: true, Buyer: market.Buyer{Name: "Jane", Country: "GB"},
			Lines: []market.PurchaseLine{{SKU: fmt.Sprintf("SKU-%d", i%40+1), Title: "Mug", Quantity: 1, UnitPrice: 999}},
		})
		require.NoError(t, err)
		require.Empty(t, placed.Refused)
	}
	polltest.Until(t, fmt.Sprint("the marketplace shows orders: ", n), func() bool {
		seen, _, err := orders(t, conn)
		return err == nil && len(seen) == n
	})
}

// TestPagesThatMisbehaveLoseNothing: pages come again and in another order, and tokens expire in the middle of a
// scan.
func TestPagesThatMisbehaveLoseNothing(t *testing.T) {
	t.Parallel()
	a, m, injector := quirky(t, 140)
	conn := open(t, a)
	book(t, conn, m, 450)
	for name, rates := range map[string]faults.Rates{
		"pages come again":   {DuplicatePage: 0.4},
		"pages out of order": {ReorderedPage: 1},
		"tokens die":         {TokenExpiry: 0.3},
	} {
		require.NoError(t, injector.Set(rates))
		complete := 0
		for range 10 { // a failed scan starts again from the beginning
			if seen, _, err := orders(t, conn); err == nil {
				require.Len(t, seen, 450, name)
				complete++
			}
			if seen, _, err := offered(t, conn); err == nil {
				require.Len(t, seen, 140, name)
				complete++
			}
		}
		require.GreaterOrEqual(t, complete, 5, "%s: most scans end well", name)
		require.NotEmpty(t, injector.Counts())
	}
}

// TestPagesThatLeadNowhereEnd in a classified fault, after a few calls.
func TestPagesThatLeadNowhereEnd(t *testing.T) {
	t.Parallel()
	a, m, injector := quirky(t, 140)
	conn := open(t, a)
	book(t, conn, m, 450)
	for name, rates := range map[string]faults.Rates{"cursor": {RepeatedCursor: 1}, "page": {DuplicatePage: 1}} {
		require.NoError(t, injector.Set(rates))
		_, calls, err := orders(t, conn)
		f := faultOf(t, err)
		require.Equal(t, channel.Unavailable, f.Class, name)
		require.Equal(t, "NO_PROGRESS", f.Code)
		require.Less(t, calls, 5, name)
		_, _, err = offered(t, conn)
		require.Equal(t, "NO_PROGRESS", faultOf(t, err).Code, name)
	}
}

// TestAGrantRevokedInTheMiddleNeedsAPerson: the access token is refused, and so is the refresh of it, once.
func TestAGrantRevokedInTheMiddleNeedsAPerson(t *testing.T) {
	t.Parallel()
	a, _, injector := quirky(t, 1)
	conn := open(t, a)
	require.NoError(t, conn.Test(t.Context()))
	require.NoError(t, injector.Set(faults.Rates{RevokedGrant: 1}))
	f := faultOf(t, conn.Test(t.Context()))
	require.Equal(t, channel.Auth, f.Class)
	require.Equal(t, "invalid_grant", f.Code)
	require.EqualValues(t, 2, injector.Counts()[faults.RevokedGrant], "no loop")
}

// TestAFeedIsRejectedInEachWay: refused at its creation, CANCELLED, and FATAL after half of it was applied.
func TestAFeedIsRejectedInEachWay(t *testing.T) {
	t.Parallel()
	a, m, injector := quirky(t, 10)
	a.FeedAbove = 5
	conn := open(t, a)
	require.NoError(t, injector.Set(faults.Rates{FeedRejected: 1}))
	var skus []string
	for _, l := range levels(10) {
		skus = append(skus, l.SKU)
	}
	_, err := conn.SetLevels(t.Context(), levels(10))
	f := faultOf(t, err)
	require.Equal(t, channel.Invalid, f.Class)
	require.Equal(t, "createFeed", f.Operation)
	require.False(t, f.Ambiguous, "nothing was begun")
	for _, want := range []channel.Fault{{Class: channel.Unavailable, Code: "FEED_CANCELLED"}, {Class: channel.Invalid, Code: "FEED_FATAL"}} {
		answer, err := conn.SetLevels(t.Context(), levels(10))
		require.NoError(t, err)
		for sku, f := range outcome(t, conn, answer.Pending, skus...) {
			require.Equal(t, want.Class, f.Class, sku)
			require.Equal(t, want.Code, f.Code)
			require.True(t, f.Ambiguous)
		}
	}
	polltest.Until(t, "half of the fatal feed is applied", func() bool {
		applied := 0
		for _, sku := range skus {
			l, err := m.Listing(t.Context(), sku)
			require.NoError(t, err)
			if l.Quantity != 50 {
				applied++
			}
		}
		return applied == 5
	})
}

// TestAListingThatIsGone is Missing in every operation.
func TestAListingThatIsGone(t *testing.T) {
	t.Parallel()
	a, _, injector := quirky(t, 10)
	a.FeedAbove = 5
	conn := open(t, a)
	require.NoError(t, injector.Set(faults.Rates{ProductGone: 1}))
	answer, err := conn.SetLevels(t.Context(), levels(1))
	require.NoError(t, err)
	require.Equal(t, channel.Missing, answer.Results[0].Fault.Class)
	answer, err = conn.SetLevels(t.Context(), levels(6))
	require.NoError(t, err)
	for sku, f := range outcome(t, conn, answer.Pending, "SKU-1", "SKU-2", "SKU-3", "SKU-4", "SKU-5", "SKU-6") {
		require.Equal(t, channel.Missing, f.Class, sku)
		require.Equal(t, "13013", f.Code)
	}
	page, err := conn.Listings(t.Context(), channel.ListingsQuery{SKUs: []string{"SKU-1"}})
	require.NoError(t, err)
	require.Empty(t, page.Listings)
	require.NotEmpty(t, page.RequestID)
}
