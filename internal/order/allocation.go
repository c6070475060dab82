package order

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"github.com/towpath/towpath/internal/stock"
)

// Allocation is the working set of one change: the levels that it has open, and the lines whose units are held of them. The
// lock on a level also guards the reserved and backordered units of all lines at that place: whoever fills or takes them has it
// open. All else of a line is guarded by its revision.
type Allocation struct {
	*stock.Books
	lines     map[LineKey]*Line
	demotedOf []int64
}

// NewAllocation returns an allocation without levels and lines.
func NewAllocation() *Allocation {
	return &Allocation{Books: stock.NewBooks(), lines: map[LineKey]*Line{}}
}

// Put adds lines as they were read under the locks; a line already present is replaced.
func (a *Allocation) Put(lines ...*Line) {
	for _, l := range lines {
		a.lines[l.LineKey] = l
	}
}

// PutFurther adds lines like Put, but keeps those already present with their changes.
func (a *Allocation) PutFurther(lines ...*Line) {
	for _, l := range lines {
		if a.lines[l.LineKey] == nil {
			a.lines[l.LineKey] = l
		}
	}
}

// Written returns the new and the changed lines, in a fixed order.
func (a *Allocation) Written() (fresh, changed []*Line) {
	for _, l := range slices.SortedFunc(maps.Values(a.lines), CompareLines) {
		switch {
		case l.New:
			fresh = append(fresh, l)
		case l.Changed:
			changed = append(changed, l)
		}
	}
	return fresh, changed
}

// Enough returns how many lines at each place have to be loaded, so that all wanted units (stock.Books.Freed or Missing) find one: the
// first ones of FirstCome for Fill, the last ones for Demote. A line uses one unit or more. The store may count lines that are at hand
// among the first, and these may have changed since they were read.
func (a *Allocation) Enough(want map[stock.Place]int) map[stock.Place]int {
	out := maps.Clone(want)
	for _, l := range a.lines {
		for _, p := range l.InBooks() {
			if _, ok := want[p]; ok {
				out[p]++
			}
		}
	}
	return out
}

// LinesAt returns the lines with units at one of the places, the oldest order first.
func (a *Allocation) LinesAt(places map[stock.Place]int) []*Line {
	if len(places) == 0 {
		return nil
	}
	var out []*Line
	for _, l := range a.lines {
		if l.liesAt(places) {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, FirstCome)
	return out
}

// Reserve adds n units to the line: those that can be packed are reserved, the rest waits for stock. A kit that lacks one part
// reserves none of the others.
func (a *Allocation) Reserve(l *Line, n int) {
	reserved := a.hold(l, n)
	a.wait(l, n-reserved)
	l.Changed = true
	a.touch(l)
}

// Leave removes the units that the line holds or waits for at its place and returns their number. Until they are reserved at
// another place, the line accounts for fewer units than it has.
func (a *Allocation) Leave(l *Line) int {
	n := l.Units.Reserved + l.Units.Backordered
	if l.SKU == "" || n == 0 {
		return 0
	}
	a.wait(l, -l.Units.Backordered)
	a.release(l, l.Units.Reserved, "the order goes from another location now")
	l.Units.Reserved = 0
	a.touch(l)
	return n
}

// Cancel moves n units of the line to Cancelled, those that are easiest to give up first.
func (a *Allocation) Cancel(l *Line, n int) Cancellation {
	units, c := l.Units.Cancel(n)
	a.wait(l, -c.Backordered)
	l.Units = units
	l.Changed = true
	if l.SKU == "" {
		return c
	}
	a.touch(l)
	a.release(l, c.Released, stock.NoteCancelled)
	a.move(l, stock.Reverse, c.Reversed, 0, "")
	return c
}

// Pack deducts n reserved units of the line from stock. What is free stays the same.
func (a *Allocation) Pack(l *Line, n int, packageID string) {
	l.Units.Reserved -= n
	l.Units.Packed += n
	a.move(l, stock.Ship, -n, -n, packageID)
	l.Changed = true
}

// Ship notes that n packed units of the line are shipped.
func (a *Allocation) Ship(l *Line, n int) {
	l.Units.Packed -= n
	l.Units.Shipped += n
	l.Changed = true
}

// ShipOutside marks up to n open units as shipped without one of our packages: reserved units first. Backordered ones left the shelf
// all the same; LeaveShelf deducts them.
func (a *Allocation) ShipOutside(l *Line, n int) {
	reserved := min(n, l.Units.Reserved)
	l.Units.Reserved -= reserved
	a.move(l, stock.Ship, -reserved, -reserved, "")
	backordered := min(n-reserved, l.Units.Backordered)
	if backordered > 0 {
		a.wait(l, -backordered)
	}
	moving := min(n-reserved-backordered, l.moving)
	unlinked := min(n-reserved-backordered-moving, l.Units.Unlinked)
	l.moving -= moving
	l.Units.Unlinked -= unlinked
	l.Units.Shipped += reserved + backordered + moving + unlinked
	l.unheld += backordered + moving + unlinked
	l.Changed = true
}

// ShipCancelled marks up to n cancelled units as shipped without one of our packages.
func (a *Allocation) ShipCancelled(l *Line, n int) {
	n = max(0, min(n, l.Units.Cancelled))
	l.Units.Cancelled -= n
	l.Units.Shipped += n
	l.unheld += n
	l.Changed = true
}

// LeaveShelf deducts the units of the line that left without being reserved, as far as they are there: on hand can't go below zero,
// so it comes after all else that lowers it. Whoever had them reserved is backordered by Demote. Without a SKU, they are deducted when
// the line gets one.
func (a *Allocation) LeaveShelf(l *Line) { a.leaveShelf(l, nil) }

// leaveShelf is LeaveShelf. SKUs that were counted since the units left are not deducted: the count did not find them.
func (a *Allocation) leaveShelf(l *Line, counted []string) {
	n := l.unheld
	if l.unheld = 0; n == 0 {
		return
	}
	if l.SKU == "" {
		l.Undeducted += n
		return
	}
	for p := range l.Contents() {
		if slices.Contains(counted, p.SKU) {
			continue
		}
		place := stock.Place{SKU: p.SKU, Location: l.Location}
		if there := min(n*p.Per, a.At(place).OnHand); there > 0 {
			l.Revision++
			a.Enter(stock.Entry{Key: l.entryKey(), Place: place, Kind: stock.Ship, OnHand: -there, OrderID: l.OrderID, LineID: l.LineID,
				Note: stock.NoteShippedThere})
		}
	}
	a.touch(l)
}

// Shelf is where returned units are put, by whom, and what the ledger says of it. Without a location they go where they left from.
type Shelf struct{ Location, By, Note string }

// Restock puts n returned units of the line on hand.
func (a *Allocation) Restock(l *Line, n int, s Shelf) {
	for p := range l.Contents() {
		l.Revision++
		a.Enter(stock.Entry{Key: l.entryKey(), Place: stock.Place{SKU: p.SKU, Location: cmp.Or(s.Location, l.Location)}, Kind: stock.Return,
			OnHand: n * p.Per, OrderID: l.OrderID, LineID: l.LineID, By: s.By, Note: s.Note})
	}
	l.Changed = true
	a.touch(l)
}

// Map sets the item of a line that had none, deducts what its channel has shipped since, and reserves its units. counted are SKUs of
// the item that were counted at the line's location after those units had left.
func (a *Allocation) Map(l *Line, i Item, counted ...string) {
	n := l.Units.Unlinked
	l.Become(i)
	l.UnlinkedReason, l.Units.Unlinked, l.unheld, l.Undeducted = "", 0, l.Undeducted, 0
	a.leaveShelf(l, counted)
	a.Reserve(l, n)
}

// Unmapped reports whether the line waits for a SKU: to be reserved, or to be deducted.
func (l *Line) Unmapped() bool { return l.SKU == "" && (l.Units.Unlinked > 0 || l.Undeducted > 0) }

// hold reserves as many of n units as can be packed from free stock, and returns their number.
func (a *Allocation) hold(l *Line, n int) int {
	n = max(0, min(n, stock.Makes(a.parts(l))))
	l.Units.Reserved += n
	a.move(l, stock.Reserve, 0, n, "")
	return n
}

// release frees n reserved units of the line; why is written into the ledger.
func (a *Allocation) release(l *Line, n int, why string) { a.enter(l, stock.Release, 0, -n, "", why) }

func (a *Allocation) move(l *Line, kind stock.Kind, onHand, reserved int, packageID string) {
	a.enter(l, kind, onHand, reserved, packageID, "")
}

// enter adds a ledger entry for each part of the line's item. The key is the line's revision, which only increases and is written
// conditionally, so the same decision can't be written twice.
func (a *Allocation) enter(l *Line, kind stock.Kind, onHand, reserved int, packageID, note string) {
	if onHand == 0 && reserved == 0 {
		return
	}
	for p := range l.Contents() {
		l.Revision++
		a.Enter(stock.Entry{
			Key:   l.entryKey(),
			Place: stock.Place{SKU: p.SKU, Location: l.Location}, Kind: kind, OnHand: onHand * p.Per, Reserved: reserved * p.Per,
			OrderID: l.OrderID, LineID: l.LineID, PackageID: packageID, Note: note,
		})
	}
}

// entryKey returns the ledger key of the line at its revision.
func (l *Line) entryKey() string { return EntryKey(l.LineKey, l.Revision) }

// EntryKey returns the ledger key of a line at one of its revisions.
func EntryKey(l LineKey, revision int64) string {
	return "order/" + strconv.FormatInt(l.OrderID, 10) + "/" + strconv.FormatInt(revision, 10) + "/" + l.LineID
}

// wait changes the number of units that the line waits for by n.
func (a *Allocation) wait(l *Line, n int) {
	l.Units.Backordered += n
	for p := range l.Contents() {
		a.Wait(stock.Place{SKU: p.SKU, Location: l.Location}, n*p.Per)
	}
}

// touch marks the levels of all parts of the line to be sent again.
func (a *Allocation) touch(l *Line) {
	for p := range l.Contents() {
		a.Touch(p.SKU, stock.BySale)
	}
}

// parts returns the levels of the line's parts at its location.
func (a *Allocation) parts(l *Line) []stock.PartLevel {
	out := make([]stock.PartLevel, 0, max(1, len(l.Parts)))
	for p := range l.Contents() {
		at := a.Books.At(stock.Place{SKU: p.SKU, Location: l.Location})
		out = append(out, stock.PartLevel{Level: at.Level, Backordered: at.Backordered, Per: p.Per})
	}
	return out
}
