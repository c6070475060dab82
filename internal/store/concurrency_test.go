package store_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/order/ordertest"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// linesOf returns the lines that hold the SKU of a level, itself or as a part of a kit.
const linesOf = `order_lines l LEFT JOIN order_line_parts p ON p.order_id = l.order_id AND p.line_id = l.line_id
	WHERE COALESCE(p.part, l.sku) = v.sku AND l.location = v.location`

// balanced compares levels with their movements and with the open lines, for the whole store.
func balanced(t testing.TB, s *store.Store) {
	t.Helper()
	none := func(rows *sql.Rows) error {
		var sku string
		require.NoError(t, rows.Scan(&sku))
		require.Fail(t, "the books do not balance", "SKU %s", sku)
		return nil
	}
	require.NoError(t, s.Read(ctx, `SELECT v.sku FROM stock_levels v WHERE
		v.on_hand <> COALESCE((SELECT SUM(m.on_hand) FROM movements m WHERE m.sku = v.sku AND m.location = v.location), 0)
		OR v.reserved <> COALESCE((SELECT SUM(m.reserved) FROM movements m WHERE m.sku = v.sku AND m.location = v.location), 0)
		OR v.reserved <> COALESCE((SELECT SUM(l.reserved * COALESCE(p.quantity, 1)) FROM `+linesOf+`), 0)
		OR v.backordered <> COALESCE((SELECT SUM(l.backordered * COALESCE(p.quantity, 1)) FROM `+linesOf+`), 0)
		OR (v.on_hand > v.reserved AND EXISTS (SELECT 1 FROM order_lines l WHERE l.sku = v.sku AND l.location = v.location AND l.backordered > 0))`, none))
}

func TestPagesThatCompeteForTheLastUnits(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const pages, sold = 12, 2 * 12 * 2
		link(t, s, "lamp", "rope")
		receive(t, s, "a", "lamp", sold-5)
		receive(t, s, "b", "rope", sold-7)
		var group errgroup.Group
		for _, account := range []string{"amazon-uk", "ebay-uk"} {
			group.Go(func() error {
				for i := range pages {
					// The two accounts name the SKUs in opposite orders.
					lines := []order.SnapshotLine{units("lamp", 2), units("rope", 2)}
					if account == "ebay-uk" {
						lines = []order.SnapshotLine{units("rope", 2), units("lamp", 2)}
					}
					page := orders.Page{Account: account, Orders: []order.Snapshot{sale(account, fmt.Sprintf("%s-%d", account, i), i, lines...)}}
					if _, err := s.Orders.SavePage(ctx, page); err != nil {
						return err
					}
				}
				return nil
			})
		}
		require.NoError(t, group.Wait())
		balanced(t, s)
		lamp, rope := level(t, s, "lamp"), level(t, s, "rope")
		require.Equal(t, [3]int{0, sold - 5, 5}, [3]int{lamp.Free(), lamp.Reserved, lamp.Backordered})
		require.Equal(t, [3]int{0, sold - 7, 7}, [3]int{rope.Free(), rope.Reserved, rope.Backordered})
	})
}

// Two workers save the same page at once, as happens when one was thought dead: one of them saves it.
func TestSamePageTwiceAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 100)
		for i := range 8 {
			page := orders.Page{Account: "amazon-uk", RunID: "run", Orders: []order.Snapshot{
				sale("amazon-uk", fmt.Sprintf("a%d", i), 1, units("lamp", 1)), sale("amazon-uk", fmt.Sprintf("b%d", i), 1, units("lamp", 2))}}
			var group errgroup.Group
			for range 3 {
				group.Go(func() error {
					_, err := s.Orders.SavePage(ctx, page)
					return err
				})
			}
			require.NoError(t, group.Wait())
		}
		balanced(t, s)
		require.Equal(t, 24, level(t, s, "lamp").Reserved)
	})
}

// Everything that moves stock runs at once: sales, receipts, packing, cancelling and pushing.
func TestAllAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		skus := []string{"lamp", "rope", "sail", "oar"}
		link(t, s, skus...)
		var group errgroup.Group
		for k, account := range ordertest.Sellers {
			group.Go(func() error { return sellAndPack(s, account, skus, k) })
			group.Go(func() error { return pushAlong(s, account) })
		}
		group.Go(func() error {
			for i := range 20 {
				changes := []stock.Change{
					{Key: fmt.Sprint("r", i), SKU: skus[i%4], Location: "main", Kind: stock.Receipt, Quantity: 4},
					{Key: fmt.Sprint("s", i), SKU: skus[(i+3)%4], Location: "main", Kind: stock.Receipt, Quantity: 3}}
				if _, err := s.Ledger.ApplyStock(ctx, changes); err != nil {
					return err
				}
			}
			return nil
		})
		require.NoError(t, group.Wait())
		balanced(t, s)
		pending, err := s.Orders.Pending(ctx, time.Now().Add(time.Hour), orders.OutboxEntry{}, 1000)
		require.NoError(t, err)
		require.Len(t, pending, 3*20)
	})
}

func sellAndPack(s *store.Store, account string, skus []string, k int) error {
	for i := range 10 {
		first := sale(account, fmt.Sprintf("%s-%d-x", account, i), i, units(skus[(i+k)%4], 2), units(skus[(i+k+1)%4], 1))
		second := sale(account, fmt.Sprintf("%s-%d-y", account, i), i, units(skus[(3*i+k)%4], 1))
		res, err := s.Orders.SavePage(ctx, orders.Page{Account: account, RunID: "run", Orders: []order.Snapshot{first, second}})
		if err != nil {
			return err
		}
		row := res.Outbox[0].Key.RowID
		if i%2 == 0 {
			if err := s.Orders.SaveCancellation(ctx, row, orders.Cancellation{ID: "c"}); err != nil {
				return err
			}
			out, err := s.Orders.ApplyCancellation(ctx, row, "c")
			if err != nil || out.State != order.Cancelled {
				return fmt.Errorf("cancel: %v %w", out, err)
			}
			continue
		}
		p := pack("p", content(first.Lines[1].ID, 1))
		if err := s.Packages.SavePackages(ctx, row, []shipment.Package{p}); err != nil {
			return err
		}
		if _, err := s.Packages.ProcessPackage(ctx, row, "p"); err != nil {
			return err
		}
	}
	return nil
}

func pushAlong(s *store.Store, account string) error {
	for range 20 {
		list, err := s.Levels.DirtyLevels(ctx, account, 100)
		if err != nil {
			return err
		}
		var pushes []levels.Push
		for _, l := range list {
			pushes = append(pushes, levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: time.Now(), AckedAt: time.Now()})
		}
		if _, err := s.Levels.SavePushes(ctx, account, "run", pushes); err != nil {
			return err
		}
	}
	return nil
}
