package shopify

import (
	"context"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// CorrectShipment changes the tracking of the package's fulfilments, of which there is one per location. Those that have the new number
// already are changed again: an earlier call changed them, and may have named another carrier. Shopify does not notify the buyer.
func (c *Connection) CorrectShipment(ctx context.Context, s channel.Shipment, was string) (channel.Confirmation, error) {
	done, fault := c.fulfillments(ctx, s.OrderID)
	if fault != nil {
		return channel.Confirmation{}, fault
	}
	var answer channel.Confirmation
	for _, id := range parts(done, s, was) {
		one, err := c.retrack(ctx, id, trackingInput{Company: company(s), Number: s.TrackingNumber})
		if err != nil {
			return channel.Confirmation{}, err
		}
		answer = one
	}
	if answer.Ref == "" {
		return channel.Confirmation{}, channel.Refusal(channel.Missing, opTrackingUpdate.name, CodeNotFound, "the order has no fulfilment with the package's tracking number")
	}
	return answer, nil
}

// parts returns the ids of the fulfilments that are a corrected package, which was sent with another number. What has all its units is all of it: first
// with the new number, as the old one may be another package's by then. Otherwise an earlier call has changed some, and the others have the rest.
func parts(done []fulfillment, s channel.Shipment, was string) []string {
	old := s
	old.TrackingNumber = was
	for _, p := range []channel.Shipment{s, old} {
		if i := slices.IndexFunc(done, func(f fulfillment) bool { return f.is(p) }); i >= 0 {
			return []string{done[i].ID}
		}
		if ids, rest := left(done, p); len(rest) == 0 {
			return ids
		}
	}
	changed, rest := left(done, s)
	if strings.EqualFold(was, s.TrackingNumber) {
		return changed
	}
	for i := range done {
		if done[i].valid() && done[i].tracked(was) && within(done[i].contents(), rest) {
			take(done[i].contents(), rest)
			changed = append(changed, done[i].ID)
		}
	}
	return changed
}

// retrack changes the tracking of one fulfilment.
func (c *Connection) retrack(ctx context.Context, id string, to trackingInput) (channel.Confirmation, error) {
	var data struct {
		Update *struct {
			Fulfillment *struct {
				ID string `json:"id"`
			} `json:"fulfillment"`
			UserErrors []userError `json:"userErrors"`
		} `json:"fulfillmentTrackingInfoUpdate"`
	}
	r, fault := c.write(ctx, opTrackingUpdate, variables{"id": id, "tracking": to, "notify": false}, &data)
	if fault != nil {
		return channel.Confirmation{}, fault
	}
	if data.Update == nil {
		return channel.Confirmation{}, r.answer.Unreadable(opTrackingUpdate.name)
	}
	if errs := data.Update.UserErrors; len(errs) > 0 {
		refusal := refusalOf(errs[0].Message)
		return channel.Confirmation{}, errs[0].fault(r, opTrackingUpdate.name, refusal.class, refusal.code)
	}
	if data.Update.Fulfillment == nil || data.Update.Fulfillment.ID == "" {
		return channel.Confirmation{}, r.answer.Unreadable(opTrackingUpdate.name)
	}
	return channel.Confirmation{Ref: data.Update.Fulfillment.ID, RequestID: r.requestID}, nil
}
