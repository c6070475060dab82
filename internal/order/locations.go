package order

import (
	"cmp"
	"fmt"
	"slices"
)

// locationOf returns where a line of the version is reserved: where the channel ships it from, or at the order's location.
func (a *Arrival) locationOf(shown SnapshotLine) string {
	return cmp.Or(shown.Location, a.Order.Location)
}

// locate sets the location of an order whose lines are each at one that the channel chose: that of its first line.
func (a *Arrival) locate() {
	at := func(l SnapshotLine) bool { return l.Sender == SenderUs && l.Location != "" }
	if i := slices.IndexFunc(a.Shown.Lines, at); i >= 0 {
		a.Order.Location = a.Shown.Lines[i].Location
	}
}

// MovesTo returns the location to which units of a line of a known order may move, or an empty string: its levels there are needed.
func (in *Intake) MovesTo(key LineKey) string {
	a := in.byRow[key.OrderID]
	if a == nil {
		return ""
	}
	if shown := a.shownLine(key.LineID); shown != nil && shown.Location != "" {
		return shown.Location
	}
	return a.bound
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
