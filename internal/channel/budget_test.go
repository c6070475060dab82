package channel

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// An account that does all it may at once must stay below what the channel publishes.
func TestBudgetsStayBelowWhatIsPublished(t *testing.T) {
	t.Parallel()
	type bucket struct {
		channel Kind
		name    string
	}
	used, restores := map[bucket]float64{}, map[bucket]float64{}
	for _, a := range allowances {
		require.NotEmpty(t, a.Calls, "%s %s", a.Channel, a.Operation)
		for _, c := range a.Calls {
			require.Positive(t, c.PerSecond, c.Call)
			require.Positive(t, c.Takes, c.Call)
			if a.Schedule {
				continue
			}
			require.LessOrEqual(t, a.Weight*c.Takes, c.PerSecond*1.01, "%s %s", a.Channel, a.Operation) // 0.0083 is one in two minutes
			if a.Why == occasional {
				continue
			}
			b := bucket{a.Channel, c.Bucket}
			if b.name == "" {
				b.name = c.Call
			}
			used[b] += a.Weight * c.Takes
			restores[b] = c.PerSecond
		}
	}
	for b, u := range used {
		require.LessOrEqual(t, u, restores[b]*1.01, "%v", b)
	}
}

// The server takes fairness weights from 0.001 to 1,000 only.
func TestWeightsAreWhatTheServerTakes(t *testing.T) {
	t.Parallel()
	seen := map[Kind]map[Operation]bool{}
	for _, k := range []Kind{Amazon, EBay, Shopify} {
		seen[k] = map[Operation]bool{}
		for _, a := range Allowances(k) {
			require.False(t, seen[k][a.Operation], "%s %s twice", k, a.Operation)
			seen[k][a.Operation] = true
			require.GreaterOrEqual(t, a.Weight, 0.001)
			require.LessOrEqual(t, a.Weight, 1000.0)
			require.InDelta(t, a.Weight, Budget(k, a.Operation), 0)
		}
	}
	_, found := AllowanceOf(EBay, OpFeed)
	require.False(t, found)
}
