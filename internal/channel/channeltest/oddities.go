package channeltest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// serverErrors meets every way in which the channel, or a gateway before it, says that it has failed. Of a write nobody
// knows whether it was carried out.
func serverErrors(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	for range 6 {
		o := s.buy(true, "SKU-1")
		s.faults.Next(faults.ServerError, b.Operations.Order, 1)
		_, err := s.conn.Order(t.Context(), o.ID)
		f := fault(t, err)
		require.Equal(t, channel.Unavailable, f.Class, f.Raw)
		require.NotEmpty(t, f.RequestID)
		require.False(t, f.Ambiguous, "a read changes nothing")

		p := remainingPackage(o, 1)
		s.faults.Next(faults.ServerError, b.Operations.Ship, 1)
		_, err = s.conn.ConfirmShipment(t.Context(), p)
		f = fault(t, err)
		require.Equal(t, channel.Unavailable, f.Class, f.Raw)
		require.True(t, f.Ambiguous)
		p.Attempted = true
		_, err = s.conn.ConfirmShipment(t.Context(), p)
		require.NoError(t, err)
		s.shipments(o.ID, 1, 3)
	}
}

// oneSKU sends levels of which the channel refuses one for its SKU alone, or fails at it: the first in the batch costs
// itself only (cases A1 and D1).
func oneSKU(t *testing.T, b Adapter) {
	if b.Account.FeedAbove > 0 {
		t.Skip("of calls that name one SKU, and of bulk answers")
	}
	for kind, want := range map[faults.Kind]channel.Class{faults.ForbiddenSKU: channel.Config, faults.SKUError: channel.Unavailable} {
		if !slices.Contains(faults.On(kind), b.Account.Kind) {
			continue
		}
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := setUp(t, b)
			rates, err := faults.Rates{}.With(kind, 0.3)
			require.NoError(t, err)
			require.NoError(t, s.faults.Set(rates))
			var odd, good []market.Listing
			for _, l := range s.list(20) {
				if s.faults.Chosen(kind, b.Operations.Levels, l.SKU) {
					odd = append(odd, l)
				} else {
					good = append(good, l)
				}
			}
			batch := []channel.Level{b.level(odd[0], 7), b.level(good[0], 7), b.level(good[1], 7)}
			for range 2 { // the same one again
				results, err := s.outcome(batch)
				require.NoError(t, err)
				f := results[odd[0].SKU]
				require.NotNil(t, f)
				require.Equal(t, want, f.Class, f.Raw)
				require.NotEmpty(t, f.RequestID)
				require.Equal(t, kind == faults.ForbiddenSKU, f.Permanent())
				require.Nil(t, results[good[0].SKU])
				require.Nil(t, results[good[1].SKU])
				s.quantity(good[1].SKU, 7)
				s.quantity(odd[0].SKU, odd[0].Quantity)
			}
			require.NoError(t, s.conn.Test(t.Context()), "the account works")
		})
	}
}

// lateIndex scans while the channel's search finds some orders seconds later than orders that changed after them: the
// next scan has those, too (case E1).
func lateIndex(t *testing.T, b Adapter) {
	now := time.Now()
	s := setUpAt(t, b, 1, func() time.Time { return now })
	s.list(1)
	require.NoError(t, s.faults.Set(faults.Rates{IndexLag: 0.5}))
	m := s.scanner()
	var ids []string
	for range 20 {
		now = now.Add(time.Second)
		ids = append(ids, s.buy(true, "SKU-1").ID)
	}
	m.scan(func() {})
	require.Less(t, len(m.known), len(ids), "some are not found yet")
	require.NotZero(t, s.faults.Counts()[faults.IndexLag])
	now = now.Add(10 * time.Minute)
	s.conn = s.reopen(nil) // which reckons with the marketplace's full budget
	m.scan(func() {})
	for n, id := range ids {
		require.True(t, m.has(id)(), "order %d is never seen", n)
	}
}
