package main

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/publications"
)

func TestHeldPricesAreShownAndReleased(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(2)
	ctx := context.Background()
	code, out, errs := b.run("publish", "held")
	require.Zero(t, code, errs)
	require.Contains(t, out, "holds nothing")
	_, err := b.store.Products.SaveCatalogue(ctx, []catalogue.Product{{Key: "P", Title: "Pot", Variants: []catalogue.Variant{{SKU: "P-1"}, {SKU: "P-2"}}, Options: []string{"Size"}}})
	require.NoError(t, err)
	require.NoError(t, b.store.Publications.AskPublication(ctx, publications.Publication{ID: "run", Account: "amazon-uk", Endpoint: channel.Production, By: "ann"}))
	gbp := func(n int64) listing.Price { return listing.Price{Amount: n, Currency: "GBP"} }
	_, err = b.store.Publications.SaveChecks(ctx, "run", []publications.ItemVerdict{
		{Product: "P", SKU: "P-1", Step: listing.Validated, Skipped: "held", Change: listing.Change{Price: gbp(99), Before: gbp(999)}, Braked: listing.Braked{Check: listing.PriceHeld, Rule: listing.BelowCost, Why: "below its cost of 1234.20 GBP"}},
		{Product: "P", SKU: "P-2", Step: listing.Validated, Skipped: "held", Change: listing.Change{Price: gbp(88)}, Braked: listing.OneOfMany},
	})
	require.NoError(t, err)
	code, out, errs = b.run("publish", "held", "--account", "amazon-uk")
	require.Equal(t, 3, code)
	require.Regexp(t, `P-1 +amazon-uk +9\.99 +0\.99 GBP +-90% +below its cost of 1234\.20 GBP`, out)
	require.Regexp(t, `P-2 +amazon-uk +new +0\.88 GBP +- +one of many that change at once`, out)
	for _, line := range strings.Split(out, "\n") {
		require.LessOrEqual(t, len([]rune(line)), 100, line)
	}
	require.Contains(t, errs, "publish release --account amazon-uk")
	code, out, errs = b.run("publish", "release", "--account", "amazon-uk", "P-2")
	require.Zero(t, code, errs)
	require.Contains(t, out, "1 price is released")
	require.Contains(t, out, "P-2: 0.88 GBP")
	code, out, _ = b.run("publish", "held", "--account", "amazon-uk", "-o", "json")
	require.Equal(t, 3, code)
	require.Contains(t, out, "P-1")
	require.NotContains(t, out, "P-2")
	code, _, _ = b.run("publish", "release")
	require.Equal(t, 2, code)
}
