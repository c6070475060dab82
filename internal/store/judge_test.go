package store_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// Case F1b: what a channel refused is counted and named until something changes.
func TestRefusedLevelsAreFoundWithWhy(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp", "mug", "rope")
		receive(t, s, "a", "lamp", 5)
		dirty, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 10)
		require.NoError(t, err)
		pushes := make([]levels.Push, len(dirty))
		for i, d := range dirty {
			pushes[i] = levels.Push{ChannelSKU: d.ChannelSKU, Version: d.Version, Quantity: d.Quantity, SentAt: epoch, AckedAt: epoch}
			if d.ChannelSKU != "ebay-uk:rope" {
				pushes[i].AckedAt, pushes[i].Fault = time.Time{}, channel.NewFault(channel.Invalid, "setLevels", "")
				pushes[i].Fault.Code = "25710"
			}
		}
		counts, err := s.Levels.SavePushes(ctx, "ebay-uk", "run-1", pushes)
		require.NoError(t, err)
		require.Equal(t, 2, counts.Failed)
		refused, err := s.Levels.RefusedLevels(ctx)
		require.NoError(t, err)
		require.Len(t, refused, 1)
		require.Equal(t, []any{"ebay-uk", "25710", 2}, []any{refused[0].Account, refused[0].Code, refused[0].Levels})
		require.Equal(t, []string{"ebay-uk:lamp", "ebay-uk:mug"}, refused[0].Sample)
		require.False(t, refused[0].Since.IsZero())
		all, err := s.Summaries(ctx)
		require.NoError(t, err)
		for _, a := range all {
			require.Equal(t, map[string]int{"ebay-uk": 2}[a.ID], a.Refused, a.ID)
		}
		rows, err := s.Links.LinkRows(ctx, links.LinkFilter{View: links.LinksRefused, Limit: 10})
		require.NoError(t, err)
		require.Len(t, rows, 2)
		require.Equal(t, "25710", rows[1].Fault.Code)
		rows, err = s.Links.LinkRows(ctx, links.LinkFilter{View: links.LinksRefused, Account: "ebay-uk", After: rows[0].Cursor, Limit: 10})
		require.NoError(t, err)
		require.Len(t, rows, 1)
		_, err = s.Levels.RetryPushes(ctx, "ebay-uk")
		require.NoError(t, err)
		refused, err = s.Levels.RefusedLevels(ctx)
		require.NoError(t, err)
		require.Empty(t, refused)
	})
}

// endRun records an ended run.
func endRun(t testing.TB, s *store.Store, id, account string, kind runs.RunKind, at time.Time, errors int, fault string) {
	run := runs.Run{ID: id, Kind: kind, Account: account, Endpoint: channel.Production, StartedAt: at, EndedAt: at.Add(time.Second),
		Counts: message.Counts{Seen: 23, Errors: errors}, FaultID: fault}
	require.NoError(t, s.Runs.EndRun(context.Background(), run))
}

func TestTheNewestRunsOfAnAccountAreReadWhenEnoughOfThemFailed(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		for i := range runs.RecentRuns + 20 {
			endRun(t, s, fmt.Sprintf("scan-%03d", i), "ebay-uk", runs.RunOrders, epoch.Add(time.Duration(i)*time.Minute), i%10, "")
		}
		endRun(t, s, "push", "ebay-uk", runs.RunStock, epoch, 16, "")
		endRun(t, s, "other", "amazon-uk", runs.RunOrders, epoch, 0, "f1")
		kinds := []runs.RunKind{runs.RunOrders, runs.RunStock}
		often, err := s.Runs.OftenFailed(ctx, kinds, 18)
		require.NoError(t, err)
		require.Equal(t, []runs.Work{{Account: "ebay-uk", Kind: runs.RunOrders}}, often)
		recent, err := s.Runs.Recent(ctx, often[0])
		require.NoError(t, err)
		require.Len(t, recent, runs.RecentRuns)
		require.Equal(t, fmt.Sprintf("scan-%03d", runs.RecentRuns+19), recent[0].ID)
		often, err = s.Runs.OftenFailed(ctx, kinds, 19)
		require.NoError(t, err)
		require.Empty(t, often, "two of the newest twenty were good")
		often, err = s.Runs.OftenFailed(ctx, kinds, 1)
		require.NoError(t, err)
		require.ElementsMatch(t, []runs.Work{{Account: "ebay-uk", Kind: runs.RunOrders}, {Account: "ebay-uk", Kind: runs.RunStock}, {Account: "amazon-uk", Kind: runs.RunOrders}}, often)
		recent, err = s.Runs.Recent(ctx, runs.Work{Account: "ebay-uk", Kind: runs.RunStock})
		require.NoError(t, err)
		require.Equal(t, 16, recent[0].Counts.Errors)
	})
}

// Case F2: on a full disk everything could still be read. The table takes nothing more, as after a disk has filled up.
func TestAStoreThatTakesNoWritesIsFoundOut(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		for range 3 {
			require.NoError(t, s.TrialWrite(ctx))
		}
		require.NoError(t, storetest.Exec(ctx, s.DB, `DROP TABLE trial_writes`))
		require.ErrorContains(t, s.TrialWrite(ctx), "write a trial")
		busy, cancel := context.WithCancel(ctx)
		cancel()
		require.NoError(t, s.TrialWrite(busy), "that there was no time for it is no reason")
	})
}

// The newest runs of each kind are kept until there are newer ones.
func TestTheNewestRunsAreReadAnewWhenThereAreNewerOnes(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		var statements atomic.Int64
		newest := func() (id string, read int64) {
			statements.Store(0)
			list, err := s.Runs.RecentByKind(ctx, "ebay-uk")
			require.NoError(t, err)
			return list[runs.RunOrders][0].ID, statements.Load()
		}
		s.Watch(func(string, []any) { statements.Add(1) })
		endRun(t, s, "first", "ebay-uk", runs.RunOrders, epoch, 0, "")
		for _, want := range []int64{2, 1} {
			id, read := newest()
			require.Equal(t, []any{"first", want}, []any{id, read})
		}
		require.NoError(t, s.Runs.StartRun(ctx, runs.Run{ID: "second", Kind: runs.RunOrders, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: epoch.Add(time.Hour)}))
		for range 2 {
			id, read := newest()
			require.Equal(t, []any{"second", int64(2)}, []any{id, read}, "while it goes on its counts change")
		}
		endRun(t, s, "second", "ebay-uk", runs.RunOrders, epoch.Add(time.Hour), 3, "")
		for _, want := range []int64{2, 1} {
			id, read := newest()
			require.Equal(t, []any{"second", want}, []any{id, read})
		}
		list, err := s.Runs.RecentByKind(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, 3, list[runs.RunOrders][0].Counts.Errors)
	})
}
