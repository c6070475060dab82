package order

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Hold is why an order is not to be shipped without a person's word. Its stock stays reserved.
type Hold string

// The reasons for holding an order, on every channel the same.
const (
	HoldBuyerCancels Hold = "buyer-cancels"     // its buyer has asked the channel to cancel it, and nobody has answered
	HoldRefunded     Hold = "refunded"          // all of its money was given back, and it is not cancelled
	HoldUnmapped     Hold = "status-not-mapped" // it has a status that Towpath does not know
	HoldParted       Hold = "parted-line"       // the channel sends units of one line from several locations
)

// RefundGrace is how long the stock of a refunded order stays reserved, for a person to decide; then it is released.
const RefundGrace = 24 * time.Hour

// Holds lists all holds, the one that counts first first.
func Holds() []Hold { return []Hold{HoldBuyerCancels, HoldRefunded, HoldUnmapped, HoldParted} }

// Text returns the hold as text for operators, without a full stop.
func (h Hold) Text() string {
	switch h {
	case HoldBuyerCancels:
		return "the buyer wants to cancel"
	case HoldRefunded:
		return "all of its money was refunded"
	case HoldUnmapped:
		return "its status on the channel is not known"
	case HoldParted:
		return "the channel sends units of one line from several locations"
	}
	return string(h)
}

// holds returns why an order with this version and status is held, in the order of Holds.
func (s Snapshot) holds(status Status) []Hold {
	if status == Status(FulfilmentShipped) || status == Status(FulfilmentCancelled) || status == StatusSkip {
		return nil
	}
	applies := map[Hold]bool{HoldBuyerCancels: s.BuyerCancels, HoldRefunded: s.Refunded, HoldUnmapped: status == Status(FulfilmentUnmapped), HoldParted: s.Parted}
	return slices.DeleteFunc(Holds(), func(h Hold) bool { return !applies[h] })
}

// Lifted is the holds that a person has lifted, separated by commas.
type Lifted string

// Has reports whether a hold is lifted.
func (l Lifted) Has(h Hold) bool { return slices.Contains(strings.Split(string(l), ","), string(h)) }

// liftedOf returns those of the holds that a rule picks.
func liftedOf(holds []Hold, lifted func(Hold) bool) Lifted {
	var words []string
	for _, h := range holds {
		if lifted(h) {
			words = append(words, string(h))
		}
	}
	return Lifted(strings.Join(words, ","))
}

// setHold notes why the order is held since a moment, UTC microseconds. What a person has lifted stays so until it does not apply any
// more; of several holds the first one counts that nobody has lifted.
func (o *Order) setHold(holds []Hold, at int64) {
	o.Allowed = liftedOf(holds, o.Allowed.Has)
	next := Hold("")
	if len(holds) > 0 {
		next = holds[0]
	}
	if i := slices.IndexFunc(holds, func(h Hold) bool { return !o.Allowed.Has(h) }); i > 0 {
		next = holds[i]
	}
	switch next {
	case o.Hold:
	case "":
		o.Hold, o.HoldSince = "", 0
	default:
		o.Hold, o.HoldSince = next, at
	}
}

// OnHold reports whether units of the order wait to be packed, and are not to be without a person's word.
func (o *Order) OnHold() bool { return o.State.ToBePacked() && o.held() }

func (o *Order) held() bool { return o.Hold != "" && !o.Allowed.Has(o.Hold) }

// Allow is a person's word that the order may be shipped all the same. It returns why there is nothing to allow.
func (o *Order) Allow() (refusal string) {
	switch refusal := o.refuseDeleted(); {
	case refusal != "":
		return refusal
	case o.Hold == "":
		return "the order is not held"
	}
	o.lift()
	return ""
}

// lift lifts the hold that counts.
func (o *Order) lift() {
	o.Allowed = liftedOf(Holds(), func(h Hold) bool { return h == o.Hold || o.Allowed.Has(h) })
}

// refuseHeld returns why nothing of the order may be packed, or an empty string.
func (o *Order) refuseHeld() string {
	if !o.held() {
		return ""
	}
	return fmt.Sprintf("the order is held: %s. To ship it all the same, repeat the command with --anyway", o.Hold.Text())
}

// ReleaseRefunded cancels what is still to be packed of an order that was refunded longer ago than RefundGrace, unless a person has
// allowed it. It returns whether it did. A person may open the units again (Reopen).
func (o *Order) ReleaseRefunded(books *Allocation, now int64) bool {
	if !o.OnHold() || o.Hold != HoldRefunded || now-o.HoldSince < RefundGrace.Microseconds() {
		return false
	}
	for _, l := range o.Lines {
		if n := l.Units.Open(); n > 0 {
			books.Cancel(l, n)
		}
	}
	return true
}

// Undecided is what a person has to decide about an order.
type Undecided struct {
	Contradicted bool
	Hold         Hold // empty: it is not held
}

// Undecided returns what a person has to decide about the order.
func (o *Order) Undecided() Undecided {
	u := Undecided{Contradicted: o.Contradicts()}
	if o.OnHold() {
		u.Hold = o.Hold
	}
	return u
}
