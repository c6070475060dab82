package console

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
)

// pushed sends the levels of an account and returns their channel SKUs.
func (b *fixture) pushed(account string) (skus []string) {
	b.t.Helper()
	list, err := b.store.Levels.DirtyLevels(b.ctx, account, 1000)
	require.NoError(b.t, err)
	var pushes []levels.Push
	for _, l := range list {
		pushes = append(pushes, levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: time.Now(), AckedAt: time.Now()})
		skus = append(skus, l.ChannelSKU)
	}
	_, err = b.store.Levels.SavePushes(b.ctx, account, "run-p", pushes)
	require.NoError(b.t, err)
	return skus
}

// overwritten lets somebody else set levels of an account to 99, so that it is named.
func (b *fixture) overwritten(account string, skus ...string) {
	b.t.Helper()
	now := time.Now().UTC()
	page := links.ListingsPage{Account: account, RunID: "read-back", SeenAt: now, Look: levels.Look{AskedAt: now, SalesWithin: time.Microsecond}}
	for _, sku := range skus {
		page.Listings = append(page.Listings, channel.Listed{SKU: sku, ListingID: "id-" + sku, Ref: "ref-" + sku, State: channel.ListingLive, Quantity: 99})
	}
	_, err := b.store.Links.SaveListings(b.ctx, page)
	require.NoError(b.t, err)
	scan := runs.Run{ID: fmt.Sprint("scan-", now.UnixNano()), Account: account, Kind: runs.RunOrders, StartedAt: now.Add(time.Second), EndedAt: now.Add(time.Second)}
	require.NoError(b.t, b.store.Runs.StartRun(b.ctx, scan))
	require.NoError(b.t, b.store.Runs.EndRun(b.ctx, scan))
	named, err := b.store.Levels.NameDrifts(b.ctx, account)
	require.NoError(b.t, err)
	require.Equal(b.t, len(skus), named)
}

// contest lets somebody else set levels until Towpath corrects them no more.
func (b *fixture) contest(account string, skus ...string) {
	b.t.Helper()
	b.pushed(account)
	for range 3 {
		b.overwritten(account, skus...)
		b.pushed(account)
		doubted, err := b.store.Levels.DoubtedLevels(b.ctx, account, time.Now(), 1000)
		require.NoError(b.t, err)
		var shown []levels.ShownLevel
		for _, d := range doubted {
			shown = append(shown, levels.ShownLevel{AcceptedLevel: d, Shown: d.Quantity})
		}
		_, err = b.store.Levels.SaveShown(b.ctx, account, "check", levels.Look{}, shown)
		require.NoError(b.t, err)
	}
}

func TestWhatSomebodyElseHasSetIsListedWithItsPattern(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	var skus []string
	for i := range 30 {
		skus = append(skus, fmt.Sprintf("mug-%02d", i))
		b.product(skus[i], "Mug", 10)
	}
	b.pushed("amazon-uk")
	b.overwritten("amazon-uk", skus...)
	b.contest("ebay-uk", "mug-00", "mug-01")
	body := b.page("/drift")
	text := textOf(body)
	require.Contains(t, text, "amazon-uk: 30 levels were set by somebody else 30 times within 24 hours.")
	require.Contains(t, text, "ebay-uk: 2 levels were set by somebody else 6 times within 24 hours; 2 are contested, and corrected no more: another tool writes there.")
	require.Regexp(t, `mug-00 amazon-uk mug-00 level 10 .{1,45} 99 1 sent again`, text)
	require.NotContains(t, body, `name="all"`, "all of an account: after it was chosen")
	requireAllDifferent(t, b.follow("/drift", `data-key="drift ([^"]*)"`, 25, 7))
	requireStacks(t, "/drift", body)

	body = b.page("/drift?account=ebay-uk")
	require.Regexp(t, `mug-01 ebay-uk mug-01 level 10 .{1,45} 99 3 contested`, textOf(body))
	require.Contains(t, body, `name="all" value="ebay-uk/level:"`)
	require.Contains(t, body, `<option value="ebay-uk" selected>ebay-uk</option>`)
	front := b.page("/")
	require.Contains(t, front, `href="/drift?account=ebay-uk"`, "the incident leads there")
	require.Contains(t, textOf(b.page("/accounts/ebay-uk")), "another tool writes there. Ours or theirs?")
	require.Contains(t, b.page("/sku?sku=mug-00"), `<a class="pill bad" href="/drift?account=ebay-uk">contested</a>`)
	require.Contains(t, b.page("/sku?sku=mug-02"), `<a class="pill warn" href="/drift?account=amazon-uk">set by somebody else</a>`)
	before := b.store.Statements()
	b.page("/drift")
	require.LessOrEqual(t, b.store.Statements()-before, int64(3), "no statement per row")
	for _, bad := range []string{"?after=nonsense", "?account=nobody"} {
		code, _ := b.get("/drift" + bad)
		require.Equal(t, http.StatusBadRequest, code, bad)
	}
}

func TestOursIsSentAgainByTheButtons(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for _, sku := range []string{"mug", "jug", "pot", "lid"} {
		b.product(sku, "Thing", 10)
	}
	b.contest("ebay-uk", "mug", "jug", "pot", "lid")
	b.contest("amazon-uk", "mug")
	require.Empty(t, b.pushed("ebay-uk"), "they are contested")
	say := func(form url.Values) string {
		w := b.send("/drift/ours", form)
		require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
		return textOf(b.page(w.Header().Get("Location")))
	}
	one := url.Values{"one": {"ebay-uk/level:mug"}, "row": {"ebay-uk/level:jug"}, "account": {"ebay-uk"}}
	require.Contains(t, say(one), "1 level sent again. Temporal did not answer: the next sweep sends the levels.")
	require.Equal(t, []string{"mug"}, b.pushed("ebay-uk"), "its own button is about its row alone")
	require.Contains(t, say(one), "1 level sent again", "twice does no harm")
	b.pushed("ebay-uk")
	require.Contains(t, say(url.Values{"row": {"ebay-uk/level:jug", "ebay-uk/level:pot", "amazon-uk/level:mug"}}), "3 levels sent again")
	require.Equal(t, []string{"jug", "pot"}, b.pushed("ebay-uk"))
	require.Equal(t, []string{"mug"}, b.pushed("amazon-uk"))
	require.Contains(t, say(url.Values{"all": {"ebay-uk/level:"}}), "1 level sent again")
	require.Equal(t, []string{"lid"}, b.pushed("ebay-uk"))
	require.Contains(t, b.page("/drift"), "Nobody else has set anything.")
	require.NotContains(t, b.page("/"), "/drift?account=", "nobody is needed any more")

	for form, code := range map[string]int{"": http.StatusUnprocessableEntity, "row=ebay-uk": http.StatusNotFound, "row=nobody/mug": http.StatusNotFound, "one=ebay-uk/": http.StatusNotFound, "all=nobody/level:": http.StatusNotFound, "row=ebay-uk/colour:mug": http.StatusNotFound} {
		values, err := url.ParseQuery(form)
		require.NoError(t, err)
		require.Equal(t, code, b.send("/drift/ours", values).Code, form)
	}
}

func TestTheirsIsLeftToTheOtherToolUntilItIsOurs(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for _, sku := range []string{"mug", "jug", "pot"} {
		b.product(sku, "Thing", 10)
	}
	b.contest("ebay-uk", "mug", "jug", "pot")
	say := func(path string, form url.Values) string {
		w := b.send(path, form)
		require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
		return textOf(b.page(w.Header().Get("Location")))
	}
	form := url.Values{"row": {"ebay-uk/level:mug"}, "by": {"Ann"}}
	require.Contains(t, b.page("/drift"), "A level that is left does not follow a sale on another channel")
	require.Contains(t, say("/drift/theirs", form), "1 level or price is left to another tool: Towpath sends none until you answer “ours”.")
	require.Contains(t, say("/drift/theirs", form), "0 levels or prices are left", "twice changes nothing")
	require.Contains(t, say("/drift/theirs", url.Values{"all": {"ebay-uk/level:"}}), "2 levels or prices are left")
	body := b.page("/left?account=ebay-uk")
	require.Regexp(t, `mug ebay-uk mug level Ann .{1,45} Ours`, textOf(body))
	require.Regexp(t, `jug ebay-uk jug level the console .{1,45} Ours`, textOf(body))
	requireStacks(t, "/left", body)
	require.Contains(t, b.page("/sku?sku=mug"), `href="/left?account=ebay-uk"`)
	require.Contains(t, b.page("/accounts/ebay-uk"), `<a href="/left?account=ebay-uk">3 levels and prices</a>`)
	require.Contains(t, b.page("/"), `href="/left?account=ebay-uk"`, "it is good to know")

	require.Contains(t, say("/drift/ours", url.Values{"all": {"ebay-uk/level:"}}), "0 levels sent again", "they stay left")
	require.Empty(t, b.pushed("ebay-uk"))
	w := b.send("/drift/theirs", url.Values{"row": {"ebay-uk/title:mug"}})
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
	require.Contains(t, textOf(w.Body.String()), "only levels and prices can")
	text := say("/drift/ours", url.Values{"row": {"ebay-uk/level:mug"}, "from": {"left"}, "account": {"ebay-uk"}})
	require.Contains(t, text, "Left to another tool")
	require.Contains(t, text, "1 level sent again.", "it leads back to the list")
	require.Equal(t, []string{"mug"}, b.pushed("ebay-uk"))
	require.Contains(t, say("/drift/ours", url.Values{"row": {"ebay-uk/price:mug"}}), "all else goes with the next publication of what has changed")
}
