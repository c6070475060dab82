package console

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/publications"
)

// hold lets a publication find prices that the brake holds: ten times what is listed.
func (b *fixture) hold(account, run string, skus ...string) {
	b.t.Helper()
	var list []products.Variant
	for _, sku := range skus {
		list = append(list, products.Variant{SKU: sku, Title: "Thing"})
	}
	require.NoError(b.t, b.store.Products.SaveVariants(b.ctx, list))
	require.NoError(b.t, b.store.Publications.AskPublication(b.ctx, publications.Publication{
		ID: run, Account: account, Endpoint: channel.Production, By: "Ann", Selection: listing.Selection{SKUs: skus},
	}))
	require.NoError(b.t, b.store.Publications.BeginPublication(b.ctx, run, "listings/"+account+"/production"))
	_, _, err := b.store.Publications.SelectGoods(b.ctx, run, "", 1000)
	require.NoError(b.t, err)
	var verdicts []publications.ItemVerdict
	for _, sku := range skus {
		verdicts = append(verdicts, publications.ItemVerdict{
			Product: sku, SKU: sku, Step: listing.Validated, Skipped: "held", Change: listing.Change{Before: listing.Price{Amount: 995, Currency: "GBP"}, Price: listing.Price{Amount: 9950, Currency: "GBP"}},
			Braked: listing.Braked{Check: listing.PriceHeld, Rule: listing.ByPercent, Why: "changed by more than 30%"},
		})
	}
	_, err = b.store.Publications.SaveChecks(b.ctx, run, verdicts)
	require.NoError(b.t, err)
}

func TestHeldPricesAreListedAndReleasedByTheButtons(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	var skus []string
	for i := range 30 {
		skus = append(skus, fmt.Sprintf("mug-%02d", i))
	}
	b.hold("ebay-uk", "run-1", skus...)
	b.hold("amazon-uk", "run-2", "mug-00")
	body := b.page("/prices?account=ebay-uk")
	require.Regexp(t, `mug-00 mug-00 ebay-uk 9\.95 GBP 99\.50 GBP \+900% changed by more than 30%`, textOf(body))
	require.Contains(t, body, `name="all" value="ebay-uk/`)
	requireStacks(t, "/prices", body)
	requireAllDifferent(t, b.follow("/prices", `data-key="price ([^"]*)"`, 25, 6))
	require.Contains(t, b.page("/"), `href="/prices?account=ebay-uk"`, "the incident leads there")
	require.Contains(t, textOf(b.page("/listings?run=run-1")), "30 prices are held on ebay-uk: their items are skipped")
	require.Contains(t, b.page("/accounts/ebay-uk"), `<a href="/prices?account=ebay-uk">30 prices are held</a>`)
	before := b.store.Statements()
	b.page("/prices")
	require.LessOrEqual(t, b.store.Statements()-before, int64(3), "no statement per row")

	say := func(form url.Values) string {
		w := b.send("/prices", form)
		require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
		return textOf(b.page(w.Header().Get("Location")))
	}
	require.Contains(t, say(url.Values{"one": {"ebay-uk/9950/GBP/mug-00"}}), "1 price is released: they go with the next publication")
	require.Contains(t, say(url.Values{"one": {"ebay-uk/9950/GBP/mug-00"}}), "0 prices are released", "twice changes nothing")
	require.Contains(t, say(url.Values{"row": {"ebay-uk/9950/GBP/mug-01", "amazon-uk/9950/GBP/mug-00"}}), "2 prices are released")
	require.Contains(t, say(url.Values{"one": {"ebay-uk/949/GBP/mug-02"}}), "0 prices are released. Others were held or changed", "another price was shown")
	all := regexp.MustCompile(`name="all" value="([^"]*)"`).FindStringSubmatch(body)[1]
	require.Contains(t, say(url.Values{"all": {all}, "account": {"ebay-uk"}}), "28 prices are released")
	left, err := b.store.Publications.HeldPrices(b.ctx, "", "", 10)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Contains(t, b.page("/prices"), "The price brake holds nothing.")
	require.Equal(t, http.StatusUnprocessableEntity, b.send("/prices", nil).Code)
	code, _ := b.get("/prices?after=nonsense")
	require.Equal(t, http.StatusBadRequest, code)
}
