package activities_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/storetest"
)

const (
	fewFeedAbove = 10 // levels above which Amazon gets a feed here
	many         = 30 // more than that, and more than eBay takes in one call
)

// openBulk opens a live shop that sends many levels as a channel's bulk calls: feeds on Amazon, 25 levels a call on eBay, 250 on Shopify.
func openBulk(t *testing.T, kind channel.Kind) *liveAgain {
	t.Helper()
	if kind == channel.Amazon {
		return openLiveAgain(t, kind, openAmazon(t, fewFeedAbove), many)
	}
	return openLiveAgain(t, kind, shopsOfAllChannels[kind](t), many)
}

// plannedTurn scans orders, sends what is planned as StockPush does, feeds too, and reads back what was accepted. Workers are killed meanwhile.
func (l *liveAgain) plannedTurn() {
	l.t.Helper()
	id := fmt.Sprint(time.Now().UnixNano())
	scans := func(env activities.Environment) any {
		return (&activities.Orders{Environment: env, Lifecycles: l.caller, Pushes: l.caller, Scans: &paced{}}).SyncOrdersPage
	}
	if survive[activities.PageOutput](l.shop, &l.kills, scans, activities.PageInput{Account: account, RunID: "scan-" + id, Started: l.began}).Fault == nil {
		l.scan()
	}
	asks := func(env activities.Environment) any { return (&activities.Stock{Environment: env}).LevelsOutcome }
	sends := func(env activities.Environment) any { return (&activities.Stock{Environment: env}).PushLevels }
	for range 3 {
		plan, err := (&activities.Stock{Environment: l.environment}).PlanPush(l.t.Context(), account)
		require.NoError(l.t, err)
		in := activities.PushInput{Account: account, RunID: "push-" + id, Started: time.Now().UTC(), Size: plan.Size, Ahead: plan.Ahead}
		if plan.Dirty > 0 {
			l.feeds = l.feeds || plan.Op == channel.OpFeed
			survive[activities.PushOutput](l.shop, &l.kills, sends, in)
		}
		for _, f := range plan.Feeds {
			in.Pending, in.Size, in.Ahead = f.Handle, 0, false
			survive[activities.PushOutput](l.shop, &l.kills, asks, in)
		}
	}
	survive[activities.CheckOutput](l.shop, &l.kills, func(env activities.Environment) any {
		return (&activities.Levels{Environment: env, Pushes: l.caller}).CheckLevels
	}, activities.CheckInput{Account: account, RunID: "check-" + id})
}

// More levels than a feed needs go back, while the channel refuses whole feeds and single lines, and workers are killed. What it has refused
// waits for a person; when it is sent again, all of it has gone back.
func TestManyLevelsGoBackThoughLinesAreRefused(t *testing.T) {
	t.Parallel()
	for _, kind := range channel.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			l := openBulk(t, kind)
			ctx := t.Context()
			require.NoError(t, l.faults.Set(faults.Rates{ProductGone: 0.3, FeedRejected: 0.5, Lost: 0.05, Unavailable: 0.05}.For(kind)))
			l.undoes()
			polltest.Until(t, "a line is refused", func() bool {
				l.buysOne()
				l.plannedTurn()
				refused, err := l.store.Levels.RefusedLevels(ctx)
				require.NoError(t, err)
				return len(refused) > 0
			})
			require.Equal(t, kind == channel.Amazon, l.feeds)
			require.NoError(t, l.faults.Set(faults.Rates{}))
			l.goesBack(func() {
				l.buysOne()
				_, err := l.store.Levels.RetryPushes(ctx, account) // `towpath retry`
				require.NoError(t, err)
				l.plannedTurn()
			})
		})
	}
}

// Amazon works on the feed of an undo without an end. After an hour its levels go ahead of it, after a day it is given up, and all of it has
// gone back.
func TestLevelsGoBackThoughTheirFeedNeverAnswers(t *testing.T) {
	t.Parallel()
	l := openBulk(t, channel.Amazon)
	ctx := t.Context()
	l.worker.sticks(true)
	l.undoes()
	waiting := func() (handles []string) {
		work, err := l.store.Levels.Work(ctx, account, time.Now())
		require.NoError(t, err)
		for _, f := range work.Feeds {
			handles = append(handles, f.Handle)
		}
		return handles
	}
	polltest.Until(t, "a feed waits", func() bool {
		l.plannedTurn()
		return len(waiting()) > 0
	})
	for range 3 {
		l.buysOne() // these go ahead of the feed
	}
	l.plannedTurn()
	older := func(by time.Duration) {
		at := time.Now().Add(-by - time.Second).UnixMicro()
		require.NoError(t, storetest.Exec(ctx, l.store.DB, `UPDATE pending_pushes SET sent_at = $1`, at))
	}
	older(stock.FeedPatience)
	polltest.Until(t, "all is listed as before, ahead of the feed", func() bool {
		l.plannedTurn()
		return l.lists(l.wants())
	})
	stuck := waiting()
	require.NotEmpty(t, stuck)
	acc, err := l.store.Accounts.Account(ctx, account)
	require.NoError(t, err)
	require.Equal(t, many, acc.GoingBack, "the feed may overwrite them")
	older(stock.FeedLasts)
	l.buysOne()
	l.plannedTurn()
	for _, handle := range waiting() {
		require.NotContains(t, stuck, handle, "it is given up")
	}
	l.worker.sticks(false)
	l.goesBack(l.plannedTurn)
}
