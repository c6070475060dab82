package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestStockChangesHappenOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		save(t, s, "amazon-uk", sale("amazon-uk", "new", 2, units("lamp", 2)), sale("amazon-uk", "old", 1, units("lamp", 2)))
		require.Equal(t, []string{"amazon-uk", "ebay-uk", "shopify-uk"}, receive(t, s, "a", "lamp", 3))
		for range 2 {
			require.Empty(t, receive(t, s, "a", "lamp", 3), "nothing moved: nobody to wake")
		}
		require.Equal(t, 3, level(t, s, "lamp").OnHand)
		require.Equal(t, order.Units{Reserved: 2}, sumUnits(detail(t, s, "amazon-uk", "old")))
		require.Equal(t, order.Units{Reserved: 1, Backordered: 1}, sumUnits(detail(t, s, "amazon-uk", "new")))

		receive(t, s, "b", "lamp", -2)
		require.Equal(t, order.Units{Reserved: 1, Backordered: 1}, sumUnits(detail(t, s, "amazon-uk", "old")), "the newest give way first")
		require.Equal(t, order.Units{Backordered: 2}, sumUnits(detail(t, s, "amazon-uk", "new")))

		_, err := s.Ledger.ApplyStock(ctx, []stock.Change{
			{Key: "c", SKU: "rope", Location: "main", Kind: stock.Opening, Quantity: 4},
			{Key: "d", SKU: "lamp", Location: "main", Kind: stock.Adjust, Quantity: -2},
		})
		require.ErrorContains(t, err, "lamp at main has 1 on hand, 2 can't be removed")
		rows, err := s.Ledger.Stock(ctx, "rope", "", 0)
		require.NoError(t, err)
		require.Empty(t, rows, "nothing of the batch")
		_, err = s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "e", SKU: "lamp", Location: "main", Kind: stock.Receipt, Quantity: -1}})
		require.ErrorContains(t, err, "only an adjust or a move may be negative")
		_, err = s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "f", SKU: "lamp", Location: "main", Kind: stock.Ship, Quantity: 1}})
		require.ErrorContains(t, err, "not opening, receipt, adjust, count or move")
	})
}

func TestPushesCleanOnlyWhatDidNotChange(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp", "rope")
		receive(t, s, "a", "lamp", 9)
		push(t, s, "ebay-uk")
		dirty := func() []levels.DirtyLevel {
			list, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 0)
			require.NoError(t, err)
			n, err := s.Levels.DirtyCount(ctx, "ebay-uk")
			require.NoError(t, err)
			require.Len(t, list, n)
			return list
		}
		sent := func(l levels.DirtyLevel, f *channel.Fault) message.PushCounts {
			p := levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: epoch, Fault: f}
			if f == nil {
				p.AckedAt = epoch.Add(time.Second)
			}
			c, err := s.Levels.SavePushes(ctx, "ebay-uk", "run", []levels.Push{p})
			require.NoError(t, err)
			return c
		}
		require.Empty(t, dirty())
		receive(t, s, "b", "lamp", 1)
		first := dirty()[0]
		require.Equal(t, 10, first.Quantity)
		receive(t, s, "c", "lamp", 1)
		require.Equal(t, message.PushCounts{Superseded: 1}, sent(first, nil))
		second := dirty()[0]
		require.Equal(t, 11, second.Quantity)
		require.Greater(t, second.Version, first.Version)

		require.Zero(t, sent(second, channel.NewFault(channel.Throttled, "setLevels", "")))
		doubtful := channel.NewFault(channel.Invalid, "setLevels", "") // as of a feed that ended FATAL: some, all or none of its levels may be applied
		doubtful.Ambiguous = true
		require.Zero(t, sent(second, doubtful))
		require.Zero(t, sent(second, channel.NewFault(channel.Conflict, "setLevels", "")))
		require.Len(t, dirty(), 1, "simply dirty")
		require.Equal(t, message.PushCounts{Failed: 1}, sent(second, channel.NewFault(channel.Invalid, "setLevels", "")))
		require.Empty(t, dirty(), "refused: not again before it changes")
		n, err := s.Levels.RetryPushes(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Len(t, dirty(), 1)
		require.Equal(t, message.PushCounts{Failed: 1}, sent(second, channel.NewFault(channel.Invalid, "setLevels", "")))
		receive(t, s, "d", "lamp", 1)
		third := dirty()[0]
		require.Equal(t, message.PushCounts{Pushed: 1}, sent(third, nil))
		require.Equal(t, message.PushCounts{Pushed: 1}, sent(third, nil))
		require.Empty(t, dirty())
	})
}

func TestListedLevelFollowsTheAccountsSettings(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		_, err := s.Ledger.ApplyStock(ctx, []stock.Change{
			{Key: "a", SKU: "lamp", Location: "main", Kind: stock.Opening, Quantity: 10},
			{Key: "b", SKU: "lamp", Location: "annex", Kind: stock.Opening, Quantity: 5},
		})
		require.NoError(t, err)
		require.Equal(t, 10, push(t, s, "ebay-uk")["ebay-uk:lamp"])
		settings := storetest.Accounts()
		change := func(set func(*accounts.Account)) map[string]int {
			set(&settings[1])
			require.NoError(t, s.Settings.SaveAccounts(ctx, settings))
			return push(t, s, "ebay-uk")
		}
		require.Equal(t, 15, change(func(a *accounts.Account) { a.StockLocations = []string{"main", "annex"} })["ebay-uk:lamp"])
		require.Equal(t, 12, change(func(a *accounts.Account) { a.Buffer = 3 })["ebay-uk:lamp"])
		require.Equal(t, 7, change(func(a *accounts.Account) { a.Cap = 7 })["ebay-uk:lamp"])
		require.Empty(t, change(func(a *accounts.Account) { a.Name = "other" }))
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 12)))
		require.Equal(t, 0, push(t, s, "ebay-uk")["ebay-uk:lamp"], "15 - 10 reserved - 2 backordered - 3 buffer")
	})
}

func TestPauseIsTheAccountsTruth(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		changed, err := s.Accounts.Pause(ctx, "ebay-uk", "the grant is gone")
		require.NoError(t, err)
		require.True(t, changed)
		changed, err = s.Accounts.Pause(ctx, "ebay-uk", "again")
		require.NoError(t, err)
		require.False(t, changed)
		require.NoError(t, s.Settings.SaveAccounts(ctx, storetest.Accounts()))
		a, err := s.Accounts.Account(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, "the grant is gone", a.PausedReason)
		dirty, err := s.Levels.DirtyAccounts(ctx, time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, []string{"amazon-uk", "shopify-uk"}, dirty)
		changed, err = s.Accounts.Resume(ctx, "ebay-uk")
		require.NoError(t, err)
		require.True(t, changed)
		_, err = s.Accounts.Resume(ctx, "nobody")
		require.ErrorIs(t, err, store.ErrNotFound)
		sums, err := s.Summaries(ctx)
		require.NoError(t, err)
		require.Len(t, sums, len(storetest.Accounts()))
		require.Equal(t, 1, sums[1].Dirty)
	})
}

func TestRunsAndTheirItems(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		run := runs.Run{ID: "r1", Kind: runs.RunOrders, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: epoch}
		require.NoError(t, s.Runs.StartRun(ctx, run))
		require.NoError(t, s.Runs.StartRun(ctx, run))
		next := run
		next.ID, next.StartedAt, next.EndedAt, next.FaultClass = "r2", epoch.Add(time.Hour), epoch.Add(2*time.Hour), channel.Auth
		next.FaultID, next.Counts.Errors = "f", 2
		require.NoError(t, s.Runs.EndRun(ctx, next))
		all, err := s.Runs.List(ctx, runs.RunFilter{Account: "ebay-uk", Kind: runs.RunOrders})
		require.NoError(t, err)
		require.Equal(t, []runs.Run{next, run}, all)
		older, err := s.Runs.List(ctx, runs.RunFilter{Before: "r2", Limit: 5})
		require.NoError(t, err)
		require.Equal(t, []runs.Run{run}, older)
		bad, err := s.Runs.List(ctx, runs.RunFilter{Errors: true})
		require.NoError(t, err)
		require.Len(t, bad, 1)
		for _, status := range []runs.ItemStatus{runs.ItemPending, runs.ItemDone} {
			require.NoError(t, s.Runs.SaveItems(ctx, []runs.Item{
				{RunID: "r1", Type: "package", Reference: "a", Status: status}, {RunID: "r1", Type: "package", Reference: "b", Status: runs.ItemError, FaultID: "f"}}))
		}
		items, err := s.Runs.Items(ctx, "r1", "", "a", 10)
		require.NoError(t, err)
		require.Equal(t, []runs.Item{{RunID: "r1", Endpoint: channel.Production, Type: "package", Reference: "b", Status: runs.ItemError, FaultID: "f"}}, items)
		items, err = s.Runs.Items(ctx, "r1", runs.ItemDone, "", 10)
		require.NoError(t, err)
		require.Len(t, items, 1)
	})
}
