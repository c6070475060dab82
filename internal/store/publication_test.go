package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/storetest"
)

// sized returns a product with n sizes: KEY-1, KEY-2.
func sized(key string, n int) catalogue.Product {
	p := catalogue.Product{Key: key, Title: "A " + key, Category: "Kitchen > Mugs", Options: []string{"Size"}}
	for i := range n {
		p.Variants = append(p.Variants, catalogue.Variant{SKU: fmt.Sprintf("%s-%d", key, i+1), Options: map[string]string{"Size": fmt.Sprint(i + 1)},
			Prices: []catalogue.Price{{Currency: "GBP", Amount: 999}}})
	}
	return p
}

func saveGoods(t testing.TB, s *store.Store, products ...catalogue.Product) {
	t.Helper()
	results, err := s.Products.SaveCatalogue(context.Background(), products)
	require.NoError(t, err)
	for _, r := range results {
		require.Nil(t, r.Mistake)
	}
}

// publish requests a run on production and makes its items.
func publish(t testing.TB, s *store.Store, id, account string, sel listing.Selection, change ...func(*publications.Publication)) {
	t.Helper()
	ctx := context.Background()
	p := publications.Publication{ID: id, Account: account, Through: account, Endpoint: channel.Production, Selection: sel, By: "ann", AskedAt: epoch}
	for _, c := range change {
		c(&p)
	}
	require.NoError(t, s.Publications.AskPublication(ctx, p))
	require.NoError(t, s.Publications.BeginPublication(ctx, id, "w"))
	for after := ""; ; {
		next, _, err := s.Publications.SelectGoods(ctx, id, after, 2)
		require.NoError(t, err)
		if next == "" {
			return
		}
		after = next
	}
}

func fails(code string, stage listing.Stage) []listing.Issue {
	return []listing.Issue{{Stage: stage, Severity: listing.Error, Code: code, Message: "it is wrong"}}
}

func TestAPublicationFromAskingToItsEnd(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 3), sized("CUP", 2), sized("JUG", 1))
		receive(t, s, "r1", "MUG-1", 7)
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})

		goods, next, err := s.Publications.GoodsToCheck(ctx, "run-1", "", 100)
		require.NoError(t, err)
		require.Empty(t, next)
		require.Len(t, goods, 3)
		require.Equal(t, []string{"MUG-1", "MUG-2", "MUG-3"}, goods[2].Wanted)
		require.Equal(t, map[string]int{"MUG-1": 7, "MUG-2": 0, "MUG-3": 0}, goods[2].Levels)
		require.Len(t, goods[2].Product.Variants, 3)

		verdicts := []publications.ItemVerdict{
			{Product: "MUG", Step: listing.Validated, Plan: "parent"},
			{Product: "MUG", SKU: "MUG-1", Step: listing.Validated, Plan: "p1", Hash: "h1"},
			{Product: "MUG", SKU: "MUG-2", Step: listing.Validated, Hash: "h2"},
			{Product: "MUG", SKU: "MUG-3", Issues: fails("price-missing", listing.Validation)},
			{Product: "CUP", Issues: fails("type-missing", listing.Validation)},
			{Product: "JUG", Step: listing.Validated},
			{Product: "JUG", SKU: "JUG-1", Step: listing.Validated, Hash: "h3"},
		}
		counts, err := s.Publications.SaveChecks(ctx, "run-1", verdicts)
		require.NoError(t, err)
		require.Equal(t, message.PublicationCounts{Invalid: 4}, counts, "MUG-3, CUP and its two variants")
		counts, err = s.Publications.SaveChecks(ctx, "run-1", verdicts)
		require.NoError(t, err)
		require.Zero(t, counts)

		goods, until, err := s.Publications.GoodsToSubmit(ctx, "run-1", "", 1)
		require.NoError(t, err)
		require.Equal(t, "JUG", until)
		require.Len(t, goods, 1)
		goods, until, err = s.Publications.GoodsToSubmit(ctx, "run-1", until, 1)
		require.NoError(t, err)
		require.Equal(t, "MUG", until)
		require.Equal(t, []string{"MUG-1", "MUG-2"}, goods[0].Wanted)
		require.Equal(t, map[string]string{"": "parent", "MUG-1": "p1"}, goods[0].Plans)

		sent := []publications.SentSKU{{ChannelSKU: "MUG-1", Product: "MUG", SKU: "MUG-1"}, {ChannelSKU: "MUG-2", Product: "MUG", SKU: "MUG-2"}}
		require.NoError(t, s.Publications.Submitted(ctx, "run-1", "feed-7", sent))
		kept, err := s.Publications.SubmittedSKUs(ctx, "run-1", "feed-7")
		require.NoError(t, err)
		require.Equal(t, sent, kept)

		fault := channel.NewFault(channel.Invalid, "publish", "25002 raw words")
		fault.Code = "25002"
		answers := []publications.ItemVerdict{
			{Product: "MUG", SKU: "MUG-1", Step: listing.Accepted, ChannelSKU: "MUG-1", Ref: "offer-1", ListingID: "L1", RequestID: "q1"},
			{Product: "MUG", SKU: "MUG-2", Fault: fault},
			{Product: "JUG", SKU: "JUG-1", Step: listing.Accepted, ChannelSKU: "JUG-1", Ref: "offer-3"},
		}
		counts, err = s.Publications.SaveAnswers(ctx, "run-1", answers)
		require.NoError(t, err)
		require.Equal(t, message.PublicationCounts{Done: 4, Refused: 1}, counts, "JUG and its variant, MUG and MUG-1; MUG-2")
		counts, err = s.Publications.SaveAnswers(ctx, "run-1", answers)
		require.NoError(t, err)
		require.Zero(t, counts)
		levels, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 10)
		require.NoError(t, err)
		require.Len(t, levels, 2)
		_, err = s.Runs.Fault(ctx, fault.ID)
		require.NoError(t, err)

		end, err := s.Publications.EndPublication(ctx, "run-1", nil)
		require.NoError(t, err)
		require.Equal(t, message.PublicationCounts{Items: 10, Done: 4, Invalid: 5, Refused: 1}, end, "a category, three products, six variants")
	})
}
