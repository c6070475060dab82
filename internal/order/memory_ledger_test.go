package order_test

import (
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/order/ordertest"
	"github.com/towpath/towpath/internal/stock"
)

// ledger is an allocation on a memory. It does what the store's ledger does in a transaction.
type ledger struct {
	*order.Allocation
	m *memory
}

func (m *memory) ledger() ledger { return ledger{order.NewAllocation(), m} }

// open opens levels, and creates those that do not exist yet.
func (g ledger) open(places ...stock.Place) {
	for _, p := range places {
		if p.SKU == "" || g.IsOpen(p) {
			continue
		}
		level, ok := g.m.position.Levels[p]
		g.Open(p, level.Level, level.Backordered)
		g.At(p).New = !ok
	}
}

// read returns a copy of a line.
func read(l *order.Line) *order.Line {
	out := *l
	out.Was, out.Read = l.Units, l.Revision
	return &out
}

// openLines opens the levels of all lines of the orders, at their present and their next locations, and of further
// places.
func (g ledger) openLines(rowIDs []int64, mayGo func(*order.Line) []stock.Place, further []stock.Place) []*order.Line {
	var out []*order.Line
	for _, id := range rowIDs {
		for _, l := range g.m.record(id).lines {
			g.open(l.Places()...)
			if mayGo != nil {
				g.open(mayGo(l)...)
			}
			out = append(out, read(l))
		}
	}
	g.open(further...)
	g.Put(out...)
	return out
}

func (g ledger) fillFreed() {
	freed := g.Freed()
	if len(freed) > 0 {
		g.putCandidates(freed, slices.Values(g.m.queue), func(l *order.Line) bool { return l.Units.Backordered > 0 }, false)
	}
	g.Fill(freed)
}

func (g ledger) demote() error {
	missing := g.Missing()
	if len(missing) > 0 {
		newest := func(yield func(*order.Line) bool) {
			for _, l := range slices.Backward(g.m.queue) {
				if !yield(l) {
					return
				}
			}
		}
		g.putCandidates(missing, newest, func(l *order.Line) bool { return l.Units.Reserved > 0 }, true)
	}
	return g.Demote(missing)
}

// kind is the key by which the store counts lines.
type kind struct {
	stock.Place
	sku     string
	version int64
}

// putCandidates loads as many lines at the places as the wanted units can concern, and no more.
func (g ledger) putCandidates(want map[stock.Place]int, lines func(func(*order.Line) bool), concerns func(*order.Line) bool, together bool) {
	enough, counts := g.Enough(want), map[kind]int{}
	for l := range lines {
		if !concerns(l) {
			continue
		}
		wanted := false
		for p := range l.Contents() {
			k := kind{stock.Place{SKU: p.SKU, Location: l.Location}, l.SKU, l.Version}
			if together {
				k.sku, k.version = "", 0
			}
			if n, ok := enough[k.Place]; ok {
				counts[k]++
				wanted = wanted || counts[k] <= n
			}
		}
		if wanted {
			g.PutFurther(read(l))
		}
	}
	for _, l := range g.LinesAt(want) {
		g.open(l.Places()...)
	}
}

// flush saves what the rules did.
func (g ledger) flush(t *ordertest.T) {
	require.NoError(t, g.Err())
	fresh, changed := g.Written()
	for _, l := range fresh {
		r := g.m.record(l.OrderID)
		l.New, l.Changed, l.NewParts = false, false, false
		kept := *l
		r.lines = append(r.lines, &kept)
		g.m.queue = append(g.m.queue, &kept)
		at := ordertest.LineRef{Order: r.ID, Line: l.LineID}
		g.m.position.Units[at], g.m.position.At[at] = l.Units, l.Location
	}
	for _, l := range changed {
		r := g.m.record(l.OrderID)
		i := slices.IndexFunc(r.lines, func(k *order.Line) bool { return k.LineKey == l.LineKey })
		l.Revision++
		l.Changed = false
		*r.lines[i] = *l
		at := ordertest.LineRef{Order: r.ID, Line: l.LineID}
		g.m.position.Units[at], g.m.position.At[at] = l.Units, l.Location
	}
	if len(fresh) > 0 {
		slices.SortFunc(g.m.queue, order.FirstCome)
	}
	g.flushLevels(t)
}

func (g ledger) flushLevels(t *ordertest.T) {
	s := &g.m.position
	for _, d := range g.Deltas() {
		l := s.Levels[d.Place]
		l.OnHand, l.Reserved, l.Backordered = l.OnHand+d.OnHand, l.Reserved+d.Reserved, l.Backordered+d.Backordered
		s.Levels[d.Place] = l
	}
	for _, e := range g.Entries() {
		if g.m.keys[e.Key] {
			t.Errorf("two entries have the key %s", e.Key)
			t.FailNow()
		}
		g.m.keys[e.Key] = true
		l := s.Entries[e.Place]
		s.Entries[e.Place] = stock.Level{OnHand: l.OnHand + e.OnHand, Reserved: l.Reserved + e.Reserved}
	}
	for sku := range g.Touched() {
		g.m.dirty[sku] = true
	}
}
