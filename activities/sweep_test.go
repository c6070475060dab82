package activities

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/orders"
)

// runningShipments is a caller that only knows which shipment syncs run.
type runningShipments struct {
	SweepStarter
	orders map[string]bool
}

func (r runningShipments) ShipmentRuns(_ context.Context, o message.OrderKey) (bool, error) {
	return r.orders[o.OrderID], nil
}

// A parked package holds up those behind it for days: reminding their lifecycle at every sweep would fill its
// history until Temporal ends it.
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
