package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/internal/store/orders"
)

// An order that a scan can't read is set aside. It stays so until a person asks: then the scan asks the channel for the order by itself,
// which sends it as it should be (case A3).
func TestAnOrderThatIsSetAsideIsAskedForAgain(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.list(9, "MUG")
	s.push()
	placed, err := s.market.Place(t.Context(), market.Purchase{BookID: "1", Currency: "GBP", Paid: true,
		Buyer: market.Buyer{Name: "Ada Larkmoor", Line1: "1 Lock Lane", City: "Hull", PostalCode: "HU1 1AA", Country: "GB"},
		Lines: []market.PurchaseLine{{SKU: "MUG", Title: "Mug", Quantity: 3, UnitPrice: 1000}}})
	require.NoError(t, err)
	require.Empty(t, placed.Refused)
	require.NoError(t, s.faults.Set(faults.Rates{UnreadableOrder: 1, Operations: []string{"searchOrders"}}))
	a := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller}
	started := time.Now()
	scan := func(run string) activities.PageOutput {
		out := do[activities.PageOutput](s, a.SyncOrdersPage, activities.PageInput{Account: account, RunID: run, Started: started, OpenOnly: true})
		require.Nil(t, out.Fault)
		return out
	}
	setAside := func() []aside.Order {
		list, err := s.store.Aside.List(t.Context(), aside.Filter{})
		require.NoError(t, err)
		return list
	}
	polltest.Until(t, "the order is set aside", func() bool { scan("first"); return len(setAside()) == 1 })
	one := setAside()[0]
	require.Equal(t, placed.OrderID, one.OrderID)
	require.Zero(t, scan("second").Counts.Saved, "nobody has asked")
	require.Len(t, setAside(), 1)

	_, err = s.store.Aside.Ask(t.Context(), []int64{one.ID})
	require.NoError(t, err)
	require.Equal(t, 1, scan("third").Counts.Saved)
	require.Empty(t, setAside())
	found, err := s.store.Orders.Find(t.Context(), orders.OrderFilter{Account: account, Reference: placed.OrderID})
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, 3, found[0].Units.Reserved)
	runs, err := s.store.Runs.Items(t.Context(), "third", "done", "", 10)
	require.NoError(t, err)
	require.Len(t, runs, 1)
}
