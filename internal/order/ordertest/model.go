// Package ordertest compares books of orders and stock with a model: it plays random sequences of steps, some of them
// twice, and compares after every step. The rules are tested in memory, and the store on both databases.
package ordertest

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/towpath/towpath/internal/order"
)

// The items: two SKUs that are kept on a shelf; a crate of both, which is kept on a shelf until it becomes a kit; a
// kit of both; a kit that contains that kit; and a stray, an item that each seller lists under a name that is not
// linked to a SKU at first.
const (
	lamp = iota
	rope
	crate
	pair
	set
	stray
	items
)

// shelved is the number of items that are kept on a shelf: the first ones.
const shelved = crate + 1

// parts is how many lamps, ropes and crates one unit consists of.
type parts [shelved]int

// model is a second implementation of the stock rules, as simple as possible: it shares no code with package order.
// It keeps no sums; whatever follows from the lines is counted again each time.
type model struct {
	onHand    [2]parts       // by location
	contents  [items]parts   // the components of one unit now, down to the SKUs on a shelf
	links     map[string]int // by seller: the item that its stray is linked to
	orders    []*modelOrder  // by row id
	queue     []*modelOrder  // in the order in which they are served
	observing bool           // the third seller's account observes
	promised  [2]parts       // by location: what orders of the page are to get and do not hold yet
}

type modelOrder struct {
	account, id         string
	placed              int // minute
	version             int // minutes after placed
	paid                bool
	country             string             // empty: the channel does not show the address yet
	was                 string             // the country as the last page showed it
	countries           []string           // all that a page showed
	location            int                // of the units of its lines, unless they are parted or its channel decides
	parted              map[*modelLine]int // where its lines go, if they are parted
	booked              bool               // the books saved it and did not skip it
	bare                bool               // its channel shows it as cancelled, without lines
	contradiction, kept string
	says                map[string]string // what the contradiction says, by line
	saysAdded           map[string]string // what it says of units that were added after packing, by line
	saysMoved           string            // what it says of the address
	streetThere, street int               // the address as its channel has it, and as the books know it; 0: none
	stoppedThere        bool              // its channel does not let it be shipped
	notBefore           int               // the earliest date of its open lines, as the books know it
	hasBuyer            bool              // the books have a buyer
	compared            bool              // units of it were packed or shipped before the page
	deleted             bool
	deletedVersion      int                 // what the channel showed when it was deleted
	deletionSays        string              // the part of contradiction that is about the deletion
	refunded, unknown   bool                // its channel shows it as refunded, with a status that nobody knows
	holds, lifted       map[order.Hold]bool // as the books know
	shown               bool                // the last scan showed it as shipped
	completed           bool                // it was completed before the step
	lines               []*modelLine
	packages            []*modelPackage
	asked               int // number of cancellations and returns so far, for their ids
}

type modelLine struct {
	id                                     string
	item                                   int
	quantity, cancelledThere, shippedThere int // as its channel shows them
	sender                                 order.Sender
	movedTo                                string // the id of the order that it is in now, as far as the books know
	left                                   bool   // its units were given up there
	gone                                   bool   // its channel does not show it any more
	at                                     int    // the location from which its channel ships it, if the channel decides that (decides)
	added                                  int    // open units that its channel added after packing
	addedNow                               bool   // by this version
	dateThere, date                        int    // from when on it may be packed: on its channel, in the books
	confirmed                              bool   // a package of it was confirmed since its channel last changed

	entered                                   bool
	location                                  int // of its units
	sold                                      int // the item in the books: the channel may show another one
	mapped                                    bool
	unheld                                    int   // shipped on the channel, and still on the shelf
	moving                                    int   // units that are to be reserved again
	mostShipped, shownShipped, shownCancelled int   // on the channel, as far as the books know
	undeducted                                int   // shipped on the channel before it was linked
	parts                                     parts // as they were when the line was sold
	total                                     int   // the quantity in the books
	knownThere                                int   // units cancelled on the channel, as far as the books know
	units                                     order.Units
	returned                                  int
}

type modelPackage struct {
	id                string
	state             string // refused, processed, confirmed, voided
	attempted         bool   // the channel may know of it
	street            int    // where it goes; 0: not known
	contents, current []int  // per line
}

// decides reports whether the channel of an account decides from which location each line leaves.
func decides(account string) bool { return account == Sellers[2] }

// addLine adds a line to the order.
func (o *modelOrder) addLine(item, quantity int) {
	o.lines = append(o.lines, &modelLine{id: o.id + "-" + strconv.Itoa(len(o.lines)+1), item: item, quantity: quantity})
}

// each calls visit for all lines, in the order in which they are served.
func (m *model) each(visit func(o *modelOrder, l *modelLine)) {
	for _, o := range m.queue {
		for _, l := range o.lines {
			visit(o, l)
		}
	}
}

// placedFirst sorts orders into the order in which they are served.
func placedFirst(orders []*modelOrder) {
	slices.SortStableFunc(orders, func(a, b *modelOrder) int { return cmp.Compare(a.placed, b.placed) })
}

// reserved returns the units of a SKU at a location that the lines have reserved, and those that they wait for.
func (m *model) reserved(location, sku int) (reserved, backordered int) {
	m.each(func(o *modelOrder, l *modelLine) {
		if l.location == location {
			reserved += l.units.Reserved * l.parts[sku]
			backordered += l.units.Backordered * l.parts[sku]
		}
	})
	return reserved, backordered
}

// waits reports whether units of lines that need the SKU are still to be packed or sent.
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

// makes returns how many units of the line the free stock is enough for.
func (m *model) makes(o *modelOrder, l *modelLine) int {
	n := 1 << 30
	for sku, per := range l.parts {
		if per > 0 {
			n = min(n, max(0, m.free(l.location, sku))/per)
		}
	}
	return n
}

// shelve adds n units of the line to the stock on hand, or subtracts them.
func (m *model) shelve(o *modelOrder, l *modelLine, n int) {
	for sku, per := range l.parts {
		m.onHand[l.location][sku] += n * per
	}
}

// fill reserves free stock for the lines that wait for it, first come, first served.
func (m *model) fill() {
	m.each(func(o *modelOrder, l *modelLine) {
		if l.units.Backordered > 0 {
			n := min(l.units.Backordered, m.makes(o, l))
			l.units.Backordered -= n
			l.units.Reserved += n
		}
	})
}

// addUnits reserves as many of n new units as it can; the rest waits.
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

// stock changes the stock on hand, and takes reserved units that are missing then from the newest orders.
func (m *model) stock(location, sku, n int) {
	m.onHand[location][sku] += n
	m.demote()
	m.fill()
}

// demote takes reserved units that are missing from the newest orders.
func (m *model) demote() {
	for _, sku := range []int{crate, lamp, rope} {
		for _, location := range []int{1, 0} {
			for m.free(location, sku) < 0 {
				var last *modelLine
				m.each(func(o *modelOrder, l *modelLine) {
					if l.location == location && l.parts[sku] > 0 && l.units.Reserved > 0 {
						last = l
					}
				})
				last.units.Reserved--
				last.units.Backordered++
			}
		}
	}
}

// takeAway takes units of the line that were not reserved off the shelf, as far as they are there.
func (m *model) takeAway(o *modelOrder, l *modelLine) {
	n := l.unheld
	l.unheld = 0
	if !l.mapped {
		l.undeducted += n
		return
	}
	for sku, per := range l.parts {
		m.onHand[l.location][sku] -= min(n*per, m.onHand[l.location][sku])
	}
}

// link links a seller's stray to an item, from now on and for the lines that wait for it.
func (m *model) link(account string, item int) {
	m.links[account] = item
	m.each(func(o *modelOrder, l *modelLine) {
		if n := l.units.Unlinked; n+l.undeducted > 0 && o.account == account && !l.mapped {
			l.mapped, l.parts, l.units.Unlinked = true, m.contents[item], 0
			l.unheld, l.undeducted = l.undeducted, 0
			m.takeAway(o, l)
			m.addUnits(o, l, n)
		}
	})
	m.demote()
	m.fill()
}
