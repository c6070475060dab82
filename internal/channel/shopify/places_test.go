package shopify

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/market"
	marketplace "github.com/towpath/towpath/internal/simulator/shopify"
)

// attic and cellar are further locations of the shop.
const (
	attic  = "gid://shopify/Location/7"
	cellar = "gid://shopify/Location/8"
)

// at is part of an order at a location of the shop.
func at(gid, status string, lines ...openUnits) fulfillmentOrder {
	f := fulfillmentOrder{Status: status, Actions: []action{{"CREATE_FULFILLMENT"}}}
	f.Assigned.Location = &location{ID: gid}
	f.LineItems.Nodes = lines
	return f
}

func unitsOf(line string, n int) openUnits { return openUnits{Remaining: n, Line: lineRef{line}} }

func TestALineLeavesFromWhereMostOfItsUnitsAre(t *testing.T) {
	t.Parallel()
	p := places{mapped: map[string]string{attic: "attic", "main": "main"}}
	p.readLines([]fulfillmentOrder{
		at("main", "CLOSED", unitsOf("shipped", 0), unitsOf("rest", 0)), at(attic, "OPEN", unitsOf("rest", 2), unitsOf("up", 1)),
		at("main", "CANCELLED", unitsOf("up", 1)),
	})
	require.Equal(t, map[string]string{"shipped": "main", "rest": attic, "up": attic}, p.of)
	require.False(t, p.parted, "what was shipped elsewhere parts no line")

	p.readLines([]fulfillmentOrder{at("main", "OPEN", unitsOf("a", 1), unitsOf("b", 1)), at(attic, "OPEN", unitsOf("a", 2)), at(cellar, "OPEN", unitsOf("b", 5))})
	require.Equal(t, "attic", p.ours("a"), "most of its units")
	require.Equal(t, "main", p.ours("b"), "a mapped location first: what is ours is not left to nobody")
	require.True(t, p.parted)
	require.False(t, p.unmapped("b"))
}

// Without mapped locations an order is as it always was, wherever the shop has put it.
func TestOnlyAnAccountWithLocationsLooksAtThem(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.placeAt(t, "b1", attic, cellar)
	o := f.order(t, id)
	require.Equal(t, []string{"", "", ""}, locationsOf(o))
	require.Equal(t, order.SenderUs, o.Lines[2].Sender)

	f.account.Locations = map[string]string{marketplace.Location: "main", attic: "attic"}
	f.conn = open(t, f.account)
	o = f.order(t, id)
	require.Equal(t, []string{"main", "attic", ""}, locationsOf(o))
	require.Equal(t, []order.Sender{order.SenderUs, order.SenderUs, order.SenderUnmapped}, []order.Sender{o.Lines[0].Sender, o.Lines[1].Sender, o.Lines[2].Sender})
	require.Equal(t, []string{"attic"}, locationsOf(f.order(t, f.placeOnly(t, "b2", attic))), "one location: no further call")
	require.Equal(t, order.SenderUnmapped, f.order(t, f.placeOnly(t, "b3", cellar)).Lines[0].Sender)
}

// A package is confirmed on the fulfillment orders at the location where it was packed, one fulfilment per location.
func TestAPackageIsConfirmedAtItsLocation(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.account.Locations = map[string]string{marketplace.Location: "main", attic: "attic", cellar: "cellar"}
	f.conn = open(t, f.account)
	o := f.order(t, f.placeAt(t, "b1", attic, cellar))
	up := pack(o, "T1", 0, 2)
	up.Lines[0].Location = "attic"
	_, err := f.conn.ConfirmShipment(t.Context(), up)
	require.NoError(t, err)
	both := pack(o, "T2", 2, 0, 2)
	both.Lines[0].Location, both.Lines[1].Location = "main", "cellar"
	_, err = f.conn.ConfirmShipment(t.Context(), both)
	require.NoError(t, err)
	done, err := f.market.Order(t.Context(), o.ID)
	require.NoError(t, err)
	require.Len(t, done.Shipments, 3, "T2 leaves from two locations")
	both.Attempted = true
	c, err := f.conn.ConfirmShipment(t.Context(), both)
	require.NoError(t, err)
	require.True(t, c.Found, "both halves are recognised")
}

// A line of which the shop has moved the units after they were packed is confirmed where they are now.
func TestAPackageWhoseLineWasMovedIsConfirmedAllTheSame(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.account.Locations = map[string]string{marketplace.Location: "main", attic: "attic"}
	f.conn = open(t, f.account)
	o := f.order(t, f.placeOnly(t, "b1", attic))
	s := pack(o, "T1", 2)
	s.Lines[0].Location = "main"
	_, err := f.conn.ConfirmShipment(t.Context(), s)
	require.NoError(t, err)
}

// placeAt buys a mug at the shop's first location, and one thing more at each further one.
func (f *fixture) placeAt(t *testing.T, book string, further ...string) string {
	t.Helper()
	lines := []market.PurchaseLine{{SKU: "MUG", Title: "Mug", Quantity: 2, UnitPrice: 495}}
	for _, gid := range further {
		lines = append(lines, market.PurchaseLine{SKU: "MUG", Title: "Mug", Quantity: 2, UnitPrice: 495, Location: gid})
	}
	return f.buy(t, book, lines...)
}

// placeOnly buys mugs that all leave from one location.
func (f *fixture) placeOnly(t *testing.T, book, gid string) string {
	t.Helper()
	return f.buy(t, book, market.PurchaseLine{SKU: "MUG", Title: "Mug", Quantity: 2, UnitPrice: 495, Location: gid})
}

func (f *fixture) buy(t *testing.T, book string, lines ...market.PurchaseLine) string {
	t.Helper()
	placed, err := f.market.Place(t.Context(), market.Purchase{BookID: book, Currency: "GBP", Paid: true, Lines: lines, Buyer: market.Buyer{Name: "Ann Example", Country: "GB"}})
	require.NoError(t, err)
	require.Empty(t, placed.Refused)
	return placed.OrderID
}

func locationsOf(o order.Snapshot) []string {
	out := make([]string, len(o.Lines))
	for i, l := range o.Lines {
		out[i] = l.Location
	}
	return out
}

func line(sku string, n int, gid string) market.PurchaseLine {
	return market.PurchaseLine{SKU: sku, Title: sku, Quantity: n, UnitPrice: 495, Location: gid}
}
