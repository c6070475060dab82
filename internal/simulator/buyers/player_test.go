package buyers

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
)

var accounts = []string{"amazon-uk", "ebay-uk", "shopify-uk"}

// shop is three simulated marketplaces, the merchant's warehouse, and a seller who ships every order that may be
// shipped each time the player asks for the backlog.
type shop struct {
	t       *testing.T
	markets map[string]*market.Market
	box     *warehouse.Warehouse
	packing func(account, orderID string)
	calls   int
	mu      sync.Mutex
}

func open(t *testing.T, dir string) *shop {
	t.Helper()
	s := &shop{t: t, markets: map[string]*market.Market{}}
	var err error
	s.box, err = warehouse.Open(t.Context(), filepath.Join(dir, "warehouse.db"))
	require.NoError(t, err)
	for _, a := range accounts {
		s.markets[a], err = market.Open(t.Context(), filepath.Join(dir, a+".db"), market.Options{Account: a})
		require.NoError(t, err)
	}
	t.Cleanup(s.close)
	return s
}

func (s *shop) close() {
	for _, m := range s.markets {
		_ = m.Close()
	}
	_ = s.box.Close()
}

// backlog ships everything that can be shipped and returns how much was open.
func (s *shop) backlog(ctx context.Context) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	for account, m := range s.markets {
		orders, _, err := m.Orders(ctx, market.Filter{OpenOnly: true, Limit: 1000})
		if err != nil {
			return 0, err
		}
		for _, o := range orders {
			if !o.Paid || o.FBA || o.OnHold != "" {
				continue
			}
			if s.packing != nil {
				s.packing(account, o.ID)
			}
			var lines []market.ShipmentLine
			for _, l := range o.Lines {
				if n := l.Unshipped(); n > 0 {
					lines = append(lines, market.ShipmentLine{LineID: l.ID, Quantity: n})
				}
			}
			if _, err := m.Ship(ctx, o.ID, market.Shipment{Carrier: "DPD", TrackingNumber: o.ID, ShippedAt: o.PlacedAt, Lines: lines}); err != nil {
				return 0, err
			}
		}
	}
	return 0, nil
}

func (s *shop) options(plan *book.Plan) Options {
	return Options{
		Plan: plan, Markets: s.markets, Warehouse: s.box, Location: "main", Backlog: s.backlog, Window: 10,
		MerchantCancels: map[string]bool{"ebay-uk": true}, RaceLimit: time.Nanosecond,
	}
}

func (s *shop) play(plan *book.Plan) *Player {
	p, err := New(s.options(plan))
	require.NoError(s.t, err)
	require.NoError(s.t, p.Setup(s.t.Context()))
	require.NoError(s.t, p.Run(s.t.Context()))
	require.True(s.t, p.Progress().Done)
	return p
}

func (s *shop) outcome(plan *book.Plan) Outcome {
	t, err := OutcomeOf(s.t.Context(), plan, []Ledger{s.markets["amazon-uk"], s.markets["ebay-uk"], s.markets["shopify-uk"]}, s.box)
	require.NoError(s.t, err)
	require.NoError(s.t, t.Check())
	return t
}

func (s *shop) entries() map[warehouse.Kind][]warehouse.Entry {
	all, err := s.box.After(s.t.Context(), 0, 100_000)
	require.NoError(s.t, err)
	byKind := map[warehouse.Kind][]warehouse.Entry{}
	for _, e := range all {
		byKind[e.Kind] = append(byKind[e.Kind], e)
	}
	return byKind
}

func samplePlan(stock book.Stock) *book.Plan {
	return book.Sample().Plan(book.Options{Accounts: accounts, Stock: stock})
}

// Every event of the book must have an outcome that an audit can name.
func TestABookIsPlayedToItsEnd(t *testing.T) {
	t.Parallel()
	s, plan := open(t, t.TempDir()), samplePlan(book.StockAmple)
	p := s.play(plan)
	outcome := s.outcome(plan)
	require.True(t, outcome.Finished)
	require.Equal(t, plan.Counts.PlacedOrders, outcome.Placed)
	require.Equal(t, plan.Counts.Money, outcome.PlacedMoney)
	require.Equal(t, plan.Counts.Units, outcome.PlacedUnits)
	require.Equal(t, plan.Counts.OrderLines+plan.Counts.NotStocked, outcome.PlacedLines)
	require.Equal(t, plan.Counts.CancelEvents, outcome.CancelsPlayed)
	require.Equal(t, plan.Counts.ReturnEvents, outcome.ReturnsPlayed)
	progress := p.Progress()
	require.Equal(t, outcome.Placed, progress.Placed)
	require.Equal(t, len(plan.Events), progress.Events)
	require.Zero(t, progress.Waiting+progress.GivenUp)

	box := s.entries()
	require.Len(t, box[warehouse.Opening], len(plan.Opening))
	require.Len(t, box[warehouse.Return], plan.Counts.ReturnEvents)
	require.Len(t, box[warehouse.Adjust], plan.Counts.Adjustments)
	require.Len(t, box[warehouse.BookDone], 1)
	for _, e := range append(box[warehouse.Return], box[warehouse.CancelRequest]...) {
		o, err := s.markets[e.Account].Order(t.Context(), e.OrderID)
		require.NoError(t, err)
		found := false
		for _, l := range o.Lines {
			found = found || l.ID == e.LineID && l.Quantity >= e.Quantity
		}
		require.True(t, found, "%+v", e)
	}
	for _, e := range box[warehouse.CancelRequest] {
		require.Equal(t, "ebay-uk", e.Account)
	}
	paidLater, money := 0, int64(0)
	for _, m := range s.markets {
		orders, _, err := m.Orders(t.Context(), market.Filter{Limit: 1000})
		require.NoError(t, err)
		for _, o := range orders {
			require.True(t, o.Paid)
			money += o.Total
			if paysLater(o.BookID) {
				paidLater++
			}
		}
	}
	require.NotZero(t, paidLater)
	require.Equal(t, plan.Counts.Money, money)
}

// A simulation that was killed at any moment must end with the same ledgers as one that was not.
func TestARestartGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	plan := samplePlan(book.StockAmple)
	undisturbed := open(t, t.TempDir())
	undisturbed.play(plan)
	want := undisturbed.outcome(plan)

	dir := t.TempDir()
	for stop := 1; ; stop++ {
		s := open(t, dir)
		ctx, cancel := context.WithCancel(t.Context())
		o := s.options(plan)
		o.Window = 5
		o.Backlog = func(ctx context.Context) (int, error) {
			if s.calls >= stop {
				cancel()
			}
			return s.backlog(ctx)
		}
		p, err := New(o)
		require.NoError(t, err)
		require.NoError(t, p.Setup(t.Context()))
		require.NoError(t, p.Run(ctx))
		done := p.Progress().Done
		cancel()
		if done {
			got := s.outcome(plan)
			want.CancelledUnits, want.TooLateUnits = 0, 0 // which cancellations come too late differs from run to run
			got.CancelledUnits, got.TooLateUnits = 0, 0
			require.Equal(t, want, got)
			require.Len(t, s.entries()[warehouse.Return], plan.Counts.ReturnEvents)
			return
		}
		s.close()
	}
}

// An order that a marketplace refuses is counted with its cancellations and returns, never lost.
func TestRefusedOrdersAreCountedWithTheirReasons(t *testing.T) {
	t.Parallel()
	s, plan := open(t, t.TempDir()), samplePlan(book.StockTight)
	for _, m := range s.markets { // existing listings keep their quantity, and soon sell out
		for _, product := range plan.Products[:len(plan.Products)/2] {
			require.NoError(t, m.List(t.Context(), []market.Listing{{SKU: product.Codes[0], Quantity: 3}}))
		}
	}
	s.play(plan)
	outcome := s.outcome(plan)
	require.NotZero(t, outcome.Refused)
	require.Equal(t, map[string]int{RefusedTooFew: outcome.Refused}, outcome.RefusedFor)
	require.Equal(t, outcome.Lines, outcome.PlacedLines+outcome.RefusedLines)
	require.Zero(t, outcome.CancelsToCome+outcome.ReturnsToCome)
	require.Equal(t, plan.Counts.Receipts+plan.Counts.Adjustments, outcome.MovementsBooked)
}

// A second book in the same data folder would make the audits of both wrong.
func TestAnotherBookIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	p, err := New(s.options(samplePlan(book.StockAmple)))
	require.NoError(t, err)
	require.NoError(t, p.Setup(t.Context()))
	other, err := New(s.options(samplePlan(book.StockTight)))
	require.NoError(t, err)
	require.ErrorContains(t, other.Setup(t.Context()), "--fresh")
}

// A race must be played while the order is being packed, neither before nor long after.
func TestARaceIsPlayedWhenTheOrderIsPacked(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	line := book.Line{Code: "A", SKU: "A", Title: "THING", Quantity: 3, UnitPrice: 100}
	order := &book.Order{ID: "536365", Account: "ebay-uk", Country: "EIRE", CustomerID: "1", Lines: []book.Line{line}}
	at := time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)
	plan := &book.Plan{
		Products: []book.Product{{SKU: "A", Title: "THING", Codes: []string{"A"}}}, Opening: []book.Opening{{SKU: "A", Units: 9}},
		Events: []book.Event{
			{At: at, Kind: book.Place, Order: order},
			{At: at.Add(time.Hour), Kind: book.Cancel, OrderID: order.ID, SKU: "A", Quantity: 1, Race: true},
		},
	}
	o := s.options(plan)
	o.RaceLimit, o.Backlog = time.Hour, nil
	p, err := New(o)
	require.NoError(t, err)
	require.NoError(t, p.Setup(t.Context()))
	done := make(chan error, 1)
	go func() { done <- p.Run(t.Context()) }()
	m := s.markets["ebay-uk"]
	var placed market.Order
	polltest.Until(t, "the order is placed and the race begun", func() bool {
		placed, err = m.ByBook(t.Context(), order.ID)
		return err == nil && p.Progress().Events == 2
	})
	require.Zero(t, placed.Lines[0].Cancelled)
	p.Packing("ebay-uk", "another")
	p.Packing("ebay-uk", placed.ID)
	require.NoError(t, <-done)
	placed, err = m.ByBook(t.Context(), order.ID)
	require.NoError(t, err)
	require.Equal(t, 1, placed.Lines[0].Cancelled)
	require.Len(t, s.entries()[warehouse.CancelRequest], 1)
}

// Endless play must neither stop nor mix its rounds.
func TestEndlessRoundsFollowOneAnother(t *testing.T) {
	t.Parallel()
	s, plan := open(t, t.TempDir()), samplePlan(book.StockAmple)
	o := s.options(plan)
	o.Endless, o.Speed, o.Backlog = true, 1e9, nil
	p, err := New(o)
	require.NoError(t, err)
	require.NoError(t, p.Setup(t.Context()))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	polltest.Until(t, "the second round is played", func() bool {
		_, err := s.backlog(t.Context()) // it ships packages, and a buyer may cancel first
		return err == nil && p.Progress().Round == 2
	})
	stop()
	require.NoError(t, <-done)
	outcome := s.outcome(plan)
	require.GreaterOrEqual(t, outcome.Rounds, 2)
	require.Greater(t, outcome.Placed, 2*plan.Counts.PlacedOrders-2*plan.Counts.PlacedOrders/10)
	require.Empty(t, s.entries()[warehouse.BookDone])
}

func TestBuyersAreMadeUpAndStayTheSame(t *testing.T) {
	t.Parallel()
	first, again := buyer(1, "536365", "France"), buyer(1, "536365", "France")
	require.Equal(t, first, again)
	require.NotEqual(t, first, buyer(2, "536365", "France"))
	people := map[string]bool{}
	for i := range 200 {
		b := buyer(1, fmt.Sprint(536365+i), "EIRE")
		people[b.Name+b.Line1] = true
		require.Equal(t, "IE", b.Country)
	}
	require.Greater(t, len(people), 190)
	require.Equal(t, "GB", buyer(1, "1", "Unspecified").Country)
}
