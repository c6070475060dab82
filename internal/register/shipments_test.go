package register_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/register"
)

func TestRunsOfShipmentsThatMayStillChange(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 12, 10, 0, 0, time.UTC)
	id := func(hours int) string {
		return register.ShipmentsRunID("ebay-uk", now.Add(time.Duration(hours)*time.Hour))
	}
	require.Equal(t, []string{id(-1), id(0)}, register.CountedShipments("ebay-uk", id(0), now))
	require.Equal(t, []string{id(-1), id(0)}, register.CountedShipments("ebay-uk", id(-1), now))
	require.Equal(t, []string{id(-3), id(-2), id(-1), id(0)}, register.CountedShipments("ebay-uk", id(-3), now), "nothing ran for two hours")
	require.Len(t, register.CountedShipments("ebay-uk", "", now), 73)
	require.Len(t, register.CountedShipments("ebay-uk", id(-500), now), 73)
}
