package ordertest

import "github.com/towpath/towpath/internal/order"

// hold holds an order by hand.
func (g *game) hold(t *T) bool {
	if len(g.model.orders) == 0 {
		return false
	}
	o := pick(t, g.model.orders)
	refused := o.deleted || !o.toBePacked()
	if !refused {
		o.holds[order.HoldByHand] = true
	}
	twice(t, func() { g.same(t, refused, g.books.Hold(t, o.ref())) })
	return true
}

// allow lifts what holds an order: the only hold, or one that is named.
func (g *game) allow(t *T) bool {
	if len(g.model.orders) == 0 {
		return false
	}
	o := pick(t, g.model.orders)
	var named []order.Hold
	if t.maybe(2) {
		named = []order.Hold{pick(t, holds)}
	}
	open := o.open()
	refused := o.deleted || !o.toBePacked() || len(o.holds) == 0 || len(named) == 0 && len(open) > 1 || len(named) > 0 && !o.holds[named[0]]
	g.same(t, refused, g.books.Allow(t, o.ref(), named))
	switch {
	case refused:
	case len(named) == 0:
		o.lift(open...)
	default:
		o.lift(named...)
	}
	return true
}

// wait lets the time pass after which refunded orders are released.
func (g *game) wait(t *T) bool {
	for _, o := range g.model.orders {
		g.model.release(o)
	}
	twice(t, func() { g.books.Wait(t) })
	return true
}
