package ordertest

import (
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// cancel cancels n units of line i, or as many as there are.
func (m *model) cancel(o *modelOrder, i, n int) {
	l := o.lines[i]
	for ; n > 0; n-- {
		switch {
		case l.units.Backordered > 0:
			l.units.Backordered--
		case l.units.Unlinked > 0:
			l.units.Unlinked--
		case l.units.Reserved > 0:
			l.units.Reserved--
		case l.units.Packed > 0:
			l.units.Packed--
			m.shelve(o, l, 1)
			o.unpack(i)
		default:
			return
		}
		l.units.Cancelled++
	}
}

// unpack takes one unit of line i out of the newest package that has one, and first out of packages that the channel
// can't know.
func (o *modelOrder) unpack(i int) {
	for _, attempted := range []bool{false, true} {
		for _, p := range slices.Backward(o.packages) {
			if p.state != "processed" || p.attempted != attempted || p.left(i) == 0 {
				continue
			}
			p.current[i]--
			if slices.Max(p.current) == 0 {
				p.state = "voided"
			}
			return
		}
	}
}

// left returns how many units of line i are in the package; the line may have been added to the order after the
// package was made.
func (p *modelPackage) left(i int) int {
	if i < len(p.current) {
		return p.current[i]
	}
	return 0
}

// loose returns how many units of line i are in packages that the channel can't know.
func (o *modelOrder) loose(i int) int {
	n := 0
	for _, p := range o.packages {
		if p.state == "processed" && !p.attempted {
			n += p.left(i)
		}
	}
	return n
}

// mayCancel reports whether a person may cancel n units of line i.
func (o *modelOrder) mayCancel(i, n int) bool {
	u := o.lines[i].units
	open := u.Reserved + u.Backordered + u.Unlinked
	return o.booked && !o.deleted && n <= open+o.loose(i)
}

// process processes the package, if all its contents are reserved and the order may be processed.
func (m *model) process(o *modelOrder, p *modelPackage) {
	p.state = "refused"
	if !o.booked || o.deleted || !o.ready() || len(o.open()) > 0 || o.state() == order.Cancelled {
		return
	}
	for i, n := range p.contents {
		if n > o.lines[i].units.Reserved || n > 0 && o.waits(o.lines[i]) {
			return
		}
	}
	if o.apart(p.contents) {
		return
	}
	p.state, p.street = "processed", o.street
	for i, n := range p.contents {
		l := o.lines[i]
		l.units.Reserved -= n
		l.units.Packed += n
		m.shelve(o, l, -n)
	}
}

// ship records that the channel has the package.
func (o *modelOrder) ship(p *modelPackage) {
	if p.state != "processed" {
		return
	}
	p.state = "confirmed"
	for i, l := range o.lines {
		l.units.Packed -= p.left(i)
		l.units.Shipped += p.left(i)
		l.confirmed = true
	}
}

// returns reports whether n units of the line can be returned, with or without putting them on the shelf. Units of a
// SKU that has become a kit can't be put on a shelf.
func (m *model) returns(l *modelLine, n int, restock bool) bool {
	kitNow := l.parts[crate] > 0 && m.contents[crate][crate] == 0
	return n <= l.units.Shipped-l.returned && (!restock || l.mapped && !kitNow)
}

// ready reports whether the order may be processed: it is paid, or its account does not wait for payment.
func (o *modelOrder) ready() bool { return o.paid || o.account == Sellers[2] }

// ours reports whether a line of the order is to be shipped from here.
func (o *modelOrder) ours() bool {
	return slices.ContainsFunc(o.lines, func(l *modelLine) bool { return !l.gone && l.sender == order.SenderUs })
}

// fulfilment returns the channel's state for the whole order.
func (o *modelOrder) fulfilment() order.Fulfilment {
	open, shipped := 0, 0
	switch {
	case o.bare:
		return order.FulfilmentCancelled
	case o.unknown:
		return order.FulfilmentUnmapped
	}
	for _, l := range o.lines {
		if l.gone || l.sender != order.SenderUs {
			continue
		}
		open += l.quantity - l.cancelledThere - l.shippedThere
		shipped += l.shippedThere
	}
	switch {
	case open > 0 && shipped > 0:
		return order.FulfilmentPartlyShipped
	case open > 0, !o.ours():
		return order.FulfilmentUnshipped
	case shipped > 0:
		return order.FulfilmentShipped
	}
	return order.FulfilmentCancelled
}

func (o *modelOrder) state() order.State {
	var open, packed, shipped int
	for _, l := range o.lines {
		open += l.units.Reserved + l.units.Backordered + l.units.Unlinked
		packed += l.units.Packed
		shipped += l.units.Shipped
	}
	switch {
	case !o.booked:
		return order.Skipped
	case o.deleted:
		return order.Deleted
	case open > 0 && packed+shipped > 0:
		return order.Processing
	case open > 0 && o.ready():
		return order.Open
	case open > 0:
		return order.AwaitingPayment
	case packed > 0:
		return order.Processed
	case shipped == 0:
		return order.Cancelled
	case o.shown || o.completed:
		return order.Completed
	}
	return order.Shipped
}
