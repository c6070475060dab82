package shopify

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/channel"
)

// fulfillmentInput is one package as fulfillmentCreate accepts it.
type fulfillmentInput struct {
	ByOrder  []partInput   `json:"lineItemsByFulfillmentOrder"`
	Tracking trackingInput `json:"trackingInfo"`
	Notify   bool          `json:"notifyCustomer"`
}

type trackingInput struct {
	Company string `json:"company"`
	Number  string `json:"number"`
}

// partInput always names lines: a part without lines would ship everything in the fulfillment order.
type partInput struct {
	FulfillmentOrderID string      `json:"fulfillmentOrderId"`
	Lines              []unitInput `json:"fulfillmentOrderLineItems"`
}

type unitInput struct {
	ID       string `json:"id"`
	Quantity int    `json:"quantity"`
}

// ConfirmShipment creates a fulfilment, or one per location if the package's units are assigned to several: a Shopify
// fulfilment has one location. The call has no idempotency key, so after an attempt with an unknown outcome the
// order's fulfilments are read first. Shopify does not notify the buyer.
func (c *Connection) ConfirmShipment(ctx context.Context, s channel.Shipment) (channel.Confirmation, error) {
	var done []fulfillment
	if s.Attempted {
		var fault *channel.Fault
		if done, fault = c.fulfillments(ctx, s.OrderID); fault != nil {
			return channel.Confirmation{}, fault
		}
		if i := slices.IndexFunc(done, func(f fulfillment) bool { return f.is(s) }); i >= 0 {
			return channel.Confirmation{Ref: done[i].ID, Found: true}, nil
		}
	}
	orders, r, fault := c.fulfillmentOrders(ctx, s.OrderID)
	if fault != nil {
		return channel.Confirmation{}, fault
	}
	at := c.shelves(s)
	groups, refusal := allocate(orders, wanted(s), at)
	first := ""
	if refusal != nil && refusal.code == CodeUnitsNotOpen {
		if found, rest := left(done, s); len(found) > 0 {
			first = found[0]
			groups, refusal = allocate(orders, rest, at)
			if len(rest) == 0 {
				return channel.Confirmation{Ref: first, Found: true}, nil
			}
		}
	}
	if refusal != nil {
		return channel.Confirmation{}, r.answer.Fault(refusal.class, opFulfillmentCreate.name, refusal.code)
	}
	return c.createAll(ctx, s, groups, first)
}

// createAll creates a fulfilment per group; first is the id of one that an earlier attempt created. After a part of
// the package is confirmed, a failure is Ambiguous: the next attempt must read what exists.
func (c *Connection) createAll(ctx context.Context, s channel.Shipment, groups [][]partInput, first string) (channel.Confirmation, error) {
	var answer channel.Confirmation
	for _, parts := range groups {
		one, err := c.create(ctx, fulfillmentInput{
			ByOrder: parts, Tracking: trackingInput{Company: company(s), Number: s.TrackingNumber},
		})
		if err != nil {
			f := channel.AsFault(err, opFulfillmentCreate.name)
			f.Ambiguous = f.Ambiguous || first != ""
			return channel.Confirmation{}, f
		}
		if answer = one; first == "" {
			first = one.Ref
		}
	}
	answer.Ref = first
	return answer, nil
}

// company returns the carrier in Shopify's spelling, which makes the tracking number a link, or as it was given.
func company(s channel.Shipment) string {
	if code, name := s.CarrierOn(channel.Shopify); name == "" {
		return code
	}
	return s.Company()
}

// left finds the parts of a package that were confirmed before: fulfilments with its tracking number that have only
// its units. It returns their ids and the units left to confirm.
func left(done []fulfillment, s channel.Shipment) (ids []string, rest map[string]int) {
	rest = wanted(s)
	for i := range done {
		if !done[i].valid() || !done[i].tracked(s.TrackingNumber) || !within(done[i].contents(), rest) {
			continue
		}
		take(done[i].contents(), rest)
		ids = append(ids, done[i].ID)
	}
	return ids, rest
}

// take takes units out of the rest.
func take(units, rest map[string]int) {
	for line, n := range units {
		if rest[line] -= n; rest[line] == 0 {
			delete(rest, line)
		}
	}
}

func within(units, of map[string]int) bool {
	for line, n := range units {
		if n > of[line] {
			return false
		}
	}
	return len(units) > 0
}

func (c *Connection) create(ctx context.Context, in fulfillmentInput) (channel.Confirmation, error) {
	var data struct {
		Create *struct {
			Fulfillment *struct {
				ID     string `json:"id"`
				Status string `json:"status"`
			} `json:"fulfillment"`
			UserErrors []userError `json:"userErrors"`
		} `json:"fulfillmentCreate"`
	}
	r, fault := c.write(ctx, opFulfillmentCreate, variables{"fulfillment": in}, &data)
	if fault != nil {
		return channel.Confirmation{}, fault
	}
	if data.Create == nil {
		return channel.Confirmation{}, r.answer.Unreadable(opFulfillmentCreate.name)
	}
	if errs := data.Create.UserErrors; len(errs) > 0 {
		refusal := refusalOf(errs[0].Message)
		if refusal.code == CodeNotFound { // not the order: its fulfillment orders have just been read
			refusal = changedMeanwhile
		}
		return channel.Confirmation{}, errs[0].fault(r, opFulfillmentCreate.name, refusal.class, refusal.code)
	}
	if data.Create.Fulfillment == nil || data.Create.Fulfillment.ID == "" {
		return channel.Confirmation{}, r.answer.Unreadable(opFulfillmentCreate.name)
	}
	return channel.Confirmation{Ref: data.Create.Fulfillment.ID, RequestID: r.requestID}, nil
}
