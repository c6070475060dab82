package channeltest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

const speed = 20_000 // two minutes become 6 ms; budgets never matter

// fixture is a new marketplace with a connection to it.
type fixture struct {
	t       *testing.T
	adapter Adapter
	market  *market.Market
	faults  *faults.Injector
	account channel.Account
	conn    channel.Connection
	handler atomic.Pointer[http.Handler]
	placed  atomic.Int64
	speed   float64
	now     func() time.Time // nil = time.Now
}

func setUp(t *testing.T, b Adapter) *fixture {
	t.Helper()
	return setUpAt(t, b, speed, nil)
}

// setUpAt is setUp with a speed and a clock of its own.
func setUpAt(t *testing.T, b Adapter, speed float64, now func() time.Time) *fixture {
	t.Helper()
	options := b.Market(b.Account.ID)
	options.Now = now
	m, err := market.Open(t.Context(), filepath.Join(t.TempDir(), "market.db"), options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = m.Close() })
	s := &fixture{t: t, adapter: b, market: m, faults: faults.New(1, faults.Rates{}), account: b.Account, speed: speed, now: now}
	s.restart()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*s.handler.Load()).ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	s.account.BaseURL, s.account.Simulated = server.URL, true
	if b.AuthPath != "" {
		s.account.AuthURL = server.URL + b.AuthPath
	}
	s.conn, err = b.Open(s.account)
	require.NoError(t, err)
	return s
}

// restart replaces the marketplace's handler by a new one on the same market.
func (s *fixture) restart() {
	h := s.adapter.Handler(s.market, wire.Options{
		Account: s.account.ID, Marketplace: s.account.Marketplace, Location: s.account.Location, Speed: s.speed, Now: s.now,
		Credentials: s.adapter.Account.Credentials, Injector: s.faults,
	})
	s.handler.Store(&h)
}

// reopen connects with other credentials.
func (s *fixture) reopen(over map[string]string) channel.Connection {
	s.t.Helper()
	a := s.account
	a.Credentials = maps.Clone(a.Credentials)
	maps.Copy(a.Credentials, over)
	conn, err := s.adapter.Open(a)
	require.NoError(s.t, err)
	return conn
}

// list creates listings named SKU-1, SKU-2, ... with plenty of stock.
func (s *fixture) list(n int) []market.Listing {
	s.t.Helper()
	var wanted, listings []market.Listing
	for i := range n {
		wanted = append(wanted, market.Listing{SKU: fmt.Sprintf("SKU-%d", i+1), Title: fmt.Sprintf("Mug No %d", i+1), Price: 1099, Quantity: 100_000})
	}
	require.NoError(s.t, s.market.List(s.t.Context(), wanted))
	for _, w := range wanted {
		l, err := s.market.Listing(s.t.Context(), w.SKU)
		require.NoError(s.t, err)
		listings = append(listings, l)
	}
	return listings
}

// jane is the buyer of every order. No fault may show her data.
var jane = market.Buyer{
	Name: "Jane Quillfeather", Email: "jane.quillfeather@buyers.example", Phone: "+44 20 7946 0123",
	Line1: "17 Nonesuch Lane", City: "Wolverley", PostalCode: "DY11 5XB", Country: "GB",
	Note: "Ring at Quillfeather twice", Gift: "Many returns from your Quillfeathers",
}

// buy places an order of three units of each SKU.
func (s *fixture) buy(paid bool, skus ...string) market.Order {
	s.t.Helper()
	p := market.Purchase{BookID: fmt.Sprintf("book-%d", s.placed.Add(1)), Currency: "GBP", Buyer: jane, Paid: paid, Shipping: 395, Discount: 100}
	for n, sku := range skus {
		p.Lines = append(p.Lines, market.PurchaseLine{SKU: sku, Title: fmt.Sprintf("Mug No %d", n+1), Quantity: 3, UnitPrice: 1099})
	}
	placed, err := s.market.Place(s.t.Context(), p)
	require.NoError(s.t, err)
	require.Empty(s.t, placed.Refused)
	return s.truth(placed.OrderID)
}

// truth returns the order as the marketplace has it.
func (s *fixture) truth(id string) market.Order {
	s.t.Helper()
	o, err := s.market.Order(s.t.Context(), id)
	require.NoError(s.t, err)
	return o
}

// fault requires that err is a fault with an id.
func fault(t *testing.T, err error) *channel.Fault {
	t.Helper()
	require.Error(t, err)
	var f *channel.Fault
	require.ErrorAs(t, err, &f, "every failure is a *channel.Fault")
	require.NotEmpty(t, f.ID)
	require.NotEmpty(t, f.Operation)
	return f
}
