package market_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/market"
)

// BenchmarkMarket measures December's average order (27 lines), its largest (675), a page of a hundred orders and
// eBay's batch of 25 levels. Each counts only once it is on disk.
func BenchmarkMarket(b *testing.B) {
	m, err := market.Open(b.Context(), filepath.Join(b.TempDir(), "m.db"), market.Options{})
	require.NoError(b, err)
	defer func() { _ = m.Close() }()
	var listings []market.Listing
	for i := range 3000 {
		listings = append(listings, market.Listing{SKU: fmt.Sprint(i), Quantity: 1 << 40})
	}
	require.NoError(b, m.List(b.Context(), listings))
	n := 0
	place := func(b *testing.B, lines int) string {
		n++
		p := purchase(fmt.Sprint(n))
		for i := range lines {
			p.Lines = append(p.Lines, line(fmt.Sprint((n*31+i)%3000), 1))
		}
		placed, err := m.Place(b.Context(), p)
		require.NoError(b, err)
		return placed.OrderID
	}
	for _, lines := range []int{27, 675} {
		b.Run(fmt.Sprintf("place and ship %d lines", lines), func(b *testing.B) {
			for b.Loop() {
				o, err := m.Order(b.Context(), place(b, lines))
				require.NoError(b, err)
				var s market.Shipment
				for _, l := range o.Lines {
					s.Lines = append(s.Lines, market.ShipmentLine{LineID: l.ID, Quantity: l.Quantity})
				}
				_, err = m.Ship(b.Context(), o.ID, s)
				require.NoError(b, err)
			}
		})
	}
	for range 100 {
		place(b, 20)
	}
	b.Run("page of 100 orders", func(b *testing.B) {
		for b.Loop() {
			_, _, err := m.Orders(b.Context(), market.Filter{Offset: n - 100, Limit: 100})
			require.NoError(b, err)
		}
	})
	b.Run("25 levels", func(b *testing.B) {
		for b.Loop() {
			changes := make([]market.QuantityChange, 25)
			for i := range changes {
				changes[i] = market.QuantityChange{SKU: fmt.Sprint(i), Quantity: 1 << 40}
			}
			_, err := m.SetQuantities(b.Context(), changes)
			require.NoError(b, err)
		}
	})
}
