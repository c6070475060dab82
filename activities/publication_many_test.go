package activities_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/publications"
)

// repriced enters new prices for all six mugs, in the order of their SKUs.
func (s *shop) repriced(amounts ...int64) {
	s.t.Helper()
	var entries []catalogue.Product
	for i, key := range []string{"A", "B", "C"} {
		p := catalogue.Product{Key: key, Title: "Mug " + key, Category: "Kitchen > Mugs", Options: []string{"Size"}}
		for j, size := range []string{"L", "S"} {
			p.Variants = append(p.Variants, catalogue.Variant{
				SKU: key + "-" + size, Options: map[string]string{"Size": size}, Prices: []catalogue.Price{{Currency: "GBP", Amount: amounts[2*i+j]}},
			})
		}
		entries = append(entries, p)
	}
	_, err := s.store.Products.SaveCatalogue(s.t.Context(), entries)
	require.NoError(s.t, err)
}

// openMany is a shop with six listings at 8.99, of which three prices may change at once.
func openMany(t *testing.T) (*shop, *lists) {
	t.Helper()
	l := &lists{result: accepted}
	s := openLists(t, l)
	a, err := s.store.Accounts.Account(t.Context(), account)
	require.NoError(t, err)
	a.PriceBrake = listing.Brake{Many: 3}
	require.NoError(t, s.store.Settings.SaveAccounts(t.Context(), []accounts.Account{a}))
	s.published("run-1")
	require.Empty(t, s.held(), "what is new changes no price")
	l.sent = nil
	return s, l
}

// Prices that are harmless alone are held when too many change at once, until they are released; what changes by a little goes.
func TestManyPricesThatChangeAtOnceAreHeld(t *testing.T) {
	t.Parallel()
	s, l := openMany(t)
	s.repriced(989, 989, 989, 899, 920, 899)
	s.published("run-2")
	require.Len(t, l.sent, 4, "three change, and one by a little")
	require.Empty(t, s.held())
	l.sent = nil
	s.repriced(1090, 1090, 1090, 990, 925, 899)
	require.Equal(t, []string{"A-L skipped validated", "A-S skipped validated", "B-L skipped validated", "B-S skipped validated"}, s.published("run-3")[:4])
	require.Equal(t, []string{"C-L"}, l.sent)
	require.Equal(t, []string{"A-L", "A-S", "B-L", "B-S"}, s.held())
	l.sent = nil
	s.published("run-4", func(p *publications.Publication) { p.Selection.Products = []string{"A"} })
	require.Empty(t, l.sent, "one product of them alone waits too")
	_, err := s.store.Publications.ReleasePrices(t.Context(), account, []string{"A-L"})
	require.NoError(t, err)
	s.repriced(1090, 989, 1090, 990, 925, 899)
	s.published("run-5")
	require.Equal(t, []string{"A-L"}, l.sent, "it was released, and the other of the product is what it was")
	require.Equal(t, []string{"B-L", "B-S"}, s.held())
}

// A worker that is killed while it holds many prices goes on where it was: what it has held counts.
func TestHoldingManyPricesGoesOnAfterAKill(t *testing.T) {
	t.Parallel()
	s, l := openMany(t)
	s.repriced(989, 989, 989, 989, 899, 899)
	taken := s.ask("run-2", func(p *publications.Publication) { p.Selection.Changed = true })
	s.checkGoods(taken)
	gbp := func(n int64) listing.Price { return listing.Price{Amount: n, Currency: "GBP"} }
	_, err := s.store.Publications.SaveChecks(t.Context(), "run-2", []publications.ItemVerdict{
		{Product: "A", SKU: "A-L", Step: listing.Validated, Skipped: "held", Change: listing.Change{Before: gbp(899), Price: gbp(989), Rule: listing.ManyChanged}, Braked: listing.OneOfMany},
	})
	require.NoError(t, err)
	s.submit(taken)
	require.Empty(t, l.sent)
	held := s.held()
	slices.Sort(held)
	require.Equal(t, []string{"A-L", "A-S", "B-L", "B-S"}, held)
}
