package shopify

import (
	"context"
	"maps"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// fulfillmentOrder is the part of an order that one location ships.
type fulfillmentOrder struct {
	ID        string           `json:"id"`
	Status    string           `json:"status"`
	Actions   []action         `json:"supportedActions"`
	FulfillAt transport.Moment `json:"fulfillAt"`
	Assigned  struct {
		Location *location `json:"location"` // null when the location was deleted
	} `json:"assignedLocation"`
	LineItems paged[openUnits] `json:"lineItems"`
}

type action struct {
	Action string `json:"action"`
}

type location struct {
	ID      string `json:"id"`
	Service bool   `json:"isFulfillmentService"`
}

// openUnits are the units of one order line that a fulfillment order has not shipped yet.
type openUnits struct {
	ID        string  `json:"id"`
	Remaining int     `json:"remainingQuantity"`
	Line      lineRef `json:"lineItem"`
}

type lineRef struct {
	ID string `json:"id"`
}

func (f *fulfillmentOrder) location() string {
	if f.Assigned.Location == nil {
		return ""
	}
	return f.Assigned.Location.ID
}

// live reports whether the fulfillment order has units to ship, now or later. One that its location could not complete (INCOMPLETE) has
// them as long as Shopify accepts a fulfillment for it.
func (f *fulfillmentOrder) live() bool {
	switch f.Status {
	case "CLOSED", "CANCELLED":
		return false
	case "INCOMPLETE":
		return f.ready()
	}
	return true
}

// ready reports whether a package can be confirmed on it now: supportedActions decides, whatever its status is. On that of a fulfilment
// service, never: the service ships it from its own stock.
func (f *fulfillmentOrder) ready() bool {
	for _, a := range f.Actions {
		if a.Action == "CREATE_FULFILLMENT" {
			return !f.atService()
		}
	}
	return false
}

// atService reports whether a fulfilment service ships it.
func (f *fulfillmentOrder) atService() bool {
	return f.Assigned.Location != nil && f.Assigned.Location.Service
}

// fulfillmentOrders returns all fulfillment orders of an order with all their lines.
func (c *Connection) fulfillmentOrders(ctx context.Context, orderID string) (all []fulfillmentOrder, r reply, fault *channel.Fault) {
	list := unread[fulfillmentOrder]()
	fault = list.finish(opFulfillmentOrders, func(after string) (page paged[fulfillmentOrder], _ reply, fault *channel.Fault) {
		var data struct {
			Order *struct {
				FulfillmentOrders paged[fulfillmentOrder] `json:"fulfillmentOrders"`
			} `json:"order"`
		}
		if r, fault = c.read(ctx, opFulfillmentOrders, variables{"id": orderID, "after": orNull(after)}, &data); fault != nil {
			return page, r, fault
		}
		if data.Order == nil {
			return page, r, r.answer.Fault(channel.Missing, opFulfillmentOrders.name, CodeNotFound)
		}
		page = data.Order.FulfillmentOrders
		for i := range page.Nodes {
			if fault := c.allOpenUnits(ctx, &page.Nodes[i]); fault != nil {
				return page, r, fault
			}
		}
		return page, r, nil
	})
	return list.Nodes, r, fault
}

func (c *Connection) allOpenUnits(ctx context.Context, f *fulfillmentOrder) *channel.Fault {
	return f.LineItems.finish(opFulfillmentOrderLn, func(after string) (page paged[openUnits], r reply, fault *channel.Fault) {
		var data struct {
			FulfillmentOrder *struct {
				LineItems paged[openUnits] `json:"lineItems"`
			} `json:"fulfillmentOrder"`
		}
		if r, fault = c.read(ctx, opFulfillmentOrderLn, variables{"id": f.ID, "after": after}, &data); fault != nil {
			return page, r, fault
		}
		if data.FulfillmentOrder == nil { // merged or split meanwhile
			return page, r, r.answer.Fault(channel.Conflict, opFulfillmentOrderLn.name, CodeNotFound)
		}
		return data.FulfillmentOrder.LineItems, r, nil
	})
}

// shippedOpen are the shipped and open units of a line.
type shippedOpen struct{ shipped, open int }

// servedLines returns the ids of the lines that only fulfilment services ship.
func servedLines(orders []fulfillmentOrder) map[string]bool {
	served := map[string]bool{}
	for _, service := range []bool{true, false} {
		for i := range orders {
			if orders[i].Status == "CANCELLED" || orders[i].atService() != service {
				continue
			}
			for _, l := range orders[i].LineItems.Nodes {
				served[l.Line.ID] = service
			}
		}
	}
	return served
}

// splitLines returns the ids of the lines of which a fulfilment service ships units, and we others.
func splitLines(orders []fulfillmentOrder) map[string]bool {
	at := map[bool]map[string]bool{true: {}, false: {}}
	for i := range orders {
		for _, l := range orders[i].LineItems.Nodes {
			if orders[i].Status != "CANCELLED" {
				at[orders[i].atService()][l.Line.ID] = true
			}
		}
	}
	split := at[true]
	maps.DeleteFunc(split, func(id string, _ bool) bool { return !at[false][id] })
	return split
}

// readUnits returns the shipped and open units of an order's lines that do not show them: of one of which a service ships units, ours.
// Fulfillments and fulfillment orders show what the refunds were for. It makes no call and returns nil when the lines are enough.
func (c *Connection) readUnits(ctx context.Context, o *wireOrder) (units map[string]shippedOpen, asked bool, fault *channel.Fault) {
	enough, together := o.linesShowUnits(), o.leavesTogether(c.account.Locations)
	waits := o.waitsTogether()
	if enough && together && waits && !o.mayBeServed() {
		return nil, false, nil
	}
	orders, _, fault := c.fulfillmentOrders(ctx, o.ID)
	if fault != nil {
		return nil, true, fault
	}
	if !together {
		o.places.readLines(orders)
	}
	if !waits {
		o.readWaiting(orders)
	}
	if o.served, o.split = servedLines(orders), splitLines(orders); enough && len(o.split) == 0 {
		return nil, true, nil
	}
	done, fault := c.fulfillments(ctx, o.ID)
	if fault != nil {
		return nil, true, fault
	}
	return o.count(orders, done, enough), true, nil
}

// count counts the shipped and open units of an order's lines; with enough, only of those of which a service ships units.
func (o *wireOrder) count(orders []fulfillmentOrder, done []fulfillment, enough bool) map[string]shippedOpen {
	units := make(map[string]shippedOpen, len(o.LineItems.Nodes))
	for _, l := range o.LineItems.Nodes {
		if !enough || o.split[l.ID] {
			units[l.ID] = shippedOpen{}
		}
	}
	theirs := func(line string, service bool) bool { return service && o.split[line] }
	for i := range orders {
		for _, l := range orders[i].LineItems.Nodes {
			if u, ok := units[l.Line.ID]; ok && orders[i].live() && !theirs(l.Line.ID, orders[i].atService()) {
				u.open += max(0, min(l.Remaining, maxUnits))
				units[l.Line.ID] = u
			}
		}
	}
	for i := range done {
		for line, n := range done[i].contents() {
			if u, ok := units[line]; ok && done[i].valid() && !theirs(line, done[i].byService()) {
				u.shipped += n
				units[line] = u
			}
		}
	}
	return units
}
