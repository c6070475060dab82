package store_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/bulk"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/storetest"
)

// What begins with a text is found, also with signs that a language's order of letters would pass over; what only holds it is not.
func TestWhatBeginsWithATextIsFound(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		for _, id := range []string{"100-1", "1001", "100%", "2100-1", "100_2"} {
			save(t, s, "amazon-uk", sale("amazon-uk", id, 0, units("LAMP", 1)))
		}
		names := func(texts ...string) (list []string) {
			found, err := s.OrdersBeginning(ctx, texts, 10)
			require.NoError(t, err)
			for _, o := range found {
				list = append(list, o.Reference)
			}
			return list
		}
		require.ElementsMatch(t, []string{"#100-1", "#1001", "#100%", "#100_2"}, names("100"))
		require.Equal(t, []string{"#100-1"}, names("100-"))
		require.Equal(t, []string{"#100%"}, names("#100%"))
		require.Equal(t, []string{"#100_2"}, names("100_"))
		require.ElementsMatch(t, []string{"#100-1", "#2100-1"}, names("#100-", "2100"))
		require.Empty(t, names("00"))
		found, err := s.OrdersBeginning(ctx, []string{"100", "#100"}, 2)
		require.NoError(t, err)
		require.Len(t, found, 2, "at most as many as asked for")
	})
}

// SKUs are found in whatever case and by the words of their titles, which follow the title.
func TestSKUsAreFoundByTheirTitles(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "TP1002B", Title: "Enamel MUG, Moss-Green"}, {SKU: "TP1003", Title: "Mug tree"}, {SKU: "MUG-X", Title: "Ünïque lamp"}}))
		skus := func(found []store.FoundSKU, err error) (list []string) {
			require.NoError(t, err)
			for _, f := range found {
				list = append(list, f.SKU)
			}
			return list
		}
		require.Equal(t, []string{"TP1002B", "TP1003"}, skus(s.SKUsBeginning(ctx, "tp100", 5)))
		require.Equal(t, []string{"MUG-X"}, skus(s.SKUsBeginning(ctx, "Mug-", 5)))
		require.Equal(t, []string{"TP1002B", "TP1003"}, skus(s.SKUsTitled(ctx, "mug", 5)))
		require.Equal(t, []string{"TP1002B"}, skus(s.SKUsTitled(ctx, "mu moss GREE", 5)))
		require.Equal(t, []string{"MUG-X"}, skus(s.SKUsTitled(ctx, "ÜNÏQ", 5)))
		require.Empty(t, skus(s.SKUsTitled(ctx, "- ' %", 5)))
		require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "TP1003", Title: "Cup tree"}}))
		require.Equal(t, []string{"TP1002B"}, skus(s.SKUsTitled(ctx, "mug", 5)))
		require.NoError(t, storetest.Exec(ctx, s.DB, `DELETE FROM title_words`))
		require.Empty(t, skus(s.SKUsTitled(ctx, "cup", 5)))
		require.NoError(t, s.Migrate(ctx), "titles that an earlier version saved get their words")
		require.Equal(t, []string{"TP1003"}, skus(s.SKUsTitled(ctx, "cup", 5)))
	})
}

func TestListingsAndPackagesAreFound(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "Lamp")
		imported(t, s, "ebay-uk", "import", listed("Solo-1", "110099", "", 1))
		found, err := s.ListingsBeginning(ctx, "EBAY-UK:la", []string{"EBAY-UK:la"}, 5)
		require.NoError(t, err)
		require.Equal(t, []store.FoundListing{{Account: "ebay-uk", ChannelSKU: "ebay-uk:Lamp", SKU: "Lamp"}}, found)
		found, err = s.ListingsBeginning(ctx, "1100", []string{"x", "1100"}, 5)
		require.NoError(t, err)
		require.Equal(t, []store.FoundListing{{Account: "ebay-uk", ChannelSKU: "Solo-1", ListingID: "110099", Title: "A 110099"}}, found)
		found, err = s.ListingsBeginning(ctx, "solo", []string{"solo"}, 5)
		require.NoError(t, err)
		require.Equal(t, []store.FoundListing{{Account: "ebay-uk", ChannelSKU: "Solo-1", Title: "A 110099"}}, found)
		require.NoError(t, bulk.Fill(ctx, s, 300))
		packed, err := s.PackagesBeginning(ctx, []string{"RM29"}, 4)
		require.NoError(t, err)
		require.Len(t, packed, 4)
		require.True(t, strings.HasPrefix(packed[0].Tracking, "RM29"))
	})
}

// A search reads short parts of indexes, and no table as a whole, among 20,000 orders.
func TestASearchReadsNoWholeTable(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, bulk.Fill(ctx, s, 20_000))
		sent := map[string][]any{}
		s.Watch(func(text string, args []any) { sent[text] = args })
		_, err := s.OrdersBeginning(ctx, []string{"1007", "#1007"}, 7)
		require.NoError(t, err)
		_, err = s.PackagesBeginning(ctx, []string{"RM10"}, 7)
		require.NoError(t, err)
		_, err = s.SKUsBeginning(ctx, "SKU-1", 7)
		require.NoError(t, err)
		_, err = s.SKUsTitled(ctx, "good thing", 7)
		require.NoError(t, err)
		_, err = s.ListingsBeginning(ctx, "SKU-1", []string{"SKU-1"}, 7)
		require.NoError(t, err)
		s.Watch(func(string, []any) {})
		require.Len(t, sent, 5)
		var all strings.Builder
		for text, args := range sent {
			plan := planOf(t, s, text, args...)
			all.WriteString(plan + "\n")
			for _, table := range many {
				require.NotContains(t, plan+" ", "Seq Scan on "+table+" ", "%s\n%s", text, plan)
			}
		}
		if strings.HasSuffix(t.Name(), "/sqlite") {
			for _, want := range []string{
				"orders_reference_begun (reference>? AND reference<?)", "orders_channel_id_begun (channel_order_id>? AND channel_order_id<?)", "packages_tracking_begun (tracking>? AND tracking<?)",
				"packages_by_id (package_id>? AND package_id<?)", "variants_folded_begun (folded>? AND folded<?)", "title_words_begun (word>? AND word<?)", "links_by_folded (<expr>>? AND <expr><?)",
				"listings_by_folded (<expr>>? AND <expr><?)", "listings_by_listing (listing_id>? AND listing_id<?)",
			} {
				require.Contains(t, all.String(), want)
			}
		}
	})
}
