package devserver

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// Case G8.
func TestFaultsOfNamedOperationsConcernTheirChannelOnly(t *testing.T) {
	t.Parallel()
	all := func(names ...string) []AccountFaults {
		rates := faults.Rates{Lost: 1, Operations: names}
		return []AccountFaults{
			{Account: "amazon-uk", State: faults.State{Rates: rates, Known: []string{"createFeed", "getFeed"}}},
			{Account: "ebay-uk", State: faults.State{Rates: rates, Known: []string{"getOrder", "getOrders"}}},
		}
	}
	got, err := concerned(all("getOrders"))
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.Equal(t, "ebay-uk", got[0].Account)
	got, err = concerned(all())
	require.NoError(t, err)
	require.Len(t, got, 2)
	_, err = concerned(all("getOrders", "getOrder's"))
	var usage UsageError
	require.ErrorAs(t, err, &usage)
	require.ErrorContains(t, err, "no such operation; there are createFeed, getFeed, getOrder, getOrders")
}

// Case G9.
func TestTheClerkLeavesWhatIsParkedToWhoRehearses(t *testing.T) {
	t.Parallel()
	o := Defaults()
	require.True(t, o.clerk())
	o.Clerk = false
	require.False(t, o.clerk())
	o.Clerk, o.Rehearse = true, []string{"orders.csv"}
	require.False(t, o.clerk())
}
