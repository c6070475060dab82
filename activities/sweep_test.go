package activities

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/orders"
)

// busyOrders is a fake caller that only knows which orders are being sent.
type busyOrders struct {
	SweepStarter
	orders map[string]bool
}

func (r busyOrders) Sending(_ context.Context, o message.OrderKey) (bool, error) {
	return r.orders[o.OrderID], nil
}

// A package may wait for the channel's budget, or in old lifecycles behind a parked one, for days: if every sweep reminded the
// lifecycle, its history would grow until Temporal ends it.
func TestNobodyIsRemindedOfPackagesThatAreBeingSent(t *testing.T) {
	t.Parallel()
	s := &Sweep{Starter: busyOrders{orders: map[string]bool{"parked": true}}}
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	ask := func(ctx context.Context) (names []string, err error) {
		idle, err := s.notSending(ctx, []orders.OutboxEntry{{Key: message.OrderKey{OrderID: "parked"}}, {Key: message.OrderKey{OrderID: "forgotten"}}})
		for _, h := range idle {
			names = append(names, h.Key.OrderID)
		}
		return names, err
	}
	env.RegisterActivity(ask)
	v, err := env.ExecuteActivity(ask)
	require.NoError(t, err)
	var names []string
	require.NoError(t, v.Get(&names))
	require.Equal(t, []string{"forgotten"}, names)
}
