package shopify

import (
	"time"

	"github.com/towpath/towpath/internal/order"
)

// waiting says which units of an order Shopify does not let be shipped yet.
type waiting struct {
	held bool                 // a fulfillment order of ours is ON_HOLD
	all  time.Time            // until when all units wait; zero: they don't
	of   map[string]time.Time // line id to its date, when they differ
}

// until returns until when a line waits; zero: it does not.
func (w waiting) until(line string) time.Time {
	if w.of == nil {
		return w.all
	}
	return w.of[line]
}

// date returns when a fulfillment order that is SCHEDULED becomes open; of a pre-order Shopify publishes none.
func date(status string, at time.Time) time.Time {
	switch {
	case status != "SCHEDULED":
		return time.Time{}
	case at.IsZero():
		return order.Undated
	}
	return at.UTC()
}

// oursAt reports whether a fulfillment order at a location is the merchant's to ship; one whose location was deleted is.
func (o *wireOrder) oursAt(at *location) bool {
	return at == nil || !at.Service && (len(o.places.mapped) == 0 || o.places.mapped[at.ID] != "")
}

// waitsTogether reports whether all fulfillment orders of ours that are not over wait for the same date, or for none.
func (o *wireOrder) waitsTogether() bool {
	o.waiting = waiting{}
	first := true
	for _, part := range o.Parts.Nodes {
		if part.Status == "CLOSED" || part.Status == "CANCELLED" || !o.oursAt(part.Assigned.Location) {
			continue
		}
		o.waiting.held = o.waiting.held || part.Status == "ON_HOLD"
		until := date(part.Status, part.FulfillAt.Time())
		if !first && !until.Equal(o.waiting.all) {
			return false
		}
		o.waiting.all, first = until, false
	}
	return !o.Parts.PageInfo.HasNextPage
}

// readWaiting finds the date of each line: the earliest one of its open units, when all of them wait.
func (o *wireOrder) readWaiting(orders []fulfillmentOrder) {
	o.waiting = waiting{of: map[string]time.Time{}}
	now := map[string]bool{}
	for i := range orders {
		f := &orders[i]
		if !f.live() || !o.oursAt(f.Assigned.Location) {
			continue
		}
		o.waiting.held = o.waiting.held || f.Status == "ON_HOLD"
		until := date(f.Status, f.FulfillAt.Time())
		for _, l := range f.LineItems.Nodes {
			known := o.waiting.of[l.Line.ID]
			switch {
			case l.Remaining <= 0 || now[l.Line.ID]:
			case until.IsZero():
				now[l.Line.ID] = true
				delete(o.waiting.of, l.Line.ID)
			case known.IsZero() || until.Before(known):
				o.waiting.of[l.Line.ID] = until
			}
		}
	}
}
