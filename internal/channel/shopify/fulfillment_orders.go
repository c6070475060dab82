package shopify

import (
	"context"

	"github.com/towpath/towpath/internal/channel"
)

// fulfillmentOrder is a part of an order that one location is to ship.
type fulfillmentOrder struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	Assigned struct {
		Location *struct {
			ID string `json:"id"`
		} `json:"location"` // null when the location was deleted
	} `json:"assignedLocation"`
	LineItems openConnection `json:"lineItems"`
}

type openConnection struct {
	Nodes    []openUnits `json:"nodes"`
	PageInfo pageInfo    `json:"pageInfo"`
}

// openUnits are the units of one order line that a fulfillment order still has to ship.
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

// live tells whether the fulfillment order still has units to ship, now or later.
func (f *fulfillmentOrder) live() bool {
	switch f.Status {
	case "CLOSED", "CANCELLED", "INCOMPLETE":
		return false
	}
	return true
}

// ready tells whether it may be fulfilled now.
func (f *fulfillmentOrder) ready() bool { return f.Status == "OPEN" || f.Status == "IN_PROGRESS" }

// maxPages bounds how long nested pages are followed.
const maxPages = 1000

// fulfillmentOrders reads all fulfillment orders of an order with all their lines.
func (c *Connection) fulfillmentOrders(ctx context.Context, orderID string) ([]fulfillmentOrder, reply, *channel.Fault) {
	var all []fulfillmentOrder
	after, v := "", variables{"id": orderID, "after": nil}
	for range maxPages {
		var data struct {
			Order *struct {
				FulfillmentOrders struct {
					Nodes    []fulfillmentOrder `json:"nodes"`
					PageInfo pageInfo           `json:"pageInfo"`
				} `json:"fulfillmentOrders"`
			} `json:"order"`
		}
		r, fault := c.read(ctx, opFulfillmentOrders, v, &data)
		if fault != nil {
			return nil, r, fault
		}
		if data.Order == nil {
			return nil, r, r.answer.Fault(channel.Missing, opFulfillmentOrders.name, CodeNotFound)
		}
		page := data.Order.FulfillmentOrders
		for i := range page.Nodes {
			if fault := c.allOpenUnits(ctx, &page.Nodes[i]); fault != nil {
				return nil, r, fault
			}
		}
		all = append(all, page.Nodes...)
		if !page.PageInfo.HasNextPage {
			return all, r, nil
		}
		if page.PageInfo.stuck(after, len(page.Nodes)) {
			return nil, r, r.answer.Fault(channel.Unavailable, opFulfillmentOrders.name, CodeRepeatedCursor)
		}
		after = page.PageInfo.EndCursor
		v["after"] = after
	}
	return nil, reply{}, endless(opFulfillmentOrders)
}

func (c *Connection) allOpenUnits(ctx context.Context, f *fulfillmentOrder) *channel.Fault {
	for f.LineItems.PageInfo.HasNextPage {
		var data struct {
			FulfillmentOrder *struct {
				LineItems openConnection `json:"lineItems"`
			} `json:"fulfillmentOrder"`
		}
		after := f.LineItems.PageInfo.EndCursor
		r, fault := c.read(ctx, opFulfillmentOrderLn, variables{"id": f.ID, "after": after}, &data)
		if fault != nil {
			return fault
		}
		if data.FulfillmentOrder == nil { // merged or split meanwhile
			return r.answer.Fault(channel.Conflict, opFulfillmentOrderLn.name, CodeNotFound)
		}
		page := data.FulfillmentOrder.LineItems
		if page.PageInfo.stuck(after, len(page.Nodes)) {
			return r.answer.Fault(channel.Unavailable, opFulfillmentOrderLn.name, CodeRepeatedCursor)
		}
		f.LineItems = openConnection{Nodes: append(f.LineItems.Nodes, page.Nodes...), PageInfo: page.PageInfo}
	}
	return nil
}

func endless(op operation) *channel.Fault {
	f := channel.NewFault(channel.Unavailable, op.name, "more pages than any order has")
	f.Code = CodeRepeatedCursor
	return f
}

// shippedOpen is what has become of a line's units.
type shippedOpen struct{ shipped, open int }

// settle finds the shipped and open units of an order whose lines leave them open: from its fulfillments and
// fulfillment orders, which know what the refunds were for. nil when the lines tell enough.
func (c *Connection) settle(ctx context.Context, o *wireOrder) (map[string]shippedOpen, *channel.Fault) {
	if o.settled() {
		return nil, nil
	}
	orders, _, fault := c.fulfillmentOrders(ctx, o.ID)
	if fault != nil {
		return nil, fault
	}
	done, fault := c.fulfillments(ctx, o.ID)
	if fault != nil {
		return nil, fault
	}
	units := make(map[string]shippedOpen, len(o.LineItems.Nodes))
	for _, l := range o.LineItems.Nodes {
		units[l.ID] = shippedOpen{}
	}
	for i := range orders {
		for _, l := range orders[i].LineItems.Nodes {
			if u, ok := units[l.Line.ID]; ok && orders[i].live() {
				u.open += max(0, min(l.Remaining, maxUnits))
				units[l.Line.ID] = u
			}
		}
	}
	for i := range done {
		for line, n := range done[i].contents() {
			if u, ok := units[line]; ok && done[i].stands() {
				u.shipped += n
				units[line] = u
			}
		}
	}
	return units, nil
}
