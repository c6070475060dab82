package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

func inbox(t testing.TB, s *store.Store, f orders.ReturnFilter) []orders.ReturnRow {
	t.Helper()
	list, err := s.Orders.Returns(ctx, f)
	require.NoError(t, err)
	return list
}

// shippedSale saves an order of three A that was shipped on its channel, with what the channel reports as returned of it.
func shippedSale(t testing.TB, s *store.Store, minute int, returns ...order.ShownReturn) {
	t.Helper()
	o := sale("shopify-uk", "1", minute, units("A", 3))
	if o.PlacedAt = epoch; minute > 0 {
		o.Fulfilment, o.Lines[0].Shipped, o.Returns = order.FulfilmentShipped, 3, returns
	}
	save(t, s, "shopify-uk", o)
}

func TestWhatAChannelReportsAsReturnedIsDecidedAboutOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		receive(t, s, "1", "A", 3)
		link(t, s, "A")
		shippedSale(t, s, 0)
		coming := order.ShownReturn{ID: "r1", LineID: "1-1", Quantity: 2, Stage: order.StageComing, Reason: "UNWANTED"}
		shippedSale(t, s, 1, coming)
		shippedSale(t, s, 1, coming)
		list := inbox(t, s, orders.ReturnFilter{Account: "shopify-uk"})
		require.Len(t, list, 1)
		require.Equal(t, []any{2, 2, order.StageComing, "UNWANTED", "A", ""}, []any{list[0].Quantity, list[0].Open, list[0].Stage, list[0].Reason, list[0].SKU, list[0].By})
		require.Equal(t, stock.Level{}, levelAt(t, s, "A", "main"), "nothing has happened to stock")

		some := orders.Settlement{ID: list[0].ID, Units: 1, Restock: true, Location: "outlet", By: "ann"}
		for want, times := 1, 0; times < 2; want, times = 0, times+1 {
			done, out, err := s.Orders.SettleReturn(ctx, some)
			require.NoError(t, err)
			require.Empty(t, out.Refused)
			require.Equal(t, want, done, "repeated, it changes nothing")
		}
		require.Equal(t, stock.Level{OnHand: 1}, levelAt(t, s, "A", "outlet"))
		rest := orders.Settlement{ID: list[0].ID, Reason: "broken", By: "ann"}
		for want, times := 1, 0; times < 2; want, times = 0, times+1 {
			done, out, err := s.Orders.SettleReturn(ctx, rest)
			require.NoError(t, err)
			require.Empty(t, out.Refused)
			require.Equal(t, want, done)
		}
		require.Empty(t, inbox(t, s, orders.ReturnFilter{}))
		all := inbox(t, s, orders.ReturnFilter{Settled: true})
		require.Equal(t, []int{1, 1, 0}, []int{all[0].Restocked, all[0].WrittenOff, all[0].Open})
		require.Equal(t, 2, detail(t, s, "shopify-uk", "1").Lines[0].Returned)
		moves, err := s.Ledger.Movements(ctx, "A", "outlet", 0, 10)
		require.NoError(t, err)
		require.Equal(t, []any{stock.Return, 1, "ann"}, []any{moves[0].Kind, moves[0].OnHand, moves[0].By})

		shippedSale(t, s, 2, order.ShownReturn{ID: "r1", LineID: "1-1", Quantity: 2, Stage: order.StageClosed})
		require.Empty(t, inbox(t, s, orders.ReturnFilter{}), "what is settled stays so when the channel closes it")
	})
}

func TestWhatAPersonEntersIsTheSameAsWhatIsTakenBackOfTheOrder(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		receive(t, s, "1", "A", 3)
		link(t, s, "A")
		shippedSale(t, s, 0)
		shippedSale(t, s, 1)
		row := rowID(t, s, "shopify-uk", "1")
		entry := orders.ReturnEntry{Key: "k", LineID: "1-1", Quantity: 2, Reason: "wrong colour", By: "ann"}
		first, out, err := s.Orders.EnterReturn(ctx, row, entry)
		require.NoError(t, err)
		require.Empty(t, out.Refused)
		again, _, err := s.Orders.EnterReturn(ctx, row, entry)
		require.NoError(t, err)
		require.Equal(t, first, again, "once per key")
		entry.Quantity = 1
		_, _, err = s.Orders.EnterReturn(ctx, row, entry)
		var refused *stock.RefusedError
		require.ErrorAs(t, err, &refused)
		_, out, err = s.Orders.EnterReturn(ctx, row, orders.ReturnEntry{Key: "k2", LineID: "1-1", Quantity: 2})
		require.NoError(t, err)
		require.Contains(t, out.Refused, "but 1 are shipped")

		_, err = s.Orders.ReturnGoods(ctx, row, orders.GoodsReturn{Key: "r", Lines: []order.LineQuantity{{LineID: "1-1", Quantity: 2}}, Restock: true})
		require.NoError(t, err)
		require.Empty(t, inbox(t, s, orders.ReturnFilter{}), "they are the same units")
		require.Equal(t, stock.Level{OnHand: 2}, levelAt(t, s, "A", "main"))
		_, _, err = s.Orders.SettleReturn(ctx, orders.Settlement{ID: first + 99, Restock: true})
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}
