package console

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/links"
)

// fit adds an account that observes, with n listings that are fit for a sample: the channel lists 9 of each, there are 10.
func (b *fixture) fit(n int) string {
	b.t.Helper()
	const account = "ebay-uk"
	page := links.ListingsPage{Account: account, RunID: "run-l", SeenAt: time.Now(), Last: true}
	for i := range n {
		sku := fmt.Sprintf("fit-%02d", i)
		b.product(sku, "Thing", 10)
		page.Listings = append(page.Listings, channel.Listed{SKU: sku, Ref: "ref-" + sku, ListingID: "id-" + sku, State: channel.ListingLive, Quantity: 9})
	}
	_, err := b.store.Links.SaveListings(b.ctx, page)
	require.NoError(b.t, err)
	return account
}

func TestASampleGoesLiveAndBackByTheButtons(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	account := b.fit(12)
	path := "/accounts/" + account
	live := textOf(b.page(path))
	require.Contains(t, live, "ebay-uk is live: its levels, packages and publications are sent.")
	require.NotContains(t, live, "Go live with a sample")
	w := b.send(path+"/observe", nil)
	require.Equal(t, path+"?notice=observes", w.Header().Get("Location"))
	require.Contains(t, textOf(b.page(path)), "ebay-uk observes: its orders and listings are read, and nothing is written to its channel.")
	require.Empty(t, b.pushed(account))

	require.Contains(t, textOf(b.page(path)), "Only their levels are sent; packages stay held, and publications are refused")
	say := func(what string, form url.Values) string {
		w := b.send(path+what, form)
		require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
		return textOf(b.page(w.Header().Get("Location")))
	}
	sample := url.Values{"skus": {"5"}, "by": {"Ann"}}
	require.Contains(t, say("/sample", sample), "5 listings are live in all: their levels are sent, nothing else.")
	text := say("/sample", sample)
	require.Contains(t, text, "5 listings are live in all", "twice is once")
	require.Contains(t, text, "ebay-uk observes, 5 live: their levels are sent, nothing else.")
	require.Contains(t, text, "Let more listings go live")
	require.Len(t, b.pushed(account), 5)

	text = textOf(b.page(path))
	require.Contains(t, text, "5 levels go back to what was listed before, less what was sold there since. What another tool has set while the account observed stays. The account observes again, and packages stay held.")
	require.Equal(t, http.StatusUnprocessableEntity, b.send(path+"/undo", nil).Code, "nobody has read it")
	undo := url.Values{"sure": {"1"}}
	text = say("/undo", undo)
	require.Contains(t, text, "5 levels go back to what was listed before, less what was sold there since. Temporal did not answer")
	require.Contains(t, text, "ebay-uk observes, and its levels go back to what was listed before it went live. 0 of 5 are back")
	require.NotContains(t, text, "Let them go live")
	w = b.send(path+"/sample", sample)
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
	require.Contains(t, w.Body.String(), "goes back to what it listed before")
	require.Contains(t, say("/undo", undo), "5 levels go back", "twice is once")
	require.Len(t, b.pushed(account), 5)
	b.web = New(b.asked, Options{}) // what was counted is shown for a while
	require.Contains(t, textOf(b.page(path)), "5 of 5 are back: a scan of orders that begins ten minutes later has to end")
}

func TestFormsOfAnAccountsPageThatAreWrongChangeNothing(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	account := b.fit(2)
	path := "/accounts/" + account
	require.Equal(t, http.StatusUnprocessableEntity, b.send(path+"/sample", url.Values{"skus": {"5"}, "by": {"Ann"}}).Code, "it is live as a whole")
	_, err := b.store.Settings.Observe(b.ctx, account)
	require.NoError(t, err)
	for _, form := range []url.Values{{"skus": {"5"}}, {"by": {"Ann"}}, {"skus": {"0"}, "by": {"Ann"}}, {"skus": {"x"}, "by": {"Ann"}}, {"skus": {"5"}, "by": {"\x00"}}} {
		require.Equal(t, http.StatusUnprocessableEntity, b.send(path+"/sample", form).Code, form)
	}
	for _, what := range []string{"/sample", "/undo", "/observe"} {
		require.Equal(t, http.StatusNotFound, b.send("/accounts/nobody"+what, url.Values{"skus": {"5"}, "by": {"Ann"}, "sure": {"1"}}).Code, what)
	}
	a, err := b.store.Accounts.Account(b.ctx, account)
	require.NoError(t, err)
	require.Zero(t, a.Sample)
}
