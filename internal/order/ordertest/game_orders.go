package ordertest

import (
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

func (g *game) pack(t *rapid.T) {
	o := pick(t, "order", g.model.orders)
	p := &modelPackage{id: fmt.Sprint(len(o.packages)), contents: make([]int, len(o.lines))}
	out := shipment.Package{ID: p.id, Label: "L-" + p.id, Carrier: "Royal Mail", TrackingNumber: "T" + p.id, ShippedAt: epoch}
	for i, l := range o.lines {
		p.contents[i] = rapid.IntRange(0, l.reserved+rapid.IntRange(0, 5).Draw(t, "beyond")/5).Draw(t, "units")
		if p.contents[i] > 0 {
			out.Contents = append(out.Contents, shipment.Content{LineID: o.line(i), Quantity: p.contents[i]})
		}
	}
	if len(out.Contents) == 0 {
		t.Skip("an empty package")
	}
	p.current = slices.Clone(p.contents)
	g.model.process(o, p)
	o.packages = append(o.packages, p)
	twice(t, func() {
		refused := g.books.Pack(t, o.ref(), out)
		require.Equal(t, p.state == "refused", refused != "", refused)
	})
}

func (g *game) confirm(t *rapid.T) {
	o := pick(t, "order", g.model.orders)
	p := pick(t, "package", o.packages)
	if p.state != "processed" && p.state != "confirmed" {
		t.Skip("not to be sent")
	}
	sent := map[string]int{}
	for _, c := range g.books.Prepare(t, o.ref(), p.id) {
		sent[c.LineID] = c.Quantity
	}
	for i, l := range o.lines {
		require.Equal(t, p.current[i], sent[o.line(i)])
		if p.state == "processed" {
			l.packed -= p.current[i]
			l.shipped += p.current[i]
		}
	}
	p.state = "confirmed"
	twice(t, func() { g.books.Confirm(t, o.ref(), p.id) })
}

func (g *game) cancel(t *rapid.T) {
	o := pick(t, "order", g.model.orders)
	i := rapid.IntRange(0, len(o.lines)-1).Draw(t, "line")
	l := o.lines[i]
	n := rapid.IntRange(1, l.quantity).Draw(t, "units")
	o.cancelled++
	id := fmt.Sprint(o.cancelled)
	refused := n > l.reserved+l.short+l.packed
	if !refused {
		g.model.cancel(o, i, n)
		g.model.fill()
	}
	twice(t, func() {
		why := g.books.Cancel(t, o.ref(), id, []order.LineQuantity{{LineID: o.line(i), Quantity: n}})
		require.Equal(t, refused, why != "", why)
	})
}

func (g *game) giveBack(t *rapid.T) {
	o := pick(t, "order", g.model.orders)
	i := rapid.IntRange(0, len(o.lines)-1).Draw(t, "line")
	l := o.lines[i]
	n := rapid.IntRange(1, l.quantity).Draw(t, "units")
	restock := rapid.Bool().Draw(t, "restock")
	o.cancelled++
	key := fmt.Sprint(o.cancelled)
	refused := n > l.shipped-l.returned
	if !refused {
		l.returned += n
		if restock {
			g.model.shelve(o, l, n)
			g.model.fill()
		}
	}
	twice(t, func() {
		why := g.books.Return(t, o.ref(), key, restock, []order.LineQuantity{{LineID: o.line(i), Quantity: n}})
		require.Equal(t, refused, why != "", why)
	})
}

// check holds the books to the model and to the invariants.
func (g *game) check(t *rapid.T) {
	s := g.books.Look(t, g.prefix)
	g.checkOrders(t, s)
	g.checkLevels(t, s)
	for at, before := range g.levels {
		for _, sku := range g.sold() {
			after := s.Levels[at]
			if g.model.made(sku)[at.SKU] > 0 && (before.Free() != after.Free() || before.Short != after.Short) {
				require.Equal(t, len(Sellers), s.Dirty[sku], "every link of %s is dirty", sku)
			}
		}
	}
	g.levels = s.Levels
}

func (g *game) checkOrders(t *rapid.T, s Stand) {
	units, states, packed := map[string]order.Units{}, map[string]order.State{}, map[string]int{}
	for _, o := range g.model.orders {
		states[o.id] = o.state()
		for i, l := range o.lines {
			units[o.line(i)] = order.Units{Reserved: l.reserved, Short: l.short, Packed: l.packed, Shipped: l.shipped, Cancelled: l.cancelled}
			packed[o.line(i)] = l.packed
		}
	}
	require.Equal(t, units, s.Units)
	require.Equal(t, states, s.States)
	for line, n := range packed {
		require.Equal(t, n, s.Packed[line], "packed units of %s are what the packages hold", line)
	}
}

// checkLevels compares levels with the model and with the sums of their movements and of the open lines.
func (g *game) checkLevels(t *rapid.T, s Stand) {
	for _, sku := range g.skus {
		for _, location := range Locations {
			at := stock.Place{SKU: sku, Location: location}
			reserved, short := g.model.reserved(at)
			got := s.Levels[at]
			require.Equal(t, Level{stock.Level{OnHand: g.model.onHand[at], Reserved: reserved}, short}, got, "%v", at)
			require.Equal(t, got.Level, s.Entries[at], "movements of %v", at)
			require.GreaterOrEqual(t, got.Free(), 0, "free is never negative")
		}
	}
	g.model.each(func(o *modelOrder, l *modelLine) {
		require.False(t, l.short > 0 && g.model.makes(o, l) > 0, "nothing is short that could be packed")
	})
}
