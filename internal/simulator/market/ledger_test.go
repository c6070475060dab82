package market_test

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/simulator/market"
)

// Whatever buyers and seller do, and however often they repeat it, the sums of the ledger equal the state: the audit
// reads only the ledger.
func TestTheLedgerAddsUpToTheState(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	run := 0
	rapid.Check(t, func(t *rapid.T) {
		run++
		ctx := t.Context()
		var clock atomic.Int64
		clock.Store(time.Now().UnixMilli())
		now := func() time.Time { return time.UnixMilli(clock.Load()) }
		m, err := market.Open(ctx, filepath.Join(dir, fmt.Sprintf("%d.db", run)), market.Options{Now: now})
		require.NoError(t, err)
		defer func() { require.NoError(t, m.Close()) }()
		skus := []string{"a", "b", "c"}
		require.NoError(t, m.List(ctx, []market.Listing{{SKU: "a", Quantity: 5}, {SKU: "b", Quantity: 20}, {SKU: "c", Quantity: 0}}))
		book := func() string { return fmt.Sprint(rapid.IntRange(1, 5).Draw(t, "book")) }
		units := func() int { return rapid.IntRange(1, 4).Draw(t, "units") }
		key := func() string { return fmt.Sprint(rapid.IntRange(1, 8).Draw(t, "key")) }
		index := func() int { return rapid.IntRange(0, 2).Draw(t, "line") }
		t.Repeat(map[string]func(*rapid.T){
			"place": func(t *rapid.T) {
				p := market.Purchase{BookID: book(), Currency: "GBP", Paid: rapid.Bool().Draw(t, "paid")}
				for range units() {
					p.Lines = append(p.Lines, market.PurchaseLine{SKU: rapid.SampledFrom(skus).Draw(t, "sku"), Quantity: units(), UnitPrice: 7})
				}
				_, err := m.Place(ctx, p)
				require.NoError(t, err)
			},
			"pay":    func(*rapid.T) { _ = m.Pay(ctx, book()) },
			"cancel": func(*rapid.T) { _, _ = m.Cancel(ctx, key(), book(), index(), units()) },
			"return": func(*rapid.T) { _ = m.Return(ctx, key(), book(), index(), units()) },
			"give up": func(t *rapid.T) {
				o, err := m.ByBook(ctx, book())
				if err != nil {
					return
				}
				lines := []market.ShipmentLine{{LineID: o.Lines[0].ID, Quantity: units()}}
				_ = m.CancelUnits(ctx, o.ID, "INVENTORY", lines, rapid.Bool().Draw(t, "restock"))
			},
			"level": func(t *rapid.T) {
				_, err := m.SetQuantities(ctx, []market.QuantityChange{{SKU: rapid.SampledFrom(skus).Draw(t, "sku"), Quantity: units()}})
				require.NoError(t, err)
			},
			"revise": func(t *rapid.T) {
				l := market.Listing{SKU: rapid.SampledFrom(skus).Draw(t, "sku"), Quantity: rapid.IntRange(-1, 4).Draw(t, "units"), Status: market.Live}
				require.NoError(t, m.SaveListings(ctx, []market.Listing{l}))
			},
			"end": func(t *rapid.T) {
				_, err := m.EndListings(ctx, []string{rapid.SampledFrom(skus).Draw(t, "sku")})
				require.NoError(t, err)
			},
			"later": func(t *rapid.T) {
				change := market.QuantityChange{SKU: rapid.SampledFrom(skus).Draw(t, "sku"), Quantity: units()}
				_, err := m.SetQuantitiesAt(ctx, now().Add(time.Duration(units())*time.Millisecond), []market.QuantityChange{change})
				require.NoError(t, err)
			},
			"wait": func(t *rapid.T) { clock.Add(int64(units())) },
			"ship": func(t *rapid.T) {
				o, err := m.ByBook(ctx, book())
				if err != nil {
					return
				}
				s := market.Shipment{Reference: rapid.SampledFrom([]string{"", "1", "2"}).Draw(t, "ref"), TrackingNumber: key()}
				for _, l := range o.Lines {
					if rapid.Bool().Draw(t, "ships") {
						s.Lines = append(s.Lines, market.ShipmentLine{LineID: l.ID, Quantity: units()})
					}
				}
				_, _ = m.Ship(ctx, o.ID, s)
			},
			"": func(t *rapid.T) { checkLedger(t, m) },
		})
	})
}

// sums are the sums of a line's or a listing's entries.
type sums struct{ quantity, cancelled, returned, shipped int }

func checkLedger(t *rapid.T, m *market.Market) {
	entries, err := m.Entries(t.Context(), 0, 100_000)
	require.NoError(t, err)
	listed, lines, paid, last := map[string]int{}, map[string]sums{}, map[string]bool{}, int64(0)
	for _, e := range entries {
		require.Greater(t, e.Seq, last)
		last = e.Seq
		l := lines[e.LineID]
		switch e.Kind {
		case market.EntryList, market.EntryLevel, market.EntryRevise, market.EntryEnd:
			listed[e.SKU] = e.Quantity
		case market.EntryPlace:
			listed[e.SKU] -= e.Quantity
			l.quantity += e.Quantity
		case market.EntryCancel:
			listed[e.SKU] += e.Quantity
			l.cancelled += e.Quantity
		case market.EntryGiveUp:
			l.cancelled += e.Quantity
		case market.EntryReturn:
			l.returned += e.Quantity
		case market.EntryShipment:
			l.shipped += e.Quantity
		case market.EntryPay:
			paid[e.OrderID] = true
		}
		lines[e.LineID] = l
	}
	all, err := m.AllListings(t.Context())
	require.NoError(t, err)
	for _, l := range all {
		require.Equal(t, listed[l.SKU], l.Quantity, l.SKU)
	}
	orders, _, err := m.Orders(t.Context(), market.Filter{})
	require.NoError(t, err)
	for _, o := range orders {
		require.Equal(t, paid[o.ID], o.Paid)
		inShipments := map[string]int{}
		for _, s := range o.Shipments {
			for _, l := range s.Lines {
				inShipments[l.LineID] += l.Quantity
			}
		}
		for _, l := range o.Lines {
			require.Equal(t, sums{l.Quantity, l.Cancelled, l.Returned, l.Shipped}, lines[l.ID])
			require.Equal(t, l.Shipped, inShipments[l.ID])
			require.GreaterOrEqual(t, l.Unshipped(), 0)
		}
	}
}
