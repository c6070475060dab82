package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// busyRun records a run that read a page after two calls, of which the first failed, and had one item in error; all in one second.
func busyRun(t *testing.T, s *store.Store, account, id string, kind runs.RunKind, at time.Time) {
	t.Helper()
	run := runs.Run{ID: id, Kind: kind, Account: account, Endpoint: channel.Production, StartedAt: at}
	require.NoError(t, s.Runs.StartRun(ctx, run))
	f := channel.NewFault(channel.Unavailable, "getOrders", "busy")
	f.Hit.RunID, f.Status = id, 503
	call := runs.Call{Account: account, Endpoint: channel.Production, RunID: id, Call: channel.Call{Operation: "getOrders", Status: 503, Class: channel.Unavailable, At: at}}
	require.NoError(t, s.Runs.SaveFaults(ctx, account, []*channel.Fault{f}, call))
	call.At, call.Status, call.Class = time.Now().Add(4*time.Second), 200, ""
	require.NoError(t, s.Runs.SaveCalls(ctx, []runs.Call{call}))
	require.NoError(t, s.Runs.SaveItems(ctx, []runs.Item{
		{RunID: id, Type: "order", Reference: id + "-1", Status: runs.ItemDone, At: at},
		{RunID: id, Type: "order", Reference: id + "-2", Status: runs.ItemError, Reason: "set aside", At: at},
	}))
	run.EndedAt, run.Counts = at.Add(time.Second), message.Counts{Seen: 2, Saved: 1, Errors: 1}
	require.NoError(t, s.Runs.EndRun(ctx, run))
}

// Each row is on exactly one page, in both directions, also where many are of one moment; the filters leave out the others.
func TestTheLogIsPagedByTimeWithoutGaps(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		at := time.Now().Add(-time.Hour).Truncate(time.Second)
		for i := range 4 {
			busyRun(t, s, "ebay-uk", fmt.Sprintf("run-%d", i), []runs.RunKind{runs.RunOrders, runs.RunStock}[i%2], at)
			busyRun(t, s, "amazon-uk", fmt.Sprintf("other-%d", i), runs.RunOrders, at)
		}
		all := func(f runs.LogFilter) []runs.LogRow {
			f.Account, f.Limit = "ebay-uk", 100
			rows, err := s.Runs.Log(ctx, f)
			require.NoError(t, err)
			return rows
		}
		whole := all(runs.LogFilter{Upwards: true})
		require.Len(t, whole, 16, "of each run the beginning, the failed call, the item in error and the end")
		for i, r := range whole {
			require.Equal(t, "ebay-uk", r.Account)
			require.True(t, i == 0 || whole[i-1].Compare(r) < 0)
		}
		for _, upwards := range []bool{true, false} {
			var paged []string
			mark := ""
			for {
				rows, err := s.Runs.Log(ctx, runs.LogFilter{Account: "ebay-uk", Upwards: upwards, Mark: mark, Limit: 3})
				require.NoError(t, err)
				if len(rows) == 0 {
					break
				}
				for _, r := range rows {
					paged = append(paged, r.Mark())
				}
				mark = paged[len(paged)-1]
			}
			require.Len(t, paged, 16)
			for i, r := range whole {
				if upwards {
					require.Equal(t, r.Mark(), paged[i])
				} else {
					require.Equal(t, r.Mark(), paged[15-i])
				}
			}
		}
		require.Len(t, all(runs.LogFilter{Kind: runs.RunStock}), 8)
		require.Len(t, all(runs.LogFilter{Errors: true}), 12, "no beginnings")
		require.Len(t, all(runs.LogFilter{RunID: "run-1"}), 6, "and every call and every item")
		require.Len(t, all(runs.LogFilter{RunID: "run-1", Errors: true}), 3)
		require.Empty(t, all(runs.LogFilter{Since: time.Now().Add(time.Minute)}))
		require.Empty(t, all(runs.LogFilter{RunID: "other-1"}))
		for _, r := range all(runs.LogFilter{}) {
			if r.Source == runs.LogFault {
				require.False(t, r.Again.IsZero(), "the call was made again")
			}
		}
		for _, mark := range []string{"x", "1-9-x", "1-x-1", "x-1-1", "1-1-x"} {
			_, err := s.Runs.Log(ctx, runs.LogFilter{Account: "ebay-uk", Mark: mark, Limit: 1})
			require.ErrorIs(t, err, runs.ErrNoMark, mark)
		}
	})
}

// The log of an account that has little of what others have much of is found by indexes.
func TestTheLogIsFoundByItsIndexes(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		manyRuns(t, s, 20_000)
		for index, query := range map[string]string{
			"runs_ended_of_account": `SELECT o.id FROM runs o WHERE o.account = 'ebay-uk' AND o.ended_at > 0 ORDER BY o.ended_at DESC, o.id DESC LIMIT 26`,
			"runs_begun_of_account": `SELECT o.id FROM runs o WHERE o.account = 'ebay-uk' AND o.started_at < 900000000 ORDER BY o.started_at DESC, o.id DESC LIMIT 26`,
			"calls_of_run":          `SELECT c.id FROM calls c WHERE c.run_id = 'run-1' AND c.run_id <> '' ORDER BY c.at DESC, c.id DESC LIMIT 26`,
		} {
			plan := planOf(t, s, query)
			if strings.HasSuffix(t.Name(), "/postgres") && (strings.Contains(plan, "runs_newest") || strings.Contains(plan, "Seq Scan on calls")) {
				continue // of three accounts, every third run is one of this; and no call is made here
			}
			require.Contains(t, plan, index)
			require.NotContains(t, strings.ToUpper(plan), "TEMP B-TREE", "nothing is sorted")
		}
	})
}
