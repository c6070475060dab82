package shopify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// fulfillment returns one package.
func (s *shop) fulfillment(ctx context.Context, a arguments) (any, error) {
	id, ok := orderOfShipment(a.text("id"))
	if !ok {
		return nil, invalidID(a.text("id"))
	}
	o, err := s.market.Order(ctx, id)
	if err != nil && !errors.Is(err, market.ErrNoOrder) {
		return nil, fmt.Errorf("fulfillment: %w", err)
	}
	for _, one := range s.shipmentObjects(o) {
		if one.fields["id"] == a.text("id") {
			return one, nil
		}
	}
	return nil, nil
}

// shipmentObjects returns an order's packages, the valid ones first.
func (s *shop) shipmentObjects(o market.Order) (all []object) {
	for _, p := range o.Shipments {
		all = append(all, s.shipmentObject(o, p))
	}
	for _, p := range o.Recalled {
		one := s.shipmentObject(o, p)
		one.fields["status"] = "CANCELLED"
		all = append(all, one)
	}
	return all
}

func (s *shop) fulfillmentList(o market.Order, a arguments) (any, error) {
	first := maxPage
	if _, given := a["first"]; given {
		n, err := a.first()
		if err != nil {
			return nil, err
		}
		first = n
	}
	all := list{}
	for _, one := range s.shipmentObjects(o) {
		if len(all) < first {
			all = append(all, one)
		}
	}
	return all, nil
}

func (s *shop) shipmentObject(o market.Order, p market.Shipment) object {
	byID := make(map[string]market.Line, len(o.Lines))
	for _, l := range o.Lines {
		byID[l.ID] = l
	}
	lines := make([]object, len(p.Lines))
	for i, l := range p.Lines {
		lines[i] = object{kind: "FulfillmentLineItem", fields: map[string]any{
			"id": sibling(l.LineID, "LineItem", "FulfillmentLineItem"), "quantity": l.Quantity, "lineItem": lineObject(o, byID[l.LineID]),
		}}
	}
	tracking := object{kind: "FulfillmentTrackingInfo", fields: map[string]any{
		"company": orNil(p.Carrier), "number": orNil(p.TrackingNumber), "url": nil,
	}}
	from := byID[p.Lines[0].LineID].Location
	at := object{kind: "Location", fields: map[string]any{"id": cmp.Or(from, s.options.Location), "isFulfillmentService": from == market.ServiceLocation}}
	return object{kind: "Fulfillment", fields: map[string]any{
		"location": at, "id": shipmentID(o, p), "status": "SUCCESS", "createdAt": second(p.RecordedAt),
		"trackingInfo":         call{[]string{"first"}, func(context.Context, arguments) (any, error) { return list{tracking}, nil }},
		"fulfillmentLineItems": paged("FulfillmentLineItem", lines),
	}}
}

// created returns the answer of fulfillmentCreate.
func created(done any, errs ...object) object {
	all := make(list, len(errs))
	for i, e := range errs {
		all[i] = e
	}
	return object{kind: "FulfillmentCreatePayload", fields: map[string]any{"fulfillment": done, "userErrors": all}}
}

// not returns a refusal by fulfillmentCreate; its user errors have no codes.
func not(message string, field ...string) object {
	return created(nil, object{kind: "UserError", fields: map[string]any{"field": append([]string{"fulfillment"}, field...), "message": message}})
}

// fulfillmentCreate ships. The call is not idempotent: the same call again ships again as long as units are left.
func (s *shop) fulfillmentCreate(ctx context.Context, a arguments) (any, error) {
	in, _ := a["fulfillment"].(map[string]any)
	parts, _ := in["lineItemsByFulfillmentOrder"].([]any)
	if len(parts) == 0 {
		return not("Line items by fulfillment order can't be blank", "lineItemsByFulfillmentOrder"), nil
	}
	var o market.Order
	var shipment market.Shipment
	location := ""
	for _, input := range parts {
		in, _ := input.(map[string]any)
		id, _ := in["fulfillmentOrderId"].(string)
		of, p, found, err := s.findPart(ctx, id)
		switch {
		case err != nil:
			return nil, err
		case !found:
			return not("Fulfillment order does not exist.", "lineItemsByFulfillmentOrder"), nil
		case o.ID != "" && of.ID != o.ID:
			return not("All fulfillment orders must belong to the same order", "lineItemsByFulfillmentOrder"), nil
		case location != "" && p.location != location:
			return not("All fulfillment orders must be assigned to the same location", "lineItemsByFulfillmentOrder"), nil
		}
		if !p.fulfillable(of) {
			return not(fmt.Sprintf("Fulfillment order %d has an unfulfillable status= %s.", orderBase+of.Number, strings.ToLower(p.status(of)))), nil
		}
		o, location = of, p.location
		lines, err := partLines(in["fulfillmentOrderLineItems"])
		if err != nil {
			return nil, err
		}
		if len(lines) == 0 {
			lines = allOpen(p.lines)
		}
		shipment.Lines = append(shipment.Lines, lines...)
	}
	tracking, _ := in["trackingInfo"].(map[string]any)
	shipment.Carrier, _ = tracking["company"].(string)
	shipment.TrackingNumber, _ = tracking["number"].(string)
	shipment.ShippedAt = s.options.Now()
	return s.ship(ctx, o, shipment)
}

// partLines reads the lines of one fulfillment order; none means all of its remaining units.
func partLines(v any) ([]market.ShipmentLine, error) {
	entries, _ := v.([]any)
	lines := make([]market.ShipmentLine, len(entries))
	for i, e := range entries {
		one, _ := e.(map[string]any)
		id, _ := one["id"].(string)
		n, ok := whole(one["quantity"])
		line := sibling(id, "FulfillmentOrderLineItem", "LineItem")
		if line == "" || !ok {
			return nil, invalidID(id)
		}
		lines[i] = market.ShipmentLine{LineID: line, Quantity: n}
	}
	return lines, nil
}

func allOpen(open []market.Line) (lines []market.ShipmentLine) {
	for _, l := range open {
		if n := l.Unshipped(); n > 0 {
			lines = append(lines, market.ShipmentLine{LineID: l.ID, Quantity: n})
		}
	}
	return lines
}

func (s *shop) ship(ctx context.Context, o market.Order, shipment market.Shipment) (any, error) {
	if s.options.Injector.Strikes(faults.NeverShown, "fulfillmentCreate") {
		shipment.RecordedAt = s.options.Now()
		return created(s.shipmentObject(o, shipment)), nil
	}
	done, err := s.market.Ship(ctx, o.ID, shipment)
	switch {
	case errors.Is(err, market.ErrQuantity), errors.Is(err, market.ErrUnpaid), errors.Is(err, market.ErrOnHold), errors.Is(err, market.ErrFBA):
		return not("Invalid fulfillment order line item quantity requested."), nil
	case errors.Is(err, market.ErrNoLine):
		return not("Fulfillment order line item does not exist."), nil
	case err != nil:
		return nil, fmt.Errorf("ship: %w", err)
	}
	return created(s.shipmentObject(o, done)), nil
}
