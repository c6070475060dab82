package order_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

// Case G2.
func TestAKeyStandsForOneRequest(t *testing.T) {
	t.Parallel()
	one := order.Keyed{What: order.ReturnKeyed, Units: map[string]int{"L1": 1, "L2": 2}, Restock: true}
	require.NoError(t, one.Again("R1", order.Keyed{What: order.ReturnKeyed, Units: map[string]int{"L2": 2, "L1": 1}, Restock: true}))
	for name, c := range map[string]struct {
		saved, asked order.Keyed
		shown        string
	}{
		"another quantity": {one, order.Keyed{Units: map[string]int{"L1": 2, "L2": 2}, Restock: true}, "return of this order: line L1 x 1, line L2 x 2, on hand again."},
		"another line":     {one, order.Keyed{Units: map[string]int{"L1": 1}, Restock: true}, "line L2 x 2"},
		"written off":      {order.Keyed{What: order.ReturnKeyed, Units: map[string]int{"L1": 1}}, order.Keyed{Units: map[string]int{"L1": 1}, Restock: true}, "line L1 x 1, written off"},
		"all of it":        {order.Keyed{What: order.CancellationKeyed}, order.Keyed{Units: map[string]int{"L1": 1}}, "cancellation of this order: all that was not shipped"},
		"a part of it":     {order.Keyed{What: order.CancellationKeyed, Units: map[string]int{"L1": 1}}, order.Keyed{}, "line L1 x 1. "},
	} {
		var refused *stock.RefusedError
		require.ErrorAs(t, c.saved.Again("R1", c.asked), &refused, name)
		require.Contains(t, refused.Why, c.shown, name)
		require.Contains(t, refused.Why, `key "R1"`, name)
	}
}
