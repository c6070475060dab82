// Package ordertest holds books of orders and stock to a model: it plays random lives of orders, each step sometimes twice,
// and compares after every step. The rules are held to it in memory, and the store on both databases.
package ordertest

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/towpath/towpath/internal/order"
)

// What is sold: two SKUs that lie on a shelf, a crate of both that lies there too until it becomes a kit, a kit of both, a kit
// with that kit in it, and something that each seller lists under a name that is not linked to a SKU at first.
const (
	lamp = iota
	rope
	crate
	pair
	set
	stray
	items
)

// shelved is how many of the items lie on a shelf: the first ones.
const shelved = crate + 1

// parts is how many lamps, ropes and crates one unit takes.
type parts [shelved]int

// model is the stock arithmetic once more, as plainly as it can be said: it shares no code with the rules. It keeps
// no sums; whatever follows from the lines is counted anew each time.
type model struct {
	onHand   [2]parts         // by location
	contents [items]parts     // what one unit is made of now, down to the last part
	links    map[string]int   // by seller: what its stray is linked to
	orders   []*modelOrder    // by row id
	queue    []*modelOrder    // who came first
	moving   []*modelMovement // units that moved and are to be reserved anew

	observing bool // the account of the third seller
}

type modelOrder struct {
	account, id string
	placed      int // minute
	version     int // minutes after placed
	paid        bool
	country     string // empty: the channel does not show the address yet
	was         string // the country as the last page showed it
	location    int    // where its units are held
	taken       bool   // it was not skipped
	shown       bool   // the last scan showed it as shipped
	completed   bool   // it was so before the step
	lines       []*modelLine
	packages    []*modelPackage
	asked       int // number of cancellations and returns so far, for their ids
}

type modelLine struct {
	id                                     string
	item                                   int
	quantity, cancelledThere, shippedThere int // as its channel shows it

	entered    bool
	mapped     bool
	parts      parts // as they were when it was sold
	total      int   // the quantity in the books
	knownThere int   // cancelled on the channel, as far as the books know
	units      order.Units
	returned   int
}

// modelMovement is units of a line that moved.
type modelMovement struct {
	line  *modelLine
	units int
}

type modelPackage struct {
	id                string
	state             string // refused, processed, confirmed, voided
	attempted         bool   // the channel may know of it
	contents, current []int  // per line
}

// serves is the location that orders of an account to a country leave from.
func serves(account, country string) int {
	if account == Sellers[0] && country == "DE" {
		return 1
	}
	return 0
}

// addLine gives the order a line more.
func (o *modelOrder) addLine(item, quantity int) {
	o.lines = append(o.lines, &modelLine{id: o.id + "-" + strconv.Itoa(len(o.lines)+1), item: item, quantity: quantity})
}

// each visits all lines in the order of who came first.
func (m *model) each(visit func(o *modelOrder, l *modelLine)) {
	for _, o := range m.queue {
		for _, l := range o.lines {
			visit(o, l)
		}
	}
}

// placedFirst sorts orders by who came first.
func placedFirst(orders []*modelOrder) {
	slices.SortStableFunc(orders, func(a, b *modelOrder) int { return cmp.Compare(a.placed, b.placed) })
}

// reserved is what the lines have reserved and wait for of a SKU at a location.
func (m *model) reserved(location, sku int) (reserved, backordered int) {
	m.each(func(o *modelOrder, l *modelLine) {
		if o.location == location {
			reserved += l.units.Reserved * l.parts[sku]
			backordered += l.units.Backordered * l.parts[sku]
		}
	})
	return reserved, backordered
}

// waits reports whether units of a SKU as it is are to be packed or sent.
func (m *model) waits(sku int) (found bool) {
	m.each(func(_ *modelOrder, l *modelLine) {
		found = found || l.parts[sku] > 0 && l.units.Reserved+l.units.Backordered+l.units.Packed > 0
	})
	return found
}

func (m *model) free(location, sku int) int {
	reserved, _ := m.reserved(location, sku)
	return m.onHand[location][sku] - reserved
}

// makes is how many units of the line could be packed from what is free.
func (m *model) makes(o *modelOrder, l *modelLine) int {
	n := 1 << 30
	for sku, per := range l.parts {
		if per > 0 {
			n = min(n, max(0, m.free(o.location, sku))/per)
		}
	}
	return n
}

// shelve puts n units of the line on the shelf, or takes them off.
func (m *model) shelve(o *modelOrder, l *modelLine, n int) {
	for sku, per := range l.parts {
		m.onHand[o.location][sku] += n * per
	}
}

// fill gives what is free to who came first.
func (m *model) fill() {
	m.each(func(o *modelOrder, l *modelLine) {
		if l.units.Backordered > 0 {
			n := min(l.units.Backordered, m.makes(o, l))
			l.units.Backordered -= n
			l.units.Reserved += n
		}
	})
}

// addUnits reserves what it can of n new units; the rest waits.
func (m *model) addUnits(o *modelOrder, l *modelLine, n int) {
	switch {
	case n == 0:
	case !l.mapped:
		l.units.Unlinked += n
	default:
		k := min(n, m.makes(o, l))
		l.units.Reserved += k
		l.units.Backordered += n - k
	}
}

// stock changes what is on hand, and takes away from the newest what is not there.
func (m *model) stock(location, sku, n int) {
	m.onHand[location][sku] += n
	for m.free(location, sku) < 0 {
		var last *modelLine
		m.each(func(o *modelOrder, l *modelLine) {
			if o.location == location && l.parts[sku] > 0 && l.units.Reserved > 0 {
				last = l
			}
		})
		last.units.Reserved--
		last.units.Backordered++
	}
	m.fill()
}

// link lets a seller's stray be something, from now on and for the lines that wait for it.
func (m *model) link(account string, item int) {
	m.links[account] = item
	m.each(func(o *modelOrder, l *modelLine) {
		if n := l.units.Unlinked; n > 0 && o.account == account {
			l.mapped, l.parts, l.units.Unlinked = true, m.contents[item], 0
			m.addUnits(o, l, n)
		}
	})
}
