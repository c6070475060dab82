package store_test

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

// model is the stock arithmetic once more, as plainly as it can be said: it shares no code with the store.
type model struct {
	onHand map[string]int
	orders []*modelOrder // by row id
}

type modelOrder struct {
	account, id string
	placed      int // minute
	version     int // minutes after placed
	paid        bool
	shown       bool // the last scan showed it as shipped
	completed   bool
	lines       []*modelLine
	packages    []*modelPackage
	cancelled   int // number of cancellations and returns so far, for their ids
}

type modelLine struct {
	sku                                         string
	quantity                                    int
	reserved, short, packed, shipped, cancelled int
	returned, channelCancelled, channelShipped  int
}

type modelPackage struct {
	id                string
	state             string // refused, processed, confirmed, voided
	contents, current []int  // per line
}

func (o *modelOrder) line(i int) string { return fmt.Sprintf("%s-%d", o.id, i+1) }

// each visits all lines in the order of who came first.
func (m *model) each(visit func(o *modelOrder, l *modelLine)) {
	all := slices.Clone(m.orders)
	slices.SortStableFunc(all, func(a, b *modelOrder) int { return cmp.Compare(a.placed, b.placed) })
	for _, o := range all {
		for _, l := range o.lines {
			visit(o, l)
		}
	}
}

func (m *model) reserved(sku string) (reserved, short int) {
	m.each(func(_ *modelOrder, l *modelLine) {
		if l.sku == sku {
			reserved += l.reserved
			short += l.short
		}
	})
	return reserved, short
}

func (m *model) free(sku string) int {
	reserved, _ := m.reserved(sku)
	return m.onHand[sku] - reserved
}

// fill gives what is free to who came first.
func (m *model) fill() {
	m.each(func(_ *modelOrder, l *modelLine) {
		n := min(l.short, m.free(l.sku))
		l.short -= n
		l.reserved += n
	})
}

func (m *model) take(l *modelLine, n int) {
	k := max(0, min(n, m.free(l.sku)))
	l.reserved += k
	l.short += n - k
}

// stock changes what is on hand and reports whether that can be.
func (m *model) stock(sku string, n int) bool {
	if m.onHand[sku]+n < 0 {
		return false
	}
	m.onHand[sku] += n
	for m.free(sku) < 0 {
		var last *modelLine
		m.each(func(_ *modelOrder, l *modelLine) {
			if l.sku == sku && l.reserved > 0 {
				last = l
			}
		})
		last.reserved--
		last.short++
	}
	m.fill()
	return true
}

// cancel gives up n units of line i and answers how many it could not.
func (m *model) cancel(o *modelOrder, i, n int) (left int) {
	l := o.lines[i]
	for ; n > 0; n-- {
		switch {
		case l.short > 0:
			l.short--
		case l.reserved > 0:
			l.reserved--
		case l.packed > 0:
			l.packed--
			m.onHand[l.sku]++
			m.unpack(o, i)
		default:
			return n
		}
		l.cancelled++
	}
	return 0
}

// unpack takes one unit of line i out of the newest package that has one.
func (m *model) unpack(o *modelOrder, i int) {
	for _, p := range slices.Backward(o.packages) {
		if p.state != "processed" || p.current[i] == 0 {
			continue
		}
		p.current[i]--
		if slices.Max(p.current) == 0 {
			p.state = "voided"
		}
		return
	}
}

// page is a page of orders: those changed on the channel, and new ones.
func (m *model) page(changed, fresh []*modelOrder) {
	for _, o := range changed {
		for i, l := range o.lines {
			m.cancel(o, i, max(0, l.channelCancelled-l.cancelled))
			for n := l.channelShipped - l.packed - l.shipped; n > 0; n-- {
				switch {
				case l.reserved > 0:
					l.reserved--
					m.onHand[l.sku]--
				case l.short > 0:
					l.short--
				default:
					continue
				}
				l.shipped++
			}
		}
		o.shown = o.fulfilment() == channel.Shipped
	}
	m.fill()
	slices.SortStableFunc(fresh, func(a, b *modelOrder) int { return cmp.Compare(a.placed, b.placed) })
	for _, o := range fresh {
		m.orders = append(m.orders, o)
		for _, l := range o.lines {
			m.take(l, l.quantity)
		}
	}
}

// process packs what the package holds, if all of it is reserved and the order may be processed.
func (m *model) process(o *modelOrder, p *modelPackage) {
	if !o.paid || o.state() == order.Cancelled {
		p.state = "refused"
		return
	}
	for i, n := range p.contents {
		if n > o.lines[i].reserved {
			p.state = "refused"
			return
		}
	}
	p.state = "processed"
	for i, n := range p.contents {
		l := o.lines[i]
		l.reserved -= n
		l.packed += n
		m.onHand[l.sku] -= n
	}
}

// fulfilment is what the channel says of the whole order.
func (o *modelOrder) fulfilment() channel.Fulfilment {
	open, shipped := 0, 0
	for _, l := range o.lines {
		open += l.quantity - l.channelCancelled - l.channelShipped
		shipped += l.channelShipped
	}
	switch {
	case open > 0 && shipped > 0:
		return channel.PartlyShipped
	case open > 0:
		return channel.Unshipped
	case shipped > 0:
		return channel.Shipped
	}
	return channel.Cancelled
}

func (o *modelOrder) state() order.State {
	var open, packed, shipped int
	for _, l := range o.lines {
		open += l.reserved + l.short
		packed += l.packed
		shipped += l.shipped
	}
	switch {
	case open > 0 && packed+shipped > 0:
		return order.Processing
	case open > 0 && o.paid:
		return order.Open
	case open > 0:
		return order.AwaitingPayment
	case packed > 0:
		return order.Processed
	case shipped == 0:
		return order.Cancelled
	case o.shown || o.completed:
		o.completed = true
		return order.Completed
	}
	return order.Shipped
}
