package order

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/shipment"
)

// RefusePackage returns why a package with these contents can't be processed, or an empty string. The order may not be in a state
// to be packed, or a line has too few reserved units.
func (o *Order) RefusePackage(contents []shipment.Content) string {
	switch o.State {
	case Cancelled:
		return "the order is cancelled"
	case Skipped:
		return "the order was skipped: " + o.Reason.Text()
	case AwaitingPayment, Open, Processing, Processed, Shipped, Completed:
	}
	if !o.Ready() {
		return "the order is not paid, and its account processes only paid orders"
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
	case u.Unlinked > 0:
		return fmt.Sprintf("line %s: %d units are packed, but it is unlinked: %s", l.LineID, n, l.UnlinkedReason)
	default:
		return fmt.Sprintf("line %s: %d units are packed, but %d are reserved (%d backordered, %d packed or shipped before, %d cancelled)",
			l.LineID, n, u.Reserved, u.Backordered, u.Packed+u.Shipped, u.Cancelled)
	}
}

// Export is what decides whether an order is written into a file of orders to be packed.
type Export struct {
	State       State
	Paid        bool
	TakeAt      Moment // when its account lets orders be processed
	Exported    bool   // an earlier file has it
	Ours        bool   // its account does not observe, or was named
	Backordered bool   // units wait for stock
	Unlinked    bool   // units wait for a link
}

// LeftOut is the reason why an order to be packed is left out of an export.
type LeftOut string

// The reasons; the first that applies is used.
const (
	LeftExported    LeftOut = "exported"    // in an earlier file, and not packed yet
	LeftObserving   LeftOut = "observing"   // of an account that observes and was not named
	LeftUnpaid      LeftOut = "unpaid"      // not paid, and its account processes only paid orders
	LeftUnlinked    LeftOut = "unlinked"    // units of listings without a SKU
	LeftBackordered LeftOut = "backordered" // units without stock
	LeftMore        LeftOut = "more"        // beyond the limit: the next file has it
)

// Packs reports whether units of an order in this state may be packed.
func (s State) Packs() bool { return s == Open || s == Processing }

func (e Export) ready() bool { return (&Order{Paid: e.Paid, TakeAt: e.TakeAt}).Ready() }

// LeftOut returns why the order is left out, or an empty string when it is exported.
func (e Export) LeftOut() LeftOut {
	switch {
	case e.Exported:
		return LeftExported
	case !e.Ours:
		return LeftObserving
	case e.State == AwaitingPayment || !e.ready():
		return LeftUnpaid
	case e.Unlinked:
		return LeftUnlinked
	case e.Backordered:
		return LeftBackordered
	}
	return LeftMore
}

// ToPack returns how many units of a line are still to be packed and were not exported; 0 when the order may no longer be packed.
func (e Export) ToPack(reserved, exported int) int {
	if !e.State.Packs() || !e.ready() {
		return 0
	}
	return min(reserved, exported)
}

// ExportChange is what changed in an order after it was exported: its label may be wrong.
type ExportChange struct {
	Cancelled bool // all of it
	Moved     bool // it goes to another name or address
	Fewer     bool // units were cancelled
	Further   bool // units were added
	Other     bool // a line was linked to another SKU
}

// Text returns the change as text for operators, or an empty string.
func (c ExportChange) Text() string {
	if c.Cancelled {
		return "cancelled"
	}
	var what []string
	for _, is := range []struct {
		so   bool
		what string
	}{{c.Moved, "another name or address"}, {c.Fewer, "units cancelled"}, {c.Further, "units added"}, {c.Other, "another SKU"}} {
		if is.so {
			what = append(what, is.what)
		}
	}
	return strings.Join(what, ", ")
}

// News reports whether the change differs from the one already reported.
func (c ExportChange) News(told string) bool { return c.Text() != told }
