package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/market"
)

// januaryBook is the month after realBook.
const januaryBook = "../shared/data/online-retail/2011-01.csv"

// months returns the orders of both months, or of the generated book if they are not there.
func months() (orders []*book.Order, err error) {
	for _, name := range []string{realBook, januaryBook} {
		f, err := os.Open(filepath.Clean(name))
		if errors.Is(err, os.ErrNotExist) {
			orders = placed(book.Sample())
			break
		} else if err != nil {
			return nil, err
		}
		b, err := book.Read(f, name)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		orders = append(orders, placed(b)...)
	}
	return orders, nil
}

func placed(b *book.Book) (orders []*book.Order) {
	for _, e := range b.Plan(book.Options{Accounts: []string{"ebay-uk", "shopify-uk"}}).Events {
		if e.Kind == book.Place && len(e.Order.Lines) > 0 {
			orders = append(orders, e.Order)
		}
	}
	return orders
}

func codes(orders []*book.Order) []string {
	seen := map[string]bool{}
	for _, o := range orders {
		for _, l := range o.Lines {
			seen[l.Code] = true
		}
	}
	list := make([]string, 0, len(seen))
	for code := range seen {
		list = append(list, code)
	}
	slices.Sort(list)
	return list
}

// longAgo is how long before now the past is: no scan looks back so far, and Shopify shows it to every app.
const longAgo = 30 * 24 * time.Hour

// clock is the marketplaces' clock: behind by some time, or right.
type clock struct{ behind atomic.Int64 }

func behindBy(d time.Duration) *clock {
	c := &clock{}
	c.behind.Store(int64(d))
	return c
}

func (c *clock) now() time.Time { return time.Now().Add(-time.Duration(c.behind.Load())) }

// right sets the clock to now.
func (c *clock) right() { c.behind.Store(0) }

// playPast places and ships orders long ago, and returns the ranges in which a third each was placed.
func (s *shop) playPast(ctx context.Context, past []*book.Order) (thirds []backfill.Range, err error) {
	began := s.now().UTC().Truncate(time.Second)
	for i, o := range past {
		var lines []market.PurchaseLine
		for _, l := range o.Lines {
			lines = append(lines, market.PurchaseLine{SKU: l.Code, Title: l.Title, Quantity: l.Quantity, UnitPrice: l.UnitPrice})
		}
		if err := s.sellAndShip(ctx, o.Account, purchase(fmt.Sprintf("past-%d", i), lines...)); err != nil {
			return nil, err
		}
		if (i+1)*pairs/len(past) > len(thirds) {
			// Ranges have whole seconds: the next third begins in the next one.
			end := s.now().UTC().Truncate(time.Second).Add(time.Second)
			if err := until(ctx, "the next second", func() (bool, error) { return s.now().After(end), nil }); err != nil {
				return nil, err
			}
			thirds, began = append(thirds, backfill.Range{From: began, To: end}), end
		}
	}
	return thirds, nil
}

func (s *shop) sellAndShip(ctx context.Context, account string, p market.Purchase) error {
	m := s.markets.Market(account)
	answer, err := m.Place(ctx, p)
	if err != nil {
		return err
	}
	if answer.Refused != "" {
		return fmt.Errorf("%s refuses an order: %s", account, answer.Refused)
	}
	o, err := m.Order(ctx, answer.OrderID)
	if err != nil {
		return err
	}
	shipment := market.Shipment{Carrier: "Royal Mail", TrackingNumber: "TP-" + p.BookID, ShippedAt: s.now()}
	for _, l := range o.Lines {
		shipment.Lines = append(shipment.Lines, market.ShipmentLine{LineID: l.ID, Quantity: l.Quantity})
	}
	_, err = m.Ship(ctx, o.ID, shipment)
	return err
}

// lamp is the line of a sale of one lamp.
var lamp = market.PurchaseLine{SKU: sku, Title: "A lamp", Quantity: 1, UnitPrice: 1000}

// purchase is a paid purchase.
func purchase(bookID string, lines ...market.PurchaseLine) market.Purchase {
	return market.Purchase{BookID: bookID, Currency: "GBP", Paid: true, Lines: lines,
		Buyer: market.Buyer{Name: "Ada Larkmoor", Email: "ada@example.com", Line1: "1 Lock Lane", City: "Netherlock", PostalCode: "ZZ1 1ZZ", Country: "GB"}}
}
