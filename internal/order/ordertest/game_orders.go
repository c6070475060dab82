package ordertest

import (
	"errors"
	"slices"
	"strconv"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

// stock receives, corrects, counts or moves stock.
func (g *game) stock(t *T) bool {
	location, sku := t.upTo(1), t.upTo(shelved-1)
	if sku == crate && g.unpacked {
		return false
	}
	was, free := g.model.onHand[location][sku], g.model.free(location, sku)
	c := stock.Change{Key: g.key(), SKU: g.skus[sku], Location: Locations[location]}
	n, possible := 0, true
	switch t.upTo(3) {
	case 0:
		n = t.between(1, 5)
		c.Kind, c.Quantity = stock.Receipt, n
	case 1:
		n = -t.between(1, 3)
		c.Kind, c.Quantity, possible = stock.Adjust, n, was+n >= 0
	case 2:
		c.Kind, c.Quantity = stock.Count, t.upTo(8)
		n = c.Quantity - was
	case 3:
		n = -t.between(1, 3)
		c.Kind, c.Quantity, possible = stock.Move, n, free+n >= 0
	}
	if possible {
		g.model.stock(location, sku, n)
	}
	twice(t, func() {
		var refused *stock.RefusedError
		if err := g.books.Stock(t, c); possible != (err == nil) || !possible && !errors.As(err, &refused) {
			t.fail("stock change %+v is possible: %t, the books say: %v", c, possible, err)
		}
	})
	return true
}

// pack packs some of an order's reserved units, and sometimes more than are reserved.
func (g *game) pack(t *T) bool {
	if len(g.model.orders) == 0 {
		return false
	}
	o := pick(t, g.model.orders)
	p := &modelPackage{id: strconv.Itoa(len(o.packages)), contents: make([]int, len(o.lines))}
	only := t.upTo(2) - 1 // -1: units from any location
	out := shipment.Package{ID: p.id, Label: "L-" + p.id, Carrier: "Royal Mail", TrackingNumber: "T" + p.id, ShippedAt: epoch}
	for i, l := range o.lines {
		most := l.units.Reserved
		if t.maybe(8) {
			most++
		}
		if only >= 0 && l.location != only {
			continue
		}
		p.contents[i] = most - t.upTo(most)
		if p.contents[i] > 0 {
			out.Contents = append(out.Contents, shipment.Content{LineID: l.id, Quantity: p.contents[i]})
		}
	}
	if len(out.Contents) == 0 {
		return false
	}
	p.current = slices.Clone(p.contents)
	g.model.process(o, p)
	o.packages = append(o.packages, p)
	twice(t, func() { g.same(t, p.state == "refused", g.books.Pack(t, o.ref(), out)) })
	return true
}

// same fails unless the books and the model agree on whether a request is refused.
func (g *game) same(t *T, refused bool, why string) {
	if refused != (why != "") {
		t.fail("it is refused: %t, the books say: %q", refused, why)
	}
}

// sent picks a package that may be sent to its channel.
func (g *game) sent(t *T) (*modelOrder, *modelPackage) {
	var packages []*modelPackage
	var of []*modelOrder
	for _, o := range g.model.orders {
		for _, p := range o.packages {
			if p.state != "refused" {
				packages, of = append(packages, p), append(of, o)
			}
		}
	}
	if len(packages) == 0 {
		return nil, nil
	}
	i := t.upTo(len(packages) - 1)
	return of[i], packages[i]
}

// prepare prepares sending a package to the channel; whether the channel got it is not known until confirm.
func (g *game) prepare(t *T) bool {
	o, p := g.sent(t)
	if p == nil {
		return false
	}
	g.send(t, o, p)
	return true
}

func (g *game) send(t *T, o *modelOrder, p *modelPackage) {
	contents, attempted := g.books.Prepare(t, o.ref(), p.id)
	if unsent := p.state == "processed"; unsent && attempted != p.attempted {
		t.fail("package %s of %s: the channel may know of it: %t, the books say %t", p.id, o.id, p.attempted, attempted)
	}
	p.attempted = p.attempted || p.state == "processed"
	left := 0
	for i, l := range o.lines {
		for _, c := range contents {
			if c.LineID == l.id && c.Quantity == p.left(i) {
				left++
			}
		}
		if p.left(i) == 0 {
			left++
		}
	}
	if left != len(o.lines) {
		t.fail("package %s of %s has %v, the books say %+v", p.id, o.id, p.current, contents)
	}
}

// confirm records that the channel has the package, which may have been emptied meanwhile.
func (g *game) confirm(t *T) bool {
	o, p := g.sent(t)
	if p == nil || p.state == "voided" && !p.attempted {
		return false
	}
	if !p.attempted {
		g.send(t, o, p)
	}
	o.ship(p)
	twice(t, func() { g.books.Confirm(t, o.ref(), p.id) })
	return true
}

// cancel cancels some units of one line, or everything that is left of the order.
func (g *game) cancel(t *T) bool {
	if len(g.model.orders) == 0 {
		return false
	}
	o := pick(t, g.model.orders)
	var asked []order.LineQuantity
	refused := !o.booked || o.deleted
	if t.maybe(4) {
		refused = refused || !g.cancelAll(o)
	} else {
		i := t.upTo(len(o.lines) - 1)
		n := t.between(1, o.lines[i].quantity+1)
		asked = []order.LineQuantity{{LineID: o.lines[i].id, Quantity: n}}
		if refused = !o.mayCancel(i, n); !refused {
			g.model.cancel(o, i, n)
		}
	}
	g.model.fill()
	id := g.ask(o)
	twice(t, func() { g.same(t, refused, g.books.Cancel(t, o.ref(), id, asked)) })
	return true
}

// cancelAll cancels what is not shipped in the model, and reports whether that is allowed.
func (g *game) cancelAll(o *modelOrder) bool {
	left, shipped := 0, 0
	for i, l := range o.lines {
		u := l.units
		n := u.Reserved + u.Backordered + u.Unlinked + u.Packed
		if !o.mayCancel(i, n) {
			return false
		}
		left += n
		shipped += u.Shipped
	}
	if left == 0 && shipped > 0 {
		return false
	}
	for i, l := range o.lines {
		g.model.cancel(o, i, l.quantity+l.total)
	}
	return true
}

// ask returns the id of a cancellation or a return.
func (g *game) ask(o *modelOrder) string {
	o.asked++
	return strconv.Itoa(o.asked)
}

// shippedLine picks a line with shipped units, or sometimes any line.
func (g *game) shippedLine(t *T) (*modelOrder, *modelLine) {
	var of []*modelOrder
	var lines []*modelLine
	any := t.maybe(4)
	g.model.each(func(o *modelOrder, l *modelLine) {
		if any || l.units.Shipped > 0 {
			of, lines = append(of, o), append(lines, l)
		}
	})
	if len(lines) == 0 {
		o := pick(t, g.model.orders)
		return o, pick(t, o.lines)
	}
	i := t.upTo(len(lines) - 1)
	return of[i], lines[i]
}

// giveBack returns units of a line, with or without putting them on the shelf.
func (g *game) giveBack(t *T) bool {
	if len(g.model.orders) == 0 {
		return false
	}
	o, l := g.shippedLine(t)
	n := t.between(1, max(1, l.units.Shipped))
	restock := t.maybe(2)
	refused := !g.model.returns(l, n, restock)
	if !refused {
		l.returned += n
		if restock {
			g.model.shelve(o, l, n)
			g.model.fill()
		}
	}
	id := g.ask(o)
	twice(t, func() {
		g.same(t, refused, g.books.Return(t, o.ref(), id, restock, []order.LineQuantity{{LineID: l.id, Quantity: n}}))
	})
	return true
}
