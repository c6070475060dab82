package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// changes returns what a run's check found of each SKU, in an operator's words.
func (s *shop) changes(run string) map[string]string {
	s.t.Helper()
	page, err := s.store.Publications.PublicationItems(s.t.Context(), publications.ItemFilter{Run: run, Type: string(listing.KindVariant), Limit: 100})
	require.NoError(s.t, err)
	out := map[string]string{}
	for _, i := range page.Items {
		out[i.Reference] = i.Change.Words()
		if i.Change.Held() {
			require.Equal(s.t, runs.ItemSkipped, i.Status)
			out[i.Reference] += ", held: " + string(i.Change.Rule)
		}
	}
	return out
}

func dryRun(p *publications.Publication) { p.DryRun = true }

// A dry run says of each item which fields would be sent and at what price, and what would be held by which rule. It holds nothing.
func TestADryRunSaysWhatWouldBeSentAndWhatWouldBeHeld(t *testing.T) {
	t.Parallel()
	s, l := openMany(t)
	s.repriced(949, 899, 89, 899, 899, 899)
	s.published("dry-1", dryRun)
	require.Equal(t, map[string]string{"A-L": "price 8.99 GBP to 9.49 GBP (+5.6%)", "B-L": "price 8.99 GBP to 0.89 GBP (-90.1%), held: percent"}, s.changes("dry-1"))

	s.repriced(999, 999, 999, 999, 920, 899)
	s.published("dry-2", dryRun)
	many := "price 8.99 GBP to 9.99 GBP (+11.1%), held: many"
	require.Equal(t, map[string]string{"A-L": many, "A-S": many, "B-L": many, "B-S": many, "C-L": "price 8.99 GBP to 9.20 GBP (+2.3%)"}, s.changes("dry-2"))
	run, err := s.store.Publications.Publication(t.Context(), "dry-2")
	require.NoError(t, err)
	require.Equal(t, []int{6, 3}, []int{run.Counts.Skipped, run.Counts.Done}, "four items with two products; one with its product, and the category")
	require.Empty(t, s.held())
	require.Empty(t, l.sent)

	p := catalogue.Product{Key: "D", Title: "Mug D", Category: "Kitchen > Mugs", Variants: []catalogue.Variant{{SKU: "D", Prices: []catalogue.Price{{Currency: "GBP", Amount: 500}}}}}
	_, err = s.store.Products.SaveCatalogue(t.Context(), []catalogue.Product{p})
	require.NoError(t, err)
	s.published("run-3", func(p *publications.Publication) { p.Selection.Products = []string{"D"} })
	p.Title, p.Brand = "Mug of D", "Lockside"
	_, err = s.store.Products.SaveCatalogue(t.Context(), []catalogue.Product{p})
	require.NoError(t, err)
	s.published("dry-3", dryRun, func(p *publications.Publication) { p.Selection.Products = []string{"D"} })
	require.Equal(t, map[string]string{"D": "title, brand"}, s.changes("dry-3"))
}

// A change of the catalogue that changes nothing of the account's listing is looked at once, and an import that changes nothing never.
func TestWhatIsAsAcceptedIsNotSelectedAgain(t *testing.T) {
	t.Parallel()
	l := &lists{result: accepted}
	s := openLists(t, l)
	s.published("run-1")
	s.prices(899, 899)
	require.Equal(t, []string{"A-L skipped", "A-S skipped"}, s.published("run-2"), "their costs are new")
	require.Empty(t, s.published("run-3"))
	s.prices(899, 899)
	require.Empty(t, s.published("run-4"), "the same catalogue again")
	s.prices(950, 899)
	require.Equal(t, []string{"A-S done accepted"}, s.published("run-5"), "the other size has not changed")
	require.Empty(t, s.published("run-6"))
}
