package order_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

// shipped is an order of which three lamps were shipped from main, with open books.
func shipped() (*order.Order, *order.Allocation) {
	a := order.NewAllocation()
	a.Open(at("lamp", "main"), stock.Level{}, 0)
	a.Open(at("lamp", "outlet"), stock.Level{}, 0)
	l := &order.Line{LineKey: order.LineKey{OrderID: 1, LineID: "1"}, Item: order.Item{SKU: "lamp"}, Location: "main", Booked: true, Quantity: 3, Units: order.Units{Shipped: 3}}
	a.Put(l)
	return &order.Order{RowID: 1, State: order.Completed, Lines: []*order.Line{l}}, a
}

func reported(id string, n int, s order.Stage) order.ShownReturn {
	return order.ShownReturn{ID: id, LineID: "1", Quantity: n, Stage: s, Reason: "UNWANTED"}
}

func TestAReturnIsTakenInOnceAndFollowsItsChannel(t *testing.T) {
	t.Parallel()
	o, _ := shipped()
	in := o.Report(nil, []order.ShownReturn{reported("r1", 2, order.StageRequested), {ID: "x", LineID: "unknown", Quantity: 1}})
	require.Len(t, in, 1)
	require.True(t, in[0].Changed)
	require.Equal(t, 2, in[0].Open())
	in[0].Changed = false
	in = o.Report(in, []order.ShownReturn{reported("r1", 2, order.StageRequested)})
	require.Len(t, in, 1)
	require.False(t, in[0].Changed, "it says nothing new")
	in = o.Report(in, []order.ShownReturn{reported("r1", 2, order.StageWithdrawn)})
	require.True(t, in[0].Changed)
	require.Zero(t, in[0].Open())
}

func TestUnitsThatWereTakenBackBeforeAreNotTakenBackAgain(t *testing.T) {
	t.Parallel()
	o, books := shipped()
	require.Empty(t, o.Return(books, map[string]int{"1": 1}, true, nil, order.Shelf{}))
	in := o.Report(nil, []order.ShownReturn{reported("r1", 2, order.StageClosed), reported("r2", 1, order.StageClosed)})
	require.Equal(t, []int{1, 1}, []int{in[0].Earlier, in[0].Open()})
	require.Equal(t, 1, in[1].Open(), "the unit belongs to the first one")

	in.Take("1", 2, false)
	require.Equal(t, []int{1, 1}, []int{in[0].WrittenOff, in[1].WrittenOff})
}

func TestAReturnIsSettledOnceAndNotForMoreThanWasShipped(t *testing.T) {
	t.Parallel()
	o, books := shipped()
	in := o.Report(nil, []order.ShownReturn{reported("r1", 2, order.StageClosed), reported("r2", 3, order.StageClosed), reported("r3", 1, order.StageWithdrawn)})
	require.Empty(t, o.Settle(books, in[0], 1, true, order.Shelf{Location: "outlet", By: "ann"}, nil))
	require.Empty(t, o.Settle(books, in[0], 1, false, order.Shelf{}, nil))
	require.Contains(t, o.Settle(books, in[0], 1, true, order.Shelf{}, nil), "0 units are of the return to be decided about, not 1")
	require.Equal(t, []int{1, 1, 0}, []int{in[0].Restocked, in[0].WrittenOff, in[0].Open()})
	require.Contains(t, o.Settle(books, in[1], 2, true, order.Shelf{}, nil), "but 1 are shipped and not returned yet")
	require.Contains(t, o.Settle(books, in[2], 1, true, order.Shelf{}, nil), "withdrawn")
	require.Equal(t, 1, books.At(at("lamp", "outlet")).OnHand)
	require.Zero(t, books.At(at("lamp", "main")).OnHand)
	entries := books.Entries()
	require.Len(t, entries, 1)
	require.Equal(t, []any{stock.Return, 1, "ann", "return 0: UNWANTED"}, []any{entries[0].Kind, entries[0].OnHand, entries[0].By, entries[0].Note})

	for _, restock := range []bool{true, false} {
		refusal, nothing := in[0].Nothing(restock)
		require.True(t, nothing)
		require.Empty(t, refusal, "both were done to units of it")
	}
	refusal, nothing := (&order.Returned{Quantity: 1, Restocked: 1}).Nothing(false)
	require.True(t, nothing)
	require.Contains(t, refusal, "1 restocked")
	_, nothing = in[1].Nothing(true)
	require.False(t, nothing)
}

func TestAPersonEntersNoMoreThanWasShipped(t *testing.T) {
	t.Parallel()
	o, _ := shipped()
	in, refusal := o.Enter(nil, order.Returned{LineID: "1", ReportID: "k1", Quantity: 2})
	require.Empty(t, refusal)
	require.Equal(t, order.StageArrived, in[0].Stage)
	in, refusal = o.Enter(in, order.Returned{LineID: "1", ReportID: "k2", Quantity: 2})
	require.Contains(t, refusal, "but 1 are shipped and neither returned nor in the inbox")
	require.Len(t, in, 1)
}

// What a person entered and what the channel reports later are the same units, whether they are decided about before or after.
func TestAReturnThatWasEnteredIsNotReportedOnceMore(t *testing.T) {
	t.Parallel()
	for _, first := range []bool{true, false} {
		o, books := shipped()
		o.Line("1").Quantity, o.Line("1").Units.Shipped = 2, 2
		in, refusal := o.Enter(nil, order.Returned{LineID: "1", ReportID: "k", Quantity: 1})
		require.Empty(t, refusal)
		settle := func() { require.Empty(t, o.Settle(books, in[0], 1, true, order.Shelf{}, nil)) }
		if first {
			settle()
		}
		in = o.Report(in, []order.ShownReturn{reported("r1", 1, order.StageRequested)})
		in = o.Report(in, []order.ShownReturn{reported("r1", 1, order.StageClosed)})
		require.Equal(t, []int{1, 0}, []int{in[1].Earlier, in[1].Open()}, "settled first: %t", first)
		if !first {
			settle()
		}
		require.Equal(t, 1, books.At(at("lamp", "main")).OnHand)
		in = o.Report(in, []order.ShownReturn{reported("r1", 1, order.StageClosed), reported("r2", 1, order.StageComing)})
		require.Equal(t, 1, in[2].Open(), "the other unit")
	}
}

func TestAReturnThatIsWithdrawnAndMadeAnewIsSettledOnce(t *testing.T) {
	t.Parallel()
	for _, settled := range []bool{true, false} {
		o, books := shipped()
		in := o.Report(nil, []order.ShownReturn{reported("r1", 1, order.StageComing)})
		if settled {
			require.Empty(t, o.Settle(books, in[0], 1, true, order.Shelf{}, nil))
		}
		in = o.Report(in, []order.ShownReturn{reported("r2", 1, order.StageComing), reported("r1", 1, order.StageWithdrawn)})
		require.Zero(t, in[0].Open())
		require.Equal(t, settled, in[1].Open() == 0)
		in = o.Report(in, []order.ShownReturn{reported("r1", 1, order.StageComing), reported("r2", 1, order.StageWithdrawn)})
		require.Equal(t, settled, in[0].Open() == 0, "the first one comes after all")
		require.Zero(t, in[1].Open())
	}
}

// The reason of a write-off is the person's, who saw the goods: the channel's next version put its own word over it.
func TestTheReasonOfAWriteOffStays(t *testing.T) {
	t.Parallel()
	o, books := shipped()
	in := o.Report(nil, []order.ShownReturn{reported("r1", 2, order.StageComing)})
	in[0].Reason = "arrived broken"
	require.Empty(t, o.Settle(books, in[0], 1, false, order.Shelf{By: "ann"}, nil))
	in = o.Report(in, []order.ShownReturn{reported("r1", 2, order.StageClosed)})
	require.Equal(t, order.StageClosed, in[0].Stage)
	require.Equal(t, "arrived broken", in[0].Reason)
}
