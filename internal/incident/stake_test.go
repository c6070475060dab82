package incident_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
)

// The gravest stake comes first, and within one what was first stays first.
func TestNeedsAreGroupedByWhatIsAtStake(t *testing.T) {
	t.Parallel()
	got := incident.ByStake([]incident.Need{
		{Kind: incident.Unpublished}, {Kind: incident.Late, Account: "a"}, {Kind: incident.Refused}, {Kind: incident.Late, Account: "b"}, {Kind: incident.Paused},
	})
	var stakes []incident.Stake
	for _, g := range got {
		stakes = append(stakes, g.Stake)
	}
	require.Equal(t, []incident.Stake{incident.StakeWork, incident.StakeOrders, incident.StakeStock, incident.StakeSales}, stakes)
	require.Equal(t, "a", got[1].Needs[0].Account)
	require.Equal(t, "b", got[1].Needs[1].Account)
}

// A kind without a stake is only good to know.
func TestEveryKindHasAStake(t *testing.T) {
	t.Parallel()
	for _, k := range incident.Kinds() {
		require.Contains(t, incident.Stakes(), k.Stake(), k)
	}
	require.Equal(t, incident.StakeNone, incident.Observing.Stake())
}
