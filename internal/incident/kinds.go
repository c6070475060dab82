package incident

import (
	"slices"
	"strings"
)

// Kind is the kind of a problem.
type Kind string

// The kinds of problems.
const (
	Temporal     Kind = "temporal"      // the Temporal server does not answer
	Unwritable   Kind = "unwritable"    // the store can't be written
	Idle         Kind = "idle"          // no worker runs, or none is of the build that gets new work
	Paused       Kind = "paused"        // an account: nothing is read from its channel or sent there; code: the kind of work, where only that is
	Failing      Kind = "failing"       // runs of an account fail again and again; code: their kind
	Parked       Kind = "parked"        // packages that wait for a retry; code: that of their fault
	Late         Kind = "late"          // orders whose ship-by date has passed
	Contradicted Kind = "contradicted"  // orders whose channel contradicts what was done here; code: CodeAfterPacking, or none
	OnHold       Kind = "on-hold"       // orders that are not to be shipped without a person's word; code: the order.Hold
	Uncancelled  Kind = "uncancelled"   // orders cancelled here that are open on their channel; code: that of the channel's refusal
	Backordered  Kind = "backordered"   // units of open orders that a count, or a shipment made on a channel, took away
	Missing      Kind = "missing"       // orders that a channel lists and that are not here; code: CodeBackfilling, CodeInterrupted, or none
	Aside        Kind = "aside"         // orders that can't be saved
	Withheld     Kind = "withheld"      // fields of orders that the account may not read
	Unlinked     Kind = "unlinked"      // units sold of listings that no link ties to a SKU
	Refused      Kind = "refused"       // levels that a channel refused: it lists other quantities; code: that of the refusal
	SecondWriter Kind = "second-writer" // what somebody else sets on the channel: levels again and again, or what the code says (CodeOfField)
	Brake        Kind = "brake"         // levels that an import, a count, a setting or a link made risky
	Price        Kind = "price"         // prices that the price brake holds
	Stalled      Kind = "stalled"       // items of a publication that are pending for longer than its runs take; code: the endpoint
	Unpublished  Kind = "unpublished"   // SKUs whose last publication ended in error; code: the endpoint and the code of the error
	StayEnded    Kind = "stays-ended"   // listings that were ended at 0, have stock again and are not put up again
	ChangesOff   Kind = "changes-off"   // an account that may change, end and relist nothing that it has published
	Ending       Kind = "ending"        // access to a channel that ends soon; code: what ends
	Observing    Kind = "observing"     // an account that writes nothing to its channel yet
	Left         Kind = "left"          // levels and prices that an operator leaves to another tool; code: which of both
	Listings     Kind = "listings"      // listings without a link of which nothing was sold
)

// kindRule says how a kind is shown.
type kindRule struct {
	kind Kind
	// stored completes the Need of an incident that was stored with the change that caused it, and reports whether anybody has to
	// know it. nil: incidents of the kind are not stored; Triage finds them in Facts.
	stored func(i Incident, a Account, n *Need) bool
	judged bool // Triage finds them anew each time, and those that need a person are kept for the list of past ones
}

// kinds are all kinds, the most urgent first: by what is lost without action, sales and promises to buyers before all else. To add
// a kind: a constant above, a line here, a row of the table in docs/operating.md.
var kinds = []kindRule{
	{Temporal, nil, false},
	{Unwritable, nil, false},
	{Idle, nil, false},
	{Paused, Incident.paused, false},
	{Failing, nil, true},
	{Parked, Incident.parked, false},
	{Late, nil, true},
	{Contradicted, Incident.contradicted, false},
	{OnHold, Incident.onHold, false},
	{Uncancelled, Incident.uncancelled, false},
	{Backordered, Incident.backordered, false},
	{Missing, Incident.missing, false},
	{Aside, Incident.aside, false},
	{Withheld, Incident.withheld, false},
	{Unlinked, Incident.unlinked, false},
	{Refused, nil, true},
	{SecondWriter, Incident.contested, false},
	{Brake, Incident.braked, false},
	{Price, Incident.priced, false},
	{Stalled, nil, true},
	{Unpublished, nil, true},
	{StayEnded, nil, true},
	{ChangesOff, nil, true},
	{Ending, nil, false},
	{Observing, nil, false},
	{Left, Incident.left, false},
	{Listings, nil, false},
}

// Kinds returns all kinds, the most urgent first.
func Kinds() []Kind {
	all := make([]Kind, len(kinds))
	for i, k := range kinds {
		all[i] = k.kind
	}
	return all
}

// ruleOf returns how a kind is shown; of an unknown one, the zero rule.
func ruleOf(k Kind) kindRule {
	if i := k.urgency(); i >= 0 {
		return kinds[i]
	}
	return kindRule{kind: k}
}

// urgency returns the position of a kind among kinds; -1: it is unknown.
func (k Kind) urgency() int {
	return slices.IndexFunc(kinds, func(r kindRule) bool { return r.kind == k })
}

func (i Incident) paused(a Account, n *Need) bool {
	n.Command, n.Page = "towpath accounts resume "+i.Account, "/accounts/"+i.Account
	n.Sample = nil // it is the reason, which the title has
	if i.Code != "" {
		reason, fault := FaultOf(strings.Join(i.Sample, " "))
		n.Title, n.Command, n.FaultID = i.Code+" paused: "+reason, n.Command+" --only "+i.Code, fault
		return true
	}
	reason, fault := FaultOf(a.PausedReason)
	n.Title, n.FaultID = "paused: "+reason, fault
	if !a.PausedAt.IsZero() {
		n.Since = a.PausedAt
	}
	return true
}

func (i Incident) parked(a Account, n *Need) bool {
	n.Title = counted(i.Subjects, "package is parked", "packages are parked") + after(i.Code)
	n.Command, n.Page = "towpath retry --account "+i.Account+codeFlag(i.Code), "/#parked"
	if i.Code == CodePaused {
		*n = a.whilePaused(*n, workShipments)
	}
	return NeedsPerson(i.Code)
}

// CodeAfterPacking is the code of orders that their channel only changed after they were packed.
const CodeAfterPacking = "after-packing"

func (i Incident) contradicted(_ Account, n *Need) bool {
	n.Title = counted(i.Subjects, "order is", "orders are") + " contradicted by the channel: what ended here is open there, or what was packed is gone there"
	if i.Code == CodeAfterPacking {
		n.Title = counted(i.Subjects, "order was", "orders were") + " changed by the channel after packing: another address, or units added"
	}
	n.Command, n.Page = "towpath orders --undecided --account "+i.Account, "/orders?undecided=1&account="+i.Account
	return true
}

func (i Incident) onHold(_ Account, n *Need) bool {
	n.Title = counted(i.Subjects, "order is held", "orders are held") + " until you decide: " + strings.ReplaceAll(i.Code, "-", " ")
	n.Command, n.Page = "towpath orders --undecided --account "+i.Account, "/orders?undecided=1&account="+i.Account
	return true
}

func (i Incident) uncancelled(_ Account, n *Need) bool {
	n.Title = counted(i.Subjects, "order is", "orders are") + " cancelled here and open on the channel" + after(i.Code)
	n.Command, n.Page = "towpath orders --uncancelled --account "+i.Account, "/orders?uncancelled=1&account="+i.Account
	return true
}

// The codes of missing orders: of those that a backfill is to bring, and of those whose backfill is paused, was stopped or has failed.
const (
	CodeBackfilling = "backfilling"
	CodeInterrupted = "interrupted"
)

func (i Incident) missing(_ Account, n *Need) bool {
	n.Title = counted(i.Subjects, "order that the channel lists is", "orders that the channel lists are") + " missing here"
	n.Command, n.Page = "towpath coverage "+i.Account, "/accounts/"+i.Account
	switch i.Code {
	case CodeBackfilling:
		n.Title, n.Acts = n.Title+": a backfill reads them", Towpath
		return true
	case CodeInterrupted:
		n.Title += ", and their backfill is paused, was stopped, or has failed"
		return true
	}
	n.Title += ", and a backfill has not brought them"
	if len(i.Sample) > 0 {
		n.Command = "towpath explain order " + i.Sample[0] + " --account " + i.Account
	}
	return true
}

func (i Incident) unlinked(_ Account, n *Need) bool {
	n.Title = counted(i.Subjects, "unit was sold", "units were sold") + " of listings that are not linked to a SKU of yours"
	n.Command = "towpath links list --unlinked --account " + i.Account
	return true
}

func (i Incident) braked(_ Account, n *Need) bool {
	n.Title = counted(i.Subjects, "level is held", "levels are held") + ": an import, a count, a setting or a link would list too much or nothing"
	n.Command, n.Page = "towpath levels held --account "+i.Account, "/accounts/"+i.Account+"/levels"
	return true
}

// The codes of what somebody else sets on a channel; none: levels, again and again.
const (
	codePrice      = "price"
	codePriceAgain = "price-again"
	codeTitle      = "title"
	codeStatus     = "status"
)

// CodeOfField is the code of a field (listing.Field) that somebody else has set; again: so often within a day that it is another tool.
func CodeOfField(field string, again bool) string {
	if field == codePrice && again {
		return codePriceAgain
	}
	return field
}

func (i Incident) contested(_ Account, n *Need) bool {
	switch i.Code {
	case codePrice:
		n.Title = counted(i.Subjects, "price was", "prices were") + " set by somebody else on the channel: buyers pay another price than Towpath has sent"
	case codePriceAgain:
		n.Title = counted(i.Subjects, "price was", "prices were") + " set by somebody else 3 times or more within a day: another tool writes there"
	case codeTitle:
		n.Title, n.Acts = counted(i.Subjects, "title was", "titles were")+" changed on the channel, not by Towpath", Towpath
	case codeStatus:
		n.Title = counted(i.Subjects, "listing was", "listings were") + " ended or taken off sale on the channel, not by Towpath: nobody can buy there"
	default:
		n.Title = counted(i.Subjects, "level was", "levels were") + " set by somebody else 3 times or more within a day: another tool writes there, and Towpath corrects them no more"
	}
	n.Command, n.Page = "towpath levels drift --account "+i.Account, "/drift?account="+i.Account
	return true
}

func (i Incident) left(_ Account, n *Need) bool {
	n.Title, n.Acts = counted(i.Subjects, i.Code+" is", i.Code+"s are")+" left to another tool: Towpath does not send", Towpath
	if i.Subjects == 1 {
		n.Title += " it"
	} else {
		n.Title += " them"
	}
	if i.Code != codePrice {
		n.Title += ", also not after a sale on another channel"
	}
	n.Command, n.Page = "towpath levels left --account "+i.Account, "/left?account="+i.Account
	return true
}

func (i Incident) priced(_ Account, n *Need) bool {
	n.Title = counted(i.Subjects, "price is held", "prices are held") + ": below cost or floor, or changed by too much"
	n.Command, n.Page = "towpath publish held --account "+i.Account, "/prices?account="+i.Account
	return true
}

func (i Incident) backordered(_ Account, n *Need) bool {
	n.Title = counted(i.Subjects, "unit is", "units are") + " backordered since a count found less than was promised, or a channel shipped it"
	n.Command, n.Page = "towpath stock --problems", "/stock?show=backordered"
	return true
}

// UnfinishedAfter is how often a further call for an order must fail before a person is told: the next scan tries again.
const UnfinishedAfter = 3

func (i Incident) aside(_ Account, n *Need) bool {
	n.Title = counted(i.Subjects, "order can't be read and is set aside: no stock is reserved for it", "orders can't be read and are set aside: no stock is reserved for them")
	n.Command, n.Page = "towpath orders aside list --account "+i.Account, "/orders/aside?account="+i.Account
	return true
}

// withheld: without an address nothing can be sent; without all else it can.
func (i Incident) withheld(_ Account, n *Need) bool {
	n.Title = "the channel withholds " + counted(i.Subjects, "field of orders", "fields of orders") + " from the app, which is not approved to read them: " + strings.Join(i.Sample, ", ")
	n.Command, n.Page = "towpath accounts show "+i.Account, "/accounts/"+i.Account
	if !slices.Contains(i.Sample, "shippingAddress") {
		n.Acts = Towpath
	}
	return true
}
