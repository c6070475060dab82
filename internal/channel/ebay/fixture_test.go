package ebay

import (
	"context"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	marketplace "github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// fixture is an eBay with one account connected to it.
type fixture struct {
	market   *market.Market
	injector *faults.Injector
	account  channel.Account
	conn     *connection

	mu      sync.Mutex
	fetched known // definitions
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	m, err := market.Open(t.Context(), filepath.Join(t.TempDir(), "ebay.db"), marketplace.MarketOptions("ebay-uk"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Close()) })
	f := &fixture{market: m, injector: faults.New(1, faults.Rates{}), fetched: known{}}
	credentials := map[string]string{"clientId": "towpath", "clientSecret": "secret", "refreshToken": "grant"}
	handler := marketplace.Handler(m, wire.Options{
		Account: "ebay-uk", Marketplace: "EBAY_GB", Speed: 1000, Credentials: credentials, Injector: f.injector,
	})
	server := httptest.NewServer(openOracle(t).watch(t, handler))
	t.Cleanup(server.Close)
	f.account = channel.Account{
		ID: "ebay-uk", Kind: channel.EBay, Endpoint: channel.Test, BaseURL: server.URL, Marketplace: "EBAY_GB", Credentials: credentials,
		Simulated: true, Publishing: marketplace.Publishing(), Listings: channel.Permissions{Revise: true, End: true, Relist: true},
	}
	f.conn = f.open(t, f.account)
	require.NoError(t, m.List(t.Context(), []market.Listing{
		{SKU: "MUG", Title: "Mug", Price: 495, Quantity: 5000}, {SKU: "a/b c", Title: "Odd SKU", Price: 100, Quantity: 5000},
	}))
	return f
}

// unwatched serves the same marketplace without comparing calls with eBay's documents, which costs more than the
// calls.
func (f *fixture) unwatched(t testing.TB) channel.Account {
	t.Helper()
	server := httptest.NewServer(marketplace.Handler(f.market, wire.Options{
		Account: "ebay-uk", Marketplace: "EBAY_GB", Speed: 1000, Credentials: f.account.Credentials, Injector: f.injector,
	}))
	t.Cleanup(server.Close)
	a := f.account
	a.BaseURL = server.URL
	return a
}

func (f *fixture) open(t testing.TB, a channel.Account) *connection {
	t.Helper()
	conn, err := Open(a)
	require.NoError(t, err)
	return conn.(*connection)
}

// place buys units of the mug, one line per quantity.
func (f *fixture) place(t testing.TB, book string, quantities ...int) string {
	t.Helper()
	p := market.Purchase{
		BookID: book, Currency: "GBP", Paid: true, Shipping: 350, Discount: 100,
		Buyer: market.Buyer{Name: "Ann Example", Line1: "1 Road", City: "Leeds", PostalCode: "LS1 1AA", Country: "GB", Phone: "0113"},
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

// awaitWindow waits until an order is older than the end of a window that begins now, which has whole seconds.
func (f *fixture) awaitWindow(t *testing.T, q channel.OrdersQuery, id string) {
	t.Helper()
	polltest.Until(t, "the window ends after the order's change", func() bool {
		page, err := f.conn.Orders(t.Context(), q)
		require.NoError(t, err)
		w, err := parseCursor(page.Next)
		require.NoError(t, err)
		return w.Until.After(f.order(t, id).UpdatedAt)
	})
}

// scan reads all pages, doing something between them.
func (f *fixture) scan(ctx context.Context, q channel.OrdersQuery, between func(page int)) (map[string]order.Snapshot, time.Time, error) {
	found := map[string]order.Snapshot{}
	for n := 1; ; n++ {
		page, err := f.conn.Orders(ctx, q)
		if err != nil {
			return nil, time.Time{}, err
		}
		for _, o := range page.Orders {
			found[o.ID] = o
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return found, page.Watermark, nil
		}
		if n > 1000 {
			return nil, time.Time{}, fmt.Errorf("no end after %d pages", n)
		}
		between(n)
	}
}

func shipment(o order.Snapshot, tracking string, quantities ...int) channel.Shipment {
	s := channel.Shipment{
		OrderID: o.ID, PackageID: "p-" + tracking, Number: 1, Carrier: "Royal Mail", TrackingNumber: tracking,
		ShippedAt: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC),
	}
	for i, n := range quantities {
		if n > 0 {
			s.Lines = append(s.Lines, channel.ShipmentLine{LineID: o.Lines[i].ID, Quantity: n})
		}
	}
	return s
}
