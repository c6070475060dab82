package amazon

import (
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// notReady are the published statuses of which Amazon says that "the order is not ready for shipment". PENDING_AVAILABILITY is "for
// pre-orders only".
var notReady = []string{"PENDING_AVAILABILITY", "PENDING"}

// waits notes what Amazon does not let be shipped yet. It publishes no release date, and no hold: a pre-order (the program PREORDER, or the
// status PENDING_AVAILABILITY) is to be shipped from the beginning of its ship-by window on. Of all other orders that beginning says
// nothing: Amazon accepts a shipment before it.
func (w wireOrder) waits(o *order.Snapshot) {
	o.OnHold = slices.Contains(notReady, o.ChannelStatus)
	if w.Fulfillment == nil || !slices.Contains(w.Programs, "PREORDER") && o.ChannelStatus != "PENDING_AVAILABILITY" {
		return
	}
	from := w.Fulfillment.ShipBy.Earliest.Time().UTC()
	if from.IsZero() && o.OnHold { // the program never goes: one that Amazon lets be shipped would wait for ever
		from = order.Undated
	}
	for i := range o.Lines {
		o.Lines[i].NotBefore = from
	}
}
