package shopify

import (
	"context"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// CorrectShipment changes the tracking of the package's fulfilments, of which there is one per location. Those that have the new number
// already were changed by an earlier call; one that is all of the package is changed again, because that call may have named another carrier.
// Shopify does not notify the buyer.
func (c *Connection) CorrectShipment(ctx context.Context, s channel.Shipment, was string) (channel.Confirmation, error) {
	done, fault := c.fulfillments(ctx, s.OrderID)
	if fault != nil {
		return channel.Confirmation{}, fault
	}
	if i := slices.IndexFunc(done, func(f fulfillment) bool { return f.is(s) }); i >= 0 {
		return c.retrack(ctx, done[i].ID, trackingInput{Company: company(s), Number: s.TrackingNumber})
	}
	old, corrected := s, s
	old.TrackingNumber = was
	first, rest := left(done, corrected)
	if strings.EqualFold(was, s.TrackingNumber) { // no part tells whether it was changed
		rest = wanted(s)
	}
	answer := channel.Confirmation{Ref: first, Found: true}
	for _, id := range parts(done, old, rest) {
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

// parts returns the ids of the fulfilments that are a package: the one with its tracking number and its units, or those with that number that
// have together only the rest of its units. Another package of the order may have the same number.
func parts(done []fulfillment, s channel.Shipment, rest map[string]int) (ids []string) {
	if i := slices.IndexFunc(done, func(f fulfillment) bool { return f.is(s) }); i >= 0 {
		return []string{done[i].ID}
	}
	for i := range done {
		if done[i].valid() && done[i].tracked(s.TrackingNumber) && within(done[i].contents(), rest) {
			take(done[i].contents(), rest)
			ids = append(ids, done[i].ID)
		}
	}
	return ids
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
