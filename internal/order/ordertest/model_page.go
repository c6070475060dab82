package ordertest

import (
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// page saves a page of orders: new ones, and those that changed on the channel.
func (m *model) page(fresh, changed []*modelOrder) {
	for _, o := range changed {
		if o.booked {
			m.follow(o)
			m.move(o)
			m.confirm(o)
		}
	}
	m.fill()
	m.orders = append(m.orders, fresh...)
	m.queue = append(m.queue, fresh...)
	placedFirst(m.queue)
	page := slices.Concat(fresh, changed)
	placedFirst(page)
	for _, o := range page {
		m.arrive(o)
	}
	m.moving = nil
}

// follow applies to the lines of an order what the channel shows as cancelled or shipped.
func (m *model) follow(o *modelOrder) {
	for i, l := range o.lines {
		if !l.entered {
			continue
		}
		m.shrink(o, i)
		m.cancel(o, i, l.cancelledThere-l.units.Cancelled)
		l.knownThere = max(l.knownThere, l.cancelledThere)
		for n := l.shippedThere - l.units.Packed - l.units.Shipped; n > 0; n-- {
			switch {
			case l.units.Reserved > 0:
				l.units.Reserved--
				m.shelve(o, l, -1)
			case l.units.Backordered > 0:
				l.units.Backordered--
			case l.units.Unlinked > 0:
				l.units.Unlinked--
			default:
				continue
			}
			l.units.Shipped++
		}
	}
}

// shrink reduces a line's quantity. Units that were cancelled in the books but not on the channel are subtracted
// first.
func (m *model) shrink(o *modelOrder, i int) {
	l := o.lines[i]
	drop := l.total - l.quantity
	if drop <= 0 {
		return
	}
	m.cancel(o, i, drop-(l.units.Cancelled-l.knownThere))
	drop = min(drop, l.units.Cancelled)
	l.units.Cancelled -= drop
	l.total -= drop
	l.knownThere = min(l.knownThere, l.units.Cancelled)
}

// move moves the order to another location if that one serves it now, unless a unit of it is packed or shipped.
func (m *model) move(o *modelOrder) {
	to, before := serves(o.account, o.country), serves(o.account, o.was)
	if to == before || to == o.location || slices.ContainsFunc(o.lines, func(l *modelLine) bool { return l.units.Packed+l.units.Shipped > 0 }) {
		return
	}
	o.location = to
	for _, l := range o.lines {
		m.moving = append(m.moving, &modelMovement{l, l.units.Reserved + l.units.Backordered})
		l.units.Reserved, l.units.Backordered = 0, 0
	}
}

// confirm ships the packages of an order that the channel of an observing account shows as shipped, except those that
// the channel may know from the books.
func (m *model) confirm(o *modelOrder) {
	if !m.observing || o.account != Sellers[2] || o.fulfilment() != order.FulfilmentShipped {
		return
	}
	for _, p := range o.packages {
		if !p.attempted {
			o.ship(p)
		}
	}
}

// arrive reserves the new units of an order.
func (m *model) arrive(o *modelOrder) {
	o.was = o.country
	o.shown = o.fulfilment() == order.FulfilmentShipped
	if !o.booked {
		o.booked = o.fulfilment() != order.FulfilmentShipped && o.fulfilment() != order.FulfilmentCancelled && (o.paid || o.account != Sellers[1])
		o.location = serves(o.account, o.country)
	}
	if !o.booked {
		return
	}
	for _, moved := range m.moving {
		if slices.Contains(o.lines, moved.line) {
			m.addUnits(o, moved.line, moved.units)
		}
	}
	for _, l := range o.lines {
		if !l.entered {
			m.enter(o, l)
		} else if n := l.quantity - l.total; n > 0 {
			l.total = l.quantity
			m.addUnits(o, l, n)
		}
	}
}

// enter adds a line. Units that were cancelled or shipped before move no stock.
func (m *model) enter(o *modelOrder, l *modelLine) {
	item, linked := l.item, true
	if item == stray {
		item, linked = m.links[o.account]
	}
	l.entered, l.mapped = true, linked
	if linked {
		l.parts = m.contents[item]
	}
	l.total, l.knownThere = l.quantity, l.cancelledThere
	l.units = order.Units{Cancelled: l.cancelledThere, Shipped: l.shippedThere}
	m.addUnits(o, l, l.quantity-l.cancelledThere-l.shippedThere)
}
