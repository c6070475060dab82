package stock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
)

// Lines are read only where something may change: of what is neither freed nor missing no line is read at all.
func TestWhereLinesMayBeFilledOrLoseUnits(t *testing.T) {
	t.Parallel()
	p := stock.Place{SKU: "lamp", Location: "main"}
	for name, tc := range map[string]struct {
		level          stock.Level
		backordered    int
		onHand, waits  int // the change
		freed, missing map[stock.Place]int
	}{
		"nothing happens":                             {level: stock.Level{OnHand: 5, Reserved: 2}, backordered: 1},
		"goods come in, nobody waits":                 {level: stock.Level{OnHand: 1, Reserved: 1}, onHand: 4},
		"goods come in":                               {level: stock.Level{OnHand: 1, Reserved: 1}, backordered: 3, onHand: 4, freed: map[stock.Place]int{p: 5}},
		"some were free, which may complete a kit":    {level: stock.Level{OnHand: 2, Reserved: 1}, backordered: 3, onHand: 1, freed: map[stock.Place]int{p: 2}},
		"one waits anew, and one is free":             {level: stock.Level{OnHand: 2, Reserved: 1}, waits: 1, freed: map[stock.Place]int{p: 1}},
		"one waits anew, and none is free":            {level: stock.Level{OnHand: 1, Reserved: 1}, waits: 1},
		"goods are gone, and none was promised":       {level: stock.Level{OnHand: 5, Reserved: 1}, onHand: -4},
		"goods are gone that were promised":           {level: stock.Level{OnHand: 5, Reserved: 3}, backordered: 1, onHand: -4, missing: map[stock.Place]int{p: 2}},
		"all of it is gone, and nothing was promised": {level: stock.Level{OnHand: 5}, onHand: -5},
	} {
		b := stock.NewBooks()
		b.Open(p, tc.level, tc.backordered)
		b.Enter(stock.Entry{Place: p, OnHand: tc.onHand})
		b.Wait(p, tc.waits)
		freed, missing := map[stock.Place]int{}, map[stock.Place]int{}
		if tc.freed != nil {
			freed = tc.freed
		}
		if tc.missing != nil {
			missing = tc.missing
		}
		require.Equal(t, freed, b.Freed(), name)
		require.Equal(t, missing, b.Missing(), name)
		require.NoError(t, b.Err())
	}
}

func TestOnlyACountMayBeOfAnEarlierMoment(t *testing.T) {
	t.Parallel()
	require.True(t, stock.Change{Kind: stock.Count, AsOf: time.Unix(1, 0)}.OfMoment())
	require.False(t, stock.Change{Kind: stock.Count}.OfMoment(), "of now")
	require.False(t, stock.Change{Kind: stock.Receipt, AsOf: time.Unix(1, 0)}.OfMoment())
}

func TestAKeyIsOfOneChange(t *testing.T) {
	t.Parallel()
	c := stock.Change{Key: "k", SKU: "lamp", Location: "main", Kind: stock.Receipt, Quantity: 2}
	again, err := stock.CheckChanges([]stock.Change{c, c})
	require.NoError(t, err)
	require.Equal(t, []stock.Change{c}, again, "once")
	for name, change := range map[string]func(*stock.Change){
		"another SKU":      func(c *stock.Change) { c.SKU = "rope" },
		"another location": func(c *stock.Change) { c.Location = "depot" },
		"another quantity": func(c *stock.Change) { c.Quantity = 3 },
	} {
		other := c
		change(&other)
		_, err := stock.CheckChanges([]stock.Change{c, other})
		require.ErrorIs(t, err, stock.ErrKeyUsed, name)
	}
}
