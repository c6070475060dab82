package ordertest

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/order"
)

// page shows the books some orders of a seller: changed ones that they know, and new ones.
func (g *game) page(t *T) bool {
	account := pick(t, Sellers)
	var changed, fresh []*modelOrder
	var orders []order.Snapshot
	for i := range t.upTo(2) {
		o := g.place(t, account, len(g.model.orders)+i)
		if account == Sellers[1] && t.maybe(3) {
			g.combine(t, o)
		}
		fresh = append(fresh, o)
		orders = append(orders, g.showNew(t, o)...)
	}
	shown := 0
	for _, o := range g.model.orders {
		if o.account == account && shown < 2 && t.maybe(2) {
			shown++
			snapshots, news := g.showChanged(t, o)
			orders = append(orders, snapshots...)
			if news {
				changed = append(changed, o)
			}
		}
	}
	g.model.page(account, fresh, changed)
	save := func(t *T) { g.books.Page(t, account, orders) }
	twice(t, func() { save(t) })
	if g.last != nil && t.maybe(5) {
		g.last(t)
	}
	g.last = save
	return true
}

// showNew returns the snapshots of a new order on a page: sometimes two, because the order changed while the page was
// read.
func (g *game) showNew(t *T, o *modelOrder) []order.Snapshot {
	if !t.maybe(5) {
		return []order.Snapshot{g.shown(o)}
	}
	before := g.shown(o)
	newer := o.happen(t)
	return both(t, before, g.shown(o), newer)
}

// showChanged changes an order and returns its snapshots on a page, sometimes with the one from before the change. It
// reports whether the snapshots contain anything new.
func (g *game) showChanged(t *T, o *modelOrder) (shown []order.Snapshot, news bool) {
	before := g.shown(o)
	newer := o.happen(t)
	if !newer {
		g.last = nil // the last page has an older snapshot of the order, which would count as new
	}
	now := g.shown(o)
	news = newer || !reflect.DeepEqual(before, now)
	if !t.maybe(5) {
		return []order.Snapshot{now}, news
	}
	return both(t, before, now, newer), news
}

// both returns two snapshots of one order. If they have the same version, the later one on the page counts.
func both(t *T, before, now order.Snapshot, newer bool) []order.Snapshot {
	if newer && t.maybe(2) {
		return []order.Snapshot{now, before}
	}
	return []order.Snapshot{before, now}
}

// place places an order. Some of it may be cancelled or shipped before the books see it.
func (g *game) place(t *T, account string, number int) *modelOrder {
	o := &modelOrder{account: account, id: g.prefix + "." + strconv.Itoa(number), placed: t.upTo(20), paid: !t.maybe(4),
		country: pick(t, []string{"", "GB", "DE"}), streetThere: t.upTo(3),
		holds: map[order.Hold]bool{}, lifted: map[order.Hold]bool{}}
	item := t.upTo(items - 1)
	for range t.between(1, 3) {
		o.addLine(item, t.between(1, 4))
		if !t.maybe(3) {
			item = t.upTo(items - 1)
		}
	}
	if t.maybe(6) {
		o.happen(t)
	}
	return o
}

// combine gives an order lines of others of its seller: their buyer pays them together. It may be seen before the others, or placed
// before them.
func (g *game) combine(t *T, o *modelOrder) {
	for range t.between(1, 2) {
		if len(g.model.orders) == 0 {
			return
		}
		from := pick(t, g.model.orders)
		for _, l := range from.lines {
			known := slices.ContainsFunc(o.lines, func(k *modelLine) bool { return k.id == l.id })
			if from.account == o.account && !known && !t.maybe(4) {
				o.lines = append(o.lines, &modelLine{id: l.id, item: l.item, quantity: l.quantity})
			}
		}
	}
}

// happen makes a random change of an order on its channel, and reports whether its version went up, as it mostly
// does.
func (o *modelOrder) happen(t *T) (newer bool) {
	if newer = !t.maybe(8); newer {
		o.version++
	}
	o.bare = false
	for _, l := range o.lines {
		if l.confirmed {
			l.shippedThere = min(max(l.shippedThere, l.units.Shipped), l.quantity-l.cancelledThere)
			l.confirmed = false
		}
	}
	l := pick(t, o.lines)
	left := l.quantity - l.cancelledThere - l.shippedThere
	switch t.upTo(24) {
	case 23:
		l.dateThere = t.upTo(undated)
	case 24:
		o.stoppedThere = !o.stoppedThere
	case 22: // another address: nothing but the version tells
		o.streetThere = t.upTo(3)
		if !newer {
			o.version, newer = o.version+1, true
		}
	case 18: // shipped units are refunded, and not counted any more
		refunded := t.upTo(l.shippedThere)
		l.shippedThere, l.quantity = l.shippedThere-refunded, l.quantity-refunded
	case 17:
		if l.gone {
			break // nobody would hear of it
		}
		l.sender = pick(t, []order.Sender{order.SenderUs, order.SenderService, order.SenderNobody})
	case 19:
		l.at = t.upTo(1)
	case 20:
		o.refunded = !o.refunded
	case 21:
		o.unknown = !o.unknown
	case 12:
		l.shippedThere -= t.upTo(l.shippedThere)
	case 13:
		l.cancelledThere -= t.upTo(l.cancelledThere)
	case 14:
		others := slices.ContainsFunc(o.lines, func(k *modelLine) bool { return k != l && !k.gone })
		l.gone = !l.gone && l.entered && others
	case 15:
		l.item = t.upTo(items - 1)
	case 16:
		o.strip()
	case 0:
		o.paid = true
	case 1, 2:
		o.country = pick(t, []string{"GB", "DE"})
	case 3:
		l.cancelledThere += t.upTo(left)
	case 4, 9:
		l.shippedThere += t.upTo(left)
	case 5:
		for _, l := range o.lines {
			l.cancelledThere = l.quantity - l.shippedThere
		}
	case 10, 11:
		for _, l := range o.lines {
			l.shippedThere = l.quantity - l.cancelledThere
		}
	case 6:
		l.quantity -= t.upTo(left)
	case 7:
		l.quantity += t.between(1, 2)
	case 8:
		if len(o.lines) < 4 {
			o.addLine(t.upTo(items-1), t.between(1, 2))
		}
	}
	return newer
}

// shown returns the order as its channel shows it now.
func (g *game) shown(o *modelOrder) order.Snapshot {
	placed := epoch.Add(time.Duration(o.placed) * time.Minute)
	out := order.Snapshot{ID: o.id, PlacedAt: placed, UpdatedAt: placed.Add(time.Duration(o.version) * time.Minute), Paid: o.paid,
		Fulfilment: o.fulfilment(), Refunded: o.refunded, OnHold: o.stoppedThere}
	if o.country != "" {
		out.Buyer = &order.Buyer{CountryCode: o.country}
		if o.streetThere > 0 {
			out.Buyer.Line1, out.Buyer.PostalCode = strconv.Itoa(o.streetThere)+" High Street", "LS1"
		}
	}
	for _, l := range o.lines {
		if l.gone || o.bare {
			continue
		}
		line := order.SnapshotLine{ID: l.id, SKU: ChannelSKU(o.account, g.skus[l.item]), Quantity: l.quantity,
			Cancelled: l.cancelledThere, Shipped: l.shippedThere, Sender: l.sender, NotBefore: l.notBefore()}
		if decides(o.account) {
			line.Location = Locations[l.at]
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// strip cancels the order on its channel, which does not show its lines any more.
func (o *modelOrder) strip() {
	if !o.booked || slices.ContainsFunc(o.lines, func(l *modelLine) bool { return !l.entered }) {
		return
	}
	o.bare = true
	for _, l := range o.lines {
		l.gone, l.item, l.quantity, l.shippedThere = false, l.sold, l.total, l.shownShipped
		l.cancelledThere = l.quantity - l.shippedThere
	}
}

// reopen opens again what ended here and is open on the channel.
func (g *game) reopen(t *T) bool {
	if len(g.model.orders) == 0 {
		return false
	}
	o, restock := pick(t, g.model.orders), t.maybe(2)
	g.same(t, !g.model.reopen(o, restock), g.books.Reopen(t, o.ref(), restock))
	return true
}

// keep leaves an order as it is here, whatever its channel says against it.
func (g *game) keep(t *T) bool {
	if len(g.model.orders) == 0 {
		return false
	}
	o := pick(t, g.model.orders)
	g.same(t, o.contradiction == "", g.books.Keep(t, o.ref()))
	o.kept = o.contradiction
	return true
}

// delete deletes an order by hand, or restores one.
func (g *game) delete(t *T) bool {
	if len(g.model.orders) == 0 {
		return false
	}
	o := pick(t, g.model.orders)
	if o.deleted && t.maybe(2) {
		o.restore()
		g.same(t, false, g.books.Restore(t, o.ref()))
		return true
	}
	if t.maybe(8) {
		g.same(t, !o.deleted, g.books.Restore(t, o.ref()))
		o.restore()
		return true
	}
	refused := !o.mayDelete()
	if !refused && !o.deleted {
		o.deleted, o.deletedVersion, o.kept = true, o.version, o.contradiction
	}
	twice(t, func() { g.same(t, refused, g.books.Delete(t, o.ref())) })
	return true
}

// mayDelete reports whether a person may delete the order: nothing of it is packed, or shipped and not shown by its channel.
func (o *modelOrder) mayDelete() bool {
	for _, l := range o.lines {
		if l.units.Packed > 0 || l.units.Shipped > l.mostShipped {
			return false
		}
	}
	return o.booked
}

// restore takes a deletion back.
func (o *modelOrder) restore() {
	if o.deleted {
		o.contradiction, o.kept = strings.TrimSuffix(o.contradiction, o.deletionSays), strings.TrimSuffix(o.kept, o.deletionSays)
		o.deleted, o.deletionSays = false, ""
	}
}

func (o *modelOrder) ref() Ref { return Ref{o.account, o.id} }
