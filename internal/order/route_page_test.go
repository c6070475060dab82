package order_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

// Four orders reserved at main learn their country on one page, which shows a new order, too: the one lamp at north is for one of them.
func TestUnitsAreFreeForOneOrderOfAPageOnly(t *testing.T) {
	t.Parallel()
	p := order.Policy{Account: "a", OrderLocation: "main", ReserveAt: order.AtPlaced, ProcessAt: order.AtPaid, Routes: []order.Route{{Locations: []string{"north", "main"}}}}
	known, page := map[string]*order.Order{}, []order.Snapshot(nil)
	books := order.NewAllocation()
	var lines []*order.Line
	for i := range 5 {
		id := strconv.Itoa(i + 1)
		shown := to("GB", 1, 0)
		shown.ID, shown.UpdatedAt, shown.PlacedAt = id, epoch.Add(time.Hour), epoch.Add(time.Duration(9-i)*time.Minute) // the fifth is the oldest
		page = append(page, shown)
		if i == 0 {
			continue // new
		}
		known[id] = &order.Order{RowID: int64(i + 1), ID: id, Version: 1, State: order.Open, Location: "main", Routed: order.RoutedNowhere, PlacedAt: shown.PlacedAt.UnixMicro()}
		lines = append(lines, &order.Line{LineKey: order.LineKey{OrderID: int64(i + 1), LineID: "lamp"}, ChannelSKU: "lamp", Item: order.Item{SKU: "lamp"},
			Location: "main", Quantity: 1, Booked: true, Units: order.Units{Reserved: 1}, PlacedAt: shown.PlacedAt.UnixMicro()})
	}
	in := order.NewIntake(p, page)
	in.Classify(known, 0)
	in.New()[0].Order.RowID = 1
	in.Items = map[string]order.Item{"lamp": {SKU: "lamp"}}
	books.Open(at("lamp", "north"), stock.Level{OnHand: 1}, 0)
	books.Open(at("lamp", "main"), stock.Level{OnHand: 10, Reserved: 4}, 0)
	books.Put(lines...)
	in.KnownOrders()
	in.SetLines(lines)
	in.Release(books, nil)
	books.Fill(books.Freed())
	in.AddUnits(books)
	require.NoError(t, books.Err())
	for _, a := range in.Arrivals {
		want := "main"
		if a.Order.ID == "5" {
			want = "north"
		}
		require.Equal(t, []any{want, order.RoutedAll, order.Units{Reserved: 1}}, []any{a.Order.Location, a.Order.Routed, a.Order.Units()}, a.Order.ID)
	}
	require.Equal(t, 4, books.At(at("lamp", "main")).Reserved)
}
