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
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/settings"
)

// liveAgain is what undoing of many levels is tried with: a shop that was observed and then went live as a whole.
type liveAgain struct {
	*shop
	kind   channel.Kind
	before map[string]int // what an older tool had listed, by SKU
	bought map[string]int // since
	skus   []string
	buys   int
	began  time.Time
	kills  int
	feeds  bool // one was sent
}

// openLiveAgain lists n SKUs at different quantities, and lets them go live until the marketplace lists the stock of each.
func openLiveAgain(t *testing.T, kind channel.Kind, s *shop, n int) *liveAgain {
	t.Helper()
	s.environment.Speed = speed
	l := &liveAgain{shop: s, kind: kind, before: map[string]int{}, bought: map[string]int{}, began: time.Now().UTC().Add(-time.Minute)}
	want := map[string]int{}
	for i := range n {
		sku := fmt.Sprintf("SKU-%03d", i)
		l.skus, l.before[sku], want[sku] = append(l.skus, sku), 5+i%9, 20
	}
	s.observed(l.before)
	_, err := s.store.Settings.GoLive(t.Context(), account, settings.Live{By: "ann"})
	require.NoError(t, err)
	polltest.Until(t, "all is listed", func() bool {
		s.turn(l.began)
		return s.lists(want)
	})
	return l
}

// buysOne has a buyer buy one of the next SKU, of each at most three.
func (l *liveAgain) buysOne() {
	l.t.Helper()
	sku := l.skus[l.buys%len(l.skus)]
	if l.bought[sku] == 3 {
		return
	}
	l.buys++
	l.bought[sku]++
	l.buy(sku, 1)
}

// wants returns what the marketplace's ledger is to have: what was listed before, less what was bought.
func (l *liveAgain) wants() map[string]int {
	want := map[string]int{}
	for sku, n := range l.before {
		want[sku] = n - l.bought[sku]
	}
	return want
}

// undoes undoes going live; nothing may be unknown.
func (l *liveAgain) undoes() {
	l.t.Helper()
	undone, err := l.store.Settings.Undo(l.t.Context(), account, l.began.Add(-time.Hour))
	require.NoError(l.t, err)
	require.Equal(l.t, len(l.skus), undone.Links)
	require.Empty(l.t, undone.Unknown)
}

// goesBack plays until nothing goes back any more, and requires that the marketplace's ledger has what it is to have then, and later.
func (l *liveAgain) goesBack(turn func()) {
	l.t.Helper()
	polltest.Until(l.t, "all of it has gone back", func() bool {
		turn()
		_, err := l.store.Settings.EndUndone(l.t.Context(), account, l.kind == channel.Amazon, 0)
		require.NoError(l.t, err)
		acc, err := l.store.Accounts.Account(l.t.Context(), account)
		require.NoError(l.t, err)
		return acc.GoingBack == 0
	})
	for sku, n := range l.wants() {
		listed, err := l.market.Listing(l.t.Context(), sku)
		require.NoError(l.t, err)
		require.Equal(l.t, n, listed.Quantity, "%s: %d before, %d bought", sku, l.before[sku], l.bought[sku])
	}
	l.turn(l.began) // what was bought last is read
	l.requireOnce()
}

// requireOnce requires that every unit that was bought is in the store once.
func (l *liveAgain) requireOnce() {
	l.t.Helper()
	rows, err := l.store.Orders.Find(l.t.Context(), orders.OrderFilter{Account: account, Limit: 1000})
	require.NoError(l.t, err)
	require.Len(l.t, rows, l.buys)
	saved := map[string]int{}
	for _, row := range rows {
		d, err := l.store.Orders.Detail(l.t.Context(), row.Key.RowID)
		require.NoError(l.t, err)
		for _, line := range d.Lines {
			saved[line.SKU] += line.Quantity
		}
	}
	require.Equal(l.t, l.bought, saved)
}

// killedTurn is turn with workers that are killed at each call: before its answer arrives, so between the channel's accepting and the save,
// between two levels of a batch, between two batches and between two pages.
func (l *liveAgain) killedTurn() {
	l.t.Helper()
	id := fmt.Sprint(time.Now().UnixNano())
	scan := func(env activities.Environment) any {
		return (&activities.Orders{Environment: env, Lifecycles: l.caller, Pushes: l.caller, Scans: &paced{}}).SyncOrdersPage
	}
	out := survive[activities.PageOutput](l.shop, &l.kills, scan, activities.PageInput{Account: account, RunID: "scan-" + id, Started: l.began})
	for out.Fault == nil && out.Next != "" {
		out = survive[activities.PageOutput](l.shop, &l.kills, scan, activities.PageInput{Account: account, RunID: "scan-" + id, Started: l.began, Cursor: out.Next, Since: out.Since})
	}
	if out.Fault == nil {
		l.scan() // as if all of it had begun now: levels that wait for a scan go on
	}
	l.buysOne() // and no scan has read it when the levels are sent
	survive[activities.PushOutput](l.shop, &l.kills, func(env activities.Environment) any { return (&activities.Stock{Environment: env}).PushLevels },
		activities.PushInput{Account: account, RunID: "push-" + id, Size: 5, Started: time.Now().UTC()})
	survive[activities.CheckOutput](l.shop, &l.kills, func(env activities.Environment) any {
		return (&activities.Levels{Environment: env, Pushes: l.caller}).CheckLevels
	}, activities.CheckInput{Account: account, RunID: "check-" + id})
}

// The worker that undoes dies at every call it makes, while buyers buy and calls fail: the marketplace's ledger has what it had before, less
// what was bought there, for every SKU.
func TestAnUndoSurvivesAKillAtEveryCall(t *testing.T) {
	t.Parallel()
	for kind, open := range shopsOfAllChannels {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			l := openLiveAgain(t, kind, open(t), 12)
			for range 5 {
				l.buysOne()
			}
			require.NoError(t, l.faults.Set(faults.Rates{Throttle: 0.05, Unavailable: 0.05, Lost: 0.05, Late: 0.05}))
			l.undoes()
			for turns := 0; turns < 4; turns++ {
				l.killedTurn()
			}
			require.NoError(t, l.faults.Set(faults.Rates{}))
			l.undoes() // it may be repeated
			l.goesBack(l.killedTurn)
			require.Greater(t, l.kills, 8)
		})
	}
}
