package order_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

// meet takes an order in, of an account whose channel moves lines, while another one is known that has units of the same line.
func meet(id string, placed int, known *order.Order) *order.Intake {
	at := epoch.Add(time.Duration(placed) * time.Minute)
	in := order.NewIntake(order.Policy{LinesMove: true}, []order.Snapshot{{ID: id, PlacedAt: at, UpdatedAt: at, Paid: true, Fulfilment: order.FulfilmentUnshipped,
		Lines: []order.SnapshotLine{{ID: "L", Quantity: 1}}}})
	in.Classify(nil, 0)
	in.Arrivals[0].Order.RowID = 1
	in.Others = []*order.Order{known}
	lines := known.Lines
	known.Lines = nil
	in.SetLines(lines)
	books := order.NewAllocation()
	in.Release(books, order.Packages{})
	in.AddUnits(books)
	in.UpdateStates()
	return in
}

func knownOrder(placed int, state order.State, u order.Units) *order.Order {
	at := epoch.Add(time.Duration(placed) * time.Minute).UnixMicro()
	return &order.Order{RowID: 2, ID: "known", PlacedAt: at, Version: at, Delivered: at, State: state,
		Lines: []*order.Line{{LineKey: order.LineKey{OrderID: 2, LineID: "L"}, Quantity: u.Total(), Booked: true, Units: u, Was: u}}}
}

// Case B4, seen the other way round: the older of two orders with the same line arrives when the newer one is packed or shipped.
func TestAnOlderOrderThatIsSeenLateGetsNoUnitsOfALineThatTheNewerOneHas(t *testing.T) {
	t.Parallel()
	for state, u := range map[order.State]order.Units{
		order.Open: {Unlinked: 1}, order.Processed: {Packed: 1}, order.Completed: {Shipped: 1},
	} {
		in := meet("late", 1, knownOrder(2, state, u))
		late := in.Arrivals[0].Order
		require.Zero(t, late.Units(), state)
		require.Equal(t, order.Cancelled, late.State, state)
		require.Equal(t, "known", late.Lines[0].MovedTo, state)
		require.Empty(t, in.Others, "%s: nothing of it changes", state)
	}
}

// What was packed or shipped for the older order would be sent twice: a person decides.
func TestALineThatMovesAfterItWasPackedOrShippedIsAContradiction(t *testing.T) {
	t.Parallel()
	for state, want := range map[order.State]string{
		order.Processed: "1 unit of line L packed or shipped here, and it is in order new now",
		order.Completed: "1 unit of line L packed or shipped here, and it is in order new now",
	} {
		u := order.Units{Packed: 1}
		if state == order.Completed {
			u = order.Units{Shipped: 1}
		}
		known := knownOrder(1, state, u)
		in := meet("new", 2, known)
		require.Equal(t, order.Units{Unlinked: 1}, in.Arrivals[0].Order.Units(), state)
		require.Equal(t, want, known.Contradiction)
		require.True(t, known.Contradicts())
		require.Equal(t, u, known.Units(), state)
		require.Equal(t, state != order.Completed, known.Pending(), "an order that has ended needs no lifecycle")
	}
}

// A line of which nothing is left has nothing to move: what became of its units stays on record.
func TestALineOfWhichNothingIsLeftStaysAsItIsWhenOthersOfItsOrderMove(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		u    order.Units
		want string
	}{"cancelled": {order.Units{Cancelled: 2}, ""}, "open": {order.Units{Unlinked: 2}, "new"}} {
		known := knownOrder(1, order.Open, tc.u)
		other := &order.Line{LineKey: order.LineKey{OrderID: 2, LineID: "M"}, Quantity: 1, Booked: true, Units: order.Units{Unlinked: 1}}
		known.Lines = append(known.Lines, other)
		meet("new", 2, known)
		l := known.Line("L")
		require.Equal(t, tc.want, l.MovedTo, name)
		if tc.want == "" {
			require.Equal(t, tc.u, l.Units, name)
		}
		require.Equal(t, order.Units{Unlinked: 1}, other.Units, name)
	}
}

// What is said of another line stays said when a line moves, and what a person has kept stays kept in whatever order it is said.
func TestALineThatMovesTakesNothingBackThatIsSaidOfAnotherLine(t *testing.T) {
	t.Parallel()
	gone := "1 unit of line M packed here, and the line is gone from the order"
	known := knownOrder(1, order.Processed, order.Units{Packed: 1})
	known.Contradiction = "1 unit of line L shipped before, and now shown as open again; " + gone
	known.Kept = known.Contradiction
	meet("new", 2, known)
	moved := "1 unit of line L packed or shipped here, and it is in order new now"
	require.Equal(t, gone+"; "+moved, known.Contradiction)
	require.True(t, known.Contradicts(), "nobody has kept that")

	known = knownOrder(1, order.Processed, order.Units{Packed: 1})
	known.Contradiction = gone
	known.Kept = moved + "; " + gone
	meet("new", 2, known)
	require.False(t, known.Contradicts(), "it was kept before, in another order")
}
