package catalogue_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
)

func TestWhatHoldsASKUSoThatItCantBecomeAKit(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		held []catalogue.Held
		want string // empty: it can
	}{
		"nothing":                       {},
		"an empty place":                {held: []catalogue.Held{{Times: 2}}},
		"stock, at all places together": {held: []catalogue.Held{{OnHand: 3, Times: 2}, {OnHand: 1, Times: 1}}, want: "7 of it are on hand"},
		"a reserved line":               {held: []catalogue.Held{{Reserved: 4, Times: 1}}, want: "open order lines that hold it as it is: 1"},
		"a backordered line":            {held: []catalogue.Held{{Backordered: 4, Times: 2}}, want: "open order lines that hold it as it is: 2"},
		"a package that is not sent":    {held: []catalogue.Held{{Packed: 1, Unsent: true, Times: 1}}, want: "open order lines that hold it as it is: 1"},
		"a package that is confirmed":   {held: []catalogue.Held{{Packed: 1, Times: 1}}},
		"another line of such an order": {held: []catalogue.Held{{Unsent: true, Times: 1}}},
		"lines before stock":            {held: []catalogue.Held{{OnHand: 5, Times: 1}, {Reserved: 1, Times: 1}, {Backordered: 2, Times: 2}}, want: "open order lines that hold it as it is: 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			held := []catalogue.Held{{SKU: "OTHER", OnHand: 1, Times: 1}}
			for _, h := range tc.held {
				h.SKU = "MUG"
				held = append(held, h)
			}
			refused := catalogue.RefuseKits(held)
			require.ErrorContains(t, refused["OTHER"], "OTHER can't become a kit: 1 of it are on hand")
			if tc.want == "" {
				require.Len(t, refused, 1)
				return
			}
			require.ErrorContains(t, refused["MUG"], "MUG can't become a kit")
			require.ErrorContains(t, refused["MUG"], tc.want)
		})
	}
}

func TestAKitHasNoStockOfItsOwn(t *testing.T) {
	t.Parallel()
	require.NoError(t, catalogue.RefuseStock(nil))
	pair := kit("PAIR", part(1, "L"), part(2, "R"))
	require.EqualError(t, catalogue.RefuseStock([]catalogue.Kit{pair, kit("SET", part(2, "PAIR"))}), "PAIR is a kit of 1 x L, 2 x R; SET is a kit of 2 x PAIR")
	many := []catalogue.Kit{pair, pair, pair, pair, pair, kit("LAST", part(1, "L"))}
	require.NotContains(t, catalogue.RefuseStock(many).Error(), "LAST", "some are named")
}
