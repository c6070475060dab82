package shopify

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
)

func (f *fixture) quantity(t *testing.T, sku string) int {
	t.Helper()
	l, err := f.market.Listing(t.Context(), sku)
	require.NoError(t, err)
	return l.Quantity
}

func TestLevelsOfAFullBatch(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	size, op := f.conn.Batch(1000)
	require.Equal(t, 250, size)
	require.Equal(t, channel.OpLevels, op)
	levels := make([]channel.Level, size)
	for i := range levels {
		sku := fmt.Sprintf("S%03d", i)
		levels[i] = channel.Level{SKU: sku, ListingRef: f.list(t, sku, 1), Quantity: i, Key: sku + "/1"}
	}
	answer, err := f.conn.SetLevels(t.Context(), levels)
	require.NoError(t, err)
	require.Len(t, answer.Results, size)
	for i, r := range answer.Results {
		require.Nil(t, r.Fault)
		require.Equal(t, levels[i].SKU, r.SKU)
		require.NotEmpty(t, r.RequestID)
		require.Equal(t, i, f.quantity(t, r.SKU))
	}
}

// Shopify refuses a whole batch for one wrong entry; the others must still be set, now and every time.
func TestOneBadEntryDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	levels := []channel.Level{
		{SKU: "A", ListingRef: f.list(t, "A", 1), Quantity: 7, Key: "a1"},
		{SKU: "GONE", ListingRef: "gid://shopify/InventoryItem/1", Quantity: 7, Key: "g1"},
		{SKU: "UNLINKED", Quantity: 7, Key: "u1"},
		{SKU: "B", ListingRef: f.list(t, "B", 1), Quantity: 8, Key: "b1"},
		{SKU: "NEGATIVE", ListingRef: f.list(t, "NEGATIVE", 1), Quantity: -1, Key: "n1"},
	}
	for range 3 {
		answer, err := f.conn.SetLevels(t.Context(), levels)
		require.NoError(t, err)
		require.Nil(t, answer.Results[0].Fault)
		require.Equal(t, channel.Missing, answer.Results[1].Fault.Class)
		require.Equal(t, "INVALID_INVENTORY_ITEM", answer.Results[1].Fault.Code)
		require.Equal(t, CodeNoInventoryItem, answer.Results[2].Fault.Code)
		require.Nil(t, answer.Results[3].Fault)
		require.Equal(t, "INVALID_QUANTITY_NEGATIVE", answer.Results[4].Fault.Code)
	}
	require.Equal(t, 7, f.quantity(t, "A"))
	require.Equal(t, 8, f.quantity(t, "B"))
	require.Equal(t, 1, f.quantity(t, "NEGATIVE"))
}

// A level that is sent again because its answer was lost must not undo a newer one.
func TestAResendIsNotCarriedOutTwice(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	item := f.list(t, "A", 1)
	old := []channel.Level{{SKU: "A", ListingRef: item, Quantity: 5, Key: "decision 1"}}
	f.injector.Next(faults.Lost, opSetQuantities.name, 1)
	_, err := f.conn.SetLevels(t.Context(), old)
	require.True(t, channel.AsFault(err, "").Ambiguous)
	require.Equal(t, 5, f.quantity(t, "A"))

	_, err = f.conn.SetLevels(t.Context(), []channel.Level{{SKU: "A", ListingRef: item, Quantity: 9, Key: "decision 2"}})
	require.NoError(t, err)
	answer, err := f.conn.SetLevels(t.Context(), old)
	require.NoError(t, err)
	require.Nil(t, answer.Results[0].Fault)
	require.Equal(t, 9, f.quantity(t, "A"))

	// The same key with another quantity is an error of ours, and is reported as one.
	_, err = f.conn.SetLevels(t.Context(), []channel.Level{{SKU: "A", ListingRef: item, Quantity: 6, Key: "decision 1"}})
	requireFault(t, err, channel.Invalid, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
}

func TestTheOrderOfABatchDoesNotMatter(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	a := channel.Level{SKU: "A", ListingRef: f.list(t, "A", 1), Quantity: 5, Key: "a"}
	b := channel.Level{SKU: "B", ListingRef: f.list(t, "B", 1), Quantity: 6, Key: "b"}
	for _, levels := range [][]channel.Level{{a, b}, {b, a}} {
		answer, err := f.conn.SetLevels(t.Context(), levels)
		require.NoError(t, err)
		require.Equal(t, levels[0].SKU, answer.Results[0].SKU)
		require.Nil(t, answer.Results[0].Fault)
	}
}

func TestCodesOfQuantities(t *testing.T) {
	t.Parallel()
	level := []channel.Level{{SKU: "A", ListingRef: "gid://shopify/InventoryItem/1", Quantity: 1, Key: "k"}}
	for code, class := range map[string]channel.Class{
		"IDEMPOTENCY_CONCURRENT_REQUEST": channel.Unavailable, "INVALID_REASON": channel.Invalid, "SOMETHING_NEW": channel.Unknown,
	} {
		conn := canned(t, 200, `{"data":{"inventorySetQuantities":{"userErrors":[{"code":"`+code+`","field":null,"message":"m"}]}}}`)
		_, err := conn.SetLevels(t.Context(), level)
		f := requireFault(t, err, class, code)
		require.Equal(t, code == "IDEMPOTENCY_CONCURRENT_REQUEST", f.Ambiguous)
		require.Equal(t, "req-1", f.RequestID)
	}
	for code, class := range map[string]channel.Class{
		"CHANGE_FROM_QUANTITY_STALE": channel.Conflict, "INVALID_LOCATION": channel.Config, "NON_MUTABLE_INVENTORY_ITEM": channel.Config,
	} {
		conn := canned(t, 200, `{"data":{"inventorySetQuantities":{"userErrors":[{"code":"`+code+`","field":["input","quantities","0","x"],"message":"m"}]}}}`)
		answer, err := conn.SetLevels(t.Context(), level)
		require.NoError(t, err)
		require.Equal(t, class, answer.Results[0].Fault.Class)
	}
	conn := canned(t, 200, `{"data":{"inventorySetQuantities":{"userErrors":[{"code":"IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED","field":null,"message":"m"}]}}}`)
	answer, err := conn.SetLevels(t.Context(), level)
	require.NoError(t, err)
	require.Equal(t, channel.Conflict, answer.Results[0].Fault.Class)
	require.True(t, answer.Results[0].Stale, "what the shop has is read: with another quantity to replace, the keys are new")
}

// Issue 12, point 6: a level never restores a unit that a buyer has bought meanwhile.
func TestAPurchaseMeanwhileIsNotOverwritten(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	from := func(n int) *int { return &n }
	mug := channel.Level{SKU: "MUG", ListingRef: f.list(t, "MUG", 5), Quantity: 4, Key: "1"}
	before := f.quantity(t, "MUG")
	mug.From = from(before)
	other := channel.Level{SKU: "CUP", ListingRef: f.list(t, "CUP", 5), Quantity: 3, Key: "2", From: from(5)}
	f.place(t, "1", true, 2) // no scan has seen it
	answer, err := f.conn.SetLevels(t.Context(), []channel.Level{mug, other})
	require.NoError(t, err)
	r := answer.Results[0]
	require.True(t, r.Stale)
	require.Equal(t, []any{channel.Conflict, "CHANGE_FROM_QUANTITY_STALE"}, []any{r.Fault.Class, r.Fault.Code})
	require.Nil(t, answer.Results[1].Fault, "the others are set")
	require.Equal(t, before-2, f.quantity(t, "MUG"))
	require.Equal(t, 3, f.quantity(t, "CUP"))

	seen, err := f.conn.Quantities(t.Context(), []channel.Level{mug, other, {SKU: "GONE", ListingRef: "gid://shopify/InventoryItem/1"}})
	require.NoError(t, err)
	require.Equal(t, map[string]channel.Shown{"MUG": {Quantity: before - 2}, "CUP": {Quantity: 3}}, seen)
	mug.Quantity, mug.From = 2, from(before-2)
	answer, err = f.conn.SetLevels(t.Context(), []channel.Level{mug})
	require.NoError(t, err)
	require.Nil(t, answer.Results[0].Fault)
	require.Equal(t, 2, f.quantity(t, "MUG"))
}
