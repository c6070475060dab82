package activities

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/aside"
)

// missing is a channel on which a call finds nothing.
type missing struct {
	channel.Connection
	operation string
}

func (m missing) fault() error {
	return channel.Refusal(channel.Missing, m.operation, "404", "not found")
}

func (m missing) Order(context.Context, string) (order.Snapshot, error) {
	return order.Snapshot{}, m.fault()
}

func (m missing) Decode(context.Context, []byte) (order.Snapshot, error) {
	return order.Snapshot{}, m.fault()
}

// An order that is set aside is given up only when the channel says that it does not have the order itself: that a further call found
// nothing says nothing about the order, which would never be saved.
func TestAnOrderThatIsSetAsideIsGivenUpOnlyWhenTheChannelDoesNotHaveIt(t *testing.T) {
	t.Parallel()
	further := channel.Refusal(channel.Unavailable, "getShippingFulfillments", "500", "boom")
	for name, c := range map[string]struct {
		operation string
		order     aside.Order
		gone      bool
	}{
		"the order":                    {"getOrder", aside.Order{ID: 1, OrderID: "a", Unfinished: true, Fault: further}, true},
		"a further call":               {"getShippingFulfillments", aside.Order{ID: 1, OrderID: "a", Unfinished: true, Fault: further}, false},
		"of bytes, which were decoded": {"getShippingFulfillments", aside.Order{ID: 1, OrderID: "a", Fault: channel.Refusal(channel.Unknown, "getOrders", "", "")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &asideRetry{record: &record{conn: missing{operation: c.operation}}, bodies: map[int64][]byte{1: []byte("{}")}}
			r.one(t.Context(), c.order)
			require.Equal(t, []bool{c.gone, !c.gone}, []bool{len(r.gone) == 1, len(r.tried) == 1})
		})
	}
}
