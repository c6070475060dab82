package shopify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// partFactor separates the numbers of an order's fulfillment orders: the second's number is the first's plus
// partFactor.
const partFactor = 1_000_000_000_000_000

// part is the part of an order that one location ships.
type part struct {
	number   int64 // 0, 1, ... within the order
	location string
	lines    []market.Line
}

// parts divides an order by the locations of its lines. The shop's first location is Options.Location.
func (s *shop) parts(o market.Order) []part {
	var all []part
	for _, l := range toShip(o) {
		at := l.Location
		if at == "" {
			at = s.options.Location
		}
		i := slices.IndexFunc(all, func(p part) bool { return p.location == at })
		if i < 0 {
			all = append(all, part{number: int64(len(all)), location: at})
			i = len(all) - 1
		}
		all[i].lines = append(all[i].lines, l)
	}
	return all
}

// partID returns the global id of a fulfillment order.
func partID(o market.Order, p part) string {
	n, _ := number(o.ID, "Order")
	return gid("FulfillmentOrder", n+p.number*partFactor)
}

// partOrder returns the order of a fulfillment order and the index of its part.
func partOrder(id string) (orderID string, index int64, ok bool) {
	n, ok := number(id, "FulfillmentOrder")
	return gid("Order", n%partFactor), n / partFactor, ok
}

func (s *shop) fulfillmentOrderObjects(o market.Order) []object {
	var all []object
	for _, p := range s.parts(o) {
		all = append(all, s.fulfillmentOrderObject(o, p))
	}
	return all
}

func (s *shop) fulfillmentOrderObject(o market.Order, p part) object {
	lines := make([]object, len(p.lines))
	for i, l := range p.lines {
		lines[i] = object{kind: "FulfillmentOrderLineItem", fields: map[string]any{
			"id": sibling(l.ID, "LineItem", "FulfillmentOrderLineItem"), "remainingQuantity": l.Unshipped(),
			"totalQuantity": l.Quantity - l.Cancelled, "sku": orNil(l.SKU), "lineItem": lineObject(o, l),
		}}
	}
	at := object{kind: "Location", fields: map[string]any{"id": p.location, "name": "Warehouse", "isActive": true, "isFulfillmentService": p.served()}}
	return object{kind: "FulfillmentOrder", fields: map[string]any{
		"id": partID(o, p), "status": p.status(o), "orderId": o.ID, "fulfillBy": nil, "fulfillAt": nil, // of a pre-order, too
		"requestStatus": "UNSUBMITTED", "supportedActions": p.actions(o),
		"assignedLocation": object{kind: "FulfillmentOrderAssignedLocation", fields: map[string]any{"name": "Warehouse", "location": at}},
		"lineItems":        paged("FulfillmentOrderLineItem", lines),
	}}
}

// status returns the part's status: held while it awaits payment or is on hold.
func (p part) status(o market.Order) string {
	u := countLines(p.lines)
	switch {
	case u.open == 0:
		return "CLOSED"
	case o.Paid && o.Scheduled():
		return "SCHEDULED"
	case !o.Paid, o.OnHold != "":
		return "ON_HOLD"
	case o.Fault == faults.Incomplete:
		return "INCOMPLETE"
	case u.shipped > 0:
		return "IN_PROGRESS"
	}
	return "OPEN"
}

// served reports whether a fulfilment service ships the part.
func (p part) served() bool { return p.location == market.ServiceLocation }

// fulfillable reports whether Shopify accepts a fulfillment of the part.
func (p part) fulfillable(o market.Order) bool {
	return !p.served() && slices.Contains([]string{"OPEN", "IN_PROGRESS", "INCOMPLETE"}, p.status(o))
}

// actions returns what Shopify accepts for the part now.
func (p part) actions(o market.Order) list {
	actions := list{}
	if p.fulfillable(o) {
		actions = append(actions, object{kind: "FulfillmentOrderSupportedAction", fields: map[string]any{"action": "CREATE_FULFILLMENT"}})
	}
	return actions
}

// fulfillmentOrder returns a fulfillment order by its id.
func (s *shop) fulfillmentOrder(ctx context.Context, a arguments) (any, error) {
	o, p, found, err := s.findPart(ctx, a.text("id"))
	if err != nil || !found {
		return nil, err
	}
	return s.fulfillmentOrderObject(o, p), nil
}

func (s *shop) findPart(ctx context.Context, id string) (market.Order, part, bool, error) {
	orderID, index, ok := partOrder(id)
	if !ok {
		return market.Order{}, part{}, false, invalidID(id)
	}
	o, err := s.market.Order(ctx, orderID)
	if errors.Is(err, market.ErrNoOrder) {
		return market.Order{}, part{}, false, nil
	}
	if err != nil {
		return market.Order{}, part{}, false, fmt.Errorf("fulfillment order: %w", err)
	}
	all := s.parts(o)
	if index >= int64(len(all)) {
		return o, part{}, false, nil
	}
	return o, all[index], true, nil
}

// fulfillmentOrders returns those of the newest orders, without paging.
func (s *shop) fulfillmentOrders(ctx context.Context, a arguments) (any, error) {
	first, err := a.first()
	if err != nil {
		return nil, err
	}
	orders, _, err := s.market.Orders(ctx, market.Filter{ByCreation: true, Limit: first})
	if err != nil {
		return nil, fmt.Errorf("fulfillment orders: %w", err)
	}
	c := connection{of: "FulfillmentOrder"}
	for _, o := range orders {
		for _, one := range s.fulfillmentOrderObjects(o) {
			if len(c.nodes) < first {
				c.nodes, c.cursors = append(c.nodes, one), append(c.cursors, o.ID)
			}
		}
	}
	return c, nil
}
