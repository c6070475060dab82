package channeltest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/market"
)

// relister returns the connection, to a shop with a mug alone and a pot in two colours, if it can put up listings again.
func relister(t *testing.T, b Adapter) (*fixture, channel.Relister) {
	s := setUp(t, b)
	if _, ok := s.conn.(channel.Relister); !ok {
		t.Skip("the channel can't put up a listing again")
	}
	s.permitted(everything)
	s.published(b.mug(1099, "MUG-1"))
	s.published(b.named("POT", "POT-1", "POT-2"))
	s.live(1099, "MUG-1", "POT-1", "POT-2")
	return s, s.conn.(channel.Relister)
}

// wholes returns the listings that SKUs are in, by the first SKU of each.
func wholes(t *testing.T, c channel.Relister, skus ...string) map[string]channel.Whole {
	t.Helper()
	list, err := c.Wholes(t.Context(), skus)
	require.NoError(t, err)
	found := map[string]channel.Whole{}
	for _, w := range list {
		require.False(t, w.Odd)
		slices.Sort(w.SKUs)
		found[w.SKUs[0]] = w
	}
	return found
}

// buyable returns what buyers can buy of a SKU by the marketplace's own figures, and its listing's id.
func (s *fixture) buyable(sku string) (int, string) {
	l, err := s.market.Listing(s.t.Context(), sku)
	require.NoError(s.t, err)
	if l.Status != market.Live {
		return 0, l.ListingID
	}
	return l.Quantity, l.ListingID
}

// relistEnded ends whole listings and puts them up again with other quantities. Repeated, it overwrites nothing that buyers may have changed.
func relistEnded(t *testing.T, b Adapter) {
	s, c := relister(t, b)
	all := wholes(t, c, "POT-2", "MUG-1", "NONE-1")
	require.Len(t, all, 2)
	require.Equal(t, []string{"POT-1", "POT-2"}, all["POT-1"].SKUs)
	require.True(t, all["POT-1"].Live)
	require.True(t, all["MUG-1"].Live)
	for _, w := range all {
		for range 2 {
			results, err := s.conn.End(t.Context(), w.SKUs)
			require.NoError(t, err)
			for _, r := range results {
				require.Nil(t, r.Fault)
			}
		}
	}
	require.False(t, wholes(t, c, "MUG-1")["MUG-1"].Live)
	require.False(t, wholes(t, c, "POT-1")["POT-1"].Live)
	level := func(sku string, n int) channel.Level {
		l, err := s.market.Listing(t.Context(), sku)
		require.NoError(t, err)
		out := b.level(l, n)
		for _, shown := range s.offered(channel.ListingsQuery{SKUs: []string{sku}}) {
			out.ListingRef = shown.Ref
		}
		return out
	}
	mug := []channel.Level{level("MUG-1", 3)}
	pots := []channel.Level{level("POT-1", 4), level("POT-2", 2)}
	s.permitted(channel.Permissions{Revise: true, End: true})
	_, err := s.conn.(channel.Relister).Relist(t.Context(), all["MUG-1"].Key, mug)
	require.Equal(t, channel.Config, fault(t, err).Class, "it needs a permission")
	s.permitted(everything)
	c = s.conn.(channel.Relister)
	for range 2 {
		s.relisted(c, all["MUG-1"].Key, mug)
		s.relisted(c, all["POT-1"].Key, pots)
		polltest.Until(t, "all are on sale with their new quantities", func() bool {
			m, _ := s.buyable("MUG-1")
			one, _ := s.buyable("POT-1")
			two, _ := s.buyable("POT-2")
			return m == 3 && one == 4 && two == 2
		})
		mug[0].Quantity, pots[0].Quantity = 8, 8 // nobody asked: what is on sale keeps what it lists
	}
	require.True(t, wholes(t, c, "MUG-1")["MUG-1"].Live)
	require.Equal(t, []string{"POT-1", "POT-2"}, wholes(t, c, "POT-1")["POT-1"].SKUs)
}

func (s *fixture) relisted(c channel.Relister, key string, levels []channel.Level) map[string]channel.VariantResult {
	s.t.Helper()
	results, err := c.Relist(s.t.Context(), key, levels)
	require.NoError(s.t, err)
	by := map[string]channel.VariantResult{}
	for _, r := range results {
		require.Nil(s.t, r.Fault, r.SKU)
		by[r.SKU] = r
	}
	for _, l := range levels {
		_, id := s.buyable(l.SKU)
		if by[l.SKU].ListingID != "" && id != "" {
			require.Equal(s.t, id, by[l.SKU].ListingID, "the id that it has now")
		}
	}
	return by
}

// relistSome puts up one of two variants: the other can't be bought, and comes later.
func relistSome(t *testing.T, b Adapter) {
	s, c := relister(t, b)
	whole := wholes(t, c, "POT-1")["POT-1"]
	var pots []channel.Level
	for _, sku := range whole.SKUs {
		pots = append(pots, channel.Level{SKU: sku, ListingRef: s.offered(channel.ListingsQuery{SKUs: []string{sku}})[sku].Ref, Quantity: 0, Key: "zero of " + sku})
	}
	_, err := s.outcome(pots) // they are sold out
	require.NoError(t, err)
	polltest.Until(t, "both are at 0", func() bool {
		one, _ := s.buyable("POT-1")
		two, _ := s.buyable("POT-2")
		return one+two == 0
	})
	_, err = s.conn.End(t.Context(), whole.SKUs)
	require.NoError(t, err)
	for i, sku := range whole.SKUs {
		pots[i].Quantity, pots[i].Key = 6+i, "again "+sku
	}
	s.relisted(c, whole.Key, pots[1:])
	polltest.Until(t, "only the second can be bought", func() bool {
		one, _ := s.buyable("POT-1")
		two, _ := s.buyable("POT-2")
		return one == 0 && two == 7
	})
	up := s.relisted(c, whole.Key, pots[:1])
	if _, both := up["POT-2"]; both {
		return // the channel puts up the whole: the level of the other is sent as any is
	}
	polltest.Until(t, "both can be bought", func() bool {
		one, _ := s.buyable("POT-1")
		two, _ := s.buyable("POT-2")
		return one == 6 && two == 7
	})
	require.Len(t, wholes(t, c, "POT-1")["POT-1"].SKUs, 2)
}
