package ordertest

import (
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// page saves a page of orders: new ones, and those that changed on the channel.
func (m *model) page(account string, fresh, changed []*modelOrder) {
	placedFirst(fresh) // the order of their row ids
	m.orders = append(m.orders, fresh...)
	for _, o := range changed {
		o.compared = o.booked && o.gone()
	}
	others := m.moveLines(account, slices.Concat(fresh, changed))
	for _, o := range changed {
		if o.booked {
			m.follow(o)
			m.confirm(o)
		}
	}
	for _, o := range others {
		m.leaveMoved(o)
	}
	for _, o := range changed {
		for _, l := range o.lines {
			m.takeAway(o, l)
		}
	}
	page := slices.Concat(fresh, changed)
	placedFirst(page)
	m.routeAll(page)
	m.demote()
	m.fill()
	m.queue = append(m.queue, fresh...)
	placedFirst(m.queue)
	for _, o := range page {
		m.arrive(o)
	}
}

// follow applies to the lines of an order what the channel shows as cancelled or shipped.
func (m *model) follow(o *modelOrder) {
	for i, l := range o.lines {
		switch {
		case !l.entered || l.gone:
			continue
		case l.elsewhere():
			m.giveUp(o, i)
			continue
		}
		m.shrink(o, i)
		if l.date = l.dateThere; o.bare {
			l.date = now
		}
		u := &l.units
		tookBack := l.knownThere - l.cancelledThere
		if u.Reserved+u.Backordered+u.Unlinked+u.Packed+u.Shipped == 0 {
			tookBack = u.Cancelled - l.cancelledThere
		}
		m.cancel(o, i, l.cancelledThere-u.Cancelled)
		l.knownThere = max(l.knownThere, l.cancelledThere)
		m.carry(o, l)
		m.resell(o, l)
		m.shipThere(o, l, l.shippedThere-u.Packed-u.Shipped)
		if n := min(l.shippedThere-u.Packed-u.Shipped, tookBack); n > 0 {
			u.Cancelled -= n
			u.Shipped += n
			l.unheld += n
		}
		l.mostShipped, l.shownShipped = max(l.mostShipped, l.shippedThere), l.shippedThere
		l.shownCancelled = l.cancelledThere + max(0, l.total-l.quantity)
	}
	if o.bare {
		return
	}
	for i, l := range o.lines {
		if l.entered && l.gone {
			m.cancel(o, i, l.units.Reserved+l.units.Backordered+l.units.Unlinked)
			l.knownThere = max(l.knownThere, l.units.Cancelled)
			l.shownCancelled = l.total - l.shownShipped
		}
	}
}

// carry moves the units of a line to the location from which its channel ships it now, unless one of them is packed or shipped.
func (m *model) carry(o *modelOrder, l *modelLine) {
	if !decides(o.account) || o.bare || l.at == l.location || l.units.Packed+l.units.Shipped > 0 {
		return
	}
	l.location = l.at
	if l.mapped {
		l.moving += l.units.Reserved + l.units.Backordered
		l.units.Reserved, l.units.Backordered = 0, 0
	}
}

// giveUp leaves the open units of line i to somebody else.
func (m *model) giveUp(o *modelOrder, i int) {
	l := o.lines[i]
	m.cancel(o, i, l.units.Reserved+l.units.Backordered+l.units.Unlinked)
	if l.units.Packed+l.units.Shipped == 0 {
		*l = modelLine{id: l.id, item: l.item, quantity: l.quantity, cancelledThere: l.cancelledThere, shippedThere: l.shippedThere, sender: l.sender, at: l.at, movedTo: l.movedTo, dateThere: l.dateThere}
	}
	l.left = l.movedTo != ""
	l.shownCancelled = l.total - l.shownShipped
	l.knownThere = max(l.knownThere, l.units.Cancelled)
}

// shipThere ships up to n open units of a line: what was not reserved is taken off the shelf all the same.
func (m *model) shipThere(o *modelOrder, l *modelLine, n int) {
	u := &l.units
	reserved := max(0, min(n, u.Reserved))
	u.Reserved -= reserved
	m.shelve(o, l, -reserved)
	n -= reserved
	others := 0
	for _, from := range []*int{&u.Backordered, &l.moving, &u.Unlinked} {
		k := max(0, min(n, *from))
		*from -= k
		n -= k
		others += k
	}
	u.Shipped += reserved + others
	l.unheld += others
}

// resell follows the channel's item of a line. A line of which units are packed or shipped keeps the old one, and its open units
// wait for a person.
func (m *model) resell(o *modelOrder, l *modelLine) {
	u := &l.units
	switch {
	case l.item == l.sold && l.mapped:
		l.moving += u.Unlinked
		u.Unlinked = 0
	case l.item == l.sold:
	case u.Packed+u.Shipped > 0:
		if l.mapped {
			u.Unlinked += u.Reserved + u.Backordered
			u.Reserved, u.Backordered = 0, 0
		}
	default:
		l.moving += u.Reserved + u.Backordered + u.Unlinked
		u.Reserved, u.Backordered, u.Unlinked = 0, 0, 0
		m.sell(o, l)
	}
}

// sell sets the item of a line to the one that its channel shows.
func (m *model) sell(o *modelOrder, l *modelLine) {
	item, linked := l.item, true
	if item == stray {
		item, linked = m.links[o.account]
	}
	l.sold, l.mapped, l.parts = l.item, linked, parts{}
	if linked {
		l.parts = m.contents[item]
	}
}

// shrink reduces a line's quantity. Shipped units that the channel does not count any more stay; of the rest, units that were cancelled
// in the books but not on the channel are subtracted first.
func (m *model) shrink(o *modelOrder, i int) {
	l := o.lines[i]
	drop := l.total - l.quantity - max(0, min(l.mostShipped-l.shippedThere, l.units.Shipped))
	if drop <= 0 {
		return
	}
	m.cancel(o, i, drop-(l.units.Cancelled-l.knownThere))
	drop = min(drop, l.units.Cancelled)
	l.units.Cancelled -= drop
	l.total -= drop
	l.knownThere = min(l.knownThere, l.units.Cancelled)
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
	o.was, o.countries = o.country, append(o.countries, o.country)
	o.shown = o.fulfilment() == order.FulfilmentShipped || o.fulfilment() == order.FulfilmentCancelled
	o.setHolds()
	if !o.booked {
		o.booked = o.taken()
	}
	if !o.booked {
		return
	}
	for _, l := range o.lines {
		m.addUnits(o, l, l.moving)
		l.moving = 0
	}
	for _, l := range o.lines {
		switch n := l.quantity - l.total; {
		case l.gone, l.elsewhere():
		case !l.entered:
			m.enter(o, l)
			o.add(l, l.units.Reserved+l.units.Backordered+l.units.Unlinked)
		case n > 0 && l.mapped && l.item != l.sold:
			l.total = l.quantity
			l.units.Unlinked += n
			o.add(l, n)
		case n > 0:
			l.total = l.quantity
			m.addUnits(o, l, n)
			o.add(l, n)
		}
	}
	o.settle()
	o.contradict()
	o.learn()
}
