package console

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/products"
)

// observe adds an account that observes. Its channel lists a quantity of 7 for each of n SKUs that we have none of,
// and the right quantity for one more; another listing has no link.
func (b *fixture) observe(id string, empty int) {
	b.t.Helper()
	a, err := b.store.Accounts.Account(b.ctx, "ebay-uk")
	require.NoError(b.t, err)
	a.ID, a.Name = id, id
	require.NoError(b.t, b.store.Settings.SaveAccounts(b.ctx, []accounts.Account{a}))
	var list []links.Link
	page := links.ListingsPage{Account: id, RunID: "run-l", SeenAt: time.Now(), Last: true}
	for i := range empty + 2 {
		sku := fmt.Sprintf("obs-%02d", i)
		if i < empty+1 {
			require.NoError(b.t, b.store.Products.SaveVariants(b.ctx, []products.Variant{{SKU: sku, Title: "Thing"}}))
			list = append(list, links.Link{Account: id, ChannelSKU: sku, SKU: sku, ListingRef: sku})
		}
		page.Listings = append(page.Listings, channel.Listed{SKU: sku, Ref: sku, ListingID: "id-" + sku, Title: "Thing", State: "active", Quantity: 7})
	}
	_, err = b.store.Ledger.ApplyStock(b.ctx, []stock.Change{{Key: "obs", SKU: fmt.Sprintf("obs-%02d", empty), Location: "main", Kind: "opening", Quantity: 7}})
	require.NoError(b.t, err)
	_, err = b.store.Links.SaveListings(b.ctx, page)
	require.NoError(b.t, err)
	require.NoError(b.t, b.store.Links.SaveLinks(b.ctx, list))
}

func TestLevelsAreComparedBeforeAnAccountGoesLive(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observe("ebay-de", 30)
	body := b.page("/accounts/ebay-de/levels")
	for _, want := range []string{">all <b>32</b>", ">same <b>1</b>", ">to zero <b>30</b>", ">unlinked <b>1</b>", `name="accept" value="1" required`, "data-still"} {
		require.Contains(t, body, want)
	}
	text := textOf(body)
	require.Contains(t, text, "30 of 31 listings would go to zero or above five times what is listed, 20 are allowed without asking (20, or one in twenty)")
	require.Contains(t, text, "obs-00 obs-00 Thing 7 0 to zero risky")
	require.Equal(t, []string{"obs-30"}, rowsOf(b.page("/accounts/ebay-de/levels?show=same")))
	requireAllDifferent(t, b.follow("/accounts/ebay-de/levels?show=to-zero", `<th scope="row"><a[^>]*>(obs-\d+)<`, 25, 5))
	require.Len(t, rowsOf(b.page("/accounts/ebay-de/levels?rows=50")), 32)
	requireStacks(t, "levels", body)

	front := textOf(b.page("/accounts/ebay-de"))
	require.Contains(t, front, "ebay-de observing Compare levels and go live")
	require.Contains(t, front, "Stock push observing: nothing is sent")
	live := b.page("/accounts/ebay-uk/levels")
	require.NotContains(t, live, `action="/accounts/ebay-uk/live"`, "it is live already")
	code, _ := b.get("/accounts/nobody/levels")
	require.Equal(t, http.StatusNotFound, code)
	for _, bad := range []string{"?show=lost", "?after=nonsense"} {
		code, _ = b.get("/accounts/ebay-de/levels" + bad)
		require.Equal(t, http.StatusBadRequest, code, bad)
	}
}

func TestAnAccountGoesLiveByTheButton(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observe("ebay-de", 30)
	form := url.Values{"by": {"Ann"}}
	w := b.send("/accounts/ebay-de/live", form)
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
	require.Contains(t, textOf(w.Body.String()), "30 of 31 listings would go to zero")
	require.Contains(t, w.Body.String(), `<a href="/accounts/ebay-de/levels">Back</a>`)
	require.Equal(t, http.StatusUnprocessableEntity, b.send("/accounts/ebay-de/live", url.Values{"accept": {"1"}}).Code, "nobody said who")
	a, err := b.store.Accounts.Account(b.ctx, "ebay-de")
	require.NoError(t, err)
	require.True(t, a.Observing)

	form.Set("accept", "1")
	w = b.send("/accounts/ebay-de/live", form)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	require.Equal(t, "/accounts/ebay-de/levels?notice=live-later", w.Header().Get("Location"))
	page := b.page(w.Header().Get("Location"))
	require.Contains(t, page, "It is live. Temporal did not answer")
	require.NotContains(t, page, `id="live"`)
	require.Equal(t, http.StatusNotFound, b.send("/accounts/nobody/live", form).Code)
}

func TestHeldLevelsAreReleasedByTheButton(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	var changes []stock.Change
	for i := range 30 {
		sku := fmt.Sprintf("held-%02d", i)
		b.product(sku, "Thing", 10)
		changes = append(changes, stock.Change{Key: sku, SKU: sku, Location: "main", Kind: "count", Quantity: 0})
	}
	list, err := b.store.Levels.DirtyLevels(b.ctx, "ebay-uk", 100)
	require.NoError(t, err)
	var pushes []levels.Push
	for _, l := range list {
		pushes = append(pushes, levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: time.Now(), AckedAt: time.Now()})
	}
	_, err = b.store.Levels.SavePushes(b.ctx, "ebay-uk", "run-p", pushes)
	require.NoError(t, err)
	_, err = b.store.Ledger.ApplyStock(b.ctx, changes)
	require.NoError(t, err)

	require.Contains(t, textOf(b.page("/accounts/ebay-uk/levels")), "30 levels are held by the brake")
	require.Contains(t, b.page("/stock"), ">held <b>30</b>")
	require.Contains(t, textOf(b.page("/sku?sku=held-00")), "held by the brake")
	w := b.send("/accounts/ebay-uk/release", nil)
	require.Equal(t, "/accounts/ebay-uk/levels?notice=released-later", w.Header().Get("Location"))
	page := textOf(b.page(w.Header().Get("Location")))
	require.Contains(t, page, "Released.")
	require.NotContains(t, page, "held by the brake")
}
