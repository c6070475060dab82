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
