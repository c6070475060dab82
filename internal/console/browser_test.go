package console

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/browsertest"
)

// browse opens a tab on the fixture's console and returns the console's address.
func (b *fixture) browse() (*browsertest.Tab, string) {
	b.t.Helper()
	server := httptest.NewServer(b.web)
	b.t.Cleanup(server.Close)
	return browsertest.Open(b.t), server.URL
}

// rowCount returns how many rows of a list are shown.
const rowCount = `document.querySelectorAll("#rows > tr").length`

// "View more" appends rows: the earlier rows stay, the address has the number of rows, the first new row gets the
// focus, and screen readers announce it. An update of the page keeps all of this.
func TestViewMoreAppends(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(60)
	tab, base := b.browse()
	tab.Go(base + "/orders?account=amazon-uk")
	first := browsertest.Eval[string](tab, `window.sameLoad = true; document.querySelector("#rows a").innerText`)
	tab.Click("#paging a[rel=next]")
	tab.Until("50 rows", rowCount+" === 50")
	require.Equal(t, "?account=amazon-uk&rows=50", browsertest.Eval[string](tab, "location.search"))
	require.Equal(t, "25 more shown.", browsertest.Eval[string](tab, `document.getElementById("said").innerText`))
	require.Equal(t, "203-034", browsertest.Eval[string](tab, "document.activeElement.innerText"))

	b.save("amazon-uk", "run-2", sale("203-new", ago(0), "lamp"))
	tab.Until("the renewal to bring a new order", `document.querySelector("#rows a").innerText === "203-new"`)
	require.Equal(t, 50, browsertest.Eval[int](tab, rowCount), "the renewal keeps what was appended")
	require.Equal(t, "203-034", browsertest.Eval[string](tab, "document.activeElement.innerText"), "and the focus")
	tab.Click("#paging a[rel=next]")
	tab.Until("all rows", rowCount+" === 61")
	require.Equal(t, "11 more shown, that was all.", browsertest.Eval[string](tab, `document.getElementById("said").innerText`))
	require.False(t, browsertest.Eval[bool](tab, `!!document.querySelector("#paging a")`))
	require.True(t, browsertest.Eval[bool](tab, "window.sameLoad"), "no page was loaded anew")
	require.Equal(t, "203-059", first)
	tab.RequireNothingWrong("orders")
}

// Filters apply while one types, stand in the address, and one goes on typing; Back goes to the list before.
func TestFiltersApplyAtOnce(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(30)
	tab, base := b.browse()
	tab.Go(base + "/orders")
	browsertest.Eval[bool](tab, `window.sameLoad = true`)
	tab.Type(`input[name="reference"]`, "203-007")
	tab.Until("the one order", rowCount+" === 1")
	require.Equal(t, "?reference=203-007", browsertest.Eval[string](tab, "location.search"))
	require.Equal(t, "reference 203-007", browsertest.Eval[string](tab, `document.activeElement.name + " " + document.activeElement.value`))
	require.True(t, browsertest.Eval[bool](tab, "window.sameLoad"), "no page was loaded anew")
	require.Contains(t, tab.Main(), "1 order · 1 unit · 12.50 GBP")
	browsertest.Eval[bool](tab, `(() => { const f = document.querySelector('select[name="account"]'); f.value = "ebay-uk"; f.dispatchEvent(new Event("change", { bubbles: true })); return true; })()`)
	tab.Sees("No order fits these filters")
	browsertest.Eval[bool](tab, `history.back(); true`)
	tab.Until("the list before", rowCount+" === 1")
	tab.RequireNothingWrong("orders")
}

// What is ticked, opened and focused stays while the list renews itself, and an id is copied with the keyboard.
func TestTicksStayWhileTheListRenewsItself(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(3)
	tab, base := b.browse()
	tab.Go(base + "/orders")
	tab.Click(`input[aria-label="Select 203-001"]`)
	b.save("amazon-uk", "run-2", sale("203-new", ago(0), "lamp"))
	tab.Until("the renewal to bring a new order", `document.querySelector("#rows a").innerText === "203-new"`)
	require.Equal(t, "Select 203-001", browsertest.Eval[string](tab, `[...document.querySelectorAll("[data-pick]:checked")].map((e) => e.ariaLabel).join()`))
	require.Equal(t, "Select 203-001", browsertest.Eval[string](tab, `document.activeElement.ariaLabel`))
	browsertest.Eval[bool](tab, `document.querySelector('[aria-label="Copy 203-001"]').focus(); document.activeElement.click(); true`)
	tab.Until("what was copied to be said", `document.getElementById("said").innerText === "Copied 203-001."`)
	tab.RequireNothingWrong("orders")
}

// Stock is counted on a SKU's page: the form stays filled in while the page is updated around it, and its result is
// shown.
func TestStockIsCountedInABrowser(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(2)
	tab, base := b.browse()
	tab.Go(base + "/sku?sku=lamp")
	tab.Click("#edit-count summary")
	tab.Type("#edit-count input[name=quantity]", "1")
	tab.Type("#edit-count input[name=reason]", "one is broken")
	browsertest.Eval[bool](tab, `document.activeElement.blur(); true`)
	b.save("amazon-uk", "run-2", sale("203-new", ago(0), "lamp"))
	tab.Until("the renewal to bring a new level", `document.body?.innerText.includes("main -1")`)
	tab.Click("#edit-count button")
	require.Equal(t, "/sku?sku=lamp", browsertest.Eval[string](tab, "location.pathname + location.search"), "a name is missing: the browser says so")
	tab.Type("#edit-count input[name=by]", "Ann")
	tab.Click("#edit-count button")
	tab.Sees("Counted 1 at main")
	require.Contains(t, tab.Main(), "one is broken")
	require.Contains(t, tab.Main(), "Backordered: order 203-")
	tab.RequireNothingWrong("the SKU's page")
}

// An account goes live by the button, but only after the person has confirmed that he has read what would happen.
func TestAnAccountGoesLiveInABrowser(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observe("ebay-de", 30)
	tab, base := b.browse()
	tab.Go(base + "/accounts/ebay-de")
	tab.Click(`main a[href="/accounts/ebay-de/levels"]`)
	tab.Sees("30 of 31 listings would go to zero")
	tab.Click("#paging a[rel=next]")
	tab.Until("all rows", rowCount+" === 32")
	tab.Type("#live input[name=by]", "Ann")
	tab.Click("#live button")
	require.Equal(t, "/accounts/ebay-de/levels", browsertest.Eval[string](tab, "location.pathname"), "the tick is missing: the browser says so")
	tab.Click("#live input[name=accept]")
	tab.Click("#live button")
	tab.Sees("It is live")
	require.False(t, browsertest.Eval[bool](tab, `!!document.querySelector("#live")`))
	tab.RequireNothingWrong("levels")
}

// An item in error unfolds to show every issue with its remedy, stays unfolded while the page is updated, and can be
// used with the keyboard alone.
func TestAnErrorUnfoldsInABrowser(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.goods()
	b.publishes("run-p1")
	tab, base := b.browse()
	tab.Go(base + "/listings?status=error")
	require.NotContains(t, tab.Main(), "country_of_origin")
	browsertest.Eval[bool](tab, `document.querySelector('#rows details[id] > summary').focus(); document.activeElement.click(); true`)
	tab.Sees("/attributes/country_of_origin")
	require.Contains(t, tab.Main(), "What would be right: one of CN, GB, IN")
	_, err := b.store.Accounts.Pause(b.ctx, "ebay-uk", "stock take")
	require.NoError(t, err)
	tab.Until("the renewal of the page", `document.getElementById("pulse").innerText.includes("3 incidents")`)
	require.True(t, browsertest.Eval[bool](tab, `!!document.querySelector('#rows details[open][id]')`), "it stays unfolded")
	tab.RequireNothingWrong("listings")
}

// The publish form keeps what was chosen while the page is updated, and requires an endpoint.
func TestThePublishFormWantsAnEndpoint(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.goods()
	b.publishes("run-p1")
	tab, base := b.browse()
	tab.Go(base + "/listings")
	missing := browsertest.Eval[string](tab, `(() => {
		document.getElementById("publish").open = true;
		const form = document.getElementById("form-publish");
		form.elements.account.value = "amazon-uk";
		form.elements.by.value = "Ann";
		form.querySelector("button").click();
		return form.querySelector(":invalid")?.name || "";
	})()`)
	require.Equal(t, "endpoint", missing, "the browser says what is missing")
	require.Equal(t, "/listings", browsertest.Eval[string](tab, "location.pathname + location.search"), "nothing was sent")
	tab.RequireNothingWrong("listings")
}

// overflow returns the elements that are wider than the page.
const overflow = `(() => {
	const wide = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= wide) return "";
	return [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > wide && !e.closest(".scroll:not(.list), nav"))
		.map((e) => e.tagName + "." + e.className).slice(0, 5).join(" ") || "the page";
})()`

// phone is the width of the narrowest phone in use, in pixels.
const phone = 360

func TestNoPageIsWiderThanAPhone(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	paths := b.allPages()
	tab, base := b.browse()
	tab.Width(phone)
	for _, path := range paths {
		tab.Go(base + path)
		require.Empty(t, browsertest.Eval[string](tab, overflow), path)
		tab.RequireNothingWrong(path)
	}
}

// What somebody else has set is answered in a browser: the page stands still, a tick and a row's own button send their rows.
func TestWhatSomebodyElseHasSetIsAnsweredInABrowser(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for _, sku := range []string{"mug", "jug", "pot"} {
		b.product(sku, "Thing", 10)
	}
	b.contest("ebay-uk", "mug", "jug", "pot")
	tab, base := b.browse()
	tab.Go(base + "/")
	tab.Click(`main a[href="/drift?account=ebay-uk"]`)
	tab.Sees("another tool writes there")
	tab.Click(`input[value="ebay-uk/level:jug"]`)
	tab.Click(`#pick button[data-key="ours"]`)
	tab.Sees("1 level sent again")
	require.Equal(t, []string{"jug"}, b.pushed("ebay-uk"))
	tab.Click(`button[data-key="theirs ebay-uk/level:mug"]`)
	tab.Sees("1 level or price is left to another tool")
	tab.Click(`main a[href="/left?account=ebay-uk"]`)
	tab.Sees("Ours again")
	tab.Click(`button[data-key="ours ebay-uk/level:mug"]`)
	tab.Sees("Nothing is left to another tool")
	require.Equal(t, []string{"mug"}, b.pushed("ebay-uk"))
	tab.RequireNothingWrong("the answers")
}

// A sample goes live and back on the account's page, which says before what happens.
func TestASampleGoesBackInABrowser(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	account := b.fit(3)
	_, err := b.store.Settings.Observe(b.ctx, account)
	require.NoError(t, err)
	tab, base := b.browse()
	tab.Go(base + "/accounts/" + account)
	tab.Click("#sample summary")
	tab.Type("#sample input[name=by]", "Ann")
	tab.Click("#sample button")
	tab.Sees("3 live: their levels are sent, nothing else")
	require.Len(t, b.pushed(account), 3)
	tab.Go(base + "/accounts/" + account)
	tab.Click("#undo summary")
	tab.Sees("3 levels go back to what was listed before")
	tab.Click("#undo input[name=sure]")
	tab.Click("#undo button")
	tab.Sees("0 of 3 are back")
	tab.RequireNothingWrong("the account's page")
}
