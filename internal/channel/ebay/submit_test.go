package ebay

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// mug is a product on its own.
func mug(sku string) channel.Product {
	return channel.Product{
		Key: sku, Type: "38250", Title: "Enamel mug", Description: "Half a pint.", Brand: "Quill", Currency: "GBP",
		Images: []string{"https://images.example/mug.jpg"}, Variants: []channel.Variant{{SKU: sku, Price: 999, Quantity: 7}},
	}
}

func mugs(from, n int) (products []channel.Product) {
	for i := range n {
		products = append(products, mug(fmt.Sprint("MUG-", from+i)))
	}
	return products
}

// named returns the shirt under another key.
func named(key string, sizes ...string) channel.Product {
	p := shirt(sizes...)
	p.Key = key
	for i, size := range sizes {
		p.Variants[i].SKU = key + "-" + size
	}
	return p
}

func faultsOf(p channel.Publication) map[string]*channel.Fault {
	found := map[string]*channel.Fault{}
	for _, r := range p.Results {
		if r.Fault != nil {
			found[r.SKU] = r.Fault
		}
	}
	return found
}

// live requires that each of the SKUs is for sale once.
func (f *fixture) live(t *testing.T, products ...channel.Product) {
	t.Helper()
	for _, p := range products {
		ids := map[string]bool{}
		for _, v := range p.Variants {
			l, err := f.market.Listing(t.Context(), v.SKU)
			require.NoError(t, err)
			require.Equal(t, []any{market.Live, v.Price}, []any{l.Status, l.Price}, v.SKU)
			ids[l.ListingID] = true
		}
		require.Len(t, ids, 1, "one listing of all its variants")
	}
}

func TestManyProductsGoTogether(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	products := append(mugs(0, 40), named("A", "S", "M"), named("B", "S", "M", "L"))
	known := f.definitions(t, products...)
	ctx, calls := channel.WithCalls(t.Context())
	got, err := f.conn.Submit(ctx, drafts(products...), false, known)
	require.NoError(t, err)
	require.Empty(t, faultsOf(got))
	require.Len(t, got.Results, 45)
	for _, r := range got.Results {
		require.True(t, r.Ref != "" && r.ListingID != "" && r.RequestID != "" && r.Step == stepPublished, r)
	}
	f.live(t, products...)
	require.Equal(t, map[string]int{
		opGetItems: 2, opGroup: 2, opSaveItems: 2, opSaveGroup: 2, opCreateOffers: 2, opPublishMany: 2, opPublishGroup: 2,
	}, operations(calls))

	ctx, calls = channel.WithCalls(t.Context())
	got, err = f.conn.Submit(ctx, drafts(products...), false, known)
	require.NoError(t, err)
	require.Empty(t, faultsOf(got))
	require.Equal(t, map[string]int{opGetItems: 2, opOffers: 45, opGroup: 2}, operations(calls), "nothing differs, nothing is written")
}

// Of n products in any order, the wrong ones are reported and all others are listed.
func TestExactlyTheBadOnesAreReported(t *testing.T) {
	t.Parallel()
	bad := map[string]func(p *channel.Product){
		"25005": func(p *channel.Product) { p.Type = "1000001" },
		"25003": func(p *channel.Product) { p.Variants[0].Price = 0 },
		"25004": func(p *channel.Product) { p.Variants[0].Quantity = 0 },
		"25709": func(p *channel.Product) { p.Title = strings.Repeat("t", 81) },
		"25014": func(p *channel.Product) { p.Images = nil },
		"25015": func(p *channel.Product) { p.Images = []string{"http://images.example/mug.jpg"} },
		"25021": func(p *channel.Product) { p.Condition = "LIKE_NEW" },
		"25002": func(p *channel.Product) { p.Brand = "" },
	}
	f := newFixture(t)
	random := rand.New(rand.NewPCG(8, 4))
	for round := range 6 {
		products := mugs(100*round, 30)
		want := map[string]string{}
		for code, spoil := range bad {
			i := random.IntN(len(products))
			if _, taken := want[products[i].Key]; !taken {
				spoil(&products[i])
				want[products[i].Key] = code
			}
		}
		checked, err := f.conn.Check(t.Context(), products, f.definitions(t, products...))
		require.NoError(t, err)
		observed := map[string]string{}
		for sku, fault := range faultsOf(f.submit(t, f.conn, products...)) {
			observed[sku] = fault.Code
			require.True(t, fault.Permanent() && fault.RequestID != "", sku)
		}
		require.Equal(t, want, observed)
		for i, p := range products {
			failed := false
			for _, issues := range checked[i].Issues {
				failed = failed || listing.Failed(issues)
			}
			require.Equal(t, want[p.Key] != "", failed, "our own check knows as much as the marketplace: %v", checked[i].Issues)
			if !failed {
				f.live(t, p)
			}
		}
	}
}

// Whatever call fails, and in whatever way, repeating the submission lists everything once.
func TestASubmissionIsRepeatedAfterAFailureAtEveryCall(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{opGetItems, opOffers, opGroup, opSaveItems, opSaveGroup, opCreateOffers, opUpdateOffer, opLevels, opPublishMany, opPublishGroup} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			old := append(mugs(0, 3), named("OLD", "S", "M"))
			for _, r := range f.submit(t, f.conn, old...).Results {
				require.Nil(t, r.Fault)
			}
			for n, kind := range []faults.Kind{faults.Lost, faults.Reset, faults.Malformed, faults.Unavailable} {
				changed := append(mugs(0, 3), named("OLD", "S", "M", fmt.Sprint("X", n)))
				changed[0].Variants[0].Price += int64(n + 1) // only the price changes
				changed[1].Description += fmt.Sprint(n)      // the item and the offer change
				products := slices.Concat(changed, mugs(100*(n+1), 2), []channel.Product{named(fmt.Sprint("NEW", n), "S", "M")})
				f.injector.Next(kind, operation, 1)
				got, err := f.conn.Submit(t.Context(), drafts(products...), false, f.definitions(t, products...))
				read := operation == opOffers || operation == opGroup                                          // Go's HTTP client repeats a read itself
				silent := kind == faults.Malformed && (operation == opUpdateOffer || operation == opSaveGroup) // an answer with 204 has no body that could be malformed
				require.True(t, read || silent || err != nil || len(faultsOf(got)) > 0, "%s: the failure is noticed", kind)
				for _, fault := range faultsOf(got) {
					require.False(t, fault.Permanent(), "%s: %v", kind, fault)
				}
				require.Empty(t, faultsOf(f.submit(t, f.conn, products...)), kind)
				f.live(t, products...)
			}
		})
	}
}

func TestOnlyThePriceGoesWhereOnlyThePriceDiffers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	products := mugs(0, 30)
	f.submit(t, f.conn, products...)
	f.sell(t, "MUG-3", 2)
	for i := range products {
		products[i].Variants[0].Price = 1250
		products[i].Variants[0].Quantity = 99
	}
	ctx, calls := channel.WithCalls(t.Context())
	got, err := f.conn.Submit(ctx, drafts(products...), false, f.definitions(t, products...))
	require.NoError(t, err)
	require.Empty(t, faultsOf(got))
	require.Equal(t, map[string]int{opGetItems: 2, opOffers: 30, opLevels: 2}, operations(calls))
	f.live(t, products...)
	f.stock(t, "MUG-3", 5)
	f.stock(t, "MUG-4", 7)
}

// sell lets a buyer buy units.
func (f *fixture) sell(t *testing.T, sku string, units int) {
	t.Helper()
	placed, err := f.market.Place(t.Context(), market.Purchase{
		BookID: sku, Currency: "GBP", Paid: true, Lines: []market.PurchaseLine{{SKU: sku, Title: sku, Quantity: units, UnitPrice: 999}},
	})
	require.NoError(t, err)
	require.Empty(t, placed.Refused)
}

func (f *fixture) stock(t *testing.T, sku string, want int) {
	t.Helper()
	l, err := f.market.Listing(t.Context(), sku)
	require.NoError(t, err)
	require.Equal(t, want, l.Quantity, sku)
}

// A revision never lists again units that buyers bought, whatever quantity the product has.
func TestARevisionKeepsTheStock(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	products := append(mugs(0, 2), shirt("S", "M"))
	f.submit(t, f.conn, products...)
	f.sell(t, "MUG-0", 3)
	f.sell(t, "SHIRT-S", 1)
	products[2].Aspects["Features"] = []string{"Lined"} // an aspect of the items, not of the group
	for i := range products {
		products[i].Title += ", new" // a new title changes only the item or the group: no offer is written that would correct the quantity
		if i > 0 {
			products[i].Description += " It is new."
		}
		for n := range products[i].Variants {
			products[i].Variants[n].Quantity = 50
		}
	}
	require.Empty(t, faultsOf(f.submit(t, f.conn, products...)))
	f.live(t, products...)
	f.stock(t, "MUG-0", 4)
	f.stock(t, "MUG-1", 7)
	f.stock(t, "SHIRT-S", 2)
	f.stock(t, "SHIRT-M", 4)
}
