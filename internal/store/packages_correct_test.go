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

// A package that the channel has is told once by its old number, and no more once the channel has taken the right one; one that was corrected
// once more meanwhile is told again.
func TestACorrectedPackageIsToldUntilTheChannelHasTheRightNumber(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 9)
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 1)))
		row := rowID(t, s, "amazon-uk", "1")
		process(t, s, row, pack("p1", content("1-1", 1)))
		correct := func(number string) packages.Corrected {
			out, err := s.Packages.Correct(ctx, row, "p1", shipment.Correction{TrackingNumber: number}, channel.Amazon)
			require.NoError(t, err)
			return out
		}
		require.False(t, correct("A").Tell, "it is not sent yet")
		out, err := s.Packages.PreparePackage(ctx, row, "p1", "order/1")
		require.NoError(t, err)
		require.Equal(t, "A", out.Shipment.TrackingNumber)
		_, err = s.Packages.PackageConfirmed(ctx, row, "p1", channel.Confirmation{})
		require.NoError(t, err)
		open := func() (ids []string) {
			list, err := s.Packages.Uncorrected(ctx, 10)
			require.NoError(t, err)
			for _, u := range list {
				ids = append(ids, u.PackageID)
			}
			return ids
		}
		require.Empty(t, open())
		require.True(t, correct("B").Tell)
		require.Equal(t, []string{"p1"}, open())
		told, err := s.Packages.PrepareCorrection(ctx, row, "p1", "shipment/1")
		require.NoError(t, err)
		require.Equal(t, []any{true, "A", "B"}, []any{told.Send, told.Was, told.Shipment.TrackingNumber})
		require.True(t, correct("C").Tell, "while the call is under way")
		_, err = s.Packages.PackageCorrected(ctx, row, "p1", told.Shipment, channel.Confirmation{RequestID: "r"})
		require.NoError(t, err)
		told, err = s.Packages.PrepareCorrection(ctx, row, "p1", "shipment/1")
		require.NoError(t, err)
		require.Equal(t, []any{true, "B", "C"}, []any{told.Send, told.Was, told.Shipment.TrackingNumber})

		f := channel.NewFault(channel.Unavailable, "confirmShipment", "")
		require.NoError(t, s.Packages.PackageFailed(ctx, row, "p1", f, time.Time{}))
		parked, err := s.Packages.Park(ctx, packages.Waiting{OrderRow: row, PackageID: "p1", WorkflowID: "shipment/1", Since: time.Now(), Fault: f, Corrected: true})
		require.NoError(t, err)
		require.True(t, parked)
		require.Empty(t, open(), "it waits for a person")
		detail, err := s.Orders.Detail(ctx, row)
		require.NoError(t, err)
		require.Equal(t, []any{shipment.Confirmed, "B"}, []any{detail.Packages[0].State, detail.Packages[0].Was}, "its units stay shipped")
		require.NoError(t, s.Incidents.Unpark(ctx, "shipment/1"))
		for range 2 {
			_, err = s.Packages.PackageCorrected(ctx, row, "p1", told.Shipment, channel.Confirmation{})
			require.NoError(t, err)
		}
		require.Empty(t, open())
		told, err = s.Packages.PrepareCorrection(ctx, row, "p1", "shipment/1")
		require.NoError(t, err)
		require.False(t, told.Send)
		parked, err = s.Packages.Park(ctx, packages.Waiting{OrderRow: row, PackageID: "p1", WorkflowID: "shipment/1", Since: time.Now(), Fault: f, Corrected: true})
		require.NoError(t, err)
		require.False(t, parked, "the channel has the right one")
	})
}
