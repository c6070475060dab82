package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/storetest"
)

// Issue 16, lever 1: what buyers could oversell is sent before what only adds stock, however long that has been waiting.
func TestWhatCouldBeOversoldIsSentFirst(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "A", "B", "C", "D")
		for _, sku := range []string{"A", "B", "C", "D"} {
			receive(t, s, "1-"+sku, sku, 5)
		}
		push(t, s, "amazon-uk")
		receive(t, s, "2-A", "A", 1)
		for i, sold := range []struct {
			sku   string
			units int
		}{{"B", 2}, {"C", 5}, {"D", 1}} {
			_, err := s.Orders.SavePage(ctx, pageOf("ebay-uk", sale("ebay-uk", string(rune('1'+i)), 1, units(sold.sku, sold.units))))
			require.NoError(t, err)
		}
		require.Equal(t, []string{"amazon-uk:C", "amazon-uk:B", "amazon-uk:D", "amazon-uk:A"}, next(t, s, "amazon-uk", 4),
			"sold out, then falling in the order of their change, then rising")
		require.Equal(t, []string{"amazon-uk:C", "amazon-uk:B"}, next(t, s, "amazon-uk", 2))
		require.Equal(t, []string{"amazon-uk:B"}, next(t, s, "amazon-uk", 1), "the longest dirty are looked at: A and B")

		require.NoError(t, s.Levels.TriedInVain(ctx, "amazon-uk", []string{"amazon-uk:C"}))
		require.Equal(t, []string{"amazon-uk:B", "amazon-uk:D", "amazon-uk:A", "amazon-uk:C"}, next(t, s, "amazon-uk", 4), "what was sent in vain stays behind all")
	})
}
