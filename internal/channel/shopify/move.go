package shopify

import (
	"context"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// Move assigns every fulfillment order with units to ship to the shop's location that is ours, one call each. It reads first where they
// are, so that it may be repeated after a lost answer. Those of a fulfilment service stay: Shopify wants the service's consent.
func (c *Connection) Move(ctx context.Context, orderID, location string) (moved int, err error) {
	gid := c.gidOf(location)
	if gid == "" {
		return 0, channel.Refusal(channel.Config, opMove.name, CodeNotMapped, "the accounts file maps none of the shop's locations to "+location)
	}
	orders, _, fault := c.fulfillmentOrders(ctx, orderID)
	if fault != nil {
		return 0, fault
	}
	for i := range orders {
		f := &orders[i]
		if !f.live() || f.atService() || f.location() == gid || f.open() == 0 {
			continue
		}
		if fault := c.move(ctx, f.ID, gid); fault != nil {
			return moved, fault
		}
		moved++
	}
	return moved, nil
}

// open returns how many units are still to be shipped.
func (f *fulfillmentOrder) open() (n int) {
	for _, l := range f.LineItems.Nodes {
		n += max(0, l.Remaining)
	}
	return n
}

func (c *Connection) move(ctx context.Context, id, gid string) *channel.Fault {
	var data struct {
		Move *struct {
			Moved      *struct{ ID string } `json:"movedFulfillmentOrder"`
			UserErrors []userError          `json:"userErrors"`
		} `json:"fulfillmentOrderMove"`
	}
	r, fault := c.write(ctx, opMove, variables{"id": id, "location": gid}, &data)
	switch {
	case fault != nil:
		return fault
	case data.Move == nil:
		return r.answer.Unreadable(opMove.name)
	case len(data.Move.UserErrors) > 0:
		e := data.Move.UserErrors[0]
		refusal := refusalOfMove(e)
		return e.fault(r, opMove.name, refusal.class, refusal.code)
	}
	return nil
}

// refusalOfMove classifies a user error. Shopify publishes one code; the others are told by the words of its documentation.
func refusalOfMove(e userError) refusal {
	text := strings.ToLower(e.Message)
	switch {
	case e.Code == "CANNOT_MOVE_FULFILLMENT_ORDER_WITH_REPORTED_PROGRESS", strings.Contains(text, "progress"), strings.Contains(text, "request status"):
		return refusal{channel.Config, CodeNotMovable}
	case strings.Contains(text, "stock"):
		return refusal{channel.Config, CodeNotStocked}
	case strings.Contains(text, "closed"), strings.Contains(text, "does not exist"), strings.Contains(text, "not found"):
		return changedMeanwhile
	}
	return refusalOf(e.Message)
}
