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
	HoldByHand       Hold = "by-hand"           // a person holds it, and says why; no version of the order lifts that
	HoldOnChannel    Hold = "held-on-channel"   // the channel does not let it be shipped, and releases it itself
	HoldNotYet       Hold = "not-yet"           // all that is open of it is to be shipped from a later date on (Order.NotBefore)
)

// RefundGrace is how long the stock of a refunded order stays reserved, for a person to decide; then it is released.
const RefundGrace = 24 * time.Hour

// Holds lists all holds, the one that counts first first.
func Holds() []Hold {
	return []Hold{HoldBuyerCancels, HoldRefunded, HoldUnmapped, HoldParted, HoldByHand, HoldOnChannel, HoldNotYet}
}

// Passes reports whether the hold ends without a person: the channel, or a date, releases the order.
func (h Hold) Passes() bool { return h == HoldOnChannel || h == HoldNotYet }

// Asks reports whether a person has to decide, who does not know it yet: one who holds an order himself does.
func (h Hold) Asks() bool { return !h.Passes() && h != HoldByHand }

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
	case HoldByHand:
		return "you held it"
	case HoldOnChannel:
		return "the channel does not let it be shipped yet"
	case HoldNotYet:
		return "its date has not come"
	}
	return string(h)
}

// holds returns why an order with this version and status is held at a moment, in the order of Holds. One that is not ready to be processed
// waits for its payment: channels hold such an order for that, too.
func (s Snapshot) holds(status Status, ready bool, at int64) []Hold {
	if status.over() {
		return nil
	}
	applies := map[Hold]bool{HoldBuyerCancels: s.BuyerCancels, HoldRefunded: s.Refunded, HoldUnmapped: status == Status(FulfilmentUnmapped), HoldParted: s.Parted,
		HoldOnChannel: s.OnHold && ready}
	applies[HoldNotYet], _ = s.notYet(status, at)
	return slices.DeleteFunc(Holds(), func(h Hold) bool { return !applies[h] })
}

// over reports whether nothing of an order with this status is to be shipped any more.
func (s Status) over() bool {
	return s == Status(FulfilmentShipped) || s == Status(FulfilmentCancelled) || s == StatusSkip
}

// holdAs notes why a version holds the order, and until when. One without lines concludes nothing of what lines say.
func (o *Order) holdAs(s Snapshot, status Status, at int64) {
	holds := s.holds(status, o.Ready(), at)
	if len(s.Lines) > 0 || status.over() {
		_, o.NotBefore = s.notYet(status, at)
	} else {
		holds = append(holds, setOf(func(h Hold) bool { return (h == HoldParted || h == HoldNotYet) && o.Holds.Has(h) }).List()...)
	}
	o.setHolds(holds, at)
}

// HoldSet is several holds, in the order of Holds and separated by commas.
type HoldSet string

// Has reports whether a hold is among them.
func (s HoldSet) Has(h Hold) bool { return slices.Contains(s.List(), h) }

// List returns the holds.
func (s HoldSet) List() []Hold {
	var all []Hold
	for word := range strings.SplitSeq(string(s), ",") {
		if word != "" {
			all = append(all, Hold(word))
		}
	}
	return all
}

// Without returns those that are not among others.
func (s HoldSet) Without(others HoldSet) HoldSet {
	return setOf(func(h Hold) bool { return s.Has(h) && !others.Has(h) })
}

// setOf returns the holds that a rule picks.
func setOf(picked func(Hold) bool) HoldSet {
	var words []string
	for _, h := range Holds() {
		if picked(h) {
			words = append(words, string(h))
		}
	}
	return HoldSet(strings.Join(words, ","))
}

// setHolds notes why the channel's last version holds the order, since a moment, UTC microseconds. What a person has lifted stays so
// until it does not apply any more.
func (o *Order) setHolds(holds []Hold, at int64) {
	byHand := o.Holds.Has(HoldByHand)
	o.Holds = setOf(func(h Hold) bool { return slices.Contains(holds, h) || h == HoldByHand && byHand })
	o.Allowed = setOf(func(h Hold) bool { return o.Holds.Has(h) && o.Allowed.Has(h) })
	o.countHold(at)
}

// countHold sets the hold that counts: the first one that nobody has lifted, or else the first.
func (o *Order) countHold(at int64) {
	next := Hold("")
	if all := slices.Concat(o.Unlifted().List(), o.Holds.List()); len(all) > 0 {
		next = all[0]
	}
	switch next {
	case o.Hold:
	case "":
		o.Hold, o.HoldSince = "", 0
	default:
		o.Hold, o.HoldSince = next, at
	}
}

// Unlifted returns the holds that nobody has lifted.
func (o *Order) Unlifted() HoldSet { return o.Holds.Without(o.Allowed) }

// OnHold reports whether units of the order wait to be packed, and are not to be without a person's word.
func (o *Order) OnHold() bool { return o.State.ToBePacked() && o.held() }

func (o *Order) held() bool { return o.Unlifted() != "" }

// HoldByHand is a person's word that nothing of the order is to be packed for now. It returns why it can't be held.
func (o *Order) HoldByHand(now int64) (refusal string) {
	switch refusal := o.refuseDeleted(); {
	case refusal != "":
		return refusal
	case !o.State.ToBePacked():
		return o.refuseUnpackable()
	}
	o.Holds = setOf(func(h Hold) bool { return h == HoldByHand || o.Holds.Has(h) })
	o.countHold(now)
	return ""
}

// refuseUnpackable is the reason why a hold of an order with nothing left to pack is neither begun nor lifted.
func (o *Order) refuseUnpackable() string {
	return fmt.Sprintf("the order is %s: nothing of it is to be packed", o.State)
}

// Allow is a person's word that the order may be shipped all the same: it lifts these of its holds, or the only one. It returns why
// there is nothing to allow, or that a hold has to be named.
func (o *Order) Allow(named []Hold, now int64) (refusal string) {
	switch refusal := o.refuseDeleted(); {
	case refusal != "":
		return refusal
	case o.Holds == "":
		return "the order is not held"
	case !o.State.ToBePacked():
		return o.refuseUnpackable()
	}
	open := o.Unlifted().List()
	if len(named) == 0 && len(open) > 1 {
		return "the order is held for several reasons. Name those that you lift: --hold " + strings.ReplaceAll(string(o.Unlifted()), ",", " --hold ")
	}
	if i := slices.IndexFunc(named, func(h Hold) bool { return !o.Holds.Has(h) }); i >= 0 {
		return fmt.Sprintf("the order is not held for %s, but for %s", named[i], strings.ReplaceAll(string(o.Holds), ",", ", "))
	}
	if len(named) == 0 {
		named = open
	}
	o.lift(named, now)
	return ""
}

// AllowAll lifts all that holds the order, if something of it is to be packed: else nothing is allowed by that, and nothing declined.
func (o *Order) AllowAll(now int64) {
	if o.State.ToBePacked() {
		o.lift(o.Holds.List(), now)
	}
}

// lift lifts holds. A person's own is gone with that: another one is a new word.
func (o *Order) lift(holds []Hold, now int64) {
	lifted := func(h Hold) bool { return slices.Contains(holds, h) }
	o.Holds = setOf(func(h Hold) bool { return o.Holds.Has(h) && (h != HoldByHand || !lifted(h)) })
	o.Allowed = setOf(func(h Hold) bool { return o.Holds.Has(h) && (lifted(h) || o.Allowed.Has(h)) })
	o.countHold(now)
}

// orAnyway ends what a person's word overrules.
const orAnyway = ". To ship it all the same, repeat the command with --anyway"

// Anyway is a person's word that a package is to be processed although its order is held, and whatever the dates of its lines. The
// zero value: nobody said so.
type Anyway struct {
	By    string
	Holds HoldSet // those in force when it was given: one that came since was not known, and counts
}

// HeldFor returns what holds the order at a moment as text for operators, or an empty string.
func (o *Order) HeldFor(now int64) string { return o.heldFor(o.Unlifted(), now) }

func (o *Order) heldFor(holds HoldSet, now int64) string {
	var why []string
	for _, h := range holds.List() {
		if h != HoldNotYet || o.NotBefore > now { // the sweep that releases it may be late
			why = append(why, h.Text())
		}
	}
	return strings.Join(why, "; ")
}

// ReleaseRefunded cancels what is still to be packed of an order that was refunded longer ago than RefundGrace, unless a person has
// allowed it, or holds it: his word keeps its stock reserved. It returns whether it did. A person may open the units again (Reopen).
func (o *Order) ReleaseRefunded(books *Allocation, now int64) bool {
	if !o.OnHold() || o.Hold != HoldRefunded || o.Holds.Has(HoldByHand) || now-o.HoldSince < RefundGrace.Microseconds() {
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
	AfterPacking bool // by nothing but what the channel changed after it was packed
	Hold         Hold // empty: it is not held, or that ends without a person
}

// Undecided returns what a person has to decide about the order.
func (o *Order) Undecided() Undecided {
	u := Undecided{Contradicted: o.Contradicts(), AfterPacking: o.Contradicts() && OnlyAfterPacking(o.Contradiction)}
	if open := o.Unlifted().List(); o.OnHold() && !open[0].Passes() {
		u.Hold = open[0]
	}
	return u
}
