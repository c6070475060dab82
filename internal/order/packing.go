package order

import (
	"fmt"

	"github.com/towpath/towpath/internal/shipment"
)

// RefusePackage says why a package with these contents can't be processed, or nothing: the order is not to be packed, or a
// line has fewer reserved units than the package.
func (o *Order) RefusePackage(contents []shipment.Content) string {
	switch o.State {
	case Cancelled:
		return "the order is cancelled"
	case Skipped:
		return "the order was not taken: " + o.Reason.Text()
	case AwaitingPayment, Open, Processing, Processed, Shipped, Completed:
	}
	if !o.Ready() {
		return "the order is not paid, and its account takes orders when they are paid"
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
	return ""
}

func (l *Line) refusePacking(n int) string {
	switch u := l.Units; {
	case n <= u.Reserved:
		return ""
	case u.Parked > 0:
		return fmt.Sprintf("line %s: %d units are packed, but it is parked: %s", l.LineID, n, l.ParkedReason)
	default:
		return fmt.Sprintf("line %s: %d units are packed, but %d are reserved (%d short, %d packed or shipped before, %d cancelled)",
			l.LineID, n, u.Reserved, u.Short, u.Packed+u.Shipped, u.Cancelled)
	}
}
