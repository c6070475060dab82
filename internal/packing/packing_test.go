package packing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/packing"
	"github.com/towpath/towpath/internal/shipment"
)

var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func day(n int) time.Time { return time.Date(2026, 11, n, 0, 0, 0, 0, time.UTC) }

func line(id string, u order.Units) *order.Line {
	return &order.Line{LineKey: order.LineKey{LineID: id}, Item: order.Item{SKU: "sku-" + id}, Units: u}
}

// book returns the known orders: one that can be packed, one with two lines, one of Shopify's, and one for each state
// that can't be packed.
func book() []*packing.Order {
	one := func(row int64, account, id, reference string, state order.State, lines ...*order.Line) *packing.Order {
		return &packing.Order{Account: account, Order: order.Order{RowID: row, ID: id, Reference: reference, State: state, Paid: true,
			PlacedAt: day(20).Add(9 * time.Hour).UnixMicro(), Lines: lines}}
	}
	unpaid := one(5, "ebay-uk", "E5", "E5", order.AwaitingPayment, line("51", order.Units{Reserved: 1}))
	unpaid.Paid = false
	shipped := one(6, "ebay-uk", "E6", "E6", order.Shipped, line("61", order.Units{Shipped: 1}))
	shipped.Packages = []*shipment.Known{{State: shipment.Confirmed, Package: shipment.Package{ID: "old", TrackingNumber: "AB 1 GB",
		Contents: []shipment.Content{{LineID: "61", Quantity: 1}}}}}
	held := one(10, "ebay-uk", "E10", "E10", order.Open, line("101", order.Units{Reserved: 1}))
	held.Holds = order.HoldSet("refunded,by-hand")
	held.Allowed = order.HoldSet("refunded")
	parted := one(11, "ebay-uk", "E11", "E11", order.Open, line("111", order.Units{Reserved: 1}), line("112", order.Units{Reserved: 1}))
	parted.Routed, parted.Lines[0].Location, parted.Lines[1].Location = order.RoutedParted, "main", "outlet"
	return []*packing.Order{
		one(1, "amazon-uk", "204-1", "204-1", order.Open, line("11", order.Units{Reserved: 2})),
		one(2, "amazon-uk", "204-2", "204-2", order.Open, line("21", order.Units{Reserved: 2}), line("22", order.Units{Reserved: 1})),
		one(3, "shopify-uk", "gid://shopify/Order/99", "#1009", order.Open, line("gid://shopify/LineItem/7", order.Units{Reserved: 1})),
		one(4, "ebay-uk", "E4", "E4", order.Cancelled, line("41", order.Units{Cancelled: 1})),
		unpaid, shipped,
		one(7, "ebay-uk", "E7", "E7", order.Open, line("71", order.Units{Reserved: 1, Backordered: 2})),
		one(8, "ebay-uk", "204-1", "204-1", order.Open, line("81", order.Units{Reserved: 1})),
		one(9, "ebay-uk", "E9", "E9", order.Skipped), held, parted,
	}
}

func row(n int, name, tracking string) packing.Row {
	return packing.Row{Line: n, Account: "", Order: name, Carrier: "Royal Mail", Tracking: tracking, ShippedAt: day(23)}
}

func decide(o packing.Options, rows ...packing.Row) packing.Decision {
	o.Now = now
	return packing.Decide(rows, packing.Index(book()), o)
}

func shown(d packing.Decision) string {
	var all []string
	for _, m := range d.Mistakes {
		all = append(all, m.Error())
	}
	return strings.Join(all, "\n")
}

func TestAWholeOrderIsAllItsReservedUnitsUnderAnIdThatIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	d := decide(packing.Options{}, row(2, "204-2", "ab 123-gb"), row(3, "1009", "R2"), row(4, "204-2", "AB123GB"))
	require.Empty(t, shown(d))
	require.Len(t, d.Packages, 2, "the same number once more is the same package")
	p := d.Packages[0]
	require.Equal(t, []int{2, 4}, p.Lines)
	require.Equal(t, []shipment.Content{{LineID: "21", Quantity: 2}, {LineID: "22", Quantity: 1}}, p.Shipment.Contents)
	require.Equal(t, packing.ID("amazon-uk", "204-2", "AB123GB", nil), p.Shipment.ID)
	require.NoError(t, p.Shipment.Sendable())
	require.Equal(t, "shopify-uk", d.Packages[1].Order.Account, "with and without #")
}

// Both were only found when the package was processed, with a part of the file done.
func TestHeldOrdersAndPackagesFromTwoLocationsAreMistakesOfTheFile(t *testing.T) {
	t.Parallel()
	d := decide(packing.Options{}, row(2, "E10", "R1"), row(3, "E11", "R2"))
	require.Empty(t, d.Packages)
	require.Contains(t, shown(d), "order E10 is held: you held it")
	require.Contains(t, shown(d), "line 111 is at main and line 112 at outlet")
	first, second := row(2, "E11", "R1"), row(3, "E11", "R2")
	first.LineID, second.LineID = "111", "112"
	d = decide(packing.Options{}, first, second)
	require.Empty(t, shown(d))
	require.Len(t, d.Packages, 2)
}

func TestAnIdIsPartOfWhatWasProcessed(t *testing.T) {
	t.Parallel()
	// A change of this result would send every package of older files again.
	require.Equal(t, "b21415e2", packing.ID("amazon-uk", "204-2", "ab 123-gb", []string{"22", "21"})[:8])
	require.Equal(t, packing.ID("a", "b", "c", []string{"1", "2"}), packing.ID("a", "b", "C", []string{"2", "1"}))
	require.NotEqual(t, packing.ID("a", "b", "c", nil), packing.ID("a", "b", "c", []string{"1"}))
}

func TestAnOrderIsFoundByEachOfItsNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"#1009", "1009", "gid://shopify/Order/99", "99"} {
		d := decide(packing.Options{}, row(2, name, "R2"))
		require.Empty(t, shown(d), name)
		require.Len(t, d.Packages, 1, name)
	}
	r := row(2, "1009", "R2")
	r.LineID = "7"
	d := decide(packing.Options{}, r)
	require.Empty(t, shown(d))
	require.Equal(t, "gid://shopify/LineItem/7", d.Packages[0].Shipment.Contents[0].LineID)
}

func TestEachMistakeIsReportedWithItsLineAndNothingElseIsHeldUp(t *testing.T) {
	t.Parallel()
	with := func(r packing.Row, change func(*packing.Row)) packing.Row {
		change(&r)
		return r
	}
	good := row(1, "1009", "GOOD1")
	for name, tc := range map[string]struct {
		rows []packing.Row
		want string
	}{
		"unknown":          {[]packing.Row{row(2, "#9999", "T1")}, "line 2, column order: no order #9999 is known"},
		"none":             {[]packing.Row{row(2, "", "T1")}, "no order is named"},
		"several accounts": {[]packing.Row{row(2, "204-1", "T1")}, "2 orders: amazon-uk 204-1, ebay-uk 204-1"},
		"scientific":       {[]packing.Row{row(2, "204-2", "9.4001E+21")}, "9.4001E+21 is how a spreadsheet shows a long number"},
		"cut":              {[]packing.Row{row(2, "204-2", "9400100000000010000000")}, "keeps 15 digits"},
		"formula":          {[]packing.Row{row(2, "204-2", `="123"`)}, "formula"},
		"no number":        {[]packing.Row{row(2, "204-2", "--")}, "is no tracking number"},
		"doubled":          {[]packing.Row{row(2, "204-2", "T1"), row(3, "E7", "t 1")}, "line 3, column tracking: t 1 is doubled: order 204-2 in line 2"},
		"two whole":        {[]packing.Row{row(2, "204-2", "T1"), row(3, "204-2", "T2")}, "line 3, column tracking: order 204-2 has the number T2 here and T1 in line 2"},
		"cancelled":        {[]packing.Row{row(2, "E4", "T1")}, "is cancelled: stop the package"},
		"unpaid":           {[]packing.Row{row(2, "E5", "T1")}, "is not paid"},
		"corrected number": {[]packing.Row{row(2, "E6", "T1")}, "every unit of order E6 is packed already, under AB 1 GB"},
		"backordered":      {[]packing.Row{row(2, "E7", "T1")}, "2 of 3 units are backordered"},
		"skipped":          {[]packing.Row{row(2, "E9", "T1")}, "was skipped"},
		"too many":         {[]packing.Row{with(row(2, "E7", "T1"), func(r *packing.Row) { r.LineID, r.Quantity = "71", 2 })}, "2 units are packed, but 1 are left"},
		"unknown line":     {[]packing.Row{with(row(2, "204-2", "T1"), func(r *packing.Row) { r.LineID = "9" })}, "has no line 9; want one of 21, 22"},
		"units of none":    {[]packing.Row{with(row(2, "204-2", "T1"), func(r *packing.Row) { r.Quantity = 1 })}, "a line's id, one of 21, 22"},
		"no carrier":       {[]packing.Row{with(row(2, "204-2", "T1"), func(r *packing.Row) { r.Carrier = "" })}, "--carrier-default"},
		"other, nameless":  {[]packing.Row{with(row(2, "204-2", "T1"), func(r *packing.Row) { r.Carrier = "Other" })}, "has no name"},
		"before it":        {[]packing.Row{with(row(2, "204-2", "T1"), func(r *packing.Row) { r.ShippedAt = day(11) })}, "2026-11-11 is before the order was placed (2026-11-20)"},
		"in the future":    {[]packing.Row{with(row(2, "204-2", "T1"), func(r *packing.Row) { r.ShippedAt = day(29) })}, "is in the future"},
		"line twice": {[]packing.Row{with(row(2, "204-2", "T1"), func(r *packing.Row) { r.LineID = "21" }),
			with(row(3, "204-2", "T1"), func(r *packing.Row) { r.LineID = "21" })}, "line 3, column line: line 21 of order 204-2 is already in line 2"},
		"two carriers": {[]packing.Row{row(2, "204-2", "T1"), with(row(3, "204-2", "T1"), func(r *packing.Row) { r.Carrier = "DPD" })}, "one carrier for a package"},
	} {
		d := decide(packing.Options{}, append([]packing.Row{good}, tc.rows...)...)
		require.Contains(t, shown(d), tc.want, name)
		require.Contains(t, shown(d), "line 2", name+": the first row of a doubled one is named too")
		require.Len(t, d.Packages, 1, name)
		require.Equal(t, []int{1}, d.Packages[0].Lines, name)
	}
}

func TestSeveralPackagesOfAnOrderShareItsUnits(t *testing.T) {
	t.Parallel()
	part := func(n int, tracking, id string, units int) packing.Row {
		r := row(n, "204-2", tracking)
		r.LineID, r.Quantity = id, units
		return r
	}
	d := decide(packing.Options{}, part(2, "T1", "21", 1), part(3, "T2", "21", 0), part(4, "T2", "22", 1))
	require.Empty(t, shown(d))
	require.Len(t, d.Packages, 2)
	require.Equal(t, []shipment.Content{{LineID: "21", Quantity: 1}, {LineID: "22", Quantity: 1}}, d.Packages[1].Shipment.Contents, "no quantity: what is left")
	d = decide(packing.Options{}, part(2, "T1", "21", 2), part(3, "T2", "21", 1))
	require.Contains(t, shown(d), "line 3, column quantity: line 21 of order 204-2: 1 units are packed, but 0 are left")
}

func TestWhatIsOutAlreadyIsRecognised(t *testing.T) {
	t.Parallel()
	rows := []packing.Row{row(2, "204-2", "T1"), row(3, "E6", "ab1gb")}
	for _, state := range []shipment.State{shipment.Processed, shipment.Confirmed, shipment.Parked, shipment.Saved, shipment.Refused, shipment.Voided} {
		orders := book()
		first := decide(packing.Options{}, rows[0]).Packages[0]
		known := &shipment.Known{Package: first.Shipment, State: state}
		known.ShippedAt = day(22) // as it was saved
		orders[1].Packages = []*shipment.Known{known}
		d := packing.Decide(rows, packing.Index(orders), packing.Options{Now: now})
		if state == shipment.Voided {
			require.Contains(t, shown(d), "its units were cancelled since")
			continue
		}
		require.Empty(t, shown(d), state)
		require.Equal(t, first.Shipment.ID, d.Packages[0].Shipment.ID)
		require.Equal(t, state == shipment.Processed || state == shipment.Confirmed || state == shipment.Parked, d.Packages[0].Done(), state)
		require.Equal(t, state != shipment.Refused, d.Packages[0].Shipment.ShippedAt.Equal(day(22)), "%s: what is saved stands, what was refused is taken anew", state)
		require.Equal(t, "old", d.Packages[1].Shipment.ID, "processed by hand under another id")
		require.True(t, d.Packages[1].Done())
	}
}

func TestANumberOfAnotherOrderIsReportedUnlessTheyTravelTogether(t *testing.T) {
	t.Parallel()
	used := map[string][]string{"T1": {"ebay-uk E1"}}
	d := decide(packing.Options{Used: used}, row(2, "204-2", "T1"))
	require.Contains(t, shown(d), "it went out on order ebay-uk E1 before")
	d = decide(packing.Options{Used: used, Combined: true}, row(2, "204-2", "T1"), row(3, "1009", "T1"))
	require.Empty(t, shown(d))
	require.Len(t, d.Packages, 2)
	require.NotEqual(t, d.Packages[0].Shipment.ID, d.Packages[1].Shipment.ID)
}

func TestCarriersAndDatesAreKeptAsGiven(t *testing.T) {
	t.Parallel()
	r := row(2, "204-2", "NBC-1")
	r.Carrier, r.CarrierName, r.Service, r.ShippedAt = "", "Narrowboat Couriers", "Slow", day(20)
	bare := row(3, "1009", "T2")
	bare.Carrier, bare.ShippedAt = "", time.Time{}
	d := decide(packing.Options{Carrier: "Evri"}, r, bare)
	require.Empty(t, shown(d))
	p := d.Packages[0].Shipment
	require.Equal(t, "Other", p.Carrier)
	require.Equal(t, "Narrowboat Couriers", p.CarrierName)
	require.Equal(t, "Slow", p.Service)
	require.Equal(t, day(20).Add(9*time.Hour), p.ShippedAt, "a day alone is midnight: not before the order")
	require.Equal(t, "Evri", d.Packages[1].Shipment.Carrier)
	require.Equal(t, now, d.Packages[1].Shipment.ShippedAt)
}

func TestARowThatCouldNotBeReadHoldsItsWholePackage(t *testing.T) {
	t.Parallel()
	a, b := row(2, "204-2", "T1"), row(3, "204-2", "T1")
	a.LineID, b.LineID = "21", "22"
	d := decide(packing.Options{Mistaken: map[int]bool{3: true}}, a, b, row(4, "1009", "T2"))
	require.Empty(t, shown(d), "the reader has reported it")
	require.Len(t, d.Packages, 1)
	require.Equal(t, []int{4}, d.Packages[0].Lines)
	b.Tracking = ""
	d = decide(packing.Options{Mistaken: map[int]bool{3: true}}, a, b, row(4, "1009", "T2"))
	require.Len(t, d.Packages, 1, "which package of the order the row is of is not known")
}

// Whatever a file contains, no more units are packed than are reserved, and every row is in a package or reported.
func FuzzDecide(f *testing.F) {
	f.Add("204-2", "T1", "21", 1, "1009", "T1", "", 0)
	f.Add("#1009", `="1"`, "7", -1, "99", "9.4E+21", "x", 3)
	f.Fuzz(func(t *testing.T, order1, tracking1, line1 string, n1 int, order2, tracking2, line2 string, n2 int) {
		a, b := row(2, order1, tracking1), row(3, order2, tracking2)
		a.LineID, a.Quantity, b.LineID, b.Quantity = line1, n1, line2, n2
		d := decide(packing.Options{}, a, b)
		seen, units := map[int]bool{}, map[string]int{}
		for _, m := range d.Mistakes {
			seen[m.Line] = true
		}
		for _, p := range d.Packages {
			for _, n := range p.Lines {
				seen[n] = true
			}
			if p.Done() {
				continue
			}
			require.NoError(t, p.Shipment.Sendable())
			for _, c := range p.Shipment.Contents {
				units[c.LineID] += c.Quantity
			}
		}
		require.True(t, seen[2] && seen[3] || len(d.Mistakes) > 0)
		for _, o := range book() {
			for _, l := range o.Lines {
				require.LessOrEqual(t, units[l.LineID], l.Units.Reserved)
			}
		}
	})
}
