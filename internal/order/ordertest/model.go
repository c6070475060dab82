// Package ordertest holds books of orders and stock to a model: it plays random lives of orders, each step sometimes twice,
// and compares after every step. The rules are held to it in memory, and the store on both databases.
package ordertest

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

// model is the stock arithmetic once more, as plainly as it can be said: it shares no code with the rules.
type model struct {
	onHand map[stock.Place]int
	orders []*modelOrder             // by row id
	kits   map[string]map[string]int // what a kit is made of now, down to the last part
}

type modelOrder struct {
	account, id string
	placed      int // minute
	version     int // minutes after placed
	paid        bool
	country     string // empty: the channel does not show the address yet
	was         string // the country as the last page showed it
	location    string // where its units are held
	shown       bool   // the last scan showed it as shipped
	completed   bool
	lines       []*modelLine
	packages    []*modelPackage
	cancelled   int // number of cancellations and returns so far, for their ids
}

type modelLine struct {
	sku                                         string
	parts                                       map[string]int // as they were when it was sold
	quantity                                    int
	reserved, short, packed, shipped, cancelled int
	returned, channelCancelled, channelShipped  int
}

type modelPackage struct {
	id                string
	state             string // refused, processed, confirmed, voided
	contents, current []int  // per line
}

// made is what one unit of a SKU is made of now.
func (m *model) made(sku string) map[string]int {
	if parts, ok := m.kits[sku]; ok {
		return parts
	}
	return map[string]int{sku: 1}
}

// serves is the location that orders of an account to a country leave from.
func serves(account, country string) string {
	if account == Sellers[0] && country == "DE" {
		return "depot"
	}
	return "main"
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

func (m *model) reserved(at stock.Place) (reserved, short int) {
	m.each(func(o *modelOrder, l *modelLine) {
		if o.location == at.Location {
			reserved += l.reserved * l.parts[at.SKU]
			short += l.short * l.parts[at.SKU]
		}
	})
	return reserved, short
}

func (m *model) free(at stock.Place) int {
	reserved, _ := m.reserved(at)
	return m.onHand[at] - reserved
}

// makes is how many units of the line could be packed from what is free.
func (m *model) makes(o *modelOrder, l *modelLine) int {
	n := 1 << 30
	for sku, per := range l.parts {
		n = min(n, max(0, m.free(stock.Place{SKU: sku, Location: o.location}))/per)
	}
	return n
}

// shelve puts n units of the line on the shelf, or takes them off.
func (m *model) shelve(o *modelOrder, l *modelLine, n int) {
	for sku, per := range l.parts {
		m.onHand[stock.Place{SKU: sku, Location: o.location}] += n * per
	}
}

// fill gives what is free to who came first.
func (m *model) fill() {
	m.each(func(o *modelOrder, l *modelLine) {
		n := min(l.short, m.makes(o, l))
		l.short -= n
		l.reserved += n
	})
}

func (m *model) take(o *modelOrder, l *modelLine, n int) {
	k := min(n, m.makes(o, l))
	l.reserved += k
	l.short += n - k
}

// stock changes what is on hand and reports whether that can be.
func (m *model) stock(at stock.Place, n int) bool {
	if m.onHand[at]+n < 0 {
		return false
	}
	m.onHand[at] += n
	for m.free(at) < 0 {
		var last *modelLine
		m.each(func(o *modelOrder, l *modelLine) {
			if o.location == at.Location && l.parts[at.SKU] > 0 && l.reserved > 0 {
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
			m.shelve(o, l, 1)
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
					m.shelve(o, l, -1)
				case l.short > 0:
					l.short--
				default:
					continue
				}
				l.shipped++
			}
		}
		o.shown = o.fulfilment() == order.FulfilmentShipped
	}
	moved := m.move(changed)
	m.fill()
	for _, o := range fresh {
		o.location, o.was = serves(o.account, o.country), o.country
		for _, l := range o.lines {
			l.parts = m.made(l.sku)
		}
		m.orders = append(m.orders, o)
	}
	all := append(slices.Clone(fresh), changed...)
	slices.SortStableFunc(all, func(a, b *modelOrder) int { return cmp.Compare(a.placed, b.placed) })
	for _, o := range all {
		for _, l := range o.lines {
			if n, ok := moved[l]; ok {
				m.take(o, l, n)
			} else if slices.Contains(fresh, o) {
				m.take(o, l, l.quantity)
			}
		}
	}
}

// move takes the orders that another location serves now out of the one where they are, unless a unit of theirs
// is packed or shipped, and answers the units that are to be reserved anew.
func (m *model) move(changed []*modelOrder) map[*modelLine]int {
	units := map[*modelLine]int{}
	for _, o := range changed {
		to, before := serves(o.account, o.country), serves(o.account, o.was)
		o.was = o.country
		if to == before || to == o.location || slices.ContainsFunc(o.lines, func(l *modelLine) bool { return l.packed+l.shipped > 0 }) {
			continue
		}
		o.location = to
		for _, l := range o.lines {
			units[l] = l.reserved + l.short
			l.reserved, l.short = 0, 0
		}
	}
	return units
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
		m.shelve(o, l, -n)
	}
}

// fulfilment is what the channel says of the whole order.
func (o *modelOrder) fulfilment() order.Fulfilment {
	open, shipped := 0, 0
	for _, l := range o.lines {
		open += l.quantity - l.channelCancelled - l.channelShipped
		shipped += l.channelShipped
	}
	switch {
	case open > 0 && shipped > 0:
		return order.FulfilmentPartlyShipped
	case open > 0:
		return order.FulfilmentUnshipped
	case shipped > 0:
		return order.FulfilmentShipped
	}
	return order.FulfilmentCancelled
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
