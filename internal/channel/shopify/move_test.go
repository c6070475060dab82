package shopify

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	marketplace "github.com/towpath/towpath/internal/simulator/shopify"
)

// stockAttic stocks mugs at both locations and returns the connection's levels of them.
func stockAttic(t *testing.T, f *fixture) {
	t.Helper()
	l, err := f.market.Listing(t.Context(), "MUG")
	require.NoError(t, err)
	answer, err := f.conn.SetLevels(t.Context(), []channel.Level{{SKU: "MUG", ListingRef: l.Ref, Quantity: 150, Key: "stock",
		At: []channel.LevelAt{{Location: "main", Quantity: 100}, {Location: "attic", Quantity: 50}}}})
	require.NoError(t, err)
	require.Nil(t, answer.Results[0].Fault)
}

func TestAnOrderIsMovedOnce(t *testing.T) {
	t.Parallel()
	f := twoPlaces(t)
	id := f.placeOnly(t, "b0", "")
	_, err := f.conn.Move(t.Context(), id, "attic")
	requireFault(t, err, channel.Config, CodeNotStocked)

	stockAttic(t, f)
	id = f.buy(t, "b1", line("MUG", 2, ""), line("MUG", 1, marketplace.SecondLocation))
	before := f.order(t, id)
	require.Equal(t, []string{"main", "attic"}, locationsOf(before))
	n, err := f.conn.Move(t.Context(), id, "attic")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	after := f.order(t, id)
	require.Equal(t, []string{"attic", "attic"}, locationsOf(after))
	require.True(t, after.UpdatedAt.After(before.UpdatedAt) || after.UpdatedAt.Equal(before.UpdatedAt))
	n, err = f.conn.Move(t.Context(), id, "attic")
	require.NoError(t, err)
	require.Zero(t, n, "it is there already")
	left, _, err := f.market.Shelf(t.Context(), "MUG", marketplace.SecondLocation)
	require.NoError(t, err)
	require.Equal(t, 47, left, "it is sold from there now")
	require.Equal(t, 100, f.quantity(t, "MUG"))

	// What is shipped stays; what is open moves back.
	s := pack(after, "T1", 2)
	_, err = f.conn.ConfirmShipment(t.Context(), s)
	require.NoError(t, err)
	n, err = f.conn.Move(t.Context(), id, "main")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, []string{"attic", "main"}, locationsOf(f.order(t, id)))

	_, err = f.conn.Move(t.Context(), id, "cellar")
	requireFault(t, err, channel.Config, CodeNotMapped)
	_, err = f.conn.Move(t.Context(), "gid://shopify/Order/1", "main")
	requireFault(t, err, channel.Missing, CodeNotFound)
}

func TestWordsOfRefusedMoves(t *testing.T) {
	t.Parallel()
	for want, e := range map[refusal]userError{
		{channel.Config, CodeNotMovable}: {Code: "CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS"},
		{channel.Config, CodeNotStocked}: {Message: "The destination location doesn't stock the requested inventory item."},
		changedMeanwhile:                 {Message: "Cannot move a fulfillment order that is closed."},
		{channel.Unknown, CodeUserError}: {Message: "No."},
	} {
		require.Equal(t, want, refusalOfMove(e))
	}
}
