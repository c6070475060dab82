package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A deleted order keeps its units while its channel shows it as open: the sold unit must not be listed again.
func TestADeletedOrderKeepsItsUnitsUntilTheChannelIsDone(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		end            order.Fulfilment
		onHand, listed int
	}{
		"cancelled there": {order.FulfilmentCancelled, 3, 3},
		"shipped there":   {order.FulfilmentShipped, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				receive(t, s, "open", "A", 3)
				link(t, s, "A")
				first := sale("ebay-uk", "1", 1, units("A", 2))
				save(t, s, "ebay-uk", first)
				row := rowID(t, s, "ebay-uk", "1")
				out, err := s.Orders.Delete(ctx, row, "Ann", "a test order")
				require.NoError(t, err)
				require.Empty(t, out.Refused)
				require.Equal(t, order.Deleted, out.State)
				require.Equal(t, 1, push(t, s, "shopify-uk")["shopify-uk:A"], "two of three are sold")
				again, err := s.Orders.Delete(ctx, row, "Bob", "twice")
				require.NoError(t, err)
				require.Empty(t, again.Refused)
				d := detail(t, s, "ebay-uk", "1")
				require.Equal(t, "Ann", d.Deleted.By)
				require.Equal(t, "a test order", d.Deleted.Reason)
				require.False(t, d.Deleted.At.IsZero())
				list, err := s.Orders.Find(ctx, orders.OrderFilter{State: order.Deleted})
				require.NoError(t, err)
				require.Len(t, list, 1)
				open, err := s.Orders.OpenOrders(ctx, 0, 10)
				require.NoError(t, err)
				require.Empty(t, open, "its lifecycle is over")

				save(t, s, "ebay-uk", first)
				require.Zero(t, contradicted(t, s), "nothing has changed")
				first.UpdatedAt = first.UpdatedAt.AddDate(0, 0, 1)
				save(t, s, "ebay-uk", first)
				require.Equal(t, 1, contradicted(t, s), "the channel has changed it, and it is still open")
				require.Contains(t, detail(t, s, "ebay-uk", "1").Contradiction, "it is deleted here, still open on the channel")

				first.UpdatedAt, first.Fulfilment = first.UpdatedAt.AddDate(0, 0, 1), tc.end
				save(t, s, "ebay-uk", first)
				require.Zero(t, contradicted(t, s), "the deletion was right")
				require.Equal(t, order.Deleted, detail(t, s, "ebay-uk", "1").State)
				require.Equal(t, tc.onHand, level(t, s, "A").OnHand)
				require.Zero(t, level(t, s, "A").Reserved)
				if tc.listed != 1 {
					require.Equal(t, tc.listed, push(t, s, "shopify-uk")["shopify-uk:A"])
				}
			})
		})
	}
}

// contradicted returns how many orders of ebay-uk the open incident counts.
func contradicted(t *testing.T, s *store.Store) int {
	t.Helper()
	list, err := s.Incidents.List(ctx, "ebay-uk", false)
	require.NoError(t, err)
	for _, i := range list {
		if i.Kind == incident.Contradicted && i.Account == "ebay-uk" {
			return i.Subjects
		}
	}
	return 0
}

func TestWhatIsRefusedOfADeletedOrderAndHowItComesBack(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		receive(t, s, "open", "A", 3)
		link(t, s, "A")
		save(t, s, "ebay-uk", sale("ebay-uk", "1", 1, units("A", 1)), sale("ebay-uk", "2", 1, units("A", 1)))
		row, packed := rowID(t, s, "ebay-uk", "1"), rowID(t, s, "ebay-uk", "2")
		process(t, s, packed, pack("P1", content("2-1", 1)))
		out, err := s.Orders.Delete(ctx, packed, "Ann", "why")
		require.NoError(t, err)
		require.Contains(t, out.Refused, "1 unit is packed")
		require.Nil(t, detail(t, s, "ebay-uk", "2").Deleted)

		_, err = s.Orders.Delete(ctx, row, "Ann", "why")
		require.NoError(t, err)
		require.NoError(t, s.Packages.SavePackages(ctx, row, []shipment.Package{pack("P1", content("1-1", 1))}))
		refused, err := s.Packages.ProcessPackage(ctx, row, "P1")
		require.NoError(t, err)
		require.Contains(t, refused.Refused, "deleted by hand")
		require.NoError(t, s.Orders.SaveCancellation(ctx, row, orders.Cancellation{ID: "C"}))
		refused, err = s.Orders.ApplyCancellation(ctx, row, "C")
		require.NoError(t, err)
		require.Contains(t, refused.Refused, "deleted by hand")

		back, err := s.Orders.Restore(ctx, row, "Bob")
		require.NoError(t, err)
		require.Equal(t, order.Open, back.State)
		pending, err := s.Orders.PendingOf(ctx, row)
		require.NoError(t, err)
		require.Len(t, pending, 1, "a lifecycle begins again")
		require.Nil(t, detail(t, s, "ebay-uk", "1").Deleted)
		back, err = s.Orders.Restore(ctx, row, "Bob")
		require.NoError(t, err)
		require.Equal(t, "the order is not deleted", back.Refused)
		_, err = s.Orders.Delete(ctx, row, "Ann", "once more")
		require.NoError(t, err)
		require.Equal(t, "once more", detail(t, s, "ebay-uk", "1").Deleted.Reason)
	})
}
