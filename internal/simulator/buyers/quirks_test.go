package buyers

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/market"
)

// Every quirk occurs on some orders and not on most, and none of them keeps an order from ending.
func TestSomeOrdersHaveQuirks(t *testing.T) {
	t.Parallel()
	s, plan := open(t, t.TempDir()), samplePlan(book.StockAmple)
	options := s.options(plan)
	all := Quirks{FBA: true, Combined: true, Hold: "held", SecondLocation: "attic"}
	options.Quirks = map[string]Quirks{"amazon-uk": all, "shopify-uk": all}
	p, err := New(options)
	require.NoError(t, err)
	require.NoError(t, p.Setup(t.Context()))
	require.NoError(t, p.Run(t.Context()))
	s.outcome(plan)
	_, err = s.backlog(t.Context()) // the seller ships what is left
	require.NoError(t, err)

	count := map[string]int{}
	for account, m := range s.markets {
		orders, total, err := m.Orders(t.Context(), market.Filter{Limit: 1000})
		require.NoError(t, err)
		for _, o := range orders {
			require.Empty(t, o.OnHold)
			require.True(t, o.Paid)
			note := func(quirk string, has bool) {
				if has {
					require.NotEqual(t, "ebay-uk", account, quirk)
					count[quirk]++
				}
			}
			note("combined", o.Combined)
			note("fba", o.FBA)
			for _, l := range o.Lines {
				require.Zero(t, l.Unshipped(), "%s %s", account, o.ID)
				note("attic", l.Location == "attic")
			}
		}
		count["all"] += total
		entries, err := m.Entries(t.Context(), 0, 100_000)
		require.NoError(t, err)
		for _, e := range entries {
			if e.Kind == market.EntryHold || e.Kind == market.EntryRelease {
				count[string(e.Kind)]++
			}
		}
	}
	require.Equal(t, count["hold"], count["release"])
	for _, quirk := range []string{"fba", "combined", "attic", "hold"} {
		require.Positive(t, count[quirk], quirk)
		require.Less(t, count[quirk], count["all"]/4, quirk)
	}
}
