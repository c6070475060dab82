package activities

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/packages"
)

// Case B1: what was confirmed and is not shown is sent once more; then a person is asked, with a fault that says so.
func TestTheSweepSaysWhatToDoAboutEachUnshownPackage(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	got := judged(packages.UnshownOrder{ReadUntil: noon.Add(2 * time.Hour), Packages: []shipment.Unshown{
		{PackageID: "new", ConfirmedAt: noon.Add(90 * time.Minute)},
		{PackageID: "first", ConfirmedAt: noon},
		{PackageID: "second", ConfirmedAt: noon, Resent: 1},
	}}, time.Hour)
	require.Len(t, got, 2)
	require.Equal(t, "first", got[0].PackageID)
	require.Nil(t, got[0].Fault)
	require.Equal(t, "second", got[1].PackageID)
	require.Equal(t, shipment.CodeNotShown, got[1].Fault.Code)
	require.NotEmpty(t, got[1].Fault.ID)
	require.NotContains(t, got[1].Fault.Error(), "confirmed", "the words are the store's")
}
