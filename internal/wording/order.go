package wording

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
)

// Order is what is known about an order.
type Order struct {
	Reference string
	State     order.State
	Reason    order.Reason // why it was skipped
	Units     order.Units
	Location  string
	Test      bool           // it came from a test endpoint
	Zone      *time.Location // of its account; nil: UTC
	Packages  []shipment.State
	Parked    []Parked        // its parked packages
	Failing   *message.Status // of the workflow whose last call failed; nil: none

	Contradiction  string    // what the channel says against what was done here
	Kept           bool      // a person has left it as it is here
	ContradictedAt time.Time // when it was first seen
	NotBefore      time.Time // the earliest date of units that are not to be packed yet; order.Undated: it is not known
	Holds          []Hold
	Deleted        Deletion

	Cancel *Cancel // on the channel; nil: there is none
	Newer  Newer
}

// Hold is why an order is not to be shipped without a person's word.
type Hold struct {
	Hold   order.Hold
	Lifted bool   // by a person
	Text   string // what is said of it, without a full stop
}

// Deletion is who deleted an order by hand, why and when.
type Deletion struct {
	By, Reason string
	At         time.Time
}

// deleted says who deleted the order, and what is held for it.
func (o Order) deleted() string {
	text := fmt.Sprintf("Deleted by hand by %s, %s: %s.", o.Deleted.By, MomentIn(o.Deleted.At, o.Zone), strings.TrimSuffix(o.Deleted.Reason, "."))
	if n := o.Units.Open(); n > 0 {
		text += fmt.Sprintf(" %s of it open: what is reserved stays so until the channel shows it as cancelled or shipped, or it would be sold again.", Count(n, "unit is", "units are"))
	}
	return text + fmt.Sprintf(" `towpath restore %s` takes it back.", invocation.ShellWord(o.Reference))
}

// Newer is a newer version of an order that is set aside because it can't be read; the zero value: there is none.
type Newer struct {
	Seen  time.Time // last
	Fault *channel.Fault
	Words string // where it is not what it should be
}

// sentence says what is known of the version, or nothing.
func (u Newer) sentence(now time.Time) string {
	if u.Seen.IsZero() {
		return ""
	}
	text := "The channel has a newer version of it, seen " + Away(u.Seen, now) + ", that can't be read and is set aside"
	if u.Fault != nil {
		text += ": " + u.Fault.Brief()
	}
	if u.Words != "" {
		text += " (" + u.Words + ")"
	}
	return text + ". What is here is the last version that could be read."
}

// Explain returns the order's state, the reason for it, and what happens next.
func (o Order) Explain(now time.Time) []string {
	var s []string
	for _, p := range o.Parked {
		s = append(s, p.Sentence(now))
	}
	if text := o.Newer.sentence(now); text != "" {
		s = append(s, text)
	}
	s = append(s, o.undecided()...)
	s = append(s, o.Cancel.Explain(now)...)
	s = append(s, o.state()...)
	if f := o.Failing; f != nil && f.Fault != nil && len(o.Parked) == 0 {
		line := "The last call failed: " + f.Fault.Brief()
		if !f.NextAttempt.IsZero() {
			line += "; Towpath tries again " + Away(f.NextAttempt, now)
		}
		s = append(s, line+".")
	}
	if o.Test {
		s = append(s, "It came from the channel's test endpoint: it never touches real stock.")
	}
	return s
}

// undecided returns what a person has to decide about the order, or has decided.
func (o Order) undecided() []string {
	var s []string
	ref := invocation.ShellWord(o.Reference)
	switch {
	case o.Contradiction != "" && o.Kept:
		s = append(s, "The channel says otherwise, and you left it as it is here: "+o.Contradiction+".")
	case o.Contradiction != "" && o.State == order.Deleted:
		s = append(s, fmt.Sprintf("The channel contradicts the deletion: %s. See it there, then take the order back with `towpath restore %s`, or leave it deleted with "+
			"`towpath order keep %s`.", o.Contradiction, ref, ref))
	case o.Contradiction != "":
		changes, other := order.AfterPacking(o.Contradiction)
		if other != "" {
			s = append(s, fmt.Sprintf("The channel contradicts what was done here: %s. If units are to be sent, `towpath order reopen %s` opens them again; "+
				"if all is right as it is here, `towpath order keep %s`.", other, ref, ref))
		}
		s = append(s, o.changed(changes)...)
	}
	return append(s, o.holds()...)
}

// holds says what holds the order, and what was lifted, each with what lifts it.
func (o Order) holds() []string {
	if !o.State.ToBePacked() {
		return nil
	}
	var s []string
	ref, open, whole := invocation.ShellWord(o.Reference), 0, false
	for _, h := range o.Holds {
		if !h.Lifted {
			open++
		}
	}
	for _, h := range o.Holds {
		allow := "towpath order allow " + ref
		if open > 1 {
			allow += " --hold " + string(h.Hold)
		}
		whole = whole || h.Hold == order.HoldNotYet
		switch {
		case h.Lifted:
			s = append(s, fmt.Sprintf("You allowed it to be shipped, although %s.", h.Text))
		case h.Hold == order.HoldByHand:
			s = append(s, fmt.Sprintf("Held: %s. `%s` lets it be packed.", h.Text, allow))
		case h.Hold == order.HoldNotYet:
			s = append(s, fmt.Sprintf("Not yet: it %s. It is released then by itself; `%s` lets it be shipped before.", NotBefore(o.NotBefore, o.Zone), allow))
		case h.Hold.Passes():
			s = append(s, fmt.Sprintf("Held: %s. It is released when the channel releases it; `%s` lets it be shipped all the same, which the channel may refuse.", h.Text, allow))
		default:
			text := fmt.Sprintf("Held: %s. `%s` lets it be shipped all the same; `towpath cancel %s` gives its units up.", h.Text, allow, ref)
			if h.Hold == order.HoldRefunded && o.releases() {
				text += fmt.Sprintf(" Without a decision its units are released %s after it was seen.", Took(order.RefundGrace))
			}
			s = append(s, text)
		}
	}
	if !o.NotBefore.IsZero() && !whole {
		s = append(s, "Not yet: a part of it "+NotBefore(o.NotBefore, o.Zone)+". The rest can be packed.")
	}
	return s
}

// releases reports whether the units of the refunded order are released without a decision: not while a person holds it, or its buyer's request
// has no answer.
func (o Order) releases() bool {
	return !slices.ContainsFunc(o.Holds, func(h Hold) bool {
		return !h.Lifted && (h.Hold == order.HoldByHand || h.Hold == order.HoldBuyerCancels)
	})
}

// state returns the order's state in sentences.
func (o Order) state() []string {
	switch o.State {
	case order.AwaitingPayment:
		return []string{"Placed, not paid yet. " + o.held() + " It can be processed once the channel shows the payment."}
	case order.Open:
		return []string{"Open, and nothing is packed yet. " + o.held(), o.next()}
	case order.Processing:
		return []string{fmt.Sprintf("Partly packed: %s still to pack. %s", Count(o.Units.Open(), "unit is", "units are"), o.held()), o.next(), o.packages()}
	case order.Processed:
		return []string{"Every unit is in a package. " + o.packages()}
	case order.Shipped:
		return []string{"The channel has confirmed every package. The next order scan that shows it as shipped there closes it."}
	case order.Completed:
		return []string{"Shipped, and the channel shows it as shipped. Nothing is left to do."}
	case order.Cancelled:
		return []string{"Cancelled: no unit is left to ship, and nothing is held for it any more."}
	case order.Deleted:
		return []string{o.deleted()}
	case order.Skipped:
		return []string{"Skipped: " + o.Reason.Text() + ". No stock is held for it."}
	}
	return []string{"Its state is " + string(o.State) + "."}
}

// held returns what is reserved for the order and what is missing.
func (o Order) held() string {
	u := o.Units
	switch {
	case u.Open() == 0:
		return "No stock is held for it."
	case u.Backordered == 0 && u.Unlinked == 0:
		return fmt.Sprintf("%s reserved at %s.", Count(u.Reserved, "unit is", "units are"), o.Location)
	}
	text := Count(u.Reserved, "unit is", "units are") + " reserved"
	if u.Backordered > 0 {
		text += fmt.Sprintf(", %s backordered", Count(u.Backordered, "is", "are"))
	}
	if u.Unlinked > 0 {
		text += fmt.Sprintf(", %s on lines that are not linked to a SKU of yours", Count(u.Unlinked, "is", "are"))
	}
	return text + "."
}

// next returns what an order that is not packed yet waits for.
func (o Order) next() string {
	pack, text := fmt.Sprintf("`towpath process %s --package FILE`.", invocation.ShellWord(o.Reference)), ""
	switch {
	case o.Units.Unlinked > 0:
		text = "Link the line's channel SKU to a SKU of yours with `towpath links match`: the units are then reserved by themselves."
	case o.Units.Backordered > 0:
		text = "Backordered units are filled first come, first served when stock arrives."
	default:
		return "It waits for a package: pack it, then " + pack
	}
	if o.Units.Reserved > 0 {
		text += " What is reserved may be packed: " + pack
	}
	return text
}

// packages returns how many of the packages the channel has confirmed.
func (o Order) packages() string {
	confirmed, waiting, parked := 0, 0, 0
	for _, p := range o.Packages {
		switch p {
		case shipment.Confirmed:
			confirmed++
		case shipment.Processed, shipment.Saved:
			waiting++
		case shipment.Parked:
			parked++
		case shipment.Voided, shipment.Refused:
		}
	}
	text := fmt.Sprintf("%s of %s confirmed by the channel", Number(confirmed), Count(confirmed+waiting+parked, "package is", "packages are"))
	if parked > 0 {
		text += fmt.Sprintf(", %s could not be sent", Number(parked))
	}
	return text + "."
}

// OrderTone returns the tone of an order's state.
func OrderTone(s order.State) Tone {
	switch s {
	case order.Shipped, order.Completed:
		return Good
	case order.Open, order.Processing, order.Processed:
		return Busy
	case order.AwaitingPayment:
		return Warn
	case order.Cancelled, order.Skipped, order.Deleted:
	}
	return Quiet
}
