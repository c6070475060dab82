package order

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/stock"
)

// Fill reserves the units that became free at places for the loaded lines that are backordered on them, first come,
// first served. A kit that still lacks another part is passed over, and the lines behind it are served. The caller
// must have loaded all lines that can use the freed units (stock.Books.Freed).
func (a *Allocation) Fill(freed map[stock.Place]int) {
	for _, l := range a.LinesAt(freed) {
		if n := a.hold(l, l.Units.Backordered); n > 0 {
			a.wait(l, -n)
			l.Changed = true
			a.touch(l)
		}
	}
}

// Demote turns reserved units into backordered ones wherever more is reserved than is on hand, from the newest order
// to the oldest. A kit is taken apart as a whole: its other parts become free. The caller must have loaded all lines
// that can lose units (stock.Books.Missing).
func (a *Allocation) Demote(missing map[stock.Place]int) error {
	lines := a.LinesAt(missing)
	slices.Reverse(lines)
	byPlace := map[stock.Place][]*Line{}
	for _, l := range lines {
		for _, p := range l.Places() {
			byPlace[p] = append(byPlace[p], l)
		}
	}
	for _, p := range slices.SortedFunc(maps.Keys(missing), stock.ComparePlaces) {
		for _, l := range byPlace[p] {
			a.demote(p, l)
		}
		if left := -a.Books.At(p).Free(); left > 0 {
			return fmt.Errorf("stock of %s at %s: %d reserved units belong to no order", p.SKU, p.Location, left)
		}
	}
	return nil
}

// demote turns as many reserved units of the line into backordered ones as the place lacks.
func (a *Allocation) demote(p stock.Place, l *Line) {
	per := l.holds(p.SKU)
	n := min((max(0, -a.Books.At(p).Free())+per-1)/per, l.Units.Reserved)
	if n == 0 {
		return
	}
	l.Units.Reserved -= n
	a.demotedOf = append(a.demotedOf, l.OrderID)
	a.wait(l, n)
	a.release(l, n, "backordered: it is not there")
	l.Changed = true
	a.touch(l)
}

// Demoted returns the lines that have lost reserved units since they were read and wait for them now, the newest order first.
func (a *Allocation) Demoted() []*Line {
	var out []*Line
	for _, l := range a.lines {
		if l.Lost() > 0 {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b *Line) int {
		return cmp.Or(cmp.Compare(b.PlacedAt, a.PlacedAt), cmp.Compare(b.OrderID, a.OrderID), CompareLines(a, b))
	})
	return out
}

// DemotedOrders returns the row ids of the orders that Demote took units from.
func (a *Allocation) DemotedOrders() []int64 { return a.demotedOf }

// Unlinked returns the row ids of the orders with lines whose number of unlinked units has changed since they were
// read.
func Unlinked(lines []*Line) []int64 {
	var orders []int64
	for _, l := range lines {
		if l.Units.Unlinked != l.Was.Unlinked {
			orders = append(orders, l.OrderID)
		}
	}
	return orders
}

// Backordered reports whether the number of backordered units of any of the lines has changed since it was read.
func Backordered(lines []*Line) bool {
	return slices.ContainsFunc(lines, func(l *Line) bool { return l.Units.Backordered != l.Was.Backordered })
}

// Lost returns how many more units are backordered than when the line was read.
func (l *Line) Lost() int { return l.Units.Backordered - l.Was.Backordered }

// MapAll gives unlinked lines the items that they were linked to, first come, first served. A line that already has a
// SKU keeps it. counted are the SKUs that were counted after units of a line had left (Map).
func (a *Allocation) MapAll(lines []*Line, items map[LineKey]Item, counted map[LineKey][]string) {
	for _, l := range slices.SortedFunc(slices.Values(lines), FirstCome) {
		if item, ok := items[l.LineKey]; ok && l.Unmapped() {
			a.Map(l, item, counted[l.LineKey]...)
		}
	}
}
