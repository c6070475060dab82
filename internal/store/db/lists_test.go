package db_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
)

// Partial indexes of the migrations have these words: a statement with others would read the whole table.
func TestRulesSelectTheWordsOfPartialIndexes(t *testing.T) {
	t.Parallel()
	require.Equal(t, "('completed', 'cancelled', 'skipped', 'deleted')", db.Words(order.States(), order.State.Terminal), "orders_open")
	require.Equal(t, "('processed', 'parked')", db.Words(shipment.States(), shipment.State.Unsent), "packages_unsent")
}

// A cursor of another list was taken: the page began at a place that its own list never gave.
func TestAListGoesOnOnlyAfterItsOwnCursors(t *testing.T) {
	t.Parallel()
	first, err := db.CursorAfter("held", "")
	require.NoError(t, err)
	require.Equal(t, db.Cursor{"held"}, first)
	own := db.Cursor{"held", "amazon-uk", "MUG"}
	after, err := db.CursorAfter("held", own.Text())
	require.NoError(t, err)
	require.Equal(t, own, after)
	for _, wrong := range []string{"MUG", db.Cursor{"drift", "amazon-uk", "MUG"}.Text()} {
		_, err = db.CursorAfter("held", wrong)
		require.ErrorIs(t, err, db.ErrBadCursor, wrong)
	}
}
