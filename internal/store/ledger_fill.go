package store

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
)

// fill gives what became free to the lines that are short of it, first come, first served: by the time the order was
// placed, then by row id, then by the line's place in the order. A kit that still lacks another part is passed over, and
// those behind it are served. Before the transaction no short line could be filled, so only what has become free
// since can fill one, or what was free before one that this transaction made short: a kit gives up all its parts,
// and what it gives up beyond what was missing is for the lines before it, or for those that gave up theirs first.
func (g *ledger) fill(ctx context.Context) error {
	want := map[place]int{}
	for p, lv := range g.levels {
		more := max(0, lv.Free()-lv.was.Free())
		if lv.Free() > 0 && lv.short > 0 && (more > 0 || lv.short > lv.wasShort) {
			want[p] = more + 1 // one unit that was free before may be the other half of a kit
		}
	}
	lines, err := g.candidates(ctx, want, shortLines)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if n := g.hold(l, l.units.Short); n > 0 {
			g.addShort(l, -n)
			g.change(l)
			g.touchLine(l)
		}
	}
	return nil
}

// demote turns reserved units into short ones wherever more is reserved than is on hand, from the newest order to the
// oldest, because they turned out not to be there. A kit is taken apart as a whole: its other parts become free.
func (g *ledger) demote(ctx context.Context) error {
	want := map[place]int{}
	for p, lv := range g.levels {
		if lv.Free() < 0 {
			want[p] = -lv.Free()
		}
	}
	lines, err := g.candidates(ctx, want, reservedLines)
	if err != nil {
		return err
	}
	slices.Reverse(lines)
	byPlace := map[place][]*line{}
	for _, l := range lines {
		for _, p := range l.places() {
			byPlace[p] = append(byPlace[p], l)
		}
	}
	for _, p := range slices.SortedFunc(maps.Keys(want), comparePlaces) {
		for _, l := range byPlace[p] {
			g.demoteLine(p, l)
		}
		if missing := -g.level(p).Free(); missing > 0 {
			return fmt.Errorf("stock of %s at %s: %d reserved units belong to no order", p.sku, p.location, missing)
		}
	}
	return nil
}

// demoteLine gives up as many units of the line as the place lacks.
func (g *ledger) demoteLine(p place, l *line) {
	per := l.holds(p.sku)
	n := min((max(0, -g.level(p).Free())+per-1)/per, l.units.Reserved)
	if n == 0 {
		return
	}
	l.units.Reserved -= n
	g.counted = append(g.counted, l.order)
	g.addShort(l, n)
	g.release(l, n, "backordered: it is not there")
	g.change(l)
	g.touchLine(l)
}

// demoted are the lines that wait for more units than when they were read, and had them reserved then.
func (g *ledger) demoted() iter.Seq[*line] {
	return func(yield func(*line) bool) {
		for _, l := range g.lines {
			if l.units.Short > l.was.Short && !yield(l) {
				return
			}
		}
	}
}
