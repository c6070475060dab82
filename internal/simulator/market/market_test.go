package market_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/market"
)

// shop is a marketplace that a test may close and open again, as a kill and a restart do.
type shop struct {
	*market.Market
	file string
}

func open(t *testing.T, listings ...market.Listing) *shop {
	t.Helper()
	s := &shop{file: filepath.Join(t.TempDir(), "a shop #1.db")}
	s.open(t)
	t.Cleanup(func() { _ = s.Close() })
	require.NoError(t, s.List(t.Context(), listings))
	return s
}

func (s *shop) open(t *testing.T) {
	t.Helper()
	m, err := market.Open(t.Context(), s.file, market.Options{Account: "test"})
	require.NoError(t, err)
	s.Market = m
}

func (s *shop) reopen(t *testing.T) {
	t.Helper()
	require.NoError(t, s.Close())
	s.open(t)
}

func (s *shop) ledger(t *testing.T) []market.Entry {
	t.Helper()
	entries, err := s.Entries(t.Context(), 0, 1_000_000)
	require.NoError(t, err)
	return entries
}

func (s *shop) quantity(t *testing.T, sku string) int {
	t.Helper()
	l, err := s.Listing(t.Context(), sku)
	require.NoError(t, err)
	return l.Quantity
}

func purchase(book string, lines ...market.PurchaseLine) market.Purchase {
	return market.Purchase{BookID: book, Currency: "GBP", Paid: true, Shipping: 300, Discount: 100,
		Buyer: market.Buyer{Name: "Ada", Country: "GB"}, Lines: lines}
}

func line(sku string, quantity int) market.PurchaseLine {
	return market.PurchaseLine{SKU: sku, Title: "t " + sku, Quantity: quantity, UnitPrice: 250}
}

func TestAPurchaseIsPlacedOnceAndWhole(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "a", Quantity: 10}, market.Listing{SKU: "b", Quantity: 1})
	ctx := t.Context()

	p := purchase("1", line("a", 3), line("a", 4), line("b", 1), market.PurchaseLine{Title: "sample", Quantity: 1, UnitPrice: 50, NotStocked: true})
	first, err := s.Place(ctx, p)
	require.NoError(t, err)
	require.Empty(t, first.Refused)
	for book, lines := range map[string][]market.PurchaseLine{
		"2": {line("a", 2), line("a", 2)}, // 3 are left: the same SKU on several lines sums up
		"3": {line("a", 1), line("b", 1)}, // all or nothing
		"4": {line("a", 1), line("c", 1)},
	} {
		refused, err := s.Place(ctx, purchase(book, lines...))
		require.NoError(t, err)
		require.NotEmpty(t, refused.Refused)
		require.Empty(t, refused.OrderID)
	}
	require.Equal(t, 3, s.quantity(t, "a"))
	before := s.ledger(t)

	s.reopen(t)
	_, err = s.SetQuantities(ctx, []market.QuantityChange{{SKU: "a", Quantity: 100}})
	require.NoError(t, err)
	again, err := s.Place(ctx, p)
	require.NoError(t, err)
	require.Equal(t, first, again)
	refused, err := s.Place(ctx, purchase("2", line("a", 2), line("a", 2)))
	require.NoError(t, err)
	require.Equal(t, "a lists 3, wanted 4", refused.Refused, "a refusal stays, even where there is stock now")
	require.Equal(t, 100, s.quantity(t, "a"))
	after := s.ledger(t)
	require.Equal(t, before, after[:len(before)])
	require.Len(t, after, len(before)+1, "only the level was added")
	require.Greater(t, after[len(before)].Seq, before[len(before)-1].Seq)

	o, err := s.ByBook(ctx, "1")
	require.NoError(t, err)
	require.Equal(t, int64(3*250+4*250+250+50+300-100), o.Total)
	require.Len(t, o.Lines, 4)
	require.Equal(t, "Ada", o.Buyer.Name)
	byID, err := s.Order(ctx, first.OrderID)
	require.NoError(t, err)
	require.Equal(t, o, byID)
}

func TestTwoBuyersCannotHaveTheLastUnit(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "a", Quantity: 1})
	answers := make([]market.Placed, 8)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() {
			var err error
			answers[i], err = s.Place(context.Background(), purchase(fmt.Sprint(i), line("a", 1)))
			if err != nil {
				answers[i].Refused = "error: " + err.Error()
			}
		})
	}
	group.Wait()
	placed := 0
	for _, a := range answers {
		if a.OrderID != "" {
			placed++
			continue
		}
		require.Equal(t, "a lists 0, wanted 1", a.Refused)
	}
	require.Equal(t, 1, placed)
	require.Zero(t, s.quantity(t, "a"))
}

func TestBuyersChangeTheirMind(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "a", Quantity: 10})
	ctx := t.Context()
	placed, err := s.Place(ctx, purchase("1", line("a", 5)))
	require.NoError(t, err)
	o, err := s.Order(ctx, placed.OrderID)
	require.NoError(t, err)
	_, err = s.Ship(ctx, o.ID, market.Shipment{Carrier: "c", TrackingNumber: "t", Lines: []market.ShipmentLine{{LineID: o.Lines[0].ID, Quantity: 3}}})
	require.NoError(t, err)

	for range 2 { // with the same keys, and over a restart
		accepted, err := s.Cancel(ctx, "c1", "1", 0, 3)
		require.NoError(t, err)
		require.Equal(t, 2, accepted, "three are shipped")
		require.ErrorIs(t, s.Return(ctx, "r0", "1", 0, 4), market.ErrNotShipped)
		require.NoError(t, s.Return(ctx, "r1", "1", 0, 2))
		s.reopen(t)
	}
	require.ErrorIs(t, s.Return(ctx, "r2", "1", 0, 2), market.ErrNotShipped)
	_, err = s.Cancel(ctx, "c2", "nobody", 0, 1)
	require.ErrorIs(t, err, market.ErrNoOrder)
	_, err = s.Cancel(ctx, "c2", "1", 1, 1)
	require.ErrorIs(t, err, market.ErrNoLine)

	now, err := s.Order(ctx, o.ID)
	require.NoError(t, err)
	l := now.Lines[0]
	require.Equal(t, []int{5, 2, 3, 2, 0}, []int{l.Quantity, l.Cancelled, l.Shipped, l.Returned, l.Unshipped()})
	require.Equal(t, 7, s.quantity(t, "a"))
	kinds := map[market.EntryKind]int{}
	for _, e := range s.ledger(t) {
		kinds[e.Kind] += e.Quantity
	}
	require.Equal(t, map[market.EntryKind]int{market.EntryList: 10, market.EntryPlace: 5, market.EntryPay: 0, market.EntryShipment: 3,
		market.EntryCancel: 2, market.EntryTooLate: 1, market.EntryReturn: 2}, kinds)
}

func TestShipping(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "a", Quantity: 10}, market.Listing{SKU: "f", Quantity: 10, FBA: true})
	ctx := t.Context()
	unpaid := purchase("1", line("a", 2), line("a", 1))
	unpaid.Paid = false
	placed, err := s.Place(ctx, unpaid)
	require.NoError(t, err)
	o, err := s.Order(ctx, placed.OrderID)
	require.NoError(t, err)
	one := []market.ShipmentLine{{LineID: o.Lines[0].ID, Quantity: 1}}
	shipment := market.Shipment{Reference: "1", Carrier: "RM", TrackingNumber: "T1", ShippedAt: time.Now(), Lines: one}

	_, err = s.Ship(ctx, o.ID, shipment)
	require.ErrorIs(t, err, market.ErrUnpaid)
	require.NoError(t, s.Pay(ctx, "1"))
	require.NoError(t, s.Pay(ctx, "1"))
	paid, err := s.Order(ctx, o.ID)
	require.NoError(t, err)
	require.True(t, paid.UpdatedAt.After(o.UpdatedAt))

	first, err := s.Ship(ctx, o.ID, shipment)
	require.NoError(t, err)
	entries := len(s.ledger(t))
	again, err := s.Ship(ctx, o.ID, shipment)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Len(t, s.ledger(t), entries, "the very same shipment again changes nothing")

	shipment.TrackingNumber, shipment.Lines = "T2", []market.ShipmentLine{{LineID: o.Lines[0].ID, Quantity: 2}}
	edited, err := s.Ship(ctx, o.ID, shipment)
	require.NoError(t, err)
	require.Equal(t, first.ID, edited.ID)
	shipment.Lines[0].Quantity = 3
	_, err = s.Ship(ctx, o.ID, shipment)
	require.ErrorIs(t, err, market.ErrQuantity)

	shipment.Reference, shipment.Lines = "", []market.ShipmentLine{{LineID: o.Lines[1].ID, Quantity: 1}}
	_, err = s.Ship(ctx, o.ID, shipment)
	require.NoError(t, err)
	_, err = s.Ship(ctx, o.ID, shipment)
	require.ErrorIs(t, err, market.ErrQuantity, "without a reference it is another shipment")
	shipment.Lines[0].LineID = "9-9"
	_, err = s.Ship(ctx, o.ID, shipment)
	require.ErrorIs(t, err, market.ErrNoLine)
	_, err = s.Ship(ctx, "nothing", shipment)
	require.ErrorIs(t, err, market.ErrNoOrder)

	shipped, err := s.Order(ctx, o.ID)
	require.NoError(t, err)
	require.Len(t, shipped.Shipments, 2)
	require.Equal(t, edited, shipped.Shipments[0])
	_, open, err := s.Orders(ctx, market.Filter{OpenOnly: true})
	require.NoError(t, err)
	require.Zero(t, open)

	fba, err := s.Place(ctx, purchase("2", line("f", 1)))
	require.NoError(t, err)
	_, err = s.Ship(ctx, fba.OrderID, shipment)
	require.ErrorIs(t, err, market.ErrFBA)
	mixed, err := s.Place(ctx, purchase("3", line("f", 1), line("a", 1)))
	require.NoError(t, err)
	require.NotEmpty(t, mixed.Refused)
}

func TestEveryQuantityHasItsOwnAnswer(t *testing.T) {
	t.Parallel()
	s := open(t, market.Listing{SKU: "a"}, market.Listing{SKU: "b"}, market.Listing{SKU: "f", FBA: true})
	answers, err := s.SetQuantities(t.Context(), []market.QuantityChange{{SKU: "a", Quantity: 5}, {SKU: "x", Quantity: 1}, {SKU: "b", Quantity: -1}, {SKU: "f", Quantity: 3}, {SKU: "a", Quantity: 6}})
	require.NoError(t, err)
	for i, want := range []error{nil, market.ErrNoListing, market.ErrQuantity, market.ErrFBA, nil} {
		require.ErrorIs(t, answers[i], want, "change %d", i)
	}
	require.Equal(t, 6, s.quantity(t, "a"))
	require.NoError(t, s.List(t.Context(), []market.Listing{{SKU: "a", Quantity: 50}, {SKU: "c", Quantity: 1}}))
	require.Equal(t, 6, s.quantity(t, "a"), "a listing that is there is left alone")
	all, err := s.AllListings(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 4)
	byRef, err := s.ListingByRef(t.Context(), all[3].Ref)
	require.NoError(t, err)
	require.Equal(t, all[3], byRef)
	_, err = s.Listing(t.Context(), "x")
	require.ErrorIs(t, err, market.ErrNoListing)
}

func TestAnAnswerIsRemembered(t *testing.T) {
	t.Parallel()
	s := open(t)
	require.NoError(t, s.Remember(t.Context(), "k", "print", []byte("first")))
	require.NoError(t, s.Remember(t.Context(), "k", "other", []byte("second")))
	s.reopen(t)
	fingerprint, answer, found, err := s.Recall(t.Context(), "k")
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, "print", fingerprint)
	require.Equal(t, "first", string(answer))
	_, _, found, err = s.Recall(t.Context(), "none")
	require.NoError(t, err)
	require.False(t, found)
}
