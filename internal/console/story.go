package console

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
)

// story says where an order is and why, and what makes it go on.
func story(d orders.OrderDetail, shipping *message.Status) []string {
	var s []string
	if d.Parked != nil {
		s = append(s, "It waits for you: see below what to do, then retry.")
	}
	switch d.State {
	case order.AwaitingPayment:
		s = append(s, "Placed, not paid yet. "+held(d)+" It can be processed once the channel shows the payment.")
	case order.Open:
		s = append(s, "Taken, and nothing is packed yet. "+held(d), next(d))
	case order.Processing:
		s = append(s, fmt.Sprintf("Partly packed: %s still to pack. %s", plural(d.Units.Open(), "unit is", "units are"), held(d)), next(d))
	case order.Processed:
		s = append(s, "Every unit is in a package. "+packages(d))
	case order.Shipped:
		s = append(s, "The channel has confirmed every package. The next order scan that shows it as shipped there closes it.")
	case order.Completed:
		s = append(s, "Shipped, and the channel shows it as shipped. Nothing is left to do.")
	case order.Cancelled:
		s = append(s, "Cancelled: no unit is left to ship.")
	case order.Skipped:
		s = append(s, "Not taken: "+d.Reason.Text()+". No stock is held for it.")
	}
	if d.State == order.Processing {
		s = append(s, packages(d))
	}
	if shipping != nil && shipping.Fault != nil && d.Parked == nil {
		line := fmt.Sprintf("The last call failed (%s)", shipping.Fault.Brief())
		if !shipping.NextAttempt.IsZero() {
			line += "; Towpath tries again " + relative(shipping.NextAttempt, time.Now())
		}
		s = append(s, line+".")
	}
	if d.Key.Account.Endpoint == "test" {
		s = append(s, "It came from the channel's test endpoint: it never touches real stock.")
	}
	return s
}

// held says what is reserved for the order and what is missing.
func held(d orders.OrderDetail) string {
	u := d.Units
	switch {
	case u.Reserved == 0 && u.Short == 0 && u.Parked == 0:
		return "No stock is held for it."
	case u.Short == 0 && u.Parked == 0:
		return fmt.Sprintf("%s reserved at %s.", plural(u.Reserved, "unit is", "units are"), d.Location)
	}
	text := fmt.Sprintf("%s reserved", plural(u.Reserved, "unit is", "units are"))
	if u.Short > 0 {
		text += fmt.Sprintf(", %s short of stock", plural(u.Short, "is", "are"))
	}
	if u.Parked > 0 {
		text += fmt.Sprintf(", %s on lines that no SKU is linked to", plural(u.Parked, "is", "are"))
	}
	return text + "."
}

// next says what an order that is not packed yet waits for.
func next(d orders.OrderDetail) string {
	switch {
	case d.Units.Parked > 0:
		return "Link the line's channel SKU to a SKU of yours: the units are then reserved by themselves."
	case d.Units.Short > 0:
		return "Short units are filled first come, first served when stock arrives."
	}
	return "It waits for a package: pack it and report it with “towpath process”."
}

// packages says how many of the packages the channel has confirmed.
func packages(d orders.OrderDetail) string {
	confirmed, waiting, parked := 0, 0, 0
	for _, p := range d.Packages {
		switch p.State {
		case shipment.Confirmed:
			confirmed++
		case shipment.Processed, shipment.Saved:
			waiting++
		case shipment.Parked:
			parked++
		case shipment.Voided, shipment.Refused:
		}
	}
	text := fmt.Sprintf("%d of %s confirmed by the channel", confirmed, plural(confirmed+waiting+parked, "package is", "packages are"))
	if parked > 0 {
		text += fmt.Sprintf(", %d could not be sent", parked)
	}
	return text + "."
}

// step is one stage of an order's life.
type step struct {
	Label   string
	Done    bool
	Current bool
}

// steps is the order's life as a line of stages; an order that is not taken or cancelled has none.
func steps(d orders.OrderDetail) []step {
	at, ok := map[order.State]int{
		order.AwaitingPayment: 1, order.Open: 2, order.Processing: 2, order.Processed: 3, order.Shipped: 4, order.Completed: 5,
	}[d.State]
	if !ok {
		return nil
	}
	var all []step
	for i, label := range []string{"Saved and reserved", "Paid", "Packed", "Confirmed by the channel", "Closed"} {
		done := i < at
		if label == "Paid" {
			done = d.Paid
		}
		all = append(all, step{label, done, i == at})
	}
	return all
}
