package console

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/coverage"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/coverages"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

func (b *fixture) set(id string, change func(a *accounts.Account)) {
	b.t.Helper()
	a, err := b.store.Accounts.Account(context.Background(), id)
	require.NoError(b.t, err)
	change(&a)
	require.NoError(b.t, b.store.Settings.SaveAccounts(context.Background(), []accounts.Account{a}))
}

// ago returns a day in the past.
func ago(days int) time.Time { return time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -days) }

func TestAnAccountsPageShowsItsSettingsAndWhenItsAccessEnds(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.set("amazon-uk", func(a *accounts.Account) {
		a.AuthorisedOn, a.SecretIssuedOn = ago(10), ago(174)
		a.ShipFrom = map[string]string{"DE": "berlin"}
		a.Statuses = map[string]order.Status{"PENDING": order.StatusSkip}
		a.Listings, a.AtZero = channel.Permissions{Revise: true, End: true}, accounts.EndAtZero
	})
	b.set("ebay-uk", func(a *accounts.Account) {
		a.AuthorisedOn, a.Listings, a.AtZero = ago(10), channel.Permissions{End: true}, accounts.EndAtZero
	})
	require.Contains(t, b.page("/accounts/ebay-uk"), "loses its history")
	page := b.page("/accounts/amazon-uk")
	for _, want := range []string{
		"client secret ends in 6 days", "Issue a new client secret", "355 days left", "6 days left", "DE: berlin", "PENDING: skip",
		"revise, end", "the listing ends", "not put up again, because relist is off", "every change is real", "towpath accounts test amazon-uk", `role="alert"`,
		"Budgets</h2>", "kept by the schedule",
	} {
		require.Contains(t, page, want)
	}
	quiet := b.page("/accounts/ebay-uk")
	require.NotContains(t, quiet, `role="alert"`)
	require.Contains(t, quiet, "End of authorisation</dt>", "the day is shown however far it is")
	front := b.page("/")
	require.Contains(t, front, "client secret ends in 6 days")
	require.NotContains(t, front, "authorisation ends")
	require.Contains(t, front, "1 account&#39;s access ends soon")
	require.Equal(t, "/accounts/amazon-uk", href(front, "amazon-uk"))

	code, _ := b.get("/accounts/nobody")
	require.Equal(t, 404, code)
}

func TestTheEndpointIsShownWhereverAnAccountIs(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.set("shopify-uk", func(a *accounts.Account) { a.Simulated, a.Host = true, "127.0.0.1:8492" })
	ids := b.save("shopify-uk", "run-1", sale("1001", time.Now(), "LAMP"))
	require.NoError(t, b.store.Runs.SaveFaults(b.ctx, "shopify-uk", []*channel.Fault{{ID: "f-1", Class: channel.Throttled, Operation: "orders"}}))
	row := ""
	for _, path := range []string{"/", "/accounts/shopify-uk", "/orders", "/errors", "/errors/f-1"} {
		require.Regexp(t, `class="pill warn">test( endpoint)?<`, b.page(path), path)
	}
	for range ids {
		row = href(b.page("/orders"), "1001")
	}
	require.Contains(t, b.page(row), `class="pill warn">test endpoint<`)
	require.Contains(t, b.page("/accounts/shopify-uk"), "simulated marketplace at 127.0.0.1:8492. Its orders never touch real stock.")
	require.Contains(t, b.page("/runs/run-1"), `<th scope="col">Endpoint</th>`)
}

func TestAnAccountsPageShowsWhatTheChannelHasAgainstWhatIsHere(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	require.Contains(t, b.page("/accounts/ebay-uk"), "was not compared with what is here yet")
	hour := time.Now().UTC().Add(-2 * time.Hour).Truncate(time.Hour)
	lost := []coverage.Listed{{ID: "lost", PlacedAt: hour}}
	require.NoError(t, b.store.Coverage.SavePage(t.Context(), "ebay-uk", "r1", true, lost, nil))
	_, err := b.store.Coverage.Settle(t.Context(), "ebay-uk", coverages.Reading{Run: "r1", Window: backfill.Range{From: hour, To: hour.Add(time.Hour)}})
	require.NoError(t, err)
	page := b.page("/accounts/ebay-uk")
	require.Contains(t, page, "a backfill brings what is missing")
	require.Contains(t, page, "towpath coverage ebay-uk --hours")
	asked, ok, err := b.store.Coverage.Follow(t.Context(), "ebay-uk")
	require.NoError(t, err)
	require.True(t, ok)
	require.Contains(t, b.page("/accounts/ebay-uk"), "backfill "+asked.ID+" is running")
	require.NoError(t, b.store.Backfills.Mark(t.Context(), asked.ID, backfill.Paused))
	page = b.page("/accounts/ebay-uk")
	require.Contains(t, page, "their backfill is interrupted")
	require.Contains(t, page, "towpath backfill resume "+asked.ID)
	require.NoError(t, b.store.Backfills.Mark(t.Context(), asked.ID, backfill.Done))
	page = b.page("/accounts/ebay-uk")
	require.Contains(t, page, "orders are missing")
	require.Contains(t, page, "towpath explain order lost --account ebay-uk")
}

func TestAnAccountsPageSaysWhatHasChangedSinceItWasPublished(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	says := func() string {
		b.web = New(b.asked, Options{}) // what was counted is shown for a while
		return textOf(b.page("/accounts/ebay-uk"))
	}
	require.Contains(t, says(), "Changed 0 items changed since they were published")
	enter := func(price int64) {
		var goods []catalogue.Product
		for _, key := range []string{"mug", "jug"} {
			goods = append(goods, catalogue.Product{Key: key, Title: "Thing", Variants: []catalogue.Variant{{SKU: key, Prices: []catalogue.Price{{Currency: "GBP", Amount: price}}}}})
		}
		_, err := b.store.Products.SaveCatalogue(b.ctx, goods)
		require.NoError(t, err)
	}
	b.product("mug", "Thing", 10)
	b.product("jug", "Thing", 10)
	enter(995)
	b.hold("ebay-uk", "run-1", "mug")
	require.NoError(t, b.store.Publications.AskPublication(b.ctx, publications.Publication{
		ID: "run-2", Account: "ebay-uk", Endpoint: channel.Production, By: "Ann", Selection: listing.Selection{SKUs: []string{"mug", "jug"}},
	}))
	_, _, err := b.store.Publications.SelectGoods(b.ctx, "run-2", "", 10)
	require.NoError(t, err)
	var accepted []publications.ItemVerdict
	for _, sku := range []string{"mug", "jug"} {
		accepted = append(accepted, publications.ItemVerdict{Product: sku, SKU: sku, Step: listing.Accepted, ChannelSKU: sku, Hash: "hash"})
	}
	_, err = b.store.Publications.SaveAnswers(b.ctx, "run-2", accepted)
	require.NoError(t, err)
	enter(1095)
	require.Contains(t, says(), "Changed 2 items changed since they were published, 1 held by the price brake")
	_, err = b.store.Levels.Strike(b.ctx, "ebay-uk", []string{"jug"}, "duplicate label", "Ann")
	require.NoError(t, err)
	require.Contains(t, says(), "Changed 1 item changed since it was published, 1 held by the price brake, 1 struck off")
}

// The pill says the health of the worst kind of runs, not of scans alone.
func TestTheAccountsPillIsThatOfItsWorstKind(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for i := range 4 {
		run := runs.Run{ID: fmt.Sprintf("push-%d", i), Kind: runs.RunStock, Account: "ebay-uk", StartedAt: time.Now().Add(time.Duration(i-9) * time.Minute), EndedAt: time.Now()}
		if i > 0 {
			run.Counts.Errors = 11_647
		}
		require.NoError(t, b.store.Runs.EndRun(b.ctx, run))
	}
	for _, path := range []string{"/", "/accounts/ebay-uk"} {
		body := b.page(path)
		require.Contains(t, body, `<span class="pill bad" title="3 errors in the last 4 runs, the newest 3 in a row: needs attention, as 3 or more in a row seldom pass by themselves">stock failing</span>`, path)
	}
	_, err := b.store.Accounts.Pause(b.ctx, "ebay-uk", "stock take")
	require.NoError(t, err)
	body := b.again().page("/accounts/ebay-uk")
	require.NotContains(t, body, ">stock failing<", "nothing runs")
	require.Contains(t, body, "paused; before, 3 errors in the last 4 runs")
}
