package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// Issues as our check and as Amazon report them.
var (
	lacksOrigin = listing.Issue{
		Stage: listing.Validation, Severity: listing.Error, Code: "attribute-missing", Pointer: "/attributes/country_of_origin", Attributes: []string{"country_of_origin"},
		Message: "Country of Origin is missing", Want: "one of CN, GB, IN",
	}
	lacksImage = listing.Issue{Stage: listing.Validation, Severity: listing.Error, Code: "image-missing", Message: "MUG-BLUE has no image", Want: "one image at least"}
	refused    = listing.Issue{
		Stage: listing.Response, Severity: listing.Error, Code: "90220", Attributes: []string{"brand"}, Message: "'Brand' is required but missing.", RequestID: "req-lid",
	}
	dislikes = listing.Issue{Stage: listing.Response, Severity: listing.Warning, Code: "18027", Message: "The image is small.", RequestID: "req-red"}
)

// sells adds three products to the fixture's catalogue.
func (b *fixture) sells() {
	b.t.Helper()
	b.fill()
	price := []catalogue.Price{{Currency: "GBP", Amount: 1250}}
	_, err := b.store.Products.SaveCatalogue(context.Background(), []catalogue.Product{
		{Key: "mug", Title: "Enamel mug", Category: "Kitchen > Mugs", Options: []string{"Colour"}, Variants: []catalogue.Variant{
			{SKU: "MUG-RED", Options: map[string]string{"Colour": "Red"}, Prices: price}, {SKU: "MUG-BLUE", Options: map[string]string{"Colour": "Blue"}, Prices: price},
		}},
		{Key: "lid", Title: "Lid", Category: "Kitchen", Variants: []catalogue.Variant{{SKU: "LID", Prices: price}}},
		{Key: "rope", Title: "Rope", Category: "Deck", Variants: []catalogue.Variant{{SKU: "ROPE", Prices: price}}},
	})
	require.NoError(b.t, err)
}

// asks queues a run of all products, and starts it.
func (b *fixture) asks(id string, p publications.Publication) {
	b.t.Helper()
	ctx := context.Background()
	p.ID, p.By = id, "ann"
	require.NoError(b.t, b.store.Publications.AskPublication(ctx, p))
	require.NoError(b.t, b.store.Publications.BeginPublication(ctx, id, "listings/"+p.Account+"/"+string(p.Endpoint)))
	_, _, err := b.store.Publications.SelectGoods(ctx, id, "", 100)
	require.NoError(b.t, err)
}

// publishes plays a run of amazon-uk that has ended: MUG-RED is accepted with a warning, MUG-BLUE fails our check, Amazon refuses LID, and ROPE is
// skipped.
func (b *fixture) publishes(id string) {
	b.t.Helper()
	ctx := context.Background()
	b.asks(id, publications.Publication{Account: "amazon-uk", Endpoint: channel.Production})
	_, err := b.store.Publications.SaveChecks(ctx, id, []publications.ItemVerdict{
		{Product: "mug", Step: listing.Validated}, {Product: "mug", SKU: "MUG-RED", Step: listing.Validated},
		{Product: "mug", SKU: "MUG-BLUE", Issues: []listing.Issue{lacksOrigin, lacksImage}},
		{Product: "lid", Step: listing.Validated}, {Product: "lid", SKU: "LID", Step: listing.Validated},
		{Product: "rope", SKU: "ROPE", Skipped: "Amazon fulfils it"},
	})
	require.NoError(b.t, err)
	fault := channel.NewFault(channel.Invalid, "putListingsItem", "'Brand' is required but missing.")
	fault.Code, fault.RequestID = "90220", "req-lid"
	_, err = b.store.Publications.SaveAnswers(ctx, id, []publications.ItemVerdict{
		{Product: "mug", SKU: "MUG-RED", Step: listing.Accepted, Issues: []listing.Issue{dislikes}, ChannelSKU: "MUG-RED", Ref: "MUG-RED", ListingID: "B0MUGRED01", RequestID: "req-red"},
		{Product: "lid", SKU: "LID", Issues: []listing.Issue{refused}, Fault: fault, RequestID: "req-lid"},
	})
	require.NoError(b.t, err)
	_, err = b.store.Publications.EndPublication(ctx, id, nil)
	require.NoError(b.t, err)
}

func TestItemsTellTheOutcomeOfTheLastRunFirst(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	code, out, errs := b.run("items")
	require.Zero(t, code, errs)
	require.Contains(t, out, "Nothing was published yet.")
	b.sells()
	b.publishes("run-p1")
	code, out, errs = b.run("items")
	require.Zero(t, code, errs)
	for _, want := range []string{"Run run-p1: ", "error validation", "error Amazon response", "Amazon fulfils it", "1 warning", "production", "--verbose"} {
		require.Contains(t, out, want)
	}
	require.NotContains(t, out, "country_of_origin", "errors unfold when they are asked for")
	requireNarrow(t, out)

	code, out, errs = b.run("items", "--status", "error", "--verbose")
	require.Zero(t, code, errs)
	for _, want := range []string{
		"MUG-BLUE of product mug: error validation", "1. attribute-missing at /attributes/country_of_origin: Country of Origin is missing", "want: one of CN, GB, IN",
		"2. image-missing: MUG-BLUE has no image", "LID of product lid: error Amazon response", "request id", "req-lid", "1. 90220 at brand: 'Brand' is required but missing.",
		"What to do\n",
	} {
		require.Contains(t, out, want)
	}
	requireNarrow(t, out)
}

func TestFewItemsUnfoldByThemselves(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sells()
	b.publishes("run-p1")
	_, out, _ := b.run("items", "--reference", "ug-blu")
	require.Contains(t, out, "1 error")
	require.Contains(t, out, "country_of_origin")
	_, out, _ = b.run("items", "--reference", "MUG-RED")
	require.Contains(t, out, "warning 18027: The image is small.")
	_, out, _ = b.run("items", "--reference", "nothing like it")
	require.Contains(t, out, "0 done, 0 error, 0 pending, 0 skipped")
}

// After a run that a person has waited for, the remedy of each kind of error is shown once.
func TestManyErrorsAreShownInBrief(t *testing.T) {
	t.Parallel()
	item := func(sku string) itemShown {
		i := itemShown{Channel: channel.Amazon, Remedies: []remedy.Remedy{{Code: "attribute-missing", Title: "An attribute is missing", Steps: []string{"Fill it in."}}}}
		i.Type, i.Reference, i.Status, i.Stage, i.Issues, i.Code = listing.KindVariant, sku, runs.ItemError, listing.Validation, []listing.Issue{lacksOrigin}, lacksOrigin.Code
		return i
	}
	failed := item("LAMP-2")
	failed.Code = publication.CodeProductFailed
	pg := (&Program{}).page()
	showItems(pg, itemsShown{Items: []itemShown{item("MUG-1"), item("MUG-2"), failed}, unfold: inBrief})
	out := pg.b.String()
	require.Equal(t, 1, strings.Count(out, "Fill it in."))
	require.Equal(t, 2, strings.Count(out, "want: one of CN, GB, IN"))
	require.NotContains(t, out, "LAMP-2: ", "its product's error covers it")
	requireNarrow(t, out)
}

func TestItemsAreFilteredAndPaged(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sells()
	b.publishes("run-p1")
	b.asks("run-p2", publications.Publication{Account: "shopify-uk", Endpoint: channel.Production})
	list := func(args ...string) itemsShown {
		t.Helper()
		code, out, errs := b.run(append([]string{"items", "-o", "json"}, args...)...)
		require.Zero(t, code, errs)
		var page itemsShown
		require.NoError(t, json.Unmarshal([]byte(out), &page))
		return page
	}
	page := list()
	require.Equal(t, "run-p2", page.Run)
	require.Zero(t, page.Overview[runs.ItemError].N)
	require.Positive(t, page.Overview[runs.ItemPending].N)
	require.Equal(t, "run-p1", list("--account", "amazon-uk").Run)
	require.Len(t, list("--run", "run-p1", "--type", "variant").Items, 4)
	require.Empty(t, list("--since", "2026-01-01", "--endpoint", "test").Items)
	require.Len(t, list("--since", "2026-01-01", "--reference", "LID", "--type", "variant").Items, 2, "of both runs")
	seen, after := map[string]bool{}, int64(0)
	for range 20 {
		page = list("--run", "run-p1", "--limit", "2", "--after", fmt.Sprint(after))
		for _, i := range page.Items {
			seen[string(i.Type)+" "+i.Reference] = true
		}
		if after = page.Next; after == 0 {
			break
		}
	}
	require.Len(t, seen, 10, "three products, four variants and three categories, each on one page")
}

func TestWrongFiltersOfItemsSayWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sells()
	for line, want := range map[string]string{
		"items --status lost":     "error, pending, done, skipped",
		"items --type order":      "category, product, variant",
		"items --endpoint sand":   "test or production",
		"items --since yesterday": "2026-11-28",
		"items --limit 0":         "want 1 to",
		"items --after -1":        "the value shown at the end of a list",
		"items --account nobody":  "`towpath accounts` lists them",
	} {
		code, out, errs := b.run(strings.Fields(line)...)
		require.Equal(t, exitUsage, code, "%s: %s", line, errs)
		require.Contains(t, errs, want, line)
		require.Empty(t, out)
	}
}

// requireNarrow checks that a page has at most 100 columns.
func requireNarrow(t *testing.T, out string) {
	t.Helper()
	for line := range strings.Lines(out) {
		require.LessOrEqual(t, len([]rune(strings.TrimRight(line, "\n"))), lineWidth, line)
	}
}
