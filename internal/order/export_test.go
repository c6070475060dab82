package order_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

func TestWhyAFileLeavesAnOrderOut(t *testing.T) {
	t.Parallel()
	ready := order.Export{State: order.Open, Paid: true, TakeAt: order.AtPaid, Ours: true}
	for _, tc := range []struct {
		want   order.LeftOut
		change func(*order.Export)
	}{
		{order.LeftMore, func(*order.Export) {}},
		{order.LeftBackordered, func(e *order.Export) { e.Backordered = true }},
		{order.LeftUnlinked, func(e *order.Export) { e.Backordered, e.Unlinked = true, true }},
		{order.LeftUnpaid, func(e *order.Export) { e.Paid, e.Unlinked = false, true }},
		{order.LeftMore, func(e *order.Export) { e.Paid, e.TakeAt = false, order.AtPlaced }},
		{order.LeftUnpaid, func(e *order.Export) { e.State = order.AwaitingPayment }},
		{order.LeftObserving, func(e *order.Export) { e.Ours, e.Paid = false, false }},
		{order.LeftExported, func(e *order.Export) { e.Exported, e.Ours = true, false }},
	} {
		e := ready
		tc.change(&e)
		require.Equal(t, tc.want, e.LeftOut(), "%+v", e)
	}
}

func TestWhatOfAnExportedLineIsStillToBePacked(t *testing.T) {
	t.Parallel()
	e := order.Export{State: order.Processing, Paid: true, TakeAt: order.AtPaid}
	require.Equal(t, 2, e.ToPack(2, 3), "one was packed since")
	require.Equal(t, 3, e.ToPack(5, 3), "what was added is for another file")
	for _, state := range order.States() {
		e.State = state
		if e.ToPack(2, 3) > 0 {
			require.Contains(t, []order.State{order.Open, order.Processing}, state)
		}
	}
	require.Zero(t, order.Export{State: order.Open, TakeAt: order.AtPaid}.ToPack(2, 3), "not paid any more")
}

func TestWhatBecameOfAnExportedOrder(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		change order.ExportChange
		want   string
	}{
		{order.ExportChange{}, ""},
		{order.ExportChange{Moved: true}, "another name or address"},
		{order.ExportChange{Fewer: true, Further: true, Other: true}, "units cancelled, units added, another SKU"},
		{order.ExportChange{Cancelled: true, Fewer: true}, "cancelled"},
	} {
		require.Equal(t, tc.want, tc.change.Text())
		require.False(t, tc.change.News(tc.want), "it was told")
		require.True(t, tc.change.News("something else"))
	}
}

func TestALabelIsWrongWhenTheParcelGoesElsewhere(t *testing.T) {
	t.Parallel()
	ann := order.Buyer{Name: "Ann", Email: "ann@example.com", Phone: "1", Line1: "1 Lock Lane", City: "Hull", CountryCode: "GB"}
	for name, tc := range map[string]struct {
		same   bool
		change func(*order.Buyer)
	}{
		"another address of hers for letters": {true, func(b *order.Buyer) { b.Email, b.Phone = "a@example.com", "2" }},
		"another name":                        {false, func(b *order.Buyer) { b.Name = "Bob" }},
		"another house":                       {false, func(b *order.Buyer) { b.Line2 = "flat 2" }},
		"another region":                      {false, func(b *order.Buyer) { b.Region = "Yorks" }},
		"another country":                     {false, func(b *order.Buyer) { b.CountryCode = "DE" }},
	} {
		other := ann
		tc.change(&other)
		require.Equal(t, tc.same, ann.SamePlace(other), name)
	}
}

func TestWhatIsAskedOfLinesIsChecked(t *testing.T) {
	t.Parallel()
	two := []order.LineQuantity{{LineID: "1", Quantity: 1}, {LineID: "1", Quantity: 2}}
	sum, err := order.CheckCancellation("C", two)
	require.NoError(t, err)
	require.Equal(t, map[string]int{"1": 3}, sum)
	_, err = order.CheckCancellation("C", nil)
	require.NoError(t, err, "all that is not shipped")
	_, err = order.CheckCancellation("", two)
	require.ErrorContains(t, err, "needs an id that is unique")
	_, err = order.CheckReturn("R", nil)
	require.ErrorContains(t, err, "at least one line")
	_, err = order.CheckReturn("", two)
	require.ErrorContains(t, err, "a key")
	_, err = order.CheckReturn("R", []order.LineQuantity{{LineID: "1"}})
	require.ErrorContains(t, err, "want 1 or more")
}

func TestLinesThatWaitForOtherThanBefore(t *testing.T) {
	t.Parallel()
	line := func(id int64, was, now order.Units) *order.Line {
		return &order.Line{LineKey: order.LineKey{OrderID: id, LineID: "1"}, Was: was, Units: now}
	}
	same := line(1, order.Units{Unlinked: 1, Backordered: 1}, order.Units{Unlinked: 1, Backordered: 1})
	linked := line(2, order.Units{Unlinked: 1}, order.Units{Reserved: 1})
	lost := line(3, order.Units{Reserved: 2}, order.Units{Backordered: 2})
	require.Equal(t, []int64{2}, order.Unlinked([]*order.Line{same, linked, lost}))
	require.False(t, order.Backordered([]*order.Line{same, linked}))
	require.True(t, order.Backordered([]*order.Line{same, lost}))
	require.Equal(t, 2, lost.Lost())
}

func TestLinesThatWaitedForALinkAreMappedFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	a := order.NewAllocation()
	a.Open(stock.Place{SKU: "mug", Location: "main"}, stock.Level{OnHand: 3}, 0)
	line := func(id, placed int64, sku string, unlinked int) *order.Line {
		return &order.Line{LineKey: order.LineKey{OrderID: id, LineID: "1"}, PlacedAt: placed, Location: "main", Item: order.Item{SKU: sku}, Units: order.Units{Unlinked: unlinked}}
	}
	late, early, mapped, idle := line(1, 20, "", 2), line(2, 10, "", 2), line(3, 5, "pot", 1), line(4, 5, "", 0)
	items := map[order.LineKey]order.Item{}
	for _, l := range []*order.Line{late, early, mapped, idle} {
		items[l.LineKey] = order.Item{SKU: "mug"}
	}
	a.MapAll([]*order.Line{late, early, mapped, idle}, items)
	require.NoError(t, a.Err())
	require.Equal(t, order.Units{Reserved: 2}, early.Units)
	require.Equal(t, order.Units{Reserved: 1, Backordered: 1}, late.Units)
	require.Equal(t, order.Units{Unlinked: 1}, mapped.Units, "it has a SKU")
	require.Empty(t, idle.SKU, "nothing of it waits")
}
