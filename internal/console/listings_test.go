package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/publications"
)

// asks queues a run of amazon-uk, and starts it.
func (b *fixture) asks(id string, endpoint channel.Endpoint) {
	b.t.Helper()
	require.NoError(b.t, b.store.Publications.AskPublication(b.ctx, publications.Publication{ID: id, Account: "amazon-uk", Endpoint: endpoint, By: "Ann"}))
	require.NoError(b.t, b.store.Publications.BeginPublication(b.ctx, id, "listings/amazon-uk/"+string(endpoint)))
	_, _, err := b.store.Publications.SelectGoods(b.ctx, id, "", 1000)
	require.NoError(b.t, err)
}

// publishes plays a run of amazon-uk with the fixture's products: MUG-RED is accepted with a warning, MUG-BLUE fails
// our check, Amazon refuses LID, and SET is skipped. All texts of the channel are hostile.
func (b *fixture) publishes(id string) {
	b.t.Helper()
	b.asks(id, channel.Production)
	_, err := b.store.Publications.SaveChecks(b.ctx, id, []publications.ItemVerdict{
		{Product: "mug", Step: listing.Validated}, {Product: "mug", SKU: "MUG-RED", Step: listing.Validated},
		{Product: "mug", SKU: "MUG-BLUE", Issues: []listing.Issue{
			{Stage: listing.Validation, Severity: listing.Error, Code: "attribute-missing", Pointer: "/attributes/country_of_origin", Message: "Country of Origin is missing",
				Want: "one of CN, GB, IN"},
			{Stage: listing.Validation, Severity: listing.Error, Code: "type-missing", Message: "there is no type",
				Want: "an Amazon product type: `towpath publish type --account amazon-uk --category Kitchen --type TYPE`"},
		}},
		{Product: "lid", Step: listing.Validated}, {Product: "lid", SKU: "LID", Step: listing.Validated},
		{Product: "set", SKU: "SET", Skipped: "Amazon fulfils it"},
	})
	require.NoError(b.t, err)
	fault := channel.NewFault(channel.Invalid, "putListingsItem", hostile)
	fault.Code, fault.RequestID = "90220", "req-lid"
	_, err = b.store.Publications.SaveAnswers(b.ctx, id, []publications.ItemVerdict{
		{Product: "mug", SKU: "MUG-RED", Step: listing.Accepted, ChannelSKU: "MUG-RED", Ref: "MUG-RED", ListingID: "B0MUGRED01", RequestID: "req-red", Issues: []listing.Issue{
			{Stage: listing.Response, Severity: listing.Warning, Code: "18027", Message: "The image is small.", RequestID: "req-red"},
		}},
		{Product: "lid", SKU: "LID", Fault: fault, RequestID: "req-lid", Issues: []listing.Issue{
			{Stage: listing.Response, Severity: listing.Error, Code: "90220", Attributes: []string{"brand"}, Message: hostile, RequestID: "req-lid"},
		}},
	})
	require.NoError(b.t, err)
	_, err = b.store.Publications.EndPublication(b.ctx, id, nil)
	require.NoError(b.t, err)
}

func TestListingsTellEveryItemsOutcome(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	require.Contains(t, b.page("/listings"), "towpath publish --account ACCOUNT --all --dry-run --wait")
	b.goods()
	b.publishes("run-p1")
	body := b.page("/listings")
	requireStacks(t, "/listings", body)
	text := textOf(body)
	for _, want := range []string{
		"Run run-p1 of amazon-uk , production: asked by Ann", "MUG-BLUE", "error validation attribute-missing 2 issues",
		"/attributes/country_of_origin Country of Origin is missing What would be right: one of CN, GB, IN",
		"error Amazon response 90220", "Request id req-lid", "Amazon fulfils it", "1 warning", "Listing B0MUGRED01",
	} {
		require.Contains(t, text, want)
	}
	require.Contains(t, body, "<code>towpath publish type --account amazon-uk --category Kitchen --type TYPE</code>")
	require.Contains(t, body, `class="advice-title"`)
	wrong := b.page("/listings?status=error&type=variant")
	require.Equal(t, []string{"MUG-BLUE", "LID"}, rowsOf(wrong))
	require.Contains(t, wrong, `aria-current="true">error`)
	require.Equal(t, []string{"MUG-BLUE"}, rowsOf(b.page("/listings?type=variant&reference=ug-BL")))
	require.Empty(t, rowsOf(b.page("/listings?endpoint=test&since=2026-01-01")))
	require.Contains(t, b.page("/listings?account=ebay-uk"), "No item fits these filters")
	for _, bad := range []string{"?status=lost", "?type=order", "?since=yesterday", "?endpoint=moon", "?after=x", "?account=nobody"} {
		code, _ := b.get("/listings" + bad)
		require.Equal(t, http.StatusBadRequest, code, bad)
	}
	before := b.store.Statements()
	b.page("/listings?run=run-p1")
	require.LessOrEqual(t, b.store.Statements()-before, int64(10), "not one per row")
}

func TestListingsGoOnBehindTheCursor(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	var goods []catalogue.Product
	for i := range 60 {
		key := fmt.Sprintf("mug-%02d", i)
		goods = append(goods, catalogue.Product{Key: key, Title: "Mug", Variants: []catalogue.Variant{{SKU: "SKU-" + key}}})
	}
	_, err := b.store.Products.SaveCatalogue(b.ctx, goods)
	require.NoError(t, err)
	b.asks("run-p1", channel.Test)
	body := b.page("/listings?type=variant")
	require.Contains(t, body, ">pending <b>60</b>")
	require.Contains(t, textOf(body), "in progress test Run run-p1")
	require.Contains(t, body, "waits to be checked")
	requireAllDifferent(t, b.follow("/listings?type=variant", `<th scope="row"><a[^>]*>(SKU-mug-\d+)<`, 25, 25, 10))
	require.Len(t, rowsOf(b.page("/listings?type=variant&rows=50")), 50)
}

// The pages of SKUs and products link to the results of their last publication, and runs link to their items.
func TestTheOutcomeStandsWithTheGoods(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.goods()
	b.publishes("run-p1")
	require.Contains(t, textOf(b.page("/sku?sku=MUG-RED")), "Last published Account SKU Status Step What happened When amazon-uk production MUG-RED done accepted 1 warning every issue")
	product := b.page("/product?sku=MUG-RED")
	require.Contains(t, textOf(product), "amazon-uk production MUG-BLUE error – error validation every issue")
	require.Contains(t, product, `href="/listings?reference=MUG-BLUE&amp;run=run-p1"`)
	require.NotContains(t, b.page("/sku?sku=SET"), "Last published", "it was never sent")
	require.Contains(t, b.page("/runs/run-p1"), `href="/listings?run=run-p1"`)
	require.Contains(t, b.page("/runs?kind=listings"), "run-p1")
}

func TestAPublicationIsAskedForByTheForm(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.goods()
	form := func(change ...string) url.Values {
		f := url.Values{"key": {"ABCDEFGHIJKLMNOPQRSTUVWXYZ"}, "account": {"amazon-uk"}, "goods": {"changed"}, "endpoint": {"production"}, "by": {"Ann"}}
		for i := 0; i < len(change); i += 2 {
			f.Set(change[i], change[i+1])
		}
		return f
	}
	for want, f := range map[string]url.Values{
		"the account is missing":    form("account", ""),
		"choose test or production": form("endpoint", ""),
		"your name is missing":      form("by", " "),
		"the form has no key":       form("key", "x"),
		"the names of the goods":    form("goods", "skus"),
		"delete the names":          form("names", "MUG-RED"),
		"the choice of goods":       form("goods", "some"),
		"no account":                form("account", "nobody"),
		"has no test account":       form("account", "ebay-uk", "endpoint", "test"),
		"--endpoint test only":      form("account", "shopify-uk"),
		"the names are too long":    form("goods", "skus", "names", string(make([]byte, 10))),
	} {
		w := b.send("/listings/publish", f)
		require.Equal(t, http.StatusUnprocessableEntity, w.Code, want)
		require.Contains(t, textOf(w.Body.String()), want)
		require.Contains(t, w.Body.String(), `href="/listings"`)
	}
	waiting, err := b.store.Publications.List(b.ctx, "", "")
	require.NoError(t, err)
	require.Empty(t, waiting, "nothing was asked")
	s, err := readGoods("skus", " MUG-RED,, MUG-BLUE ")
	require.NoError(t, err)
	require.Equal(t, listing.Selection{SKUs: []string{"MUG-RED", "MUG-BLUE"}}, s)

	// Temporal does not answer: the run is still queued, once, and the sweep starts it.
	for range 2 {
		w := b.send("/listings/publish", form())
		require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
		require.Contains(t, w.Header().Get("Location"), "notice=asked-later")
	}
	waiting, err = b.store.Publications.List(context.Background(), "amazon-uk", channel.Production)
	require.NoError(t, err)
	require.Len(t, waiting, 1)
	require.Equal(t, "Ann", waiting[0].By)
}

func TestTheActivityRegisterIsShownAndActedOn(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.goods()
	b.sell(2)
	b.publishes("run-p1")
	b.asks("run-p2", channel.Test)
	require.NoError(t, b.store.Publications.AskPublication(b.ctx, publications.Publication{ID: "run-p3", Account: "amazon-uk", Endpoint: channel.Test, By: "Bob", AskedAt: time.Now()}))
	_, err := b.store.Accounts.Pause(b.ctx, "ebay-uk", "stock take")
	require.NoError(t, err)
	body := b.page("/activity")
	requireStacks(t, "/activity", body)
	text := textOf(body)
	for _, want := range []string{
		"Temporal does not answer: this is what the store knows", "amazon-uk orders production", "in progress, but no worker answers for it", "no schedule",
		"run-p3 amazon-uk test", "Asked by Bob", "behind run-p2",
	} {
		require.Contains(t, text, want)
	}
	require.Contains(t, body, `aria-current="page">Activity`)
	require.NotContains(t, textOf(b.page("/activity?kind=orders")), "listings of")

	w := b.send("/activity/stop", url.Values{"run": {"run-p3"}})
	require.Equal(t, "/activity?notice=stopped-later", w.Header().Get("Location"), "the store knows, Temporal does not answer")
	run, err := b.store.Publications.Publication(b.ctx, "run-p3")
	require.NoError(t, err)
	require.True(t, run.Stopped)
	require.Equal(t, http.StatusUnprocessableEntity, b.send("/activity/stop", url.Values{"run": {"run-1"}}).Code, "a scan ends by itself")
	require.Equal(t, http.StatusUnprocessableEntity, b.send("/activity/stop", url.Values{"run": {"nothing"}}).Code)
	require.Equal(t, http.StatusUnprocessableEntity, b.send("/activity/run", url.Values{"account": {"amazon-uk"}, "kind": {"listings"}}).Code)
	require.Equal(t, http.StatusUnprocessableEntity, b.send("/activity/run", url.Values{"account": {"ebay-uk"}, "kind": {"orders"}}).Code, "it is paused")
	require.Equal(t, http.StatusNotFound, b.send("/activity/run", url.Values{"account": {"nobody"}, "kind": {"orders"}}).Code)
	require.Equal(t, http.StatusServiceUnavailable, b.send("/activity/run", url.Values{"account": {"amazon-uk"}, "kind": {"orders"}}).Code, "Temporal is down, and the page says so")
}
