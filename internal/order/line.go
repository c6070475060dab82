package order

import (
	"cmp"
	"iter"

	"github.com/towpath/towpath/internal/stock"
)

// LineKey is the key of a line: its order's row id and the channel's line id.
type LineKey struct {
	OrderID int64
	LineID  string
}

// Part is a SKU that a line holds stock of, and how many of it one unit of the line takes.
type Part struct {
	SKU string
	Per int
}

// Item is what a line sells: a SKU of the catalogue. Parts and Version are a kit's, as it was when it was sold; an
// ordinary SKU has none. Without a SKU the line is not mapped and holds no stock.
type Item struct {
	SKU     string
	Parts   []Part
	Version int64
}

// Contents returns the parts of one unit of the item: the kit's parts, or the item itself; none without a SKU.
func (i Item) Contents() iter.Seq[Part] {
	return func(yield func(Part) bool) {
		if len(i.Parts) == 0 && i.SKU != "" {
			yield(Part{i.SKU, 1})
			return
		}
		for _, p := range i.Parts {
			if !yield(p) {
				return
			}
		}
	}
}

// Places returns where the item's units are at a location: one place for an ordinary SKU, one per part for a kit.
func (i Item) Places(location string) []stock.Place {
	out := make([]stock.Place, 0, max(1, len(i.Parts)))
	for p := range i.Contents() {
		out = append(out, stock.Place{SKU: p.SKU, Location: location})
	}
	return out
}

// Line is a stored line of an order: what was sold, and where its units are. Amounts are in minor units.
type Line struct {
	LineKey
	Position   int
	ChannelSKU string
	Item
	Location         string // where its units are held
	Title            string
	Quantity         int
	UnitPrice, Total int64
	Booked           bool // its units are in the books; of a skipped order they are not
	Units            Units
	Returned         int
	ChannelCancelled int    // the most that the channel called cancelled, so that a cancellation is not counted twice
	ChannelShipped   int    // the most that the channel called shipped
	ShownCancelled   int    // what its last version calls cancelled or does not count any more, all of a line that is gone from it
	ShownShipped     int    // what its last version calls shipped
	Sender           Sender // who ships its units
	MovedTo          string // the channel's id of the order that it is in now; empty: it is in its own
	Tax, Discount    int64  // as the channel gave them; the discount is positive
	Undeducted       int    // shipped on the channel while the line had no SKU: deducted when it gets one
	UnlinkedReason   string // why units are unlinked
	Added            int    // open units that the channel added after a package of the order was packed
	PlacedAt         int64  // when the order was placed, UTC microseconds: who comes first
	NotBefore        int64  // when its units may be packed at the earliest, UTC microseconds; 0: now
	Revision         int64  // goes up with every movement that the line causes

	Was      Units         // its units when it was read
	Read     int64         // its revision when it was read
	New      bool          // it is not in the books yet
	Changed  bool          // it is not as it was read
	NewParts bool          // its kit's parts are not in the books yet
	NoParts  bool          // the parts of another kit, which are in the books, are not its own any more
	left     []stock.Place // the places that it has moved away from
	unheld   int           // units shipped on the channel that were not reserved, still to be deducted
	moving   int           // units given up there and not yet reserved where it is now
	addedNow bool          // Added has grown
}

// Places returns where the line's units are, all at one location.
func (l *Line) Places() []stock.Place { return l.Item.Places(l.Location) }

// InBooks returns the places where the stored line still counts: its current ones and those it has moved away from.
func (l *Line) InBooks() []stock.Place {
	return append(l.Places(), l.left...)
}

// Become sets the item that the line was linked to. A kit's parts are stored with the line, so a later change of the kit does not
// change what the line holds.
func (l *Line) Become(i Item) {
	l.Item = i
	l.NewParts = len(i.Parts) > 0
	l.Changed = true
}

// WhyUnlinked returns why units of the line are unlinked, or an empty string when none is.
func (l *Line) WhyUnlinked() string {
	if l.Units.Unlinked == 0 {
		return ""
	}
	return l.UnlinkedReason
}

// liesAt reports whether units of the line lie at one of the places.
func (l *Line) liesAt(places map[stock.Place]int) bool {
	for p := range l.Contents() {
		if _, ok := places[stock.Place{SKU: p.SKU, Location: l.Location}]; ok {
			return true
		}
	}
	return false
}

// holds returns how many units of a SKU one unit of the line takes, or 0.
func (l *Line) holds(sku string) (per int) {
	for p := range l.Contents() {
		if p.SKU == sku {
			return p.Per
		}
	}
	return 0
}

// describe copies the channel's data of the line, except its quantity and its SKU.
func (l *Line) describe(in SnapshotLine) {
	if l.Title != in.Title || l.UnitPrice != in.UnitPrice || l.Total != in.Total || l.Tax != in.Tax || l.Discount != in.Discount {
		l.Title, l.UnitPrice, l.Total, l.Tax, l.Discount = in.Title, in.UnitPrice, in.Total, in.Tax, in.Discount
		l.Changed = true
	}
}

// CompareLines sorts lines by order and position, the order in which they are written.
func CompareLines(a, b *Line) int {
	return cmp.Or(cmp.Compare(a.OrderID, b.OrderID), cmp.Compare(a.Position, b.Position), cmp.Compare(a.LineID, b.LineID))
}

// FirstCome sorts lines by the time their order was placed, then by its row id, then by their position.
func FirstCome(a, b *Line) int {
	return cmp.Or(cmp.Compare(a.PlacedAt, b.PlacedAt), CompareLines(a, b))
}
