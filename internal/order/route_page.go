package order

import (
	"cmp"
	"slices"
)

// among returns the locations among which the order chooses with this page; none: it has its location already.
func (in *Intake) among(a *Arrival) []string {
	switch {
	case a.Order.State == Skipped:
		return nil
	case a.Booked:
		return in.Policy.RouteTo(a.Order.Country)
	}
	return a.bound
}

// routeAll chooses where the new orders of the page go, and those whose country changed, the oldest first. AddUnits reserves only later,
// after those who have waited longer were filled: until then, what an order is to get counts as given, so that no two get the same units.
func (in *Intake) routeAll(books *Allocation) {
	promised := given{}
	for _, a := range in.oldestFirst() {
		switch among := in.among(a); {
		case a.Booked:
			in.route(books, a, among, promised)
			a.locate()
		case len(among) > 0:
			in.leave(books, a, among, promised)
		}
		in.promise(a, promised)
	}
}

// leave routes an order whose country changed anew, and frees what its lines hold where they don't stay. An order with packed or shipped
// units stays, because its packages and returns belong to the old location.
func (in *Intake) leave(books *Allocation, a *Arrival, among []string, others given) {
	gone := func(l *Line) bool { return l.Units.Packed+l.Units.Shipped > 0 }
	if slices.ContainsFunc(a.Order.Lines, gone) {
		return
	}
	in.route(books, a, among, others)
	for _, l := range a.Order.Lines {
		if to := cmp.Or(a.at[l.LineID], a.Order.Location); to != l.Location {
			l.leaveFor(books, to)
		}
	}
}

// promise notes what AddUnits is to reserve for an order.
func (in *Intake) promise(a *Arrival, to given) {
	if a.Order.State == Skipped {
		return
	}
	for _, l := range a.Order.Lines {
		to.add(l.Location, l.Item, l.moving)
	}
	for _, shown := range a.Shown.Lines {
		switch l := a.Order.Line(shown.ID); {
		case shown.Sender != SenderUs || in.movedFrom(a.Order, l, shown.ID) != "":
		case l == nil || !l.Booked:
			cancelled, shipped := shown.units(a.status)
			to.add(a.locationOf(shown), in.Items[shown.SKU], shown.Quantity-cancelled-shipped)
		case shown.SKU == l.ChannelSKU:
			to.add(l.Location, l.Item, max(0, shown.Quantity-l.Quantity))
		}
	}
}
