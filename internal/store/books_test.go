package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestTheBooksHaveTheListingsWhoseLevelIsOurs(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		tracks := setTracks(t, s)
		b, err := s.Books.All(ctx)
		require.NoError(t, err)
		behind := map[string]bool{}
		for _, l := range b.Listings {
			if l.Account == "amazon-uk" {
				behind[l.ChannelSKU] = l.Dirty
			}
		}
		for name, track := range tracks {
			dirty, found := behind[name]
			require.Equal(t, track.Ours(false), found, "%+v", track)
			require.Equal(t, found && track.Behind(), dirty, "%+v", track)
		}
	})
}

func TestWhatCanBeWorkedOnIsCounted(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		receive(t, s, "open", "A", 2)
		link(t, s, "A")
		unpaid := sale("ebay-uk", "3", 3, units("A", 1))
		unpaid.Paid = false
		save(t, s, "ebay-uk", sale("ebay-uk", "1", 1, units("A", 2)), sale("ebay-uk", "2", 2, units("A", 1)), unpaid, sale("ebay-uk", "4", 4, units("ghost", 1)))
		for id, units := range map[string]order.Units{"1": {Reserved: 2}, "2": {Backordered: 1}, "3": {Backordered: 1}, "4": {Unlinked: 1}} {
			require.Equal(t, units, sumUnits(detail(t, s, "ebay-uk", id)), id)
		}
		saved, workable, err := s.Books.Workload(ctx)
		require.NoError(t, err)
		require.Equal(t, []int{4, 1}, []int{saved, workable})
		b, err := s.Books.All(ctx)
		require.NoError(t, err)
		require.Equal(t, 4, b.Pending)
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE orders SET state = 'completed' WHERE channel_order_id = '1'`))
		saved, workable, err = s.Books.Workload(ctx)
		require.NoError(t, err)
		require.Equal(t, []int{4, 0}, []int{saved, workable}, "it has ended")
	})
}

func TestRunsAreFoundAsTheRulesSay(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		now := time.Now().UTC().Truncate(time.Microsecond)
		failed, goingOn := map[string]bool{}, 0
		var usual []time.Duration
		for i := range 2 * 2 * 2 * 4 {
			run := runs.Run{ID: fmt.Sprintf("run-%02d", i), Kind: runs.RunOrders, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: now.Add(time.Minute - time.Duration(i)*time.Hour)}
			if i%2 == 1 {
				run.FaultID = "f"
			}
			run.Counts.Errors = i / 2 % 2
			if i/4%2 == 1 {
				run.EndedAt = run.StartedAt.Add(time.Duration(i/8-1) * time.Minute)
			}
			require.NoError(t, s.Runs.EndRun(ctx, run))
			failed[run.ID] = run.Failed()
			if took, tells := run.Took(); tells {
				usual = append(usual, took)
			}
			if run.GoesOn(now) {
				goingOn++
			}
		}
		list, err := s.Runs.List(ctx, runs.RunFilter{Errors: true})
		require.NoError(t, err)
		found := map[string]bool{}
		for _, r := range list {
			found[r.ID] = true
		}
		for id, is := range failed {
			require.Equal(t, is, found[id], id)
		}
		took, err := s.Runs.RunDurations(ctx, "ebay-uk", runs.RunOrders)
		require.NoError(t, err)
		require.Equal(t, usual, took)
		backlogs, err := s.Backlogs(ctx)
		require.NoError(t, err)
		require.Positive(t, goingOn)
		require.Equal(t, goingOn, backlogs["ebay-uk"].Scans)
	})
}
