package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A run of shipments has the calls of many packages: one that failed was made again when the same package was tried once more, in whatever run, and
// not when another package of the run or of the order was.
func TestACallForAPackageIsMadeAgainForThatPackage(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		row := packed(t, s, "p1", "p2", "p3")
		at := time.Now().Add(-2 * time.Hour).Truncate(time.Second)
		first, next := register.ShipmentsRunID("amazon-uk", at), register.ShipmentsRunID("amazon-uk", at.Add(time.Hour))
		for _, id := range []string{first, next} {
			require.NoError(t, s.Runs.EndRun(ctx, runs.Run{ID: id, Kind: runs.RunShipments, Account: "amazon-uk", Endpoint: channel.Production, StartedAt: at, EndedAt: at, Counts: message.Counts{Seen: 3}}))
		}
		call := func(run, id string, after time.Duration) runs.Call {
			return runs.Call{Account: "amazon-uk", Endpoint: channel.Production, RunID: run, OrderID: row, PackageID: id,
				Call: channel.Call{Operation: "confirmShipment", Status: 200, At: time.Now().Add(after)}}
		}
		for _, id := range []string{"p1", "p2", "p3"} {
			f := channel.NewFault(channel.Unavailable, "confirmShipment", "busy")
			f.Hit = channel.Hit{RunID: first, OrderID: row, PackageID: id}
			failed := call(first, id, 0)
			failed.Call.Status, failed.Call.Class = 503, channel.Unavailable
			require.NoError(t, s.Runs.SaveFaults(ctx, "amazon-uk", []*channel.Fault{f}, failed))
		}
		require.NoError(t, s.Runs.SaveCalls(ctx, []runs.Call{call(first, "p1", time.Minute), call(next, "p2", time.Hour)}))

		log := func(f runs.LogFilter) []runs.LogRow {
			f.Account, f.Limit = "amazon-uk", 100
			rows, err := s.Runs.Log(ctx, f)
			require.NoError(t, err)
			return rows
		}
		again := map[string]bool{}
		for _, r := range log(runs.LogFilter{RunID: first, Errors: true}) {
			if r.Source == runs.LogFault {
				again[r.Fault.PackageID] = !r.Again.IsZero()
			}
		}
		require.Equal(t, map[string]bool{"p1": true, "p2": true, "p3": false}, again)

		calls := func(kind runs.RunKind) (n int) {
			for _, r := range log(runs.LogFilter{Kind: kind}) {
				if r.Source == runs.LogCall {
					n++
				}
			}
			return n
		}
		require.Equal(t, 2, calls(runs.RunShipments))
		require.Zero(t, calls(runs.RunStock), "of an account only calls about packages are listed, and those are shipments")
	})
}
