package shopify

import (
	"context"
	"maps"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// fulfillment is a package that Shopify has.
type fulfillment struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	Tracking []struct {
		Number string `json:"number"`
	} `json:"trackingInfo"`
	Location  *location           `json:"location"` // where it was packed; null when it was deleted
	LineItems paged[shippedUnits] `json:"fulfillmentLineItems"`
}

// shippedUnits are the units of one order line in a package.
type shippedUnits struct {
	Quantity int     `json:"quantity"`
	Line     lineRef `json:"lineItem"`
}

// valid reports whether the fulfilment is valid: neither cancelled nor failed.
func (f *fulfillment) valid() bool {
	switch f.Status {
	case "CANCELLED", "ERROR", "FAILURE":
		return false
	}
	return true
}

// byService reports whether a fulfilment service has shipped it.
func (f *fulfillment) byService() bool { return f.Location != nil && f.Location.Service }

// contents returns the units per order line.
func (f *fulfillment) contents() map[string]int {
	units := make(map[string]int, len(f.LineItems.Nodes))
	for _, l := range f.LineItems.Nodes {
		units[l.Line.ID] += max(0, min(l.Quantity, maxUnits))
	}
	return units
}

// is reports whether the fulfilment is that package: same tracking number and contents. Two packages of an order may
// share a tracking number, so the number alone is not enough.
func (f *fulfillment) is(s channel.Shipment) bool {
	return f.valid() && maps.Equal(f.contents(), wanted(s)) && f.tracked(s.TrackingNumber)
}

// tracked reports whether the fulfilment has the tracking number.
func (f *fulfillment) tracked(number string) bool {
	for _, t := range f.Tracking {
		if strings.EqualFold(strings.TrimSpace(t.Number), strings.TrimSpace(number)) {
			return true
		}
	}
	return false
}

// wanted returns a package's units per order line.
func wanted(s channel.Shipment) map[string]int {
	units := make(map[string]int, len(s.Lines))
	for _, l := range s.Lines {
		units[l.LineID] += l.Quantity
	}
	return units
}

// fulfillments returns all fulfilments of an order, at most 100, with all their lines.
func (c *Connection) fulfillments(ctx context.Context, orderID string) ([]fulfillment, *channel.Fault) {
	var data struct {
		Order *struct {
			Fulfillments []fulfillment `json:"fulfillments"`
		} `json:"order"`
	}
	r, fault := c.read(ctx, opFulfillments, variables{"id": orderID}, &data)
	if fault != nil {
		return nil, fault
	}
	if data.Order == nil {
		return nil, r.answer.Fault(channel.Missing, opFulfillments.name, CodeNotFound)
	}
	all := data.Order.Fulfillments
	for i := range all {
		if fault := c.allShippedUnits(ctx, &all[i]); fault != nil {
			return nil, fault
		}
	}
	return all, nil
}

func (c *Connection) allShippedUnits(ctx context.Context, f *fulfillment) *channel.Fault {
	return f.LineItems.finish(opFulfillmentLines, func(after string) (page paged[shippedUnits], r reply, fault *channel.Fault) {
		var data struct {
			Fulfillment *struct {
				LineItems paged[shippedUnits] `json:"fulfillmentLineItems"`
			} `json:"fulfillment"`
		}
		if r, fault = c.read(ctx, opFulfillmentLines, variables{"id": f.ID, "after": after}, &data); fault != nil {
			return page, r, fault
		}
		if data.Fulfillment == nil {
			return page, r, r.answer.Fault(channel.Conflict, opFulfillmentLines.name, CodeNotFound)
		}
		return data.Fulfillment.LineItems, r, nil
	})
}
