package main

import (
	"fmt"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/starter"
)

// where says where an order is, why, and what makes it go on: from its row, its lines and packages, and
// from the words of its workflows when they answer.
func where(st orderShown) []string {
	lines := []string{stands(st.OrderStatus)}
	u := st.Units
	if u.Short > 0 && !st.State.Terminal() {
		lines = append(lines, fmt.Sprintf("%d unit(s) are short: they are filled first come, first served when stock arrives.", u.Short))
	}
	if u.Parked > 0 && !st.State.Terminal() {
		lines = append(lines, fmt.Sprintf("%d unit(s) wait for a person: their channel SKU is linked to none of yours.", u.Parked))
	}
	if s := st.Shipment; s != nil && !st.State.Terminal() && st.State != order.Shipped {
		lines = append(lines, "Shipment sync: "+live(*s))
	}
	if k := st.Parked; k != nil {
		why := k.Reason
		if k.Fault != nil {
			why = k.Fault.Text()
		}
		if starter.HeldUntilLive(*k) {
			return append(lines, fmt.Sprintf("Held since %s: package %s goes out when the account goes live, `towpath accounts live %s`.",
				moment(k.Since), dash(k.Package), shellWord(st.Key.Account.ID)))
		}
		lines = append(lines, fmt.Sprintf("Parked since %s: package %s, %s.", moment(k.Since), dash(k.Package), why))
		lines = append(lines, whatToDo(st.Remedy)...)
		lines = append(lines, fmt.Sprintf("To try again: `towpath retry %s`.", shellWord(k.WorkflowID)))
	}
	if st.Lifecycle == nil && !st.State.Terminal() {
		lines = append(lines, "Its workflow did not answer: this is what the store knows.")
	}
	return lines
}

// stands is the order's state in a sentence.
func stands(st starter.OrderStatus) string {
	switch st.State {
	case order.AwaitingPayment:
		return "Its stock is reserved; it waits for the buyer's payment, which a scan will show."
	case order.Open:
		return fmt.Sprintf("It may be packed: `towpath process %s --package FILE`.", shellWord(st.Reference))
	case order.Processing:
		return fmt.Sprintf("%d unit(s) are packed, %d still wait for a package.", st.Units.Packed+st.Units.Shipped, st.Units.Open())
	case order.Processed:
		return fmt.Sprintf("Every unit is packed; %d package(s) wait for the channel to confirm them.", unconfirmed(st))
	case order.Shipped:
		return "The channel has confirmed every package; the next scan shows it as shipped there."
	case order.Completed:
		return "The channel shows it as shipped: nothing more happens to it."
	case order.Cancelled:
		return "It is cancelled: nothing was shipped, and what was reserved is free again."
	case order.Skipped:
		return "It was not taken: " + st.Reason.Text() + "."
	}
	return "Its state is " + string(st.State) + "."
}

func unconfirmed(st starter.OrderStatus) (n int) {
	for _, k := range st.Packages {
		if k.State == shipment.Processed || k.State == shipment.Parked {
			n++
		}
	}
	return n
}

// live is a workflow's own word in a line.
func live(s message.Status) string {
	text := s.State
	if s.Step != "" {
		text += ", " + s.Step
	}
	if p := s.Progress; p.Total > 0 {
		text += fmt.Sprintf(", %d of %d", p.Done, p.Total)
	} else if p.Done > 0 {
		text += fmt.Sprintf(", %d done", p.Done)
	}
	if s.Progress.Errors > 0 {
		text += fmt.Sprintf(", %d in error", s.Progress.Errors)
	}
	if s.Attempt > 1 {
		text += fmt.Sprintf(", attempt %d", s.Attempt)
	}
	if s.WaitingFor != "" {
		text += ", waits for " + s.WaitingFor
	}
	if !s.NextAttempt.IsZero() {
		text += ", next at " + moment(s.NextAttempt)
	}
	if s.Fault != nil {
		text += " (" + s.Fault.Text() + ")"
	}
	return text
}

func packageColour(s shipment.State) colour {
	switch s {
	case shipment.Confirmed:
		return green
	case shipment.Parked, shipment.Refused:
		return red
	case shipment.Voided:
		return dim
	case shipment.Saved, shipment.Processed:
	}
	return plain
}
