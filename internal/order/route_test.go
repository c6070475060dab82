package order_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

func at(sku, location string) stock.Place { return stock.Place{SKU: sku, Location: location} }

// routed has the locations main and dublin: orders to GB and IE choose among both, all others leave from dublin.
var routed = order.Policy{
	Account: "a", OrderLocation: "main", ReserveAt: order.AtPlaced, ProcessAt: order.AtPaid, Routes: []order.Route{
		{Countries: []string{"GB"}, Locations: []string{"main", "dublin"}}, {Countries: []string{"IE"}, Locations: []string{"dublin", "main"}}, {Locations: []string{"dublin"}},
	},
}

// to returns an order to a country: so many lamps and ropes.
func to(country string, lamps, ropes int) order.Snapshot {
	s := order.Snapshot{ID: "1", UpdatedAt: epoch, Paid: true, Fulfilment: order.FulfilmentUnshipped, Buyer: &order.Buyer{CountryCode: country}}
	for i, n := range []int{lamps, ropes} {
		if sku := []string{"lamp", "rope"}[i]; n > 0 {
			s.Lines = append(s.Lines, order.SnapshotLine{ID: sku, SKU: sku, Quantity: n})
		}
	}
	return s
}

// stands are free lamps and ropes at main and dublin, in this order, and the lamps for which others wait at main.
type stands struct{ lampsMain, ropesMain, lampsDublin, ropesDublin, waiting int }

// take saves a version of an order in books, known as before; nil: it is new.
func take(t *testing.T, p order.Policy, s stands, shown order.Snapshot, before *order.Order) *order.Order {
	t.Helper()
	in := order.NewIntake(p, []order.Snapshot{shown})
	known := map[string]*order.Order{}
	var lines []*order.Line
	if before != nil {
		known["1"], lines, before.Lines = before, before.Lines, nil
	}
	in.Classify(known, 0)
	in.Items = map[string]order.Item{"lamp": {SKU: "lamp"}, "rope": {SKU: "rope"}}
	a := order.NewAllocation()
	held := map[stock.Place]int{}
	for _, l := range lines {
		held[at(l.SKU, l.Location)] += l.Units.Reserved
	}
	open := func(p stock.Place, free, waiting int) {
		a.Open(p, stock.Level{OnHand: free + held[p], Reserved: held[p]}, waiting)
	}
	open(at("lamp", "main"), s.lampsMain, s.waiting)
	open(at("rope", "main"), s.ropesMain, 0)
	open(at("lamp", "dublin"), s.lampsDublin, 0)
	open(at("rope", "dublin"), s.ropesDublin, 0)
	a.Put(lines...)
	in.KnownOrders()
	in.SetLines(lines)
	in.Release(a, nil)
	in.AddUnits(a)
	in.UpdateStates()
	require.NoError(t, a.Err())
	return in.Arrivals[0].Order
}

func TestAnOrderLeavesFromTheFirstLocationOfItsCountryThatHasAllOfIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stands
		shown order.Snapshot
		want  string
		why   order.Routed
	}{
		"the first has it":                 {stands{2, 2, 9, 9, 0}, to("GB", 2, 2), "main", order.RoutedAll},
		"the second has it":                {stands{2, 1, 2, 2, 0}, to("GB", 2, 2), "dublin", order.RoutedAll},
		"another country, another first":   {stands{2, 2, 9, 9, 0}, to("IE", 2, 2), "dublin", order.RoutedAll},
		"none has all of it":               {stands{2, 1, 1, 2, 0}, to("GB", 2, 2), "main", order.RoutedNone},
		"what others wait for is not free": {stands{3, 0, 2, 0, 2}, to("GB", 2, 0), "dublin", order.RoutedAll},
		"all others":                       {stands{9, 9, 0, 0, 0}, to("FR", 1, 1), "dublin", ""},
		"not known yet":                    {stands{0, 0, 9, 9, 0}, to("", 1, 1), "main", order.RoutedNowhere},
		"nothing of it is linked":          {stands{0, 0, 0, 0, 0}, order.Snapshot{ID: "1", UpdatedAt: epoch, Paid: true, Fulfilment: order.FulfilmentUnshipped, Buyer: &order.Buyer{CountryCode: "GB"}, Lines: []order.SnapshotLine{{ID: "x", SKU: "x", Quantity: 1}}}, "main", order.RoutedAll},
	} {
		o := take(t, routed, c.stands, c.shown, nil)
		require.Equal(t, c.want, o.Location, name)
		require.Equal(t, c.why, o.Routed, name)
		for _, l := range o.Lines {
			require.Equal(t, c.want, l.Location, name)
		}
	}
}

func TestAnOrderIsPartedOnlyWhereTheAccountSaysSo(t *testing.T) {
	t.Parallel()
	s := stands{2, 0, 1, 3, 0}
	o := take(t, routed, s, to("GB", 2, 3), nil)
	require.Equal(t, []string{"main", "main"}, []string{o.Line("lamp").Location, o.Line("rope").Location}, "it waits")
	require.Equal(t, order.Units{Backordered: 3}, o.Line("rope").Units)

	parts := routed
	parts.Split = true
	o = take(t, parts, s, to("GB", 2, 3), nil)
	require.Equal(t, []string{"main", "dublin"}, []string{o.Line("lamp").Location, o.Line("rope").Location})
	require.Equal(t, order.Units{Reserved: 5}, o.Units())
	require.Equal(t, order.RoutedParted, o.Routed)
	require.Contains(t, o.RefusePackage([]shipment.Content{{LineID: "lamp", Quantity: 1}, {LineID: "rope", Quantity: 1}}, 0, order.Anyway{}), "a package leaves from one location")
	require.Empty(t, o.RefusePackage([]shipment.Content{{LineID: "rope", Quantity: 3}}, 0, order.Anyway{}))

	o = take(t, parts, stands{2, 0, 1, 2, 0}, to("GB", 2, 3), nil)
	require.Equal(t, "main", o.Line("rope").Location, "no location has all units of the line, so it waits at the first")
	require.Equal(t, order.RoutedNone, o.Routed)
}

func TestAnOrderThatGoesToAnotherCountryIsRoutedAnew(t *testing.T) {
	t.Parallel()
	later := func(s order.Snapshot) order.Snapshot {
		s.UpdatedAt = epoch.Add(time.Hour)
		return s
	}
	o := take(t, routed, stands{2, 0, 0, 0, 0}, to("GB", 2, 0), nil)
	require.Equal(t, "main", o.Location)
	o = take(t, routed, stands{0, 0, 1, 0, 0}, later(to("IE", 2, 0)), o)
	require.Equal(t, "main", o.Location, "dublin has not all of it, and here it is held already")
	require.Equal(t, order.Units{Reserved: 2}, o.Units())

	o = take(t, routed, stands{2, 0, 0, 0, 0}, to("GB", 2, 0), nil)
	o = take(t, routed, stands{0, 0, 2, 0, 0}, later(to("IE", 2, 0)), o)
	require.Equal(t, "dublin", o.Location)
	require.Equal(t, order.Units{Reserved: 2}, o.Units())

	o = take(t, routed, stands{2, 0, 0, 0, 0}, to("GB", 2, 0), nil)
	o.Line("lamp").Units = order.Units{Reserved: 1, Packed: 1}
	o = take(t, routed, stands{0, 0, 2, 0, 0}, later(to("IE", 2, 0)), o)
	require.Equal(t, "main", o.Location, "a unit of it is packed")
}
