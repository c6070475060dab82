package activities_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	"github.com/towpath/towpath/internal/coverage"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/polltest"
	simulatedebay "github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/market"
	simulatedshopify "github.com/towpath/towpath/internal/simulator/shopify"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/coverages"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
)

// shopsOfAllChannels open a live shop with a marketplace, by channel.
var shopsOfAllChannels = map[channel.Kind]func(*testing.T) *shop{
	channel.Amazon: openShop,
	channel.EBay: func(t *testing.T) *shop {
		s := openStore(t, channel.EBay)
		conn, err := ebay.Open(s.trade(simulatedebay.Handler, simulatedebay.MarketOptions(account), channel.Account{
			Kind: channel.EBay, Marketplace: "EBAY_GB", Publishing: simulatedebay.Publishing(), Credentials: map[string]string{"clientId": "id", "clientSecret": "secret", "refreshToken": "grant"},
		}))
		require.NoError(t, err)
		s.environment.Connections[account] = conn
		return s
	},
	channel.Shopify: func(t *testing.T) *shop {
		s := openStore(t, channel.Shopify)
		conn, err := shopify.Open(s.trade(simulatedshopify.Handler, simulatedshopify.MarketOptions(account), channel.Account{
			Kind: channel.Shopify, Marketplace: "lockside.myshopify.com", Location: simulatedshopify.Location, Credentials: map[string]string{"accessToken": "shpat_1"},
		}))
		require.NoError(t, err)
		s.environment.Connections[account] = conn
		return s
	},
}

func (s *shop) place(n int) {
	s.t.Helper()
	for range n {
		id := fmt.Sprint(time.Now().UnixNano())
		placed, err := s.market.Place(s.t.Context(), market.Purchase{BookID: id, Currency: "GBP", Paid: true, Lines: []market.PurchaseLine{{SKU: "MUG", Title: "Mug", Quantity: 1, UnitPrice: 100}}})
		require.NoError(s.t, err)
		require.Empty(s.t, placed.Refused)
	}
}

// listIDs reads all ids of a window, each page twice, as after a worker that was killed before it could answer.
func (s *shop) listIDs(run string, window backfill.Range) (found int) {
	s.t.Helper()
	a := &activities.Coverage{Environment: s.environment}
	in := activities.ListIDsInput{Account: account, RunID: run, Started: time.Now().UTC(), Window: window, Budget: channel.OpOrders}
	for {
		first := do[activities.ListIDsOutput](s, a.ListOrderIDs, in)
		require.Nil(s.t, first.Fault)
		out := do[activities.ListIDsOutput](s, a.ListOrderIDs, in)
		require.Nil(s.t, out.Fault)
		found += out.Found
		if out.Next == "" {
			return found
		}
		in.Cursor = out.Next
	}
}

// Orders that no scan has saved are found by their ids, and the backfill that their gap starts brings them, on every channel. Each step is
// made twice, as after a kill.
func TestOrdersThatWereLostAreFoundAndHealed(t *testing.T) {
	t.Parallel()
	for kind, open := range shopsOfAllChannels {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := open(t)
			ctx := t.Context()
			_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
			require.NoError(t, err)
			require.NoError(t, s.market.List(ctx, []market.Listing{{SKU: "MUG", Title: "A mug", Price: 1000, Quantity: 100}}))
			require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "MUG", SKU: "MUG"}}))
			_, err = s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "opening", SKU: "MUG", Location: "main", Kind: stock.Opening, Quantity: 100}})
			require.NoError(t, err)
			o := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller, Scans: &paced{}}
			s.place(3)
			began := time.Now().UTC().Add(-time.Minute)
			polltest.Until(t, "the scan saves three orders", func() bool {
				do[activities.PageOutput](s, o.SyncOrdersPage, activities.PageInput{Account: account, RunID: fmt.Sprint(time.Now().UnixNano()), Started: began})
				_, n, err := s.store.Orders.Incoming(ctx, account, began, 100)
				require.NoError(t, err)
				return n == 3
			})
			s.place(2) // and no scan reads them

			window := backfill.Range{From: began.Truncate(time.Hour)}
			a := &activities.Coverage{Environment: s.environment}
			var counts message.Counts
			polltest.Until(t, "the channel lists all five", func() bool {
				run := fmt.Sprint("coverage-", time.Now().UnixNano())
				window.To = time.Now().UTC().Add(-time.Second).Truncate(time.Second)
				s.listIDs(run, window)
				in := activities.SettleInput{Account: message.Account{ID: account}, RunID: run, Started: began, Window: window}
				counts = do[message.Counts](s, a.SettleCoverage, in)
				require.Equal(t, counts, do[message.Counts](s, a.SettleCoverage, in))
				return counts.Seen == 5
			})
			require.Equal(t, message.Counts{Seen: 5, Same: 3}, counts)
			list, err := s.store.Runs.List(ctx, runs.RunFilter{Kind: runs.RunCoverage, Limit: 1})
			require.NoError(t, err)
			require.Equal(t, 5, list[0].Counts.Seen)
			require.True(t, list[0].Ended())

			b, asked, err := s.store.Coverage.Follow(ctx, account)
			require.NoError(t, err)
			require.True(t, asked)
			_, asked, err = s.store.Coverage.Follow(ctx, account)
			require.NoError(t, err)
			require.False(t, asked, "one backfill")
			require.False(t, b.To.After(time.Now()))

			in := activities.BackfillPageInput{Account: account, RunID: b.ID, Records: b.Records, Window: b.Range}
			for range 2 {
				require.Nil(t, do[activities.BackfillOutput](s, o.BackfillPage, in).Fault)
			}
			require.NoError(t, s.store.Backfills.Mark(ctx, b.ID, backfill.Done))
			hours, err := s.store.Coverage.Hours(ctx, account, window.From)
			require.NoError(t, err)
			var sum coverage.Tally
			for _, h := range hours {
				sum = sum.Add(h)
			}
			require.Equal(t, coverage.Healed, sum.State())
			require.Equal(t, 5, sum.Here())
			_, _, err = s.store.Coverage.Follow(ctx, account)
			require.NoError(t, err)
			left, err := s.store.Incidents.List(ctx, account, false)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

// compared notes which windows were compared.
type compared struct {
	*noted
	windows []backfill.Range
}

func (c *compared) Compare(_ context.Context, _ string, window backfill.Range) error {
	c.windows = append(c.windows, window)
	return nil
}

// A day of comparisons costs a busy eBay account, of 10,000 orders a day, less than half a percent of what it may call.
func TestAComparisonCostsLittleOfTheBudget(t *testing.T) {
	t.Parallel()
	const perDay = 10_000
	begin := time.Date(2026, 11, 28, 0, 7, 0, 0, time.UTC)
	cost := func(kind channel.Kind, page int) (checks, calls int) {
		p := coverage.Progress{Scanned: begin.Add(-100 * time.Hour), Until: begin.Add(-time.Hour)}
		pace := coverage.PaceAt(channel.CoverageEvery(kind), 1)
		for now := begin; now.Before(begin.Add(24*time.Hour + time.Minute)); now = now.Add(5 * time.Minute) { // the sweep
			p.Watermark = now
			window, due := coverage.Next(p, pace, now)
			if !due {
				continue
			}
			orders := int(perDay * float64(window.To.Sub(window.From)) / float64(24*time.Hour))
			checks, calls, p.Until = checks+1, calls+1+orders/page, window.To
		}
		return checks, calls
	}
	allowance, _ := channel.AllowanceOf(channel.EBay, channel.OpOrders)
	checks, calls := cost(channel.EBay, 200)
	require.Equal(t, 24, checks)
	require.Less(t, float64(calls), 0.005*allowance.Weight*86_400)
	checks, calls = cost(channel.Shopify, 250)
	require.Equal(t, 24, checks)
	require.Less(t, calls, 100)
	checks, _ = cost(channel.Amazon, perDay)
	require.Equal(t, 1, checks, "one report a day")
}

// The sweep starts a comparison when an hour has settled, and not before; not of an account that is paused.
func TestTheSweepComparesWhatHasSettled(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	ctx := t.Context()
	starter := &compared{noted: s.caller}
	sweep := &activities.Sweep{Environment: s.environment, Starter: starter}
	in := message.SweepInput{Speed: speed}
	do[message.SweepResult](s, sweep.SweepOnce, in)
	require.Empty(t, starter.windows, "no scan yet")

	scanned := time.Now().UTC().Add(-3 * time.Hour).Truncate(time.Second)
	require.NoError(t, s.store.Runs.StartRun(ctx, runs.Run{ID: "first", Kind: runs.RunOrders, Account: account, StartedAt: scanned}))
	o := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller, Scans: &paced{}}
	do[activities.PageOutput](s, o.SyncOrdersPage, activities.PageInput{Account: account, RunID: "scan", Started: time.Now().UTC()})
	do[message.SweepResult](s, sweep.SweepOnce, in)
	require.Len(t, starter.windows, 1)
	require.Equal(t, scanned, starter.windows[0].From)

	_, err := s.store.Coverage.Settle(ctx, account, coverages.Reading{Run: "r1", Window: backfill.Range{From: scanned, To: starter.windows[0].To}})
	require.NoError(t, err)
	do[message.SweepResult](s, sweep.SweepOnce, in)
	require.Len(t, starter.windows, 1, "nothing has settled since")
}

// A comparison that was begun and did not end well is not begun again by every sweep, whatever became of it, nor by those of a worker that
// was started anew. One that ended well is followed by the next window at once.
func TestAFailedComparisonIsNotRepeatedByEverySweep(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	ctx := t.Context()
	scanned := time.Now().UTC().Add(-75 * time.Hour).Truncate(time.Hour)
	require.NoError(t, s.store.Runs.StartRun(ctx, runs.Run{ID: "first", Kind: runs.RunOrders, Account: account, StartedAt: scanned}))
	o := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller, Scans: &paced{}}
	do[activities.PageOutput](s, o.SyncOrdersPage, activities.PageInput{Account: account, RunID: "scan", Started: time.Now().UTC()})
	started := &compared{noted: s.caller}
	sweeps := func() int {
		sweep := &activities.Sweep{Environment: s.environment, Starter: started}
		do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{Speed: 1})
		return len(started.windows)
	}
	require.Equal(t, 1, sweeps())
	require.Equal(t, 1, sweeps(), "the worker was killed before it could say how it ended")

	a := &activities.Coverage{Environment: s.environment}
	s.env.RegisterActivity(a.EndCoverage)
	end := activities.EndInput{Account: message.Account{ID: account}, RunID: "r1", Started: scanned}
	_, err := s.store.Coverage.Settle(ctx, account, coverages.Reading{Run: "r1", Window: started.windows[0]})
	require.NoError(t, err)
	_, err = s.env.ExecuteActivity(a.EndCoverage, end)
	require.NoError(t, err)
	require.Equal(t, 2, sweeps(), "the next day")

	_, err = s.store.Coverage.Settle(ctx, account, coverages.Reading{Run: "asked by a person", Window: started.windows[0]})
	require.NoError(t, err)
	end.RunID, end.Fault = "r2", &channel.Fault{ID: "f", Class: channel.Invalid, Code: "REPORT_FATAL"}
	for range 2 {
		_, err = s.env.ExecuteActivity(a.EndCoverage, end)
		require.NoError(t, err)
		require.Equal(t, 2, sweeps())
	}
	p, err := s.store.Coverage.Progress(ctx, account)
	require.NoError(t, err)
	again := coverage.PaceAt(channel.CoverageEvery(channel.Amazon), 1).Again
	require.Equal(t, 6*time.Hour, again)
	_, due := coverage.Next(p, coverage.PaceAt(channel.CoverageEvery(channel.Amazon), 1), p.Tried.Add(again-1))
	require.False(t, due)
	_, due = coverage.Next(p, coverage.PaceAt(channel.CoverageEvery(channel.Amazon), 1), p.Tried.Add(again))
	require.True(t, due)
}

// Nothing is missing of an account that is of a test endpoint now: the sweep ends what was said of it.
func TestNothingIsMissingOfATestEndpoint(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	ctx := t.Context()
	hour := time.Now().UTC().Add(-2 * time.Hour).Truncate(time.Hour)
	require.NoError(t, s.store.Coverage.SavePage(ctx, account, "r1", true, []coverage.Listed{{ID: "fixed", PlacedAt: hour}}, nil))
	_, err := s.store.Coverage.Settle(ctx, account, coverages.Reading{Run: "r1", Window: backfill.Range{From: hour, To: hour.Add(time.Hour)}})
	require.NoError(t, err)
	open := func() int {
		list, err := s.store.Incidents.List(ctx, account, false)
		require.NoError(t, err)
		return len(list)
	}
	require.Equal(t, 1, open())
	acc, err := s.store.Accounts.Account(ctx, account)
	require.NoError(t, err)
	acc.Endpoint = channel.Test
	require.NoError(t, s.store.Settings.SaveAccounts(ctx, []accounts.Account{acc}))
	sweep := &activities.Sweep{Environment: s.environment, Starter: &compared{noted: s.caller}}
	do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{Speed: 1})
	require.Zero(t, open())
}
