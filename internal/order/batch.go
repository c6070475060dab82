package order

import "fmt"

// Action is what a person does to several orders at once.
type Action string

// The actions.
const (
	ActHold    Action = "hold"    // they are not to be packed for now
	ActRelease Action = "release" // of what a person holds: it may be packed again
	ActCancel  Action = "cancel"  // all that is not shipped
	ActProcess Action = "process" // all units are in one package, with its carrier and tracking number
	ActRetry   Action = "retry"   // packages that are parked, or wait for their next attempt, are sent now
)

// Actions lists the actions.
func Actions() []Action { return []Action{ActProcess, ActHold, ActRelease, ActRetry, ActCancel} }

// Reasoned reports whether the action needs a reason.
func (a Action) Reasoned() bool { return a == ActHold || a == ActCancel }

// AsShown reports whether the action is done only while an order's units are those that were shown before: what it does to them can't be taken back.
func (a Action) AsShown() bool { return a == ActProcess || a == ActCancel }

// Does says what the action does to each order, without a full stop.
func (a Action) Does() string {
	return map[Action]string{
		ActHold: "nothing of an order is packed until it is released; its stock stays reserved", ActRelease: "an order may be packed again",
		ActCancel:  "all units that are not shipped are cancelled, packed ones too, and their stock is free again",
		ActProcess: "all units of an order leave stock in one package, and its channel gets the shipment",
		ActRetry:   "an order's waiting packages are sent to its channel again",
	}[a]
}

// Outcome is what became of one order of a batch.
type Outcome string

// The outcomes.
const (
	OutcomePending Outcome = ""        // not begun, or going on
	OutcomeDone    Outcome = "done"    //
	OutcomeRefused Outcome = "refused" // nothing was changed: the words say why
	OutcomeFailed  Outcome = "failed"  // something did not answer: it can be gone on with
)

// Goes reports whether the order is still to be done.
func (o Outcome) Goes() bool { return o == OutcomePending || o == OutcomeFailed }

// Standing is what decides whether an action fits an order.
type Standing struct {
	State   State
	Units   Units
	ByHand  bool // a person holds it
	Held    bool // something holds it, a person or not
	Waiting bool // a package waits to be sent again
}

// LeftOut returns why an action leaves an order out, without a full stop; empty: it does not.
func (a Action) LeftOut(s Standing) string {
	is := "it is " + string(s.State)
	switch {
	case a == ActRetry && !s.Waiting:
		return "none of its packages waits to be sent again"
	case a == ActRetry:
		return ""
	case a == ActRelease && s.ByHand:
		return ""
	case a == ActRelease && s.Held:
		return "no person holds it, but its buyer, its channel or a date: decide on its page"
	case a == ActRelease:
		return "no person holds it"
	case a == ActCancel && s.State.Terminal():
		return is
	case a == ActCancel && s.Units.Open()+s.Units.Packed == 0:
		return "all of it is shipped: a return takes it back"
	case a == ActHold && !s.State.ToBePacked():
		return "nothing of it waits to be packed: " + is
	case a == ActHold && s.ByHand:
		return "a person holds it already"
	case a == ActProcess:
		return s.notProcessed(is)
	}
	return ""
}

func (s Standing) notProcessed(is string) string {
	switch waits := s.Units.Backordered + s.Units.Unlinked; {
	case s.State == AwaitingPayment:
		return "it is not paid"
	case !s.State.Packs():
		return "nothing of it waits to be packed: " + is
	case s.Held:
		return "it is held: its page says by what, and lets it go"
	case waits == 1:
		return "1 unit waits for stock or a link: pack the others on the command line"
	case waits > 1:
		return fmt.Sprintf("%d units wait for stock or a link: pack the others on the command line", waits)
	case s.Units.Reserved == 0:
		return "none of its units is reserved"
	}
	return ""
}
