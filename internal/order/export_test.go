package order_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

func TestWhyAFileLeavesAnOrderOut(t *testing.T) {
	t.Parallel()
	ready := order.Export{State: order.Open, Paid: true, ProcessAt: order.AtPaid}
	named, repeat := order.Wanted{Named: true}, order.Wanted{Repeat: true}
	for name, tc := range map[string]struct {
		want   order.LeftOut
		wanted order.Wanted
		change func(*order.Export)
	}{
		"nothing keeps it out":               {order.LeftMore, order.Wanted{}, func(*order.Export) {}},
		"the rest of it is to be packed":     {order.LeftMore, order.Wanted{}, func(e *order.Export) { e.State = order.Processing }},
		"without stock":                      {order.LeftBackordered, order.Wanted{}, func(e *order.Export) { e.Backordered = true }},
		"without a link":                     {order.LeftUnlinked, order.Wanted{}, func(e *order.Export) { e.Backordered, e.Unlinked = true, true }},
		"not paid any more":                  {order.LeftUnpaid, order.Wanted{}, func(e *order.Export) { e.Paid, e.Unlinked = false, true }},
		"taken unpaid":                       {order.LeftMore, order.Wanted{}, func(e *order.Export) { e.Paid, e.ProcessAt = false, order.AtPlaced }},
		"waits for its payment":              {order.LeftUnpaid, order.Wanted{}, func(e *order.Export) { e.State = order.AwaitingPayment }},
		"observing":                          {order.LeftObserving, repeat, func(e *order.Export) { e.Observing, e.Paid = true, false }},
		"observing, and named":               {order.LeftMore, named, func(e *order.Export) { e.Observing = true }},
		"in an earlier file":                 {order.LeftExported, named, func(e *order.Export) { e.Exported, e.Observing = true, true }},
		"in an earlier file, and asked for":  {order.LeftMore, repeat, func(e *order.Export) { e.Exported = true }},
		"of a test endpoint":                 {"", repeat, func(e *order.Export) { e.Test = true }},
		"of a test endpoint, and named":      {order.LeftMore, named, func(e *order.Export) { e.Test = true }},
		"all packed":                         {"", order.Wanted{}, func(e *order.Export) { e.State = order.Processed }},
		"cancelled, though in an older file": {"", order.Wanted{}, func(e *order.Export) { e.State, e.Exported = order.Cancelled, true }},
	} {
		e := ready
		tc.change(&e)
		require.Equal(t, tc.want, e.LeftOut(tc.wanted), name)
		require.Equal(t, tc.want == order.LeftMore, e.Included(tc.wanted), name)
	}
}

func TestWhichOrdersCanBePackedWhole(t *testing.T) {
	t.Parallel()
	packable := order.Exports(order.Export.Packable)
	require.Len(t, packable, 2*3*8, "two states; paid, or not; what files and accounts say does not matter")
	for _, e := range packable {
		require.True(t, e.State.Packs())
		require.True(t, e.Paid || e.ProcessAt == order.AtPlaced)
		require.False(t, e.Backordered || e.Unlinked || e.Held)
	}
	all := order.Exports(func(order.Export) bool { return true })
	require.Len(t, all, len(order.States())*2*128)
	seen := map[order.Export]bool{}
	for _, e := range all {
		seen[e] = true
	}
	require.Len(t, seen, len(all), "each once")
}

func TestWhatOfAnExportedLineIsStillToBePacked(t *testing.T) {
	t.Parallel()
	e := order.Export{State: order.Processing, Paid: true, ProcessAt: order.AtPaid}
	require.Equal(t, 2, e.ToPack(2, 3), "one was packed since")
	require.Equal(t, 3, e.ToPack(5, 3), "what was added is for another file")
	for _, state := range order.States() {
		e.State = state
		if e.ToPack(2, 3) > 0 {
			require.Contains(t, []order.State{order.Open, order.Processing}, state)
		}
	}
	require.Zero(t, order.Export{State: order.Open, ProcessAt: order.AtPaid}.ToPack(2, 3), "not paid any more")
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
		require.False(t, tc.change.News(tc.want), "it was reported")
		require.Equal(t, tc.want != "", tc.change.News("something else"))
	}
}

func TestHowAnExportedOrderDiffersFromItsFile(t *testing.T) {
	t.Parallel()
	written := order.ExportedLine{Written: true, WasSKU: "mug", SKU: "mug", WasAlive: 2, Alive: 2}
	line := func(change func(*order.ExportedLine)) []order.ExportedLine {
		l := written
		change(&l)
		return []order.ExportedLine{written, l, written}
	}
	for name, tc := range map[string]struct {
		order order.Exported
		want  order.ExportChange
	}{
		"as it was":                   {order.Exported{State: order.Processed, Lines: []order.ExportedLine{written}}, order.ExportChange{}},
		"cancelled":                   {order.Exported{State: order.Cancelled}, order.ExportChange{Cancelled: true}},
		"moved":                       {order.Exported{Moved: true}, order.ExportChange{Moved: true}},
		"units cancelled":             {order.Exported{Lines: line(func(l *order.ExportedLine) { l.Alive = 1 })}, order.ExportChange{Fewer: true}},
		"units added":                 {order.Exported{Lines: line(func(l *order.ExportedLine) { l.Alive = 3 })}, order.ExportChange{Further: true}},
		"a line added":                {order.Exported{Lines: line(func(l *order.ExportedLine) { *l = order.ExportedLine{SKU: "pot", Alive: 1} })}, order.ExportChange{Further: true}},
		"a line added, and cancelled": {order.Exported{Lines: line(func(l *order.ExportedLine) { *l = order.ExportedLine{SKU: "pot"} })}, order.ExportChange{}},
		"another SKU":                 {order.Exported{Lines: line(func(l *order.ExportedLine) { l.SKU = "pot" })}, order.ExportChange{Other: true}},
		"one more, one less": {order.Exported{Lines: append(line(func(l *order.ExportedLine) { l.Alive = 3 }), line(func(l *order.ExportedLine) { l.Alive = 0 })...)},
			order.ExportChange{Fewer: true, Further: true}},
	} {
		require.Equal(t, tc.want, tc.order.Change(), name)
	}
	for _, state := range order.States() {
		require.Equal(t, state == order.Shipped || state == order.Completed, order.Exported{State: state}.Over(), state)
	}
}

func TestALabelIsWrongWhenThePackageGoesElsewhere(t *testing.T) {
	t.Parallel()
	ann := order.Buyer{Name: "Ann", Email: "ann@example.com", Phone: "1", Line1: "1 Lock Lane", City: "Hull", CountryCode: "GB"}
	for name, tc := range map[string]struct {
		same   bool
		change func(*order.Buyer)
	}{
		"another address of hers for letters": {true, func(b *order.Buyer) { b.Email, b.Phone = "a@example.com", "2" }},
		"another name":                        {false, func(b *order.Buyer) { b.Name = "Bob" }},
		"another flat":                        {false, func(b *order.Buyer) { b.Line2 = "flat 2" }},
		"another region":                      {false, func(b *order.Buyer) { b.Region = "Yorks" }},
		"another country":                     {false, func(b *order.Buyer) { b.CountryCode = "DE" }},
		"a note": {true, func(b *order.Buyer) {
			b.Note, b.LineNotes = "Ring twice", []order.LineNote{{LineID: "1", Gift: "Yours, Bob"}}
		}},
	} {
		other := ann
		tc.change(&other)
		require.Equal(t, tc.same, reflect.DeepEqual(ann.Place(), other.Place()), name)
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
	a.MapAll([]*order.Line{late, early, mapped, idle}, items, nil)
	require.NoError(t, a.Err())
	require.Equal(t, order.Units{Reserved: 2}, early.Units)
	require.Equal(t, order.Units{Reserved: 1, Backordered: 1}, late.Units)
	require.Equal(t, order.Units{Unlinked: 1}, mapped.Units, "it has a SKU")
	require.Empty(t, idle.SKU, "nothing of it waits")
}

// Case B8: of a kit that its channel has shipped, only the parts are deducted that were not counted since.
func TestPartsThatWereCountedSinceAreNotDeducted(t *testing.T) {
	t.Parallel()
	a := order.NewAllocation()
	for _, sku := range []string{"cup", "saucer"} {
		a.Open(stock.Place{SKU: sku, Location: "main"}, stock.Level{OnHand: 5}, 0)
	}
	l := &order.Line{LineKey: order.LineKey{OrderID: 1, LineID: "1"}, Location: "main", Undeducted: 2, Units: order.Units{Shipped: 2}}
	set := order.Item{SKU: "set", Parts: []order.Part{{SKU: "cup", Per: 2}, {SKU: "saucer", Per: 2}}}
	a.MapAll([]*order.Line{l}, map[order.LineKey]order.Item{l.LineKey: set}, map[order.LineKey][]string{l.LineKey: {"saucer"}})
	require.NoError(t, a.Err())
	require.Equal(t, 1, a.At(stock.Place{SKU: "cup", Location: "main"}).OnHand)
	require.Equal(t, 5, a.At(stock.Place{SKU: "saucer", Location: "main"}).OnHand)
	require.Zero(t, l.Undeducted)
}
