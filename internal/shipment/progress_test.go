package shipment_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/shipment"
)

// What waits for a person comes before what goes on by itself, and that before what is done.
func TestTheProgressOfAnOrdersPackages(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		parked, processed, confirmed, open int
		want                               string
	}{
		"no package":                   {0, 0, 0, 3, ""},
		"a parked one beside others":   {1, 1, 1, 1, "Requires shipment synchronization"},
		"one on its way beside others": {0, 1, 1, 1, "Fulfillment Pending"},
		"all accepted, units left":     {0, 0, 2, 1, "Partially fulfilled"},
		"all accepted, none left":      {0, 0, 2, 0, "Prepared"},
	} {
		got := shipment.ProgressOf(tc.parked, tc.processed, tc.confirmed, tc.open)
		require.Equal(t, tc.want, got.Text(), name)
		require.Equal(t, tc.want == "", got.Means() == "", name)
	}
	require.Len(t, shipment.Progresses(), 4)
}
