package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/wording"
)

// notHere is what the checks of a saved order say of one that is not saved.
const notHere = "it is not saved here"

// show is the command that shows the order.
func (e Evidence) show() string {
	return fmt.Sprintf("`towpath order %s --account %s` shows all of it.", quoted(e.name()), e.Account.ID)
}

// name is what commands find the order by.
func (e Evidence) name() string {
	if e.Order != nil && e.Order.Reference != "" {
		return e.Order.Reference
	}
	return e.Reference
}

// lookLocation is check 1: the order is saved at another location than the one that is looked at.
func lookLocation(e Evidence) result {
	o := e.Order
	switch {
	case o == nil:
		return notThis(notHere)
	case o.Location == e.Account.OrderLocation || o.Location == "" || o.State.Terminal():
		return notThis(fmt.Sprintf("it is at %s, where orders of %s are saved", o.Location, e.Account.ID))
	}
	return found(Finding{Cause: OtherLocation,
		Says:     fmt.Sprintf("It is here, at %s: orders of %s are usually at %s.", o.Location, e.Account.ID, e.Account.OrderLocation),
		Evidence: []string{otherLocation(e.Account, o)},
		Do:       []string{"Look for it at " + o.Location + ".", e.show()},
	})
}

// otherLocation says why an order of an account may be at another location.
func otherLocation(a account.Account, o *Order) string {
	switch why := o.Routed.Text(); {
	case a.ByLocation:
		return fmt.Sprintf("The channel sends it from the location that is %s here, as `locations` of %s says.", o.Location, a.ID)
	case why != "":
		return fmt.Sprintf("`routing` of %s: %s is %s.", a.ID, o.Location, why)
	case len(a.Routing) > 0:
		return fmt.Sprintf("`routing` of %s sends the orders of its country from %s.", a.ID, o.Location)
	}
	return fmt.Sprintf("`ship_from` of %s sends the orders of some countries from %s.", a.ID, o.Location)
}

// lookView is check 2: the order is here, so a list that does not show it has a filter that leaves it out.
func lookView(e Evidence) result {
	o := e.Order
	if o == nil {
		return notThis(notHere)
	}
	list := fmt.Sprintf("`towpath orders --account %s --state %s` has it; a list of another account or state leaves it out.", e.Account.ID, o.State)
	f := Finding{Cause: OtherView, Says: fmt.Sprintf("It is here, and %s.", o.State), Evidence: []string{"Saved " + e.moment(o.SavedAt) + ", as order " + e.name() + "."},
		Do: []string{list, e.show()}}
	if o.State.ToBePacked() && (o.Units.Backordered > 0 || o.Units.Unlinked > 0) || o.State == order.AwaitingPayment {
		f.Cause = Waiting
		f.Says = fmt.Sprintf("It is here, and waits for %s: lists of orders to be packed leave it out.", waitsFor(o))
		f.NeedsYou = o.Units.Unlinked > 0
	}
	if o.Exported > 0 && o.State.ToBePacked() {
		f.Evidence = append(f.Evidence, fmt.Sprintf("Export %d has it: a new export leaves it out.", o.Exported))
	}
	return found(f)
}

func waitsFor(o *Order) string {
	switch {
	case o.State == order.AwaitingPayment:
		return "the buyer's payment"
	case o.Units.Unlinked > 0:
		return fmt.Sprintf("a link: %s of listings that are linked to none of your SKUs", wording.Plural(o.Units.Unlinked, "unit"))
	}
	return fmt.Sprintf("stock: %s backordered", wording.Count(o.Units.Backordered, "unit is", "units are"))
}

// lookProcessed is check 3: the order is packed, shipped or cancelled already.
func lookProcessed(e Evidence) result {
	o := e.Order
	if o == nil {
		return notThis(notHere)
	}
	p := o.Packages
	stuck := p.Waiting + p.Parked
	switch {
	case stuck > 0 && e.Account.Observing:
		return found(Finding{Cause: NotSent, NeedsYou: true,
			Says: fmt.Sprintf("It is packed here, and not reported to the channel: %s observes, so nothing is sent.", e.Account.ID),
			Do:   []string{fmt.Sprintf("`towpath accounts live %s` lets the account send.", e.Account.ID)}})
	case p.Parked > 0:
		return found(Finding{Cause: NotSent, NeedsYou: true,
			Says: fmt.Sprintf("It is packed here, and %s could not be reported to the channel.", wording.Plural(p.Parked, "package")),
			Do:   []string{e.show(), fmt.Sprintf("`towpath retry %s` tries again.", quoted(e.name()))}})
	case o.State == order.Cancelled:
		return found(Finding{Cause: Cancelled, Says: "It is here, and cancelled: nothing of it is left to ship.", Evidence: changed(e), Do: []string{e.show()}})
	case o.State == order.Processed || o.State == order.Shipped || o.State == order.Completed:
		return found(Finding{Cause: Processed, Says: fmt.Sprintf("It is here, and processed already: %s.", o.State), Evidence: append(changed(e),
			fmt.Sprintf("%s confirmed by the channel, %s not.", wording.Count(p.Confirmed, "package is", "packages are"), wording.Number(stuck))), Do: []string{e.show()}})
	}
	return notThis("it is " + string(o.State))
}

func changed(e Evidence) []string {
	return []string{"Last changed " + e.moment(e.Order.UpdatedAt) + "."}
}

// lookDeleted is check 4: a person has deleted the order.
func lookDeleted(e Evidence) result {
	o := e.Order
	switch {
	case o == nil:
		return notThis(notHere)
	case o.Deleted == nil:
		return notThis("nobody has deleted it")
	}
	d := o.Deleted
	f := Finding{Cause: Deleted, Says: fmt.Sprintf("%s deleted it by hand, %s: %s.", d.By, e.moment(d.At), d.Reason),
		Do: []string{fmt.Sprintf("`towpath restore %s --account %s` takes it back.", quoted(e.name()), e.Account.ID)}}
	if n := o.Units.Open(); n > 0 {
		f.Evidence = append(f.Evidence, fmt.Sprintf("It is open on the channel: %s held for it until the channel shows it as cancelled or shipped.", wording.Count(n, "unit is", "units are")))
	}
	if !d.Changed.IsZero() {
		f.Evidence = append(f.Evidence, "The channel has changed it since, last "+e.moment(d.Changed)+".")
		f.NeedsYou = o.Contradiction != ""
	}
	return found(f)
}

// held says why the order is held.
func (o *Order) held() string {
	why := make([]string, len(o.Holds))
	for i, h := range o.Holds {
		why[i] = h.Text
	}
	return strings.Join(why, "; ")
}

// named names the holds for `towpath order allow`, which wants that of an order with several.
func (o *Order) named() string {
	if len(o.Holds) < 2 {
		return ""
	}
	out := ""
	for _, h := range o.Holds {
		out += " --hold " + string(h.Hold)
	}
	return out
}

// lookDecision: the order waits for a person's decision.
func lookDecision(e Evidence) result {
	o := e.Order
	switch {
	case o == nil:
		return notThis(notHere)
	case order.OnlyAfterPacking(o.Contradiction):
		return found(Finding{Cause: Contradicted, NeedsYou: true, Says: "It is here, and the channel has changed it after it was packed: " + o.Contradiction + ".",
			Do: []string{fmt.Sprintf("When it is packed anew, or is to go as it is: `towpath order keep %s`.", quoted(e.name())), e.show()}})
	case o.Contradiction != "":
		return found(Finding{Cause: Contradicted, NeedsYou: true, Says: "It is here, and the channel contradicts what was done: " + o.Contradiction + ".", Do: []string{
			fmt.Sprintf("If its units are to be sent, `towpath order reopen %s` opens them again; if all is right as it is here, `towpath order keep %[1]s`.", quoted(e.name())), e.show()}})
	case len(o.Holds) > 0:
		return found(Finding{Cause: Held, NeedsYou: slices.ContainsFunc(o.Holds, func(h Hold) bool { return !h.Hold.Passes() }), Says: "It is here, and held: " + o.held() + ".",
			Do: []string{fmt.Sprintf("`towpath order allow %s%s` lets it be shipped, `towpath cancel %[1]s` gives its units up.", quoted(e.name()), o.named())}})
	}
	return notThis("it waits for no decision")
}
