package starter_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/packages"
)

// A correction whose workflow is parked is not told by starting it, because it runs: it has to be told to try again with what is right now.
func TestASecondCorrectionWakesTheParkedOne(t *testing.T) {
	t.Parallel()
	d, f := newFaulty(t, nil)
	ctx := t.Context()
	row, workflowID := d.parks(t, "amazon-uk", "1", "25001", epoch)
	require.NoError(t, d.store.Incidents.Unpark(ctx, workflowID))
	_, err := d.store.Packages.PreparePackage(ctx, row, "P1", workflowID)
	require.NoError(t, err)
	_, err = d.store.Packages.PackageConfirmed(ctx, row, "P1", channel.Confirmation{})
	require.NoError(t, err)
	correct := func(number string) {
		out, err := d.CorrectPackage(ctx, d.row(t, "amazon-uk", "1"), "P1", shipment.Correction{TrackingNumber: number})
		require.NoError(t, err)
		require.True(t, out.Tell)
	}
	correct("SECOND")
	require.Contains(t, f.calls(), "start "+workflowID)
	parked, err := d.store.Packages.Park(ctx, packages.Waiting{OrderRow: row, PackageID: "P1", WorkflowID: workflowID, Since: epoch, Fault: channel.NewFault(channel.Invalid, "confirmShipment", ""), Corrected: true})
	require.NoError(t, err)
	require.True(t, parked)

	f.asked = nil
	correct("THIRD")
	require.Equal(t, []string{"signal " + workflowID, "start " + workflowID}, f.calls())
}
