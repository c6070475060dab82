package shopify

import (
	"context"
	"errors"
	"fmt"

	"github.com/towpath/towpath/internal/simulator/market"
)

// updateTracking changes carrier and tracking number of a fulfilment; its contents stay. The same call again changes nothing.
func (s *shop) updateTracking(ctx context.Context, a arguments) (any, error) {
	id, ok := orderOfShipment(a.text("fulfillmentId"))
	if !ok {
		return nil, invalidID(a.text("fulfillmentId"))
	}
	o, err := s.market.Order(ctx, id)
	if err != nil && !errors.Is(err, market.ErrNoOrder) {
		return nil, fmt.Errorf("update tracking: %w", err)
	}
	tracking, _ := a["trackingInfoInput"].(map[string]any)
	for _, p := range o.Shipments {
		if shipmentID(o, p) != a.text("fulfillmentId") {
			continue
		}
		p.Carrier, _ = tracking["company"].(string)
		p.TrackingNumber, _ = tracking["number"].(string)
		if err := s.market.Retrack(ctx, o.ID, p); err != nil {
			return nil, fmt.Errorf("update tracking: %w", err)
		}
		return tracked(s.shipmentObject(o, p)), nil
	}
	return tracked(nil, object{kind: "UserError", fields: map[string]any{"field": []string{"fulfillmentId"}, "message": "Fulfillment does not exist."}}), nil
}

// tracked returns the answer of fulfillmentTrackingInfoUpdate.
func tracked(done any, errs ...object) object {
	o := created(done, errs...)
	o.kind = "FulfillmentTrackingInfoUpdatePayload"
	return o
}
