package shopify

import (
	"context"
	"errors"
	"fmt"

	"github.com/towpath/towpath/internal/simulator/market"
)

// fulfillmentOrderMove assigns what is still to be shipped of a fulfillment order, or whole lines of it, to another location. As in
// Shopify the destination must stock the items, and what is shipped stays. This shop moves no part of a line's units.
func (s *shop) fulfillmentOrderMove(ctx context.Context, a arguments) (any, error) {
	refuse := func(code any, message string, field ...string) object {
		return object{kind: "FulfillmentOrderMovePayload", fields: map[string]any{
			"movedFulfillmentOrder": nil, "originalFulfillmentOrder": nil, "userErrors": list{object{
				kind: "FulfillmentOrderMoveFulfillmentOrderMoveUserError", fields: map[string]any{"code": code, "field": field, "message": message}}},
		}}
	}
	o, p, found, err := s.findPart(ctx, a.text("id"))
	switch {
	case err != nil:
		return nil, err
	case !found:
		return refuse(nil, "Fulfillment order does not exist.", "id"), nil
	case !s.has(a.text("newLocationId")):
		return refuse(nil, "Location not found.", "newLocationId"), nil
	case p.status(o) == "CLOSED":
		return refuse(nil, "Cannot move a fulfillment order that is closed.", "id"), nil
	}
	to := s.further(a.text("newLocationId"))
	lines, err := partLines(a["fulfillmentOrderLineItems"])
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		lines = allOpen(p.lines)
	}
	var ids []string
	for _, l := range lines {
		ids = append(ids, l.LineID)
	}
	if to != "" {
		for _, l := range p.lines {
			if l.NotStocked {
				continue
			}
			if _, stocked, err := s.market.Shelf(ctx, l.SKU, to); err != nil || !stocked {
				return refuse(nil, "The destination location doesn't stock the requested inventory item.", "newLocationId"), err
			}
		}
	}
	if err := s.market.MoveLines(ctx, o.ID, ids, to); err != nil {
		if errors.Is(err, market.ErrNoLine) {
			return refuse(nil, "Fulfillment order line item does not exist.", "fulfillmentOrderLineItems"), nil
		}
		return nil, fmt.Errorf("move: %w", err)
	}
	if o, err = s.market.Order(ctx, o.ID); err != nil {
		return nil, fmt.Errorf("move: %w", err)
	}
	moved := any(nil)
	for _, part := range s.parts(o) {
		if part.location == a.text("newLocationId") {
			moved = s.fulfillmentOrderObject(o, part)
		}
	}
	return object{kind: "FulfillmentOrderMovePayload", fields: map[string]any{
		"movedFulfillmentOrder": moved, "originalFulfillmentOrder": moved, "userErrors": list{},
	}}, nil
}
