package order

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/stock"
)

// locationOf returns where a line of the version is reserved: where the channel ships it from, where it was routed, or at the order's
// location.
func (a *Arrival) locationOf(shown SnapshotLine) string {
	return cmp.Or(shown.Location, a.at[shown.ID], a.Order.Location)
}

// locate sets the location of an order whose lines are each at one that the channel chose: that of its first line.
func (a *Arrival) locate() {
	at := func(l SnapshotLine) bool { return l.Sender == SenderUs && l.Location != "" }
	if i := slices.IndexFunc(a.Shown.Lines, at); i >= 0 {
		a.Order.Location = a.Shown.Lines[i].Location
	}
}

// MayGo returns the further places where units of a line of a known order may be reserved: its levels there are needed.
func (in *Intake) MayGo(l *Line) []stock.Place {
	a := in.byRow[l.OrderID]
	if a == nil {
		return nil
	}
	next, locations := l.Item, append([]string{l.Location}, a.bound...)
	if shown := a.shownLine(l.LineID); shown != nil {
		next = in.Items[shown.SKU]
		locations = append(locations, cmp.Or(shown.Location, l.Location))
	}
	var out []stock.Place
	for _, location := range locations {
		out = append(out, l.Item.Places(location)...)
		out = append(out, next.Places(location)...)
	}
	return out
}

// moveTo lets the open units of a line follow its channel to another location. A line of which units are packed or shipped stays: its
// package and its returns belong to the old location, and what is packed there contradicts the channel.
func (l *Line) moveTo(books *Allocation, location string) {
	if location == "" || location == l.Location || l.Units.Packed+l.Units.Shipped > 0 {
		return
	}
	l.leaveFor(books, location)
}

// leaveFor frees what the line holds and makes it a line of another location, where AddUnits reserves it.
func (l *Line) leaveFor(books *Allocation, location string) {
	l.left = append(l.left, l.Places()...)
	l.moving += books.Leave(l)
	l.Location = location
	l.Changed = true
}

// packedAway says that units of the line are packed at one location and shipped from another one by the channel's word, or nothing.
// What is shipped already and known to the channel is not looked at: it left from where it left.
func (l *Line) packedAway(shown SnapshotLine) string {
	n := l.Units.Packed + l.Units.Open()
	if shown.Location == "" || shown.Location == l.Location || l.Units.Packed+l.Units.Shipped == 0 || n == 0 {
		return ""
	}
	return fmt.Sprintf("%s of line %s packed or reserved at %s, and the channel has moved the line to %s", units(n), l.LineID, l.Location, shown.Location)
}
