package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// Packages sent within an hour are one run of their account, which sending them writes nothing for: what is parked is an item in error until
// the channel has it.
func TestShipmentsOfAnHourAreARun(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx, now := t.Context(), time.Now()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 9)
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 3)))
		row, id := rowID(t, s, "amazon-uk", "1"), register.ShipmentsRunID("amazon-uk", now)
		call := runs.Call{Account: "amazon-uk", Endpoint: channel.Production, Budget: channel.OpShipment, RunID: id, OrderID: row}
		call.At, call.Took = now, time.Second
		send := func(packageID string, f *channel.Fault) {
			c := call
			c.PackageID = packageID
			_, err := s.Packages.PreparePackage(ctx, row, packageID, "order/1")
			require.NoError(t, err)
			if f == nil {
				_, err = s.Packages.PackageConfirmed(ctx, row, packageID, channel.Confirmation{RequestID: "r"}, c)
			} else {
				err = s.Packages.PackageFailed(ctx, row, packageID, f, time.Time{}, c)
			}
			require.NoError(t, err)
		}
		for _, p := range []string{"p1", "p2", "p3"} {
			process(t, s, row, pack(p, content("1-1", 1)))
		}
		count := func() runs.Run {
			for range 2 { // it may be repeated
				require.NoError(t, s.Packages.CountRuns(ctx, []string{"amazon-uk", "ebay-uk"}, now))
			}
			list, err := s.Runs.List(ctx, runs.RunFilter{Kind: runs.RunShipments, Limit: 5})
			require.NoError(t, err)
			require.Len(t, list, 1)
			return list[0]
		}
		f := channel.NewFault(channel.Invalid, "confirmShipment", "")
		send("p1", nil)
		send("p2", f)
		parked, err := s.Packages.Park(ctx, packages.Waiting{OrderRow: row, PackageID: "p2", WorkflowID: "order/1", Since: now, Fault: f})
		require.NoError(t, err)
		require.True(t, parked)
		send("p3", channel.NewFault(channel.Throttled, "confirmShipment", ""))
		run := count()
		require.Equal(t, id, run.ID)
		require.Equal(t, message.Counts{Seen: 3, Saved: 1, Errors: 1}, run.Counts, "one waits for its next attempt")
		require.True(t, run.Ended())
		items := func(status runs.ItemStatus) (names []string) {
			list, err := s.Runs.Items(ctx, id, status, "", 10)
			require.NoError(t, err)
			for _, i := range list {
				names = append(names, i.Reference)
				require.Equal(t, status == runs.ItemError, i.FaultID == f.ID)
			}
			return names
		}
		require.Equal(t, []string{"#1/p2"}, items(runs.ItemError))
		send("p2", nil)
		require.Equal(t, message.Counts{Seen: 3, Saved: 2}, count().Counts)
		require.Equal(t, []string{"#1/p2"}, items(runs.ItemDone))
		require.Empty(t, items(runs.ItemError))
	})
}

// Hours of which nothing counted the shipments, because nothing ran, are counted afterwards.
func TestHoursOfShipmentsAreCountedAfterAnOutage(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx, now := t.Context(), time.Now()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 9)
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 2)))
		row := rowID(t, s, "amazon-uk", "1")
		send := func(packageID string, at time.Time) {
			process(t, s, row, pack(packageID, content("1-1", 1)))
			_, err := s.Packages.PreparePackage(ctx, row, packageID, "order/1")
			require.NoError(t, err)
			c := runs.Call{Account: "amazon-uk", Endpoint: channel.Production, Budget: channel.OpShipment, RunID: register.ShipmentsRunID("amazon-uk", at), OrderID: row, PackageID: packageID}
			c.At, c.Took = at, time.Second
			_, err = s.Packages.PackageConfirmed(ctx, row, packageID, channel.Confirmation{RequestID: "r"}, c)
			require.NoError(t, err)
		}
		counted := func() (ids []string) {
			require.NoError(t, s.Packages.CountRuns(ctx, []string{"amazon-uk"}, now))
			list, err := s.Runs.List(ctx, runs.RunFilter{Kind: runs.RunShipments, Limit: 9})
			require.NoError(t, err)
			for _, r := range list {
				ids = append(ids, r.ID)
			}
			return ids
		}
		for i, ago := range []time.Duration{30 * time.Hour, 5 * time.Hour} {
			send(fmt.Sprint("p", i), now.Add(-ago))
			require.Len(t, counted(), i+1, ago)
		}
	})
}

// A run that sends parked packages again ends when it is known what became of each. One whose retry got lost is in error after a while.
func TestARunThatSynchronizesShipmentsEndsByItself(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx, since := t.Context(), time.Now().Add(-time.Hour).UTC().Truncate(time.Microsecond)
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 9)
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 2)))
		row := rowID(t, s, "amazon-uk", "1")
		f := channel.NewFault(channel.Unavailable, "confirmShipment", "")
		park := func(id string, at time.Time) {
			_, err := s.Packages.PreparePackage(ctx, row, id, "shipment/"+id)
			require.NoError(t, err)
			require.NoError(t, s.Packages.PackageFailed(ctx, row, id, f, time.Time{}))
			_, err = s.Packages.Park(ctx, packages.Waiting{OrderRow: row, PackageID: id, WorkflowID: "shipment/" + id, Since: at, Fault: f})
			require.NoError(t, err)
		}
		var asked []packages.Synced
		for _, id := range []string{"p1", "p2"} {
			process(t, s, row, pack(id, content("1-1", 1)))
			park(id, since)
			asked = append(asked, packages.Synced{OrderRow: row, PackageID: id, Reference: "#1", Since: since})
		}
		run := runs.Run{ID: "sync", Kind: runs.RunShipments, Account: "amazon-uk", Endpoint: channel.Production, StartedAt: time.Now()}
		for range 2 {
			require.NoError(t, s.Packages.StartSync(ctx, run, asked))
		}
		settled := func() runs.Run {
			require.NoError(t, s.Packages.SettleSyncs(ctx))
			list, err := s.Runs.List(ctx, runs.RunFilter{ID: "sync", Limit: 1})
			require.NoError(t, err)
			return list[0]
		}
		require.False(t, settled().Ended(), "nothing has become of them")
		_, err := s.Packages.PreparePackage(ctx, row, "p1", "shipment/p1")
		require.NoError(t, err)
		require.False(t, settled().Ended(), "it is being sent")
		_, err = s.Packages.PackageConfirmed(ctx, row, "p1", channel.Confirmation{})
		require.NoError(t, err)
		got := settled()
		require.Equal(t, message.Counts{Seen: 2, Saved: 1}, got.Counts)
		require.False(t, got.Ended(), "the other waits as before")
		park("p2", since.Add(time.Minute))
		got = settled()
		require.Equal(t, message.Counts{Seen: 2, Saved: 1, Errors: 1}, got.Counts)
		require.True(t, got.Ended())
		require.Equal(t, got, settled())
	})
}
