package ordertest

import (
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

// Sellers are the accounts of a game. Orders of the first to DE leave from the location depot, all others from main.
var Sellers = []string{"amazon-uk", "ebay-uk", "shopify-uk"}

// Locations are those of a game.
var Locations = []string{"main", "depot"}

// Ref names an order.
type Ref struct{ Account, ID string }

// Books are what a game is played with. Each step happens once, however often it is asked for under its id.
type Books interface {
	// Kits says what kits are made of from now on.
	Kits(t *rapid.T, kits []catalogue.Kit)
	// Link lets each seller list each SKU, under the name ChannelSKU.
	Link(t *rapid.T, skus []string)
	// Page takes a page of an account's orders.
	Page(t *rapid.T, account string, orders []order.Snapshot)
	// Stock carries out a change, or says why it can't be.
	Stock(t *rapid.T, c stock.Change) error
	// Pack saves and processes a package, or says why it is refused.
	Pack(t *rapid.T, o Ref, p shipment.Package) (refused string)
	// Prepare answers what is in a package when its channel is told of it.
	Prepare(t *rapid.T, o Ref, packageID string) []shipment.Content
	// Confirm notes that the channel has the package.
	Confirm(t *rapid.T, o Ref, packageID string)
	// Cancel cancels units, or says why it is refused.
	Cancel(t *rapid.T, o Ref, id string, lines []order.LineQuantity) (refused string)
	// Return takes units back, or says why it is refused.
	Return(t *rapid.T, o Ref, id string, restock bool, lines []order.LineQuantity) (refused string)
	// Look shows how everything stands, of the SKUs and orders of one game.
	Look(t *rapid.T, prefix string) Stand
}

// Stand is how books stand.
type Stand struct {
	States  map[string]order.State      // by order id
	Units   map[string]order.Units      // by line id
	Packed  map[string]int              // by line id: what the processed packages hold
	Levels  map[stock.Place]Level       //
	Entries map[stock.Place]stock.Level // sums of the ledger
	Dirty   map[string]int              // by SKU: links whose level is to be sent; they are sent by the look
}

// Level is the level of a place, and the units that open lines wait for there.
type Level struct {
	stock.Level
	Short int
}

// ChannelSKU is what a seller calls a SKU.
func ChannelSKU(account, sku string) string { return account + ":" + sku }

// Play plays one random sequence. The prefix tells its SKUs and orders from those of other games with the same books.
func Play(t *rapid.T, books Books, prefix string) {
	g := &game{books: books, prefix: prefix, model: model{onHand: map[stock.Place]int{}}}
	g.skus = []string{prefix + ".lamp", prefix + ".rope"}
	g.kits = []string{prefix + ".pair", prefix + ".set"}
	g.define(t, 2)
	books.Link(t, g.sold())
	for _, sku := range g.skus {
		g.change(t, sku, "main", 6)
		g.change(t, sku, "depot", 2)
	}
	t.Repeat(map[string]func(*rapid.T){
		"page": g.page, "page again": g.page, "stock": g.stock, "pack": g.pack, "confirm": g.confirm,
		"cancel": g.cancel, "return": g.giveBack, "kits": g.redefine, "": g.check,
	})
}

// game is one random sequence.
type game struct {
	books   Books
	prefix  string
	skus    []string // that lie on a shelf
	kits    []string // a kit, and a kit with that kit in it
	model   model
	changes int
	last    func(*rapid.T) // the last page once more
	levels  map[stock.Place]Level
}

// epoch is when the first orders of a game are placed.
var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// define says what the kits are made of: a pair is a lamp and some ropes, a set is a pair and another lamp.
func (g *game) define(t *rapid.T, ropes int) {
	lamp, rope, pair, set := g.skus[0], g.skus[1], g.kits[0], g.kits[1]
	g.books.Kits(t, []catalogue.Kit{
		{SKU: set, Parts: []catalogue.Part{{SKU: pair, Quantity: 1}, {SKU: lamp, Quantity: 1}}},
		{SKU: pair, Parts: []catalogue.Part{{SKU: lamp, Quantity: 1}, {SKU: rope, Quantity: ropes}}},
	})
	g.model.kits = map[string]map[string]int{pair: {lamp: 1, rope: ropes}, set: {lamp: 2, rope: ropes}}
}

// redefine changes what is sold from now on, not what is sold.
func (g *game) redefine(t *rapid.T) { g.define(t, rapid.IntRange(1, 2).Draw(t, "ropes")) }

// sold are all SKUs that buyers can buy.
func (g *game) sold() []string { return slices.Concat(g.skus, g.kits) }

// twice does a step once, or sometimes twice.
func twice(t *rapid.T, step func()) {
	step()
	if rapid.Bool().Draw(t, "again") {
		step()
	}
}

func pick[T any](t *rapid.T, name string, list []T) T {
	if len(list) == 0 {
		t.Skip("nothing to choose from")
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(t, name)]
}

func (g *game) page(t *rapid.T) {
	account := pick(t, "account", Sellers)
	var changed, fresh []*modelOrder
	for _, o := range g.model.orders {
		if o.account == account && len(changed) < 2 && rapid.Bool().Draw(t, "changed") {
			g.changeOrder(t, o)
			changed = append(changed, o)
		}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "new") {
		o := &modelOrder{account: account, id: fmt.Sprintf("%s.%d", g.prefix, len(g.model.orders)+i),
			placed: rapid.IntRange(0, 20).Draw(t, "placed"), paid: rapid.IntRange(0, 3).Draw(t, "paid") > 0,
			country: rapid.SampledFrom([]string{"", "GB", "DE"}).Draw(t, "country")}
		for range rapid.IntRange(1, 3).Draw(t, "lines") {
			o.lines = append(o.lines, &modelLine{sku: pick(t, "sku", g.sold()), quantity: rapid.IntRange(1, 4).Draw(t, "quantity")})
		}
		fresh = append(fresh, o)
	}
	var orders []order.Snapshot
	for _, o := range slices.Concat(fresh, changed) {
		orders = append(orders, o.shownBy())
	}
	g.model.page(changed, fresh)
	save := func(t *rapid.T) { g.books.Page(t, account, orders) }
	twice(t, func() { save(t) })
	if g.last != nil && rapid.IntRange(0, 4).Draw(t, "replay") == 0 {
		g.last(t)
	}
	g.last = save
}

// changeOrder lets something happen on the channel.
func (g *game) changeOrder(t *rapid.T, o *modelOrder) {
	o.version++
	l := pick(t, "line", o.lines)
	for _, l := range o.lines {
		l.channelShipped = min(max(l.channelShipped, l.shipped), l.quantity-l.channelCancelled)
	}
	left := l.quantity - l.channelCancelled - l.channelShipped
	switch rapid.SampledFrom([]string{"pay", "address", "cancel", "ship", "cancel all"}).Draw(t, "event") {
	case "pay":
		o.paid = true
	case "address":
		o.country = rapid.SampledFrom([]string{"GB", "DE"}).Draw(t, "country")
	case "cancel":
		l.channelCancelled += rapid.IntRange(0, left).Draw(t, "units")
	case "ship":
		l.channelShipped += rapid.IntRange(0, left).Draw(t, "units")
	case "cancel all":
		for _, l := range o.lines {
			l.channelCancelled = l.quantity - l.channelShipped
		}
	}
}

// shownBy is the order as its channel shows it now.
func (o *modelOrder) shownBy() order.Snapshot {
	placed := epoch.Add(time.Duration(o.placed) * time.Minute)
	out := order.Snapshot{ID: o.id, PlacedAt: placed, UpdatedAt: placed.Add(time.Duration(o.version) * time.Minute), Paid: o.paid, Fulfilment: o.fulfilment()}
	if o.country != "" {
		out.Buyer = &order.Buyer{CountryCode: o.country}
	}
	for i, l := range o.lines {
		out.Lines = append(out.Lines, order.SnapshotLine{ID: o.line(i), SKU: ChannelSKU(o.account, l.sku), Quantity: l.quantity, Cancelled: l.channelCancelled, Shipped: l.channelShipped})
	}
	return out
}

func (o *modelOrder) ref() Ref { return Ref{o.account, o.id} }

func (g *game) change(t *rapid.T, sku, location string, n int) {
	g.changes++
	kind := stock.Adjust
	if n > 0 {
		kind = stock.Receipt
	}
	c := stock.Change{Key: fmt.Sprintf("%s.%d", g.prefix, g.changes), SKU: sku, Location: location, Kind: kind, Quantity: n}
	possible := g.model.stock(c.Place(), n)
	twice(t, func() {
		err := g.books.Stock(t, c)
		require.Equal(t, possible, err == nil, "%v", err)
	})
}

func (g *game) stock(t *rapid.T) {
	g.change(t, pick(t, "sku", g.skus), pick(t, "location", Locations), rapid.IntRange(-3, 5).Draw(t, "units"))
}
