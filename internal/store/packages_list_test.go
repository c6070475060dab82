package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A list shows what is not on its channel yet with its attempts, and when the next one is made; an attempt and a park take that away.
func TestPackagesAreListedWithTheirAttemptsAndTheNextOne(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 9)
		for _, id := range []string{"1", "2"} {
			save(t, s, "amazon-uk", sale("amazon-uk", id, 1, units("lamp", 2)))
			process(t, s, rowID(t, s, "amazon-uk", id), pack("p1", content(id+"-1", 1)))
			process(t, s, rowID(t, s, "amazon-uk", id), pack("p2", content(id+"-1", 1)))
		}
		row, other := rowID(t, s, "amazon-uk", "1"), rowID(t, s, "amazon-uk", "2")
		in := time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)
		send := func(id string) {
			out, err := s.Packages.PreparePackage(ctx, row, id, "order/1")
			require.NoError(t, err)
			require.True(t, out.Send)
		}
		send("p1")
		f := channel.NewFault(channel.Throttled, "confirmShipment", "too many")
		require.NoError(t, s.Packages.PackageFailed(ctx, row, "p1", f, in))
		send("p2")
		_, err := s.Packages.PackageConfirmed(ctx, row, "p2", channel.Confirmation{Ref: "9"})
		require.NoError(t, err)

		got := func(f packages.Filter) []packages.Row {
			rows, err := s.Packages.List(ctx, f)
			require.NoError(t, err)
			return rows
		}
		names := func(rows []packages.Row) (out []string) {
			for _, r := range rows {
				out = append(out, r.Order.OrderID+"/"+r.ID)
			}
			return out
		}
		all := got(packages.Filter{Limit: 10})
		require.Equal(t, []string{"2/p1", "2/p2", "1/p1"}, names(all), "the newest order first, without what is confirmed")
		require.Equal(t, []string{"2/p2", "1/p1"}, names(got(packages.Filter{Limit: 10, After: packages.Behind{OrderRow: other, Number: 1}})))
		require.Equal(t, []string{"1/p2"}, names(got(packages.Filter{Limit: 10, State: shipment.Confirmed})))
		require.Empty(t, got(packages.Filter{Limit: 10, Account: "ebay-uk"}))
		last := all[2]
		require.Equal(t, 1, last.Attempts)
		require.Equal(t, in, last.NextAttempt)
		require.Equal(t, "too many", last.Words)
		require.Equal(t, f.ID, last.Fault.ID)
		detail, err := s.Orders.Detail(ctx, row)
		require.NoError(t, err)
		require.Equal(t, in, detail.Packages[0].NextAttempt)

		send("p1")
		require.Zero(t, got(packages.Filter{Limit: 10})[2].NextAttempt, "it is being sent")
		require.NoError(t, s.Packages.PackageFailed(ctx, row, "p1", channel.NewFault(channel.Throttled, "confirmShipment", ""), in))
		parked, err := s.Packages.Park(ctx, packages.Waiting{OrderRow: row, PackageID: "p1", WorkflowID: "shipment/1", HandsOver: "order/1", Since: time.Now(), Fault: f})
		require.NoError(t, err)
		require.True(t, parked)
		last = got(packages.Filter{Limit: 10, State: shipment.Parked})[0]
		require.Zero(t, last.NextAttempt)
		require.Equal(t, 2, last.Attempts)
		require.Equal(t, "shipment/1", last.WorkflowID)
		require.False(t, last.ParkedSince.IsZero())
	})
}
