package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// Orders that wait to be packed for one address are found together, across channels and however it is written, until one is packed, moves or is
// forgotten.
func TestOrdersForTheSameAddressAreFoundTogether(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 9)
		to := func(account, id, name, line string) order.Snapshot {
			o := sale(account, id, 0, units("LAMP", 1))
			o.Buyer = &order.Buyer{Name: name, Line1: line, City: "Leeds", PostalCode: "LS1 4AP", CountryCode: "GB"}
			return o
		}
		first, second := to("amazon-uk", "a", "Ann Bell", "12 High St"), to("ebay-uk", "b", "ANN  BELL", "12, High St.")
		save(t, s, "amazon-uk", first, to("amazon-uk", "c", "Bob Bell", "12 High St"), to("amazon-uk", "d", "Ann Bell", ""))
		save(t, s, "ebay-uk", second)
		other := rowID(t, s, "ebay-uk", "b")
		same := func() (names []string) {
			list, err := s.Orders.Find(ctx, orders.OrderFilter{SameAddress: true, Limit: 9, Sort: orders.OldestFirst})
			require.NoError(t, err)
			for _, o := range list {
				names = append(names, o.Key.OrderID)
				require.Len(t, o.Together, 1)
			}
			return names
		}
		require.Equal(t, []string{"a", "b"}, same())
		require.Equal(t, []buyers.Together{{RowID: other, Account: "ebay-uk", Reference: "#b"}}, detail(t, s, "amazon-uk", "a").Together)
		require.Empty(t, detail(t, s, "amazon-uk", "c").Together, "another name")

		save(t, s, "ebay-uk", version(second, 1, func(o *order.Snapshot) {
			b := *o.Buyer
			b.Line1, o.Buyer = "14 High St", &b
		}))
		require.Empty(t, same(), "it goes elsewhere now")
		save(t, s, "ebay-uk", version(second, 2, func(*order.Snapshot) {}))
		require.Len(t, same(), 2)
		_, err := s.Buyers.Forget(ctx, []int64{other}, buyers.Act{By: "test", What: buyers.Forgotten})
		require.NoError(t, err)
		require.Empty(t, same(), "nothing of a forgotten buyer is compared")
		require.Empty(t, detail(t, s, "amazon-uk", "a").Together)
	})
}
