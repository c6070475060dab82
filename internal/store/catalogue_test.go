package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/storetest"
)

// mugs returns n products with two variants each, named by a letter.
func mugs(letter string, n int) []catalogue.Product {
	var out []catalogue.Product
	for i := range n {
		key := fmt.Sprintf("%s-%04d", letter, i)
		p := catalogue.Product{Key: key, Title: "Mug " + key, Brand: "Lockside", Category: "Kitchen > Mugs", Options: []string{"Colour"},
			Images: []string{"https://shop.example/" + key + ".jpg"}, Attributes: map[string][]string{"Material": {"Clay"}}}
		for _, colour := range []string{"Blue", "Red"} {
			p.Variants = append(p.Variants, catalogue.Variant{SKU: key + "-" + colour, Barcode: "96385074", WeightGrams: 350,
				Options: map[string]string{"Colour": colour}, Prices: []catalogue.Price{{Currency: "GBP", Amount: 995}, {Account: "ebay-uk", Currency: "GBP", Amount: 1050}}})
		}
		out = append(out, p.Clean())
	}
	return out
}

func saveCatalogue(t testing.TB, s *store.Store, entries ...catalogue.Product) []catalogue.Result {
	t.Helper()
	results, err := s.Products.SaveCatalogue(ctx, entries)
	require.NoError(t, err)
	for _, r := range results {
		require.Nil(t, r.Mistake)
	}
	return results
}

func catalogueOf(t testing.TB, s *store.Store) []catalogue.Product {
	t.Helper()
	var all []catalogue.Product
	require.NoError(t, s.Products.EachProduct(ctx, func(p catalogue.Product) error { all = append(all, p); return nil }))
	return all
}

func TestACatalogueIsSavedWholeAndASecondTimeChangesNothing(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		given := mugs("a", 3)
		dry, err := s.Products.CompareCatalogue(ctx, given)
		require.NoError(t, err)
		require.Empty(t, catalogueOf(t, s), "comparing writes nothing")
		require.Equal(t, dry, saveCatalogue(t, s, given...))
		require.Equal(t, given, catalogueOf(t, s))
		require.True(t, dry[0].Outcome.NewProduct)
		require.Len(t, dry[0].Outcome.New, 2)

		before := s.Statements()
		again := saveCatalogue(t, s, given...)
		require.Equal(t, int64(1), s.Statements()-before, "a comparison of marks, and nothing else")
		for i, r := range again {
			require.False(t, r.Outcome.Writes())
			require.Len(t, r.Outcome.Same, 2, i)
		}
		v, err := s.Products.Variant(ctx, "a-0001-Red")
		require.NoError(t, err)
		require.Equal(t, "Mug a-0001, Red", v.Title, "lists need not look at products")
		require.Equal(t, []string{"Kitchen", "Kitchen > Mugs"}, categories(t, s))
	})
}

// An unchanged entry is recognised by its hash only while nothing else has changed its values.
func TestWhatAnotherFileChangedIsChangedBack(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		shopify := mugs("a", 1)[0]
		saveCatalogue(t, s, shopify)
		other := catalogue.Product{Key: shopify.Key, Title: "Another title", Variants: []catalogue.Variant{{SKU: "a-0000-Blue"}}}
		require.True(t, saveCatalogue(t, s, other)[0].Outcome.Changed)
		v, err := s.Products.Variant(ctx, "a-0000-Red")
		require.NoError(t, err)
		require.Equal(t, "Another title, Red", v.Title, "it is made anew for the SKUs that the file does not have")
		back := saveCatalogue(t, s, shopify)[0].Outcome
		require.Equal(t, []catalogue.Change{{Of: "product a-0000", Field: "title", Old: "Another title", New: "Mug a-0000"}}, back.Changes)
		require.Equal(t, []catalogue.Product{shopify}, catalogueOf(t, s))

		only := catalogue.Product{Title: "Mug a-0000, Red", Variants: []catalogue.Variant{{SKU: "a-0000-Red", WeightGrams: 360}}}
		require.Equal(t, []string{"a-0000-Red"}, saveCatalogue(t, s, only)[0].Outcome.Altered)
		require.Equal(t, []string{"a-0000-Red"}, saveCatalogue(t, s, shopify)[0].Outcome.Altered)
	})
}

func TestTwoRowsOfOneProductBothCount(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		saveCatalogue(t, s, mugs("a", 1)...)
		row := func(sku string, grams int) catalogue.Product {
			return catalogue.Product{Variants: []catalogue.Variant{{SKU: sku, WeightGrams: grams}}}
		}
		saveCatalogue(t, s, row("a-0000-Blue", 400), row("a-0000-Red", 500))
		p := catalogueOf(t, s)[0]
		require.Equal(t, [2]int{400, 500}, [2]int{p.Variants[0].WeightGrams, p.Variants[1].WeightGrams})
		require.Empty(t, saveCatalogue(t, s, row("a-0000-Blue", 400), row("a-0000-Red", 500))[1].Outcome.Changes)
	})
}

func TestSKUsThatPeopleAndSpreadsheetsHaveDamagedAreReportedByName(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "000731"}, {SKU: "12E05"}, {SKU: "bkt-10l"}, {SKU: "OAR"}, {SKU: "oar"}, {SKU: "LAMP-Ö1"}}))
		one := func(sku string) catalogue.Product {
			return catalogue.Product{Title: "T", Variants: []catalogue.Variant{{SKU: sku}}}
		}
		results, err := s.Products.SaveCatalogue(ctx, []catalogue.Product{one("731"), one("1.2E+06"), one(" BKT-10L "), one("Oar"), one("lamp-ö1"), one("732")})
		require.NoError(t, err)
		require.ErrorContains(t, results[0].Mistake, `"731" is not in the catalogue, but "000731" is`)
		require.ErrorContains(t, results[1].Mistake, `"1.2E+06" is not in the catalogue, but "12E05" is`)
		require.Equal(t, map[string]string{" BKT-10L ": "bkt-10l"}, results[2].Spelled)
		require.ErrorContains(t, results[3].Mistake, `"Oar" may be any of "OAR" and "oar"`)
		require.Equal(t, map[string]string{"lamp-ö1": "LAMP-Ö1"}, results[4].Spelled)
		require.Equal(t, []string{"732"}, results[5].Outcome.New)
		skus, err := s.Products.SKUs(ctx)
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"000731", "12E05", "bkt-10l", "OAR", "oar", "LAMP-Ö1", "732"}, skus)
	})
}

func TestSKUsMoveToTheProductThatAFileNames(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "a-0000-Blue", Title: "Blue mug"}, {SKU: "LAMP", Title: "Lamp"}}))
		given := mugs("a", 1)
		require.Equal(t, []string{"a-0000-Blue"}, saveCatalogue(t, s, given...)[0].Outcome.Altered)
		all := catalogueOf(t, s)
		require.Len(t, all, 2, "the product that the SKU was alone in is gone")
		require.Equal(t, given[0], all[1])
		require.Equal(t, catalogue.Product{Key: "LAMP", Title: "Lamp", Variants: []catalogue.Variant{{SKU: "LAMP"}}}, all[0])
	})
}

// A batch must not cost a statement per product or variant.
func TestStatementsDoNotGrowWithTheCatalogue(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		count := func(entries []catalogue.Product) int64 {
			before := s.Statements()
			saveCatalogue(t, s, entries...)
			return s.Statements() - before
		}
		require.Equal(t, count(mugs("s", 1)), count(mugs("l", 300)))
		changed := func(entries []catalogue.Product) []catalogue.Product {
			for i := range entries {
				entries[i].Title += " now"
				entries[i].Variants[0].WeightGrams = 7
			}
			return entries
		}
		few, many := count(changed(mugs("s", 1))), count(changed(mugs("l", 300)))
		require.Equal(t, few, many)
		require.LessOrEqual(t, many, int64(11))
	})
}

func TestTooMuchAtOnceIsRefused(t *testing.T) {
	t.Parallel()
	s := storetest.Fresh(t, "sqlite:"+t.TempDir()+"/store.db")
	_, err := s.Products.SaveCatalogue(ctx, make([]catalogue.Product, products.MaxEntries+1))
	require.ErrorContains(t, err, "hand over fewer")
}

func TestTheCatalogueIsListedInPagesAndSearched(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		saveCatalogue(t, s, mugs("a", 2)...)
		require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "100%_x", Title: "LAMP"}}))
		seen, after := []string{}, ""
		for range 10 {
			rows, err := s.Products.VariantRows(ctx, products.VariantFilter{After: after, Limit: 2})
			require.NoError(t, err)
			if len(rows) == 0 {
				break
			}
			for _, r := range rows {
				seen = append(seen, r.SKU)
			}
			after = rows[len(rows)-1].SKU
		}
		require.ElementsMatch(t, []string{"100%_x", "a-0000-Blue", "a-0000-Red", "a-0001-Blue", "a-0001-Red"}, seen)
		for search, want := range map[string]int{"MUG A-0001": 2, "%_": 1, "_": 1, "lockside": 4, "9638": 4, "lamp": 1, "nothing": 0, " red ": 2} {
			rows, err := s.Products.VariantRows(ctx, products.VariantFilter{Search: search})
			require.NoError(t, err)
			require.Len(t, rows, want, search)
		}
		rows, err := s.Products.VariantRows(ctx, products.VariantFilter{Search: "a-0000-blue"})
		require.NoError(t, err)
		require.NotZero(t, rows[0].Changed)
		rows[0].Changed = time.Time{}
		require.Equal(t, products.VariantRow{SKU: "a-0000-Blue", Title: "Mug a-0000, Blue", Product: "a-0000", Brand: "Lockside", Category: "Kitchen > Mugs",
			Barcode: "96385074", Price: &catalogue.Price{Currency: "GBP", Amount: 995}, Images: 1}, rows[0])
		views, err := s.Products.VariantCounts(ctx, products.VariantFilter{})
		require.NoError(t, err)
		require.Equal(t, map[catalogue.View]int{"": 5, catalogue.ViewKits: 0, catalogue.ViewNoStock: 5, catalogue.ViewUnlinked: 5}, views)
		rows, err = s.Products.VariantRows(ctx, products.VariantFilter{Category: "kitchen >", View: catalogue.ViewNoStock})
		require.NoError(t, err)
		require.Len(t, rows, 4)
		counts, err := s.Products.CatalogueCounts(ctx)
		require.NoError(t, err)
		require.Equal(t, products.CatalogueCounts{Products: 3, Variants: 5, Categories: 2}, counts)
		for _, name := range []string{"a-0001", "a-0001-Red"} {
			p, err := s.Products.ProductOf(ctx, name)
			require.NoError(t, err)
			require.Equal(t, "a-0001", p.Key)
		}
		_, err = s.Products.ProductOf(ctx, "nope")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestTheViewsOfTheCatalogue(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		kit(t, s, "pair", "lamp", 1, "rope", 2)
		kit(t, s, "set", "pair", 1)
		receive(t, s, "a", "lamp", 2)
		link(t, s, "rope", "set")
		want := map[catalogue.View][]string{
			"": {"lamp", "pair", "rope", "set"}, catalogue.ViewKits: {"pair", "set"}, catalogue.ViewNoStock: {"rope"}, catalogue.ViewUnlinked: {"lamp", "pair"},
		}
		counts, err := s.Products.VariantCounts(ctx, products.VariantFilter{})
		require.NoError(t, err)
		for view, skus := range want {
			rows, err := s.Products.VariantRows(ctx, products.VariantFilter{View: view})
			require.NoError(t, err)
			got := []string{}
			for _, r := range rows {
				got = append(got, r.SKU)
			}
			require.Equal(t, skus, got, view)
			require.Equal(t, len(skus), counts[view], view)
		}
		none, err := s.Products.VariantCounts(ctx, products.VariantFilter{Search: "nothing"})
		require.NoError(t, err)
		require.Equal(t, map[catalogue.View]int{"": 0, catalogue.ViewKits: 0, catalogue.ViewNoStock: 0, catalogue.ViewUnlinked: 0}, none)
	})
}
