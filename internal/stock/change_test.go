package stock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
)

var lampAtMain = stock.Place{SKU: "lamp", Location: "main"}

// changed returns a change of lampAtMain.
func changed(kind stock.Kind, quantity int) stock.Change {
	return stock.Change{Key: "k", SKU: lampAtMain.SKU, Location: lampAtMain.Location, Kind: kind, Quantity: quantity}
}

// shelf returns books in which five are on hand there, and two of them promised.
func shelf() *stock.Books {
	b := stock.NewBooks()
	b.Open(lampAtMain, stock.Level{OnHand: 5, Reserved: 2}, 0)
	return b
}

func TestWhichChangesOfStockAreWrong(t *testing.T) {
	t.Parallel()
	with := func(kind stock.Kind, quantity int, change func(*stock.Change)) stock.Change {
		c := changed(kind, quantity)
		change(&c)
		return c
	}
	for name, tc := range map[string]struct {
		change stock.Change
		why    string
	}{
		"a receipt":                      {changed(stock.Receipt, 0), ""},
		"an adjust downward":             {changed(stock.Adjust, -1), ""},
		"a move away":                    {changed(stock.Move, -1), ""},
		"a count of none":                {changed(stock.Count, 0), ""},
		"more sold than there is":        {with(stock.Count, -1, func(c *stock.Change) { c.Means = stock.MeansAvailable }), ""},
		"as many as can be":              {changed(stock.Receipt, stock.MaxUnits), ""},
		"as few as can be":               {changed(stock.Adjust, -stock.MaxUnits), ""},
		"no key":                         {with(stock.Receipt, 1, func(c *stock.Change) { c.Key = "" }), "key, SKU and location are needed"},
		"no SKU":                         {with(stock.Receipt, 1, func(c *stock.Change) { c.SKU = "" }), "key, SKU and location are needed"},
		"no location":                    {with(stock.Receipt, 1, func(c *stock.Change) { c.Location = "" }), "key, SKU and location are needed"},
		"a kind that only orders cause":  {changed(stock.Ship, 1), "is not opening, receipt, adjust, count or move"},
		"a negative receipt":             {changed(stock.Receipt, -1), "only an adjust or a move may be negative"},
		"a negative opening":             {changed(stock.Opening, -1), "only an adjust or a move may be negative"},
		"a negative count":               {changed(stock.Count, -1), "a count is 0 or more"},
		"a receipt of a moment":          {with(stock.Receipt, 1, func(c *stock.Change) { c.AsOf = time.Unix(1, 0) }), "only a count is of a moment"},
		"a receipt of what is available": {with(stock.Receipt, 1, func(c *stock.Change) { c.Means = stock.MeansAvailable }), "only a count is of a moment"},
		"too many":                       {changed(stock.Receipt, stock.MaxUnits+1), "is beyond"},
		"too few":                        {changed(stock.Adjust, -stock.MaxUnits-1), "is beyond"},
	} {
		_, err := stock.CheckChanges([]stock.Change{tc.change})
		if tc.why == "" {
			require.NoError(t, err, name)
			continue
		}
		var refused *stock.RefusedError
		require.ErrorAs(t, err, &refused, name)
		require.ErrorContains(t, err, tc.why, name)
	}
}

// What is promised may be adjusted or counted away, and is backordered then. It may not be carried away.
func TestWhatAChangeLeavesOnHand(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change stock.Change
		now    int
		why    string
	}{
		"all of it is gone":               {changed(stock.Adjust, -5), 0, ""},
		"more is gone than there was":     {changed(stock.Adjust, -6), 0, "has 5 on hand, 6 can't be removed"},
		"fewer are counted than promised": {changed(stock.Count, 1), 1, ""},
		"all that is free is moved":       {changed(stock.Move, -3), 2, ""},
		"some that is promised is moved":  {changed(stock.Move, -4), 0, "has 3 free (5 on hand, 2 reserved): 4 can't be moved away"},
		"more is moved than there is":     {changed(stock.Move, -6), 0, "has 5 on hand, 6 can't be removed"},
		"moved to here":                   {changed(stock.Move, 4), 9, ""},
		"as many as can be":               {changed(stock.Receipt, stock.MaxUnits-5), stock.MaxUnits, ""},
		"more than can be":                {changed(stock.Receipt, stock.MaxUnits-4), 0, "more than 1000000000"},
	} {
		b := shelf()
		done, err := b.Apply([]stock.Change{tc.change}, stock.Known{})
		if tc.why != "" {
			var refused *stock.RefusedError
			require.ErrorAs(t, err, &refused, name)
			require.ErrorContains(t, err, tc.why, name)
			require.Empty(t, b.Entries(), name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, []stock.Changed{{Change: tc.change, Was: 5, Now: tc.now}}, done, name)
		require.Equal(t, tc.now, b.At(lampAtMain).OnHand, name)
		require.Equal(t, tc.now-5, b.Entries()[0].OnHand, name)
	}
}

func TestWhatIsDoneAlreadyOrNewerStands(t *testing.T) {
	t.Parallel()
	when := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	receipt, count := changed(stock.Receipt, 2), changed(stock.Count, 1)
	count.AsOf, count.Means = when, stock.MeansAvailable
	before := func(place stock.Place, stated int) stock.Known {
		return stock.Known{Before: map[string]stock.Done{"stock/k": {Place: place, Kind: stock.Receipt, Stated: stated, At: when}}}
	}
	b := shelf()
	done, err := b.Apply([]stock.Change{receipt}, before(lampAtMain, 2))
	require.NoError(t, err)
	require.Equal(t, []stock.Changed{{Change: receipt, Was: 5, Now: 5, DoneAt: when}}, done)
	_, err = b.Apply([]stock.Change{receipt}, before(lampAtMain, 3))
	require.ErrorIs(t, err, stock.ErrKeyUsed, "another quantity")
	_, err = b.Apply([]stock.Change{receipt}, before(stock.Place{SKU: "lamp", Location: "depot"}, 2))
	require.ErrorIs(t, err, stock.ErrKeyUsed, "another place")
	done, err = b.Apply([]stock.Change{count}, stock.Known{Since: map[string]stock.Since{"k": {Counted: when}}})
	require.NoError(t, err)
	require.Equal(t, "it was counted later, on 2026-01-02 03:04:05Z: that count stands", done[0].Kept)
	done, err = b.Apply([]stock.Change{count}, stock.Known{Since: map[string]stock.Since{"k": {Changes: -2}}})
	require.NoError(t, err)
	require.Contains(t, done[0].Refused, "1 available comes to -1 on hand")
	require.Empty(t, b.Entries(), "nothing of it moved anything")
	require.Empty(t, b.Touched())
}

func TestWhatAChangeWritesDown(t *testing.T) {
	t.Parallel()
	apply := func(fresh bool, c stock.Change) ([]stock.Entry, map[string]stock.Cause) {
		b := shelf()
		b.At(lampAtMain).New = fresh
		_, err := b.Apply([]stock.Change{c}, stock.Known{})
		require.NoError(t, err)
		return b.Entries(), b.Touched()
	}
	count := changed(stock.Count, 7)
	count.AsOf, count.By, count.Note = time.UnixMicro(9), "Ann", "shelf 3"
	entries, touched := apply(false, count)
	want := stock.Entry{Key: "stock/k", Place: lampAtMain, Kind: stock.Count, OnHand: 2, Stated: 7, AsOf: 9, By: "Ann", Note: "shelf 3"}
	require.Equal(t, []stock.Entry{want}, entries)
	require.Equal(t, map[string]stock.Cause{"lamp": stock.ByCount}, touched)
	want.Kind = stock.Opening
	entries, _ = apply(true, count)
	require.Equal(t, []stock.Entry{want}, entries, "the first count opens the level")

	entries, touched = apply(false, changed(stock.Receipt, 1))
	require.Len(t, entries, 1)
	require.Equal(t, map[string]stock.Cause{"lamp": stock.ByStock}, touched)
	entries, touched = apply(false, changed(stock.Count, 5))
	require.Len(t, entries, 1, "that somebody counted is noted")
	require.Empty(t, touched, "and nothing is to be sent")
	imported := changed(stock.Count, 5)
	imported.Cause = stock.ByImport
	entries, touched = apply(false, imported)
	require.Empty(t, entries, "of a file only what differs is noted")
	require.Empty(t, touched)
	imported.Quantity = 6
	entries, touched = apply(false, imported)
	require.Len(t, entries, 1)
	require.Equal(t, map[string]stock.Cause{"lamp": stock.ByImport}, touched)
}

func TestOnlyOpenLevelsCanChange(t *testing.T) {
	t.Parallel()
	b := stock.NewBooks()
	b.Enter(stock.Entry{Place: lampAtMain, OnHand: 1})
	b.Wait(stock.Place{SKU: "rope", Location: "main"}, 1)
	require.ErrorIs(t, b.Err(), stock.ErrNotOpen)
	require.ErrorContains(t, b.Err(), "stock of lamp at main", "the first mistake is kept")
	require.Empty(t, b.Deltas())
}
