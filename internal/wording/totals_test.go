package wording

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

func TestTheTotalsOfOrdersInWords(t *testing.T) {
	t.Parallel()
	for want, totals := range map[string]order.Totals{
		"0 orders": {},
		"1 order · 3 units · 12.50 GBP · 1 order of unknown value":          {Orders: 1, Units: 3, Value: []order.Value{{Currency: "GBP", Orders: 1, Total: 1250}, {Orders: 1}}},
		"3,001 orders: filter them to at most 3,000 to see units and value": {Orders: 3001},
		"more than 10,000 orders: filter them to see units and value":       {Orders: 10_001},
	} {
		require.Equal(t, want, OrderTotals(totals))
	}
}

// A day on which the clock goes back has 25 hours.
func TestADayEndsAtMidnightOfItsZone(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	require.Equal(t, "2026-10-26T00:00:00Z", DayEnds(time.Date(2026, 10, 24, 23, 30, 0, 0, time.UTC), zone).UTC().Format(time.RFC3339))
	require.Equal(t, "2026-10-24T23:00:00Z", DayEnds(time.Date(2026, 10, 24, 22, 30, 0, 0, time.UTC), zone).UTC().Format(time.RFC3339))
}
