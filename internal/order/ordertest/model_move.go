package ordertest

import (
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// elsewhere reports whether the line is somebody else's to ship, or in another order.
func (l *modelLine) elsewhere() bool { return l.sender != order.SenderUs || l.movedTo != "" }

// to returns who has the line instead: another order before anybody else.
func (l *modelLine) to() string {
	if l.movedTo != "" {
		return l.movedTo
	}
	return string(l.sender)
}

func (l *modelLine) alive() bool {
	u := l.units
	return u.Reserved+u.Backordered+u.Unlinked+u.Packed+u.Shipped > 0
}

// taken reports whether the books save an order that they do not know, as its channel shows it.
func (o *modelOrder) taken() bool {
	f := o.fulfilment()
	return o.ours() && f != order.FulfilmentShipped && f != order.FulfilmentCancelled && (o.paid || o.account != Sellers[0])
}

// moveLines decides which order has each line that a page shows and that others have too: the one that was placed last. It returns the
// orders outside the page that lose lines.
func (m *model) moveLines(account string, page []*modelOrder) (others []*modelOrder) {
	if account != Sellers[1] {
		return nil
	}
	for _, o := range page {
		if !o.booked && !o.taken() || o.fulfilment() == order.FulfilmentCancelled {
			continue
		}
		for _, l := range o.lines {
			if !l.gone {
				others = append(others, m.moveLine(l.id, page)...)
			}
		}
	}
	return others
}

// moveLine gives a line to the order that was placed last among those of the page that show it and the others that have units of it.
func (m *model) moveLine(id string, page []*modelOrder) (losers []*modelOrder) {
	var last *modelOrder
	with := map[*modelOrder]*modelLine{}
	for _, o := range m.orders { // by row id
		inPage := slices.Contains(page, o)
		shows := inPage && (o.booked || o.taken()) && o.fulfilment() != order.FulfilmentCancelled
		for _, l := range o.lines {
			if l.id != id || o.account != Sellers[1] || inPage && l.gone || !inPage && (!l.alive() || l.movedTo != "") {
				continue
			}
			with[o] = l
			if (shows || !inPage) && (last == nil || o.placed >= last.placed) {
				last = o
			}
		}
	}
	for _, o := range m.orders {
		l := with[o]
		if l == nil || o == last || l.movedTo != "" {
			continue
		}
		l.movedTo = last.id
		if !slices.Contains(page, o) {
			losers = append(losers, o)
		}
	}
	return losers
}

// leaveMoved gives up the lines of an order outside the page that have moved, and says so when units of them are packed or shipped.
func (m *model) leaveMoved(o *modelOrder) {
	lost := false
	for i, l := range o.lines {
		if l.movedTo == "" || l.left {
			continue
		}
		lost = true
		m.giveUp(o, i)
		delete(o.says, l.id)
		delete(o.saysAdded, l.id)
		l.added = 0
		if n := l.units.Packed + l.units.Shipped; n > 0 {
			o.says[l.id] = fmt.Sprintln(l.id, 0, 0, n, 0, 0, -1, l.to())
		}
	}
	if lost {
		o.say()
	}
}
