package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// The location and its reason are saved with the order, its lines are reserved there, and the account lists what all of its locations have.
func TestAnOrderIsRoutedByCountryAndStock(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		set(t, s, "ebay-uk", func(a *accounts.Account) {
			a.Routing, a.Split = []order.Route{{Countries: []string{"GB"}, Locations: []string{"main", "dublin"}}}, true
			a.StockLocations = []string{"main", "dublin"}
		})
		saved, err := s.Accounts.Account(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, []order.Route{{Countries: []string{"GB"}, Locations: []string{"main", "dublin"}}}, saved.Routing)
		require.True(t, saved.Split)
		link(t, s, "A", "B")
		receiveAt(t, s, "1", "A", "main", 3)
		receiveAt(t, s, "2", "A", "dublin", 2)
		receiveAt(t, s, "3", "B", "dublin", 4)
		listed := func() int {
			levels, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 10)
			require.NoError(t, err)
			for _, l := range levels {
				if l.ChannelSKU == "ebay-uk:A" {
					return l.Quantity
				}
			}
			return -1
		}
		require.Equal(t, 5, listed(), "the units of both locations")

		save(t, s, "ebay-uk", sale("ebay-uk", "1", 1, units("A", 2), units("B", 1)))
		all := detail(t, s, "ebay-uk", "1")
		require.Equal(t, []any{"dublin", order.RoutedAll, "dublin: the first for its country that had all of it"}, []any{all.Location, all.Routed, all.Whence()})
		require.Equal(t, [2]int{2, 0}, reservedAt(t, s, "A", "dublin"))
		require.Equal(t, 3, listed())

		save(t, s, "ebay-uk", sale("ebay-uk", "2", 2, units("A", 3), units("B", 3)))
		parted := detail(t, s, "ebay-uk", "2")
		require.Equal(t, []any{order.RoutedParted, "main", "dublin"}, []any{parted.Routed, parted.Lines[0].Location, parted.Lines[1].Location})
		require.Equal(t, order.Units{Reserved: 6}, parted.Units)
		require.Equal(t, [2]int{3, 0}, reservedAt(t, s, "A", "main"))
		ready, err := s.Packages.ReadyOrders(ctx, time.Now().UTC().Add(time.Hour), 0, 10)
		require.NoError(t, err)
		require.Equal(t, map[string]string{"2-1": "main", "2-2": "dublin"}, ready[1].Places)

		elsewhere := sale("ebay-uk", "2", 9, units("A", 3), units("B", 3))
		elsewhere.Buyer.CountryCode = "FR"
		save(t, s, "ebay-uk", elsewhere)
		moved := detail(t, s, "ebay-uk", "2")
		require.Equal(t, []any{order.Routed(""), "main", "main"}, []any{moved.Routed, moved.Lines[0].Location, moved.Lines[1].Location})
		require.Equal(t, order.Units{Reserved: 3, Backordered: 3}, moved.Units, "no entry has France, so it is at the order location")
		require.Equal(t, [2]int{0, 3}, reservedAt(t, s, "B", "main"))
		require.Equal(t, [2]int{1, 0}, reservedAt(t, s, "B", "dublin"))
		found, err := s.Orders.Find(ctx, orders.OrderFilter{Account: "ebay-uk"})
		require.NoError(t, err)
		require.Equal(t, order.RoutedAll, found[1].Routed)
	})
}
