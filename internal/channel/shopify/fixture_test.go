package shopify

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/channeltest"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	marketplace "github.com/towpath/towpath/internal/simulator/shopify"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// fixture is a Shopify shop with one account connected to it.
type fixture struct {
	market   *market.Market
	injector *faults.Injector
	account  channel.Account
	conn     *Connection
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	return newFixtureWith(t, map[string]string{"accessToken": "shpat_test"})
}

func newFixtureWith(t *testing.T, credentials map[string]string) *fixture {
	t.Helper()
	m, err := market.Open(t.Context(), filepath.Join(t.TempDir(), "shop.db"), marketplace.MarketOptions("shopify-uk"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	f := &fixture{market: m, injector: faults.New(1, faults.Rates{})}
	server := httptest.NewServer(watch(t, marketplace.Handler(m, wire.Options{
		Account: "shopify-uk", Marketplace: "towpath.myshopify.com", Speed: 1000, Credentials: credentials, Injector: f.injector,
	})))
	t.Cleanup(server.Close)
	f.account = channel.Account{
		ID: "shopify-uk", Kind: channel.Shopify, Endpoint: channel.Test, BaseURL: server.URL, Marketplace: "towpath.myshopify.com",
		Location: marketplace.Location, Credentials: credentials, Vault: &channeltest.Vault{},
		Listings: channel.Permissions{Revise: true, End: true, Relist: true},
	}
	f.conn = open(t, f.account)
	f.list(t, "MUG", 100_000)
	return f
}

func open(t testing.TB, a channel.Account) *Connection {
	t.Helper()
	conn, err := Open(a)
	require.NoError(t, err)
	return conn.(*Connection)
}

// list creates a listing of a SKU and returns its inventory item.
func (f *fixture) list(t *testing.T, sku string, quantity int) string {
	t.Helper()
	require.NoError(t, f.market.List(t.Context(), []market.Listing{{SKU: sku, Title: sku, Price: 495, Quantity: quantity}}))
	l, err := f.market.Listing(t.Context(), sku)
	require.NoError(t, err)
	return l.Ref
}

// place buys mugs, one line per quantity.
func (f *fixture) place(t *testing.T, book string, paid bool, quantities ...int) string {
	t.Helper()
	p := market.Purchase{
		BookID: book, Currency: "GBP", Paid: paid, Shipping: 350, Discount: 100,
		Buyer: market.Buyer{Name: "Ann Example", Email: "ann@example.com", Line1: "1 Road", City: "Leeds", PostalCode: "LS1 1AA", Country: "GB", Phone: "0113"},
	}
	for _, n := range quantities {
		p.Lines = append(p.Lines, market.PurchaseLine{SKU: "MUG", Title: "Mug", Quantity: n, UnitPrice: 495})
	}
	placed, err := f.market.Place(t.Context(), p)
	require.NoError(t, err)
	require.Empty(t, placed.Refused)
	return placed.OrderID
}

func (f *fixture) order(t *testing.T, id string) order.Snapshot {
	t.Helper()
	o, err := f.conn.Order(t.Context(), id)
	require.NoError(t, err)
	return o
}

// pack makes a package of the first units of an order's lines.
func pack(o order.Snapshot, tracking string, quantities ...int) channel.Shipment {
	s := channel.Shipment{OrderID: o.ID, PackageID: "p-" + tracking, Number: 1, Carrier: "Royal Mail", TrackingNumber: tracking, ShippedAt: o.PlacedAt}
	for i, n := range quantities {
		if n > 0 {
			s.Lines = append(s.Lines, channel.ShipmentLine{LineID: o.Lines[i].ID, Quantity: n})
		}
	}
	return s
}

// scan reads all pages.
func scan(t *testing.T, conn *Connection, q channel.OrdersQuery) (orders []order.Snapshot, last channel.OrdersPage) {
	t.Helper()
	for range 1000 {
		page, err := conn.Orders(t.Context(), q)
		require.NoError(t, err)
		orders = append(orders, page.Orders...)
		if page.Next == "" {
			return orders, page
		}
		require.NotEqual(t, q.Cursor, page.Next)
		q.Cursor = page.Next
	}
	t.Fatal("the scan does not end")
	return nil, channel.OrdersPage{}
}

func requireFault(t *testing.T, err error, class channel.Class, code string) *channel.Fault {
	t.Helper()
	require.Error(t, err)
	f := channel.AsFault(err, "test")
	require.Equal(t, class, f.Class, f.Raw)
	require.Equal(t, code, f.Code, f.Raw)
	return f
}

// canned returns a shop that gives the same answer to every call.
func canned(t *testing.T, status int, body string) *Connection {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "req-1")
		w.WriteHeader(status)
		_, _ = fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return open(t, channel.Account{BaseURL: server.URL, Simulated: true, Location: marketplace.Location, Credentials: map[string]string{"accessToken": "x"}})
}

// both are the calls with which every failure is tested: a read and a write.
func both(ctx context.Context, conn *Connection) (read, write error) {
	_, read = conn.Order(ctx, "gid://shopify/Order/1")
	_, write = conn.SetLevels(ctx, []channel.Level{{SKU: "MUG", ListingRef: "gid://shopify/InventoryItem/1", Key: "k"}})
	return read, write
}
