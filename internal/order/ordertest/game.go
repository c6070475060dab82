package ordertest

import (
	"fmt"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
)

// Sellers are the accounts of a game (Policy).
var Sellers = []string{"amazon-uk", "ebay-uk", "shopify-uk"}

// Locations are the locations of a game.
var Locations = []string{"main", "depot"}

// Policy returns a seller's settings in a game. The first two sellers' orders to DE leave from the depot or else from main; all others
// of the first leave from main, of the second from main or else from the depot. The first reserves for paid orders only; the second
// parts orders, and its channel moves lines into other orders; the third may process unpaid orders.
func Policy(account string) order.Policy {
	p := order.Policy{Account: account, OrderLocation: Locations[0], ReserveAt: order.AtPlaced, ProcessAt: order.AtPaid}
	switch account {
	case Sellers[0]:
		p.Routes = []order.Route{{Countries: []string{"DE"}, Locations: []string{"depot", "main"}}}
		p.ReserveAt = order.AtPaid
	case Sellers[1]:
		p.Routes = []order.Route{{Countries: []string{"DE"}, Locations: []string{"depot", "main"}}, {Locations: []string{"main", "depot"}}}
		p.LinesMove, p.Split = true, true
	case Sellers[2]:
		p.ProcessAt = order.AtPlaced
	}
	return p
}

// ChannelSKU returns a seller's channel SKU for a SKU.
func ChannelSKU(account, sku string) string { return account + ":" + sku }

// steps is the number of steps of a sequence.
const steps = 30

// epoch is the time of the first orders of a game.
var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// game is one sequence, with its model and its books.
type game struct {
	books    Books
	prefix   string
	skus     [items]string
	model    model
	changes  int
	unpacked bool              // a crate is now a kit
	last     func(*T)          // shows the last page again
	levels   [2][shelved]Level // as of the last check, by location and SKU
}

// Play plays a sequence and returns why it fails, or an empty string. The prefix keeps its SKUs and orders apart from
// those of other games with the same books.
func Play(t *T, books Books, prefix string) (failed string) {
	defer func() {
		switch cause := recover(); cause {
		case nil, stopped{}:
			failed = t.failed
		default:
			failed = fmt.Sprintf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	g := &game{books: books, prefix: prefix, model: model{links: map[string]int{}}}
	for i, name := range []string{".lamp", ".rope", ".crate", ".pair", ".set", ".stray"} {
		g.skus[i] = prefix + name
	}
	t.next()
	g.begin(t)
	happened := 0
	for happened < steps && t.next() {
		if g.step(t) {
			happened++
			g.check(t)
		}
	}
	return t.failed
}

// begin links all items of the sellers except the stray, and receives stock. The third seller's account observes
// until it goes live.
func (g *game) begin(t *T) {
	g.define(t, 2)
	var links []Link
	for _, account := range Sellers {
		for _, sku := range g.skus[:stray] {
			links = append(links, Link{account, ChannelSKU(account, sku), sku})
		}
	}
	g.books.Link(t, links)
	for sku := range shelved {
		g.receive(t, 0, sku, 6)
		g.receive(t, 1, sku, 2)
	}
	g.observe(t, !t.maybe(4))
}

// observe sets whether the third seller's account observes.
func (g *game) observe(t *T, so bool) {
	g.model.observing = so
	g.books.Observe(t, Sellers[2], so)
}

// golive lets the third seller's account go live.
func (g *game) golive(t *T) bool {
	if !g.model.observing || !t.maybe(3) {
		return false
	}
	g.observe(t, false)
	return true
}

// step makes a random step, and reports whether there was anything to do.
func (g *game) step(t *T) bool {
	moves := []func(*T) bool{g.page, g.page, g.stock, g.pack, g.prepare, g.confirm, g.cancel, g.giveBack, g.redefine, g.link, g.golive, g.reopen, g.keep, g.delete, g.hold, g.allow, g.wait, g.due}
	return pick(t, moves)(t)
}

// define sets the components of the kits: a pair is a lamp and some ropes, a set is a pair and another lamp, and a
// crate that is a kit is a lamp and a rope.
func (g *game) define(t *T, ropes int) {
	kits := []catalogue.Kit{
		{SKU: g.skus[set], Parts: []catalogue.Part{{SKU: g.skus[pair], Quantity: 1}, {SKU: g.skus[lamp], Quantity: 1}}},
		{SKU: g.skus[pair], Parts: []catalogue.Part{{SKU: g.skus[lamp], Quantity: 1}, {SKU: g.skus[rope], Quantity: ropes}}},
	}
	g.model.contents = [items]parts{lamp: {lamp: 1}, rope: {rope: 1}, crate: {crate: 1}, pair: {lamp: 1, rope: ropes}, set: {lamp: 2, rope: ropes}}
	if g.unpacked {
		kits = append(kits, catalogue.Kit{SKU: g.skus[crate], Parts: []catalogue.Part{{SKU: g.skus[lamp], Quantity: 1}, {SKU: g.skus[rope], Quantity: 1}}})
		g.model.contents[crate] = parts{lamp: 1, rope: 1}
	}
	g.books.Kits(t, kits)
}

// redefine changes the kits for later orders, not for existing ones. The crate becomes a kit when none are on hand,
// and none are to be packed or sent.
func (g *game) redefine(t *T) bool {
	if t.maybe(2) && !g.unpacked && !g.model.waits(crate) {
		for location := range Locations {
			g.count(t, location, crate, 0)
		}
		g.unpacked = true
	}
	g.define(t, t.between(1, 2))
	return true
}

// link links a seller's stray.
func (g *game) link(t *T) bool {
	account := pick(t, Sellers)
	if _, linked := g.model.links[account]; linked {
		return false
	}
	item := t.upTo(stray - 1)
	g.model.link(account, item)
	g.books.Link(t, []Link{{account, ChannelSKU(account, g.skus[stray]), g.skus[item]}})
	return true
}

// twice makes a step once, or sometimes twice.
func twice(t *T, step func()) {
	step()
	if t.maybe(2) {
		step()
	}
}

func (g *game) receive(t *T, location, sku, n int) {
	g.model.stock(location, sku, n)
	g.change(t, stock.Change{Key: g.key(), SKU: g.skus[sku], Location: Locations[location], Kind: stock.Receipt, Quantity: n})
}

func (g *game) count(t *T, location, sku, n int) {
	g.model.stock(location, sku, n-g.model.onHand[location][sku])
	g.change(t, stock.Change{Key: g.key(), SKU: g.skus[sku], Location: Locations[location], Kind: stock.Count, Quantity: n})
}

// change makes a change of stock that must be possible.
func (g *game) change(t *T, c stock.Change) {
	twice(t, func() {
		if err := g.books.Stock(t, c); err != nil {
			t.fail("%v", err)
		}
	})
}

// key returns the key of the next change of stock.
func (g *game) key() string {
	g.changes++
	return g.prefix + "." + strconv.Itoa(g.changes)
}
