package channel

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// An account that uses all its budgets at once must stay below the channel's published limits.
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
			require.Positive(t, c.Cost, c.Call)
			if a.Schedule {
				continue
			}
			require.LessOrEqual(t, a.Weight*c.Cost, c.PerSecond*1.01, "%s %s", a.Channel, a.Operation) // 0.0083 is one in two minutes
			if a.Why == occasional || a.Why == spare || a.Why == daily {
				continue
			}
			b := bucket{a.Channel, c.Bucket}
			if b.name == "" {
				b.name = c.Call
			}
			used[b] += a.Weight * c.Cost
			restores[b] = c.PerSecond
		}
	}
	for b, u := range used {
		require.LessOrEqual(t, u, restores[b]*1.01, "%v", b)
	}
}

// A publication uses nine tenths of a shop's points when nothing else runs.
func TestAPublicationUsesNineTenthsOfThePoints(t *testing.T) {
	t.Parallel()
	for _, op := range []Operation{OpPublish, OpCheck} {
		a, found := AllowanceOf(Shopify, op)
		require.True(t, found)
		require.InDelta(t, 0.9*restored, a.Weight*a.Calls[0].Cost, 0.01)
	}
}

// The Temporal server accepts fairness weights from 0.001 to 1,000 only.
func TestWeightsAreWithinTheServersLimits(t *testing.T) {
	t.Parallel()
	seen := map[Kind]map[Operation]bool{}
	for _, k := range Kinds() {
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

func TestAReportedRateScalesTheBudget(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		channel  Kind
		op       Operation
		observed []ObservedRate
		want     float64
		ok       bool
	}{
		"a larger shop":                   {Shopify, OpLevels, []ObservedRate{{Call: "orders", PerSecond: 5.7, Restores: 1000}}, 10, true},
		"a standard shop":                 {Shopify, OpLevels, []ObservedRate{{Call: "orders", PerSecond: 0.57, Restores: 100}}, 1, false},
		"half of Amazon's usage plan":     {Amazon, OpLevels, []ObservedRate{{Call: "patchListingsItem", PerSecond: 2.5}}, 0.5, true},
		"the slowest of two calls counts": {Amazon, OpFeed, []ObservedRate{{Call: "createFeed", PerSecond: 0.0166}, {Call: "createFeedDocument", PerSecond: 0.5}}, 1.0 / 120, false},
		"another call":                    {Amazon, OpOrder, []ObservedRate{{Call: "searchOrders", PerSecond: 1}}, 0.5, false},
		"kept by the schedule":            {Amazon, OpOrders, []ObservedRate{{Call: "searchOrders", PerSecond: 1}}, 1, false},
		"nothing":                         {EBay, OpLevels, nil, 1, false},
		"more than the server takes":      {Amazon, OpShipment, []ObservedRate{{Call: "confirmShipment", PerSecond: 1e9}}, MaxRate, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, found := AllowanceOf(c.channel, c.op)
			require.True(t, found)
			rate, ok := a.Observed(c.observed)
			require.InDelta(t, c.want, rate, 1e-9)
			require.Equal(t, c.ok, ok)
		})
	}
}

func TestAUseOfABudgetIsOneDraw(t *testing.T) {
	t.Parallel()
	require.Equal(t, []bool{true, false, false}, []bool{Draws(0), Draws(1), Draws(2)})
	for _, c := range Classes() {
		require.Equal(t, c == Throttled, c.OverBudget(), c)
	}
	require.True(t, NewFault(Limit, "op", "").Recorded())
	require.False(t, (&Fault{}).Recorded())
	require.False(t, (*Fault)(nil).Recorded())
}
