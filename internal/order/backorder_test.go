package order_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

func TestLinesThatLostUnitsAreToldNewestOrderFirst(t *testing.T) {
	t.Parallel()
	a := order.NewAllocation()
	line := func(id, placed int64, lineID string, position, lost int) *order.Line {
		return &order.Line{LineKey: order.LineKey{OrderID: id, LineID: lineID}, Position: position, PlacedAt: placed, Units: order.Units{Backordered: 1 + lost}, Was: order.Units{Backordered: 1}}
	}
	oldest, first, second, twin := line(7, 10, "a", 0, 1), line(3, 20, "b", 0, 2), line(3, 20, "a", 1, 1), line(4, 20, "a", 0, 1)
	a.Put(line(9, 30, "a", 0, 0), oldest, second, line(8, 30, "a", 0, -1), first, twin)
	require.Equal(t, []*order.Line{twin, first, second, oldest}, a.Demoted())
	require.Equal(t, 2, first.Lost())
}

// The store counts waiting lines as it has them: also lines that the page has changed, and lines that have moved away.
func TestEnoughLinesAreLoadedAlsoWhereLinesHaveLeft(t *testing.T) {
	t.Parallel()
	lamp := func(location string) stock.Place { return stock.Place{SKU: "lamp", Location: location} }
	a := order.NewAllocation()
	a.Open(lamp("main"), stock.Level{OnHand: 1, Reserved: 1}, 3) // one of these waits in a line that is not at hand
	a.Open(lamp("depot"), stock.Level{}, 0)
	lines := []*order.Line{
		{LineKey: order.LineKey{OrderID: 1, LineID: "1"}, Item: order.Item{SKU: "lamp"}, Location: "main", Booked: true, Quantity: 2, Units: order.Units{Reserved: 1, Backordered: 1}},
		{LineKey: order.LineKey{OrderID: 1, LineID: "2"}, Item: order.Item{SKU: "lamp"}, Location: "main", Booked: true, Quantity: 1, Units: order.Units{Backordered: 1}},
	}
	a.Put(lines...)
	a.Put(&order.Line{LineKey: order.LineKey{OrderID: 2, LineID: "1"}, Item: order.Item{SKU: "rope"}, Location: "main"})
	want := map[stock.Place]int{lamp("main"): 3}
	require.Equal(t, map[stock.Place]int{lamp("main"): 5}, a.Enough(want))
	require.Equal(t, map[stock.Place]int{lamp("main"): 3}, want, "it is not changed")

	policy := order.Policy{Account: "a", OrderLocation: "main", Routes: []order.Route{{Countries: []string{"DE"}, Locations: []string{"depot"}}}, ProcessAt: order.AtPaid}
	shown := order.Snapshot{ID: "1", UpdatedAt: epoch, Paid: true, Fulfilment: order.FulfilmentUnshipped, Buyer: &order.Buyer{CountryCode: "DE"},
		Lines: []order.SnapshotLine{{ID: "1", Quantity: 2}, {ID: "2", Quantity: 1}}}
	in := order.NewIntake(policy, []order.Snapshot{shown})
	in.Classify(map[string]*order.Order{"1": {RowID: 1, ID: "1", State: order.Open, Country: "GB", Location: "main"}}, 0)
	in.SetLines(lines)
	in.Release(a, nil)
	require.Equal(t, "depot", lines[0].Location)
	freed := a.Freed()
	require.Equal(t, map[stock.Place]int{lamp("main"): 2}, freed)
	require.Equal(t, map[stock.Place]int{lamp("main"): 4}, a.Enough(freed), "the store has both lines there still, and before the one that waits")
}

func TestALineThatGetsNothingIsNotTouched(t *testing.T) {
	t.Parallel()
	place := func(sku string) stock.Place { return stock.Place{SKU: sku, Location: "main"} }
	a := order.NewAllocation()
	a.Open(place("lamp"), stock.Level{OnHand: 1}, 2)
	a.Open(place("rope"), stock.Level{}, 1)
	line := func(id int64, parts ...order.Part) *order.Line {
		return &order.Line{LineKey: order.LineKey{OrderID: id, LineID: "1"}, PlacedAt: id, Location: "main", Item: order.Item{SKU: "lamp", Parts: parts}, Units: order.Units{Backordered: 1}}
	}
	kit, first, second := line(1, order.Part{SKU: "lamp", Per: 1}, order.Part{SKU: "rope", Per: 1}), line(2), line(3)
	a.Put(kit, first, second)
	a.Fill(map[stock.Place]int{place("lamp"): 1})
	require.NoError(t, a.Err())
	require.Equal(t, order.Units{Reserved: 1}, first.Units, "the kit lacks its rope and is passed over")
	_, changed := a.Written()
	require.Equal(t, []*order.Line{first}, changed)
	require.Equal(t, map[string]stock.Cause{"lamp": stock.BySale}, a.Touched())
}

// Units that are missing are taken from the newest orders; of those placed at the same moment, from the one that was saved last.
func TestMissingUnitsAreTakenFromTheNewestReservation(t *testing.T) {
	t.Parallel()
	lamp := stock.Place{SKU: "lamp", Location: "main"}
	for range 20 { // the lines are kept in a map
		a := order.NewAllocation()
		a.Open(lamp, stock.Level{OnHand: 2, Reserved: 5}, 0)
		line := func(id, placed int64, lineID string, position int) *order.Line {
			return &order.Line{LineKey: order.LineKey{OrderID: id, LineID: lineID}, Position: position, PlacedAt: placed, Location: "main", Item: order.Item{SKU: "lamp"},
				Units: order.Units{Reserved: 1}, Was: order.Units{Reserved: 1}}
		}
		late, oldest, first, second, third := line(9, 10, "a", 0), line(1, 10, "a", 0), line(2, 20, "a", 0), line(3, 20, "a", 0), line(3, 20, "b", 1)
		a.Put(first, third, oldest, second, late)
		require.NoError(t, a.Demote(map[stock.Place]int{lamp: 3}))
		for l, want := range map[*order.Line]int{oldest: 0, late: 0, first: 1, second: 1, third: 1} {
			require.Equal(t, want, l.Units.Backordered, "line %s of order %d", l.LineID, l.OrderID)
		}
		require.Equal(t, []int64{3, 3, 2}, a.DemotedOrders(), "in the order in which they lost them")
	}
}
