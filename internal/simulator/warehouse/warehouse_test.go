package warehouse

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A platform that was killed continues reading the entries where it was, and a player that was killed continues
// adding them.
func TestEntriesAreKeptOnceAndInOrder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "warehouse.db")
	w, err := Open(t.Context(), file)
	require.NoError(t, err)
	var entries []Entry
	for i := range 450 {
		entries = append(entries, Entry{Key: fmt.Sprintf("open/%d", i), Kind: Opening, SKU: fmt.Sprint(i), Location: "main", Quantity: i})
	}
	require.NoError(t, w.Append(t.Context(), entries))
	require.NoError(t, w.Close())

	w, err = Open(t.Context(), file)
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	back := Entry{Key: "return/1", Kind: Return, SKU: "1", Account: "ebay-uk", OrderID: "o", LineID: "l", Quantity: 2, Restock: true}
	require.NoError(t, w.Append(t.Context(), append(entries[:300:300], back, Entry{Key: "done", Kind: BookDone})))

	other, err := OpenReadOnly(t.Context(), file)
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close()) }()
	require.Error(t, other.Append(t.Context(), entries))
	var seen []Entry
	for after := int64(0); ; {
		page, err := other.After(t.Context(), after, 100)
		require.NoError(t, err)
		if len(page) == 0 {
			break
		}
		seen, after = append(seen, page...), page[len(page)-1].ID
	}
	require.Len(t, seen, 452)
	require.Equal(t, 449, seen[449].Quantity)
	require.False(t, seen[450].At.IsZero())
	back.ID, back.At = seen[450].ID, seen[450].At
	require.Equal(t, back, seen[450])
	require.Equal(t, BookDone, seen[451].Kind)
}

func TestABadEntryIsRefusedAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	w, err := Open(t.Context(), filepath.Join(t.TempDir(), "warehouse.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	good := Entry{Key: "a", Kind: Receipt, SKU: "1", Location: "main", Quantity: 1}
	for _, bad := range []Entry{
		{Kind: Receipt, SKU: "1", Location: "main", Quantity: 1},
		{Key: "b", Kind: "gift"},
		{Key: "b", Kind: Opening, SKU: "1", Location: "main", Quantity: -1},
		{Key: "b", Kind: Return, SKU: "1", Quantity: 1},
	} {
		require.Error(t, w.Append(t.Context(), []Entry{good, bad}))
	}
	entries, err := w.After(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Empty(t, entries)
}

// A reader that lost its position would enter everything again or miss something.
func TestMarksOutliveTheProcess(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "warehouse.db")
	w, err := Open(t.Context(), file)
	require.NoError(t, err)
	value, err := w.Mark(t.Context(), "packer")
	require.NoError(t, err)
	require.Empty(t, value)
	require.NoError(t, w.SetMark(t.Context(), "packer", "1"))
	require.NoError(t, w.SetMark(t.Context(), "packer", "2"))
	require.NoError(t, w.Close())

	other, err := OpenReadOnly(t.Context(), file)
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close()) }()
	value, err = other.Mark(t.Context(), "packer")
	require.NoError(t, err)
	require.Equal(t, "2", value)
	require.Error(t, other.SetMark(t.Context(), "packer", "3"))
}
