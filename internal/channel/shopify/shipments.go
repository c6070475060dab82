package shopify

import (
	"context"
	"maps"
	"slices"
	"strings"

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
		var rest map[string]int
		if first, rest = left(done, s); first != "" {
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
// its units. It returns the first one's id and the units left to confirm.
func left(done []fulfillment, s channel.Shipment) (first string, rest map[string]int) {
	rest = wanted(s)
	for i := range done {
		if !done[i].valid() || !done[i].tracked(s.TrackingNumber) || !within(done[i].contents(), rest) {
			continue
		}
		for line, n := range done[i].contents() {
			if rest[line] -= n; rest[line] == 0 {
				delete(rest, line)
			}
		}
		if first == "" {
			first = done[i].ID
		}
	}
	return first, rest
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

// refusal is why a package can't be confirmed.
type refusal struct {
	class channel.Class
	code  string
}

// changedMeanwhile is why a package names a fulfillment order, or a line of one, that is no longer there.
var changedMeanwhile = refusal{channel.Conflict, CodeOrderSplit}

// shelves returns the shop's location of each line of a package: the account's own, unless it maps the line's.
func (c *Connection) shelves(s channel.Shipment) map[string]string {
	at := make(map[string]string, len(s.Lines))
	for _, l := range s.Lines {
		at[l.LineID] = c.account.Location
		for gid, ours := range c.account.Locations {
			if ours == l.Location {
				at[l.LineID] = gid
			}
		}
	}
	return at
}

// allocate returns the fulfillment order lines for a package's units, in groups of one location each. It tries each line's own
// location first, then any location that has all units, then several.
func allocate(orders []fulfillmentOrder, units map[string]int, own map[string]string) ([][]partInput, *refusal) {
	locations := slices.Compact(slices.Sorted(maps.Values(own)))
	for i := range orders {
		if at := orders[i].location(); !slices.Contains(locations, at) {
			locations = append(locations, at)
		}
	}
	if groups, left := gather(orders, units, locations, func(line, at string) bool { return own[line] == at }); len(left) == 0 && len(groups) > 0 {
		return groups, nil
	}
	anything := func(string, string) bool { return true }
	for _, at := range locations {
		if groups, left := gather(orders, units, []string{at}, anything); len(left) == 0 && len(groups) > 0 {
			return groups, nil
		}
	}
	if groups, left := gather(orders, units, locations, anything); len(left) == 0 && len(groups) > 0 {
		return groups, nil
	}
	return nil, whyNot(orders, units)
}

// gather takes units from the fulfillment orders that are ready, one location after the other, of each the lines that belong there. It
// returns a group per location and the units not found.
func gather(
	orders []fulfillmentOrder, units map[string]int, locations []string, belongs func(line, at string) bool,
) (groups [][]partInput, left map[string]int) {
	left = maps.Clone(units)
	for _, at := range locations {
		here := maps.Clone(left)
		maps.DeleteFunc(here, func(line string, _ int) bool { return !belongs(line, at) })
		parts, rest := collectUnits(orders, here, func(f *fulfillmentOrder) bool { return f.ready() && f.location() == at })
		if len(parts) > 0 {
			groups = append(groups, parts)
		}
		maps.DeleteFunc(left, func(line string, _ int) bool { return here[line] > 0 })
		maps.Copy(left, rest)
	}
	return groups, left
}

// collectUnits takes units from the suitable fulfillment orders and returns those not found.
func collectUnits(
	orders []fulfillmentOrder, units map[string]int, suits func(*fulfillmentOrder) bool,
) (parts []partInput, left map[string]int) {
	left = maps.Clone(units)
	for i := range orders {
		if !suits(&orders[i]) {
			continue
		}
		part := partInput{FulfillmentOrderID: orders[i].ID}
		for _, l := range orders[i].LineItems.Nodes {
			if n := min(left[l.Line.ID], l.Remaining); n > 0 {
				part.Lines = append(part.Lines, unitInput{ID: l.ID, Quantity: n})
				left[l.Line.ID] -= n
			}
		}
		if len(part.Lines) > 0 {
			parts = append(parts, part)
		}
	}
	maps.DeleteFunc(left, func(_ string, n int) bool { return n <= 0 })
	return parts, left
}

// whyNot explains why a package can't be shipped now.
func whyNot(orders []fulfillmentOrder, units map[string]int) *refusal {
	ours := func(f *fulfillmentOrder) bool { return f.live() && !f.atService() }
	if _, left := collectUnits(orders, units, ours); len(left) == 0 && len(units) > 0 {
		for i := range orders {
			if orders[i].Status == CodeScheduled {
				return &refusal{channel.Config, CodeScheduled}
			}
		}
		return &refusal{channel.Config, CodeOnHold}
	}
	served := func(f *fulfillmentOrder) bool { return f.live() && f.atService() }
	if _, left := collectUnits(orders, units, served); len(units) > 0 && len(left) < len(units) {
		return &refusal{channel.Config, CodeServiceShips}
	}
	known := map[string]bool{}
	for i := range orders {
		for _, l := range orders[i].LineItems.Nodes {
			known[l.Line.ID] = true
		}
	}
	for line := range units {
		if !known[line] {
			return &refusal{channel.Missing, CodeLineNotFound}
		}
	}
	return &refusal{channel.Conflict, CodeUnitsNotOpen}
}

// refusalOf classifies the user errors of mutations whose errors have no codes, by their messages. Shopify does not
// publish the messages; these were observed, and others are shown unchanged.
func refusalOf(message string) refusal {
	text := strings.ToLower(message)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
	}
	switch {
	case has("on_hold", "on hold"):
		return refusal{channel.Config, CodeOnHold}
	case has("scheduled"):
		return refusal{channel.Config, CodeScheduled}
	case has("unfulfillable status", "quantity", "already fulfilled", "already been fulfilled"):
		return refusal{channel.Conflict, CodeUnitsNotOpen}
	case has("same location", "different location", "multiple location"):
		return refusal{channel.Config, CodeSplitLocations}
	case has("tracking", "carrier", "company", "url"):
		return refusal{channel.Invalid, CodeTracking}
	case has("not found", "does not exist", "doesn't exist", "no longer exists"):
		return refusal{channel.Missing, CodeNotFound}
	case has("access denied", "permission", "not approved"):
		return refusal{channel.Config, "ACCESS_DENIED"}
	}
	return refusal{channel.Unknown, CodeUserError}
}
