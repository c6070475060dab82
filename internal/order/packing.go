package order

import (
	"cmp"
	"fmt"

	"github.com/towpath/towpath/internal/shipment"
)

// RefusePackage returns why a package with these contents can't be processed at a moment, or an empty string. The order may not be in a state
// to be packed, or be held, or a line has too few reserved units.
func (o *Order) RefusePackage(contents []shipment.Content, now int64, anyway Anyway) string {
	switch o.State {
	case Cancelled:
		return "the order is cancelled"
	case Skipped:
		return "the order was skipped: " + o.Reason.Text()
	case Deleted:
		return o.refuseDeleted()
	case AwaitingPayment, Open, Processing, Processed, Shipped, Completed:
	}
	if !o.Ready() {
		return "the order is not paid, and its account processes only paid orders"
	}
	if why := o.heldFor(o.Unlifted().Without(anyway.Holds), now); why != "" {
		return "the order is held: " + why + orAnyway
	}
	if why := o.RefuseDates(contents, now); why != "" && anyway.By == "" {
		return why + orAnyway
	}
	for _, c := range contents {
		l := o.Line(c.LineID)
		if l == nil {
			return fmt.Sprintf("the order has no line %s", c.LineID)
		}
		if refusal := l.refusePacking(c.Quantity); refusal != "" {
			return refusal
		}
	}
	return o.RefuseLocations(contents)
}

// RefuseLocations returns why contents are no package of an order whose lines lie at several locations, or an empty string.
func (o *Order) RefuseLocations(contents []shipment.Content) string {
	var from *Line
	for _, c := range contents {
		l := o.Line(c.LineID)
		if from = cmp.Or(from, l); o.Routed == RoutedParted && l != nil && l.Location != from.Location {
			return fmt.Sprintf("line %s is at %s and line %s at %s: a package leaves from one location, so make one of each", from.LineID, from.Location, l.LineID, l.Location)
		}
	}
	return ""
}

func (l *Line) refusePacking(n int) string {
	switch u := l.Units; {
	case n <= u.Reserved:
		return ""
	case u.Unlinked > 0:
		return fmt.Sprintf("line %s: %d units are packed, but it is unlinked: %s", l.LineID, n, l.UnlinkedReason)
	default:
		return fmt.Sprintf("line %s: %d units are packed, but %d are reserved (%d backordered, %d packed or shipped before, %d cancelled)",
			l.LineID, n, u.Reserved, u.Backordered, u.Packed+u.Shipped, u.Cancelled)
	}
}
