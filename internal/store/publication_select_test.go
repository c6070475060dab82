package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// selected returns the SKUs of a run that are to be checked.
func selected(t testing.TB, s *store.Store, run string) []string {
	t.Helper()
	goods, next, err := s.Publications.GoodsToCheck(context.Background(), run, "", 100)
	require.NoError(t, err)
	require.Empty(t, next)
	skus := []string{}
	for _, g := range goods {
		skus = append(skus, g.Wanted...)
	}
	return skus
}

// accept lets the channel accept SKUs of a run, which ends them.
func accept(t testing.TB, s *store.Store, run string, skus ...string) {
	t.Helper()
	ctx := context.Background()
	var verdicts []publications.ItemVerdict
	for _, sku := range skus {
		product, _, _ := strings.Cut(sku, "-")
		verdicts = append(verdicts, publications.ItemVerdict{Product: product, SKU: sku, Step: listing.Accepted, ChannelSKU: sku, Ref: "ref-" + sku, Hash: "hash of " + sku})
	}
	_, err := s.Publications.SaveAnswers(ctx, run, verdicts)
	require.NoError(t, err)
	_, err = s.Publications.EndPublication(ctx, run, nil)
	require.NoError(t, err)
}

func TestWhatASelectionSelects(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		jug := sized("JUG", 1)
		jug.Category = "Kitchen > Mugs > Large"
		pan := sized("PAN", 1)
		pan.Category = "Kitchen > Mugs and more"
		saveGoods(t, s, sized("MUG", 3), sized("CUP", 2), jug, pan)
		for name, tc := range map[string]struct {
			sel  listing.Selection
			want []string
		}{
			"all":                     {listing.Selection{}, []string{"CUP-1", "CUP-2", "JUG-1", "MUG-1", "MUG-2", "MUG-3", "PAN-1"}},
			"SKUs":                    {listing.Selection{SKUs: []string{"MUG-3", "MUG-1", "CUP-2"}}, []string{"CUP-2", "MUG-1", "MUG-3"}},
			"a product":               {listing.Selection{Products: []string{"MUG"}}, []string{"MUG-1", "MUG-2", "MUG-3"}},
			"a product and a SKU":     {listing.Selection{Products: []string{"CUP"}, SKUs: []string{"PAN-1", "CUP-1"}}, []string{"CUP-1", "CUP-2", "PAN-1"}},
			"a category and below it": {listing.Selection{Categories: []string{"Kitchen > Mugs"}}, []string{"CUP-1", "CUP-2", "JUG-1", "MUG-1", "MUG-2", "MUG-3"}},
			"what is not there":       {listing.Selection{SKUs: []string{"NONE"}, Products: []string{"NOR"}, Categories: []string{"Nowhere"}}, []string{}},
			"errors, where none are":  {listing.Selection{Errors: true}, []string{}},
			"changed, where all are":  {listing.Selection{Changed: true, Products: []string{"CUP"}}, []string{"CUP-1", "CUP-2"}},
		} {
			run := "run " + name
			publish(t, s, run, "ebay-uk", tc.sel)
			require.Equal(t, tc.want, selected(t, s, run), name)
		}
		page, err := s.Publications.PublicationItems(context.Background(), publications.ItemFilter{Run: "run what is not there"})
		require.NoError(t, err)
		require.Equal(t, map[runs.ItemStatus]publications.Counted{runs.ItemError: {N: 3}}, page.Overview, "each has an item, so that nobody thinks it was published")
		require.Equal(t, publication.CodeNotInCatalogue, page.Items[0].Code)
	})
}

func TestChangedGoodsAreThoseOfALaterCatalogue(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 2), sized("CUP", 1), sized("JUG", 1))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		accept(t, s, "run-1", "MUG-1", "MUG-2", "CUP-1")
		changed := func(run string, change ...func(*publications.Publication)) []string {
			publish(t, s, run, "ebay-uk", listing.Selection{Changed: true}, change...)
			return selected(t, s, run)
		}
		require.Equal(t, []string{"JUG-1"}, changed("run-2"), "never accepted")
		mug := sized("MUG", 2)
		mug.Variants = mug.Variants[1:]
		mug.Variants[0].Prices[0].Amount = 1099
		saveGoods(t, s, mug)
		require.Equal(t, []string{"JUG-1", "MUG-2"}, changed("run-3"))
		goods, _, err := s.Publications.GoodsToCheck(ctx, "run-3", "", 10)
		require.NoError(t, err)
		require.Equal(t, map[string]publications.Marked{"MUG-1": {Hash: "hash of MUG-1"}, "MUG-2": {Hash: "hash of MUG-2"}}, goods[1].Accepted)
		require.Equal(t, []string{"CUP-1", "JUG-1", "MUG-1", "MUG-2"}, changed("run-4", func(p *publications.Publication) { p.Endpoint = channel.Test }), "another endpoint")

		set := listing.TypeSettings{Category: "Kitchen", Type: "29585", Values: map[string][]string{"Material": {"Oak"}}}
		_, err = s.Products.SetType(ctx, "ebay-uk", set)
		require.NoError(t, err)
		require.Equal(t, []string{"CUP-1", "JUG-1", "MUG-1", "MUG-2"}, changed("run-5"))
		publish(t, s, "run-6", "shopify-uk", listing.Selection{Changed: true, Products: []string{"CUP"}})
		require.Equal(t, []string{"CUP-1"}, selected(t, s, "run-6"), "another account has never had it")
	})
}

func TestErrorsAreTriedAgain(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 3), sized("CUP", 1))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		_, err := s.Publications.SaveChecks(ctx, "run-1", []publications.ItemVerdict{{Product: "MUG", SKU: "MUG-2", Issues: fails("price-missing", listing.Validation)},
			{Product: "CUP", Issues: fails("type-missing", listing.Validation)}})
		require.NoError(t, err)
		accept(t, s, "run-1", "MUG-1", "MUG-3")
		errors := func(run string, change ...func(*publications.Publication)) []string {
			publish(t, s, run, "ebay-uk", listing.Selection{Errors: true}, change...)
			return selected(t, s, run)
		}
		require.Equal(t, []string{"CUP-1", "MUG-2"}, errors("run-2"))
		next, n, err := s.Publications.SelectGoods(ctx, "run-2", "", 10)
		require.NoError(t, err)
		require.Empty(t, next)
		require.Zero(t, n, "the same again")
		_, err = s.Publications.SkipRest(ctx, "run-2", "stopped by ann")
		require.NoError(t, err)
		_, err = s.Publications.EndPublication(ctx, "run-2", nil)
		require.NoError(t, err)
		require.Equal(t, []string{"CUP-1", "MUG-2"}, errors("run-3", func(p *publications.Publication) { p.DryRun = true }), "a run that was stopped makes nothing good")
		_, err = s.Publications.SaveChecks(ctx, "run-3", []publications.ItemVerdict{{Product: "MUG", SKU: "MUG-2", Step: listing.Validated}})
		require.NoError(t, err)
		require.Equal(t, []string{"CUP-1", "MUG-2"}, errors("run-4"), "nor does a dry run")
		accept(t, s, "run-4", "MUG-2")
		require.Equal(t, []string{"CUP-1"}, errors("run-5"))
	})
}

func TestGoodsHaveAllThatTheirListingsAreMadeOf(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 2), sized("SET", 1), sized("BIG", 1))
		_, err := s.Products.SaveKits(ctx, []catalogue.Kit{{SKU: "SET-1", Parts: []catalogue.Part{{SKU: "MUG-1", Quantity: 2}, {SKU: "MUG-2", Quantity: 1}}}})
		require.NoError(t, err)
		buffered := storetest.Accounts()[1]
		buffered.Buffer, buffered.Cap = 1, 5
		require.NoError(t, s.Settings.SaveAccounts(ctx, []accounts.Account{buffered}))
		receive(t, s, "r1", "MUG-1", 9)
		receive(t, s, "r2", "MUG-2", 3)
		require.NoError(t, s.Links.SaveLinks(ctx, []links.Link{{Account: "ebay-uk", ChannelSKU: "other", SKU: "MUG-2", ListingRef: "o"},
			{Account: "ebay-uk", ChannelSKU: "MUG-2", SKU: "MUG-2", ListingRef: "r"}}))
		for _, set := range []listing.TypeSettings{{Type: "1"}, {Category: "Kitchen > Mugs", Type: "3"}, {Category: "Kitchen", Type: "2"}, {Category: "Kitchen > Mug", Type: "4"}} {
			_, err := s.Products.SetType(ctx, "ebay-uk", set)
			require.NoError(t, err)
		}
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		goods, _, err := s.Publications.GoodsToCheck(ctx, "run-1", "BIG", 10)
		require.NoError(t, err)
		require.Len(t, goods, 2)
		require.Equal(t, map[string]int{"MUG-1": 5, "MUG-2": 2}, goods[0].Levels)
		require.Equal(t, map[string]int{"SET-1": 2}, goods[1].Levels, "of 9 and 3: three can be packed, one is never listed")
		require.Equal(t, map[string]listing.Link{"MUG-2": {ChannelSKU: "MUG-2", ListingRef: "r"}}, goods[0].Links)
		require.Len(t, goods[0].Types, 3)
		require.Equal(t, "3", goods[0].Types[0].Type)
		require.Equal(t, "1", goods[0].Types[2].Type)
		require.Equal(t, "Kitchen > Mugs", goods[0].Product.Category)

		before := s.Statements()
		_, _, err = s.Publications.GoodsToCheck(ctx, "run-1", "", 1)
		require.NoError(t, err)
		one := s.Statements() - before
		_, _, err = s.Publications.GoodsToCheck(ctx, "run-1", "", 10)
		require.NoError(t, err)
		require.Equal(t, one, s.Statements()-before-one, "whatever the number of goods")
	})
}

// A SKU that moves to another product after it was selected is reported as missing, and no run waits for it.
func TestGoodsThatLeaveTheirProductMeanwhile(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 2))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		saveGoods(t, s, catalogue.Product{Key: "NEW", Title: "New", Variants: []catalogue.Variant{{SKU: "MUG-1"}}})
		goods, _, err := s.Publications.GoodsToCheck(ctx, "run-1", "", 10)
		require.NoError(t, err)
		require.Len(t, goods, 1)
		require.Equal(t, []string{"MUG-2"}, goods[0].Wanted)
		require.Equal(t, []string{"MUG-1"}, goods[0].Missing)
		counts, err := s.Publications.EndPublication(ctx, "run-1", nil)
		require.NoError(t, err)
		require.Equal(t, message.PublicationCounts{Items: 4, Skipped: 4}, counts)
	})
}

// A family of 300 variants is not split; chunks are also limited by their number of variants.
func TestLargeFamiliesStayWhole(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		for i := range 6 {
			saveGoods(t, s, sized(fmt.Sprintf("P%d", i), 2_000))
		}
		saveGoods(t, s, sized("Q", 300))
		require.NoError(t, s.Publications.AskPublication(ctx, publications.Publication{ID: "run-1", Account: "ebay-uk", Endpoint: channel.Production, By: "ann"}))
		next, n, err := s.Publications.SelectGoods(ctx, "run-1", "", 100)
		require.NoError(t, err)
		require.Equal(t, "P3", next)
		require.Equal(t, 1+4*2_001, n)
		next, n, err = s.Publications.SelectGoods(ctx, "run-1", next, 100)
		require.NoError(t, err)
		require.Empty(t, next)
		require.Equal(t, 2*2_001+301, n)
		_, err = s.Publications.SaveChecks(ctx, "run-1", []publications.ItemVerdict{{Product: "Q", Issues: fails("too-many-variants", listing.Validation)}})
		require.NoError(t, err)
		page, err := s.Publications.PublicationItems(ctx, publications.ItemFilter{Run: "run-1", Status: runs.ItemError})
		require.NoError(t, err)
		require.Equal(t, publications.Counted{N: 301}, page.Overview[runs.ItemError])
		require.Equal(t, publication.CodeProductFailed, page.Items[0].Code)
	})
}

// What was asked for and the catalogue does not have is one incident, whether it never was there or vanished during the run; each thing counts once.
func TestWhatTheCatalogueDoesNotHaveIsOneIncident(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 2), sized("CUP", 1))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{SKUs: []string{"MUG-1", "CUP-1", "NONE"}, Products: []string{"NOR"}})
		missing := fails(publication.CodeNotInCatalogue, listing.Validation)
		_, err := s.Publications.SaveChecks(ctx, "run-1", []publications.ItemVerdict{
			{Product: "MUG", SKU: "MUG-1", Issues: missing}, {Product: "CUP", SKU: "CUP-1", Issues: missing}})
		require.NoError(t, err)
		_, err = s.Publications.EndPublication(ctx, "run-1", nil)
		require.NoError(t, err)

		failed, err := s.Publications.Failed(ctx)
		require.NoError(t, err)
		require.Len(t, failed, 1)
		require.Equal(t, 4, failed[0].SKUs, "two SKUs that vanished, one that never was there, and a product")
		require.Subset(t, []string{"CUP-1", "MUG-1", "NONE", "NOR"}, failed[0].Sample)
		require.NotZero(t, failed[0].Since)
		a, _, err := s.Affected(ctx, incident.Name{Kind: incident.Unpublished, Account: "ebay-uk", Code: "production/" + publication.CodeNotInCatalogue}, 10)
		require.NoError(t, err)
		require.Equal(t, 4, a.Items)

		publish(t, s, "run-2", "ebay-uk", listing.Selection{SKUs: []string{"MUG-2"}})
		failed, err = s.Publications.Failed(ctx)
		require.NoError(t, err)
		require.Equal(t, 2, failed[0].SKUs, "of what stands for no SKU the last run counts")
	})
}
