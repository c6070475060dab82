package activities

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/orders"
)

// runningShipments is a fake caller that only knows which shipment syncs run.
type runningShipments struct {
	SweepStarter
	orders map[string]bool
}

func (r runningShipments) ShipmentRuns(_ context.Context, o message.OrderKey) (bool, error) {
	return r.orders[o.OrderID], nil
}

// A parked package may keep later ones waiting for days: if every sweep reminded their lifecycle, its history would
// grow until Temporal ends it.
func TestNobodyIsRemindedOfPackagesThatWaitBehindAShipmentSync(t *testing.T) {
	t.Parallel()
	s := &Sweep{Starter: runningShipments{orders: map[string]bool{"parked": true}}}
	idle, err := s.withoutShipment(t.Context(), []orders.OutboxEntry{
		{Key: message.OrderKey{OrderID: "parked"}}, {Key: message.OrderKey{OrderID: "forgotten"}},
	})
	require.NoError(t, err)
	require.Len(t, idle, 1)
	require.Equal(t, "forgotten", idle[0].Key.OrderID)
}
