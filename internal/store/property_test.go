package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/storetest"
)

var sellers = []string{"amazon-uk", "ebay-uk", "shopify-uk"}

// TestBooksAgreeWithTheModel plays random lives of orders and stock, each step sometimes twice, and holds the store
// to the model after every step. All of a database's sequences share one store, each with SKUs of its own.
func TestBooksAgreeWithTheModel(t *testing.T) {
	t.Parallel()
	var sequences atomic.Int64
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(r *rapid.T) {
			g := &game{s: s, prefix: fmt.Sprintf("g%d", sequences.Add(1)), model: model{onHand: map[string]int{}}}
			g.skus = []string{g.prefix + ".lamp", g.prefix + ".rope"}
			g.kits = []string{g.prefix + ".pair", g.prefix + ".set"}
			g.define(r, 2)
			g.link(r)
			r.Repeat(map[string]func(*rapid.T){
				"page": g.page, "page again": g.page, "stock": g.stock, "pack": g.pack, "confirm": g.confirm,
				"cancel": g.cancel, "return": g.giveBack, "kits": g.redefine, "": g.check,
			})
		})
	})
}

// game is one random sequence.
type game struct {
	s       *store.Store
	prefix  string
	skus    []string // that lie on a shelf
	kits    []string // a kit, and a kit with that kit in it
	model   model
	changes int
	last    *orders.Page
	levels  map[string][3]int // as of the last check, per SKU and location: on hand, reserved, short
}

var ctx = context.Background()

// define says what the kits are made of: a pair is a lamp and some ropes, a set is a pair and another lamp.
func (g *game) define(r *rapid.T, ropes int) {
	lamp, rope, pair, set := g.skus[0], g.skus[1], g.kits[0], g.kits[1]
	require.NoError(r, g.s.Products.SaveVariants(ctx, []products.Variant{{SKU: lamp}, {SKU: rope}}))
	_, err := g.s.Products.SaveKits(ctx, []catalogue.Kit{
		{SKU: set, Parts: []catalogue.Part{{SKU: pair, Quantity: 1}, {SKU: lamp, Quantity: 1}}},
		{SKU: pair, Parts: []catalogue.Part{{SKU: lamp, Quantity: 1}, {SKU: rope, Quantity: ropes}}},
	})
	require.NoError(r, err)
	g.model.kits = map[string]map[string]int{pair: {lamp: 1, rope: ropes}, set: {lamp: 2, rope: ropes}}
}

// redefine changes what is sold from now on, not what is sold.
func (g *game) redefine(r *rapid.T) { g.define(r, rapid.IntRange(1, 2).Draw(r, "ropes")) }

// sold are all SKUs that buyers can buy.
func (g *game) sold() []string { return slices.Concat(g.skus, g.kits) }

func (g *game) link(r *rapid.T) {
	var list []links.Link
	for _, a := range sellers {
		for _, sku := range g.sold() {
			list = append(list, links.Link{Account: a, ChannelSKU: a + ":" + sku, SKU: sku})
		}
	}
	require.NoError(r, g.s.Links.SaveLinks(ctx, list))
	for _, sku := range g.skus {
		g.change(r, sku, "main", 6)
		g.change(r, sku, "depot", 2)
	}
}

// twice does a step once, or sometimes twice.
func twice(r *rapid.T, step func()) {
	step()
	if rapid.Bool().Draw(r, "again") {
		step()
	}
}

func pick[T any](r *rapid.T, name string, list []T) T {
	if len(list) == 0 {
		r.Skip("nothing to choose from")
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(r, name)]
}

func (g *game) page(r *rapid.T) {
	account := pick(r, "account", sellers)
	var changed, fresh []*modelOrder
	for _, o := range g.model.orders {
		if o.account == account && len(changed) < 2 && rapid.Bool().Draw(r, "changed") {
			g.changeOrder(r, o)
			changed = append(changed, o)
		}
	}
	for i := range rapid.IntRange(0, 2).Draw(r, "new") {
		o := &modelOrder{account: account, id: fmt.Sprintf("%s.%d", g.prefix, len(g.model.orders)+i),
			placed: rapid.IntRange(0, 20).Draw(r, "placed"), paid: rapid.IntRange(0, 3).Draw(r, "paid") > 0,
			country: rapid.SampledFrom([]string{"", "GB", "DE"}).Draw(r, "country")}
		for range rapid.IntRange(1, 3).Draw(r, "lines") {
			o.lines = append(o.lines, &modelLine{sku: pick(r, "sku", g.sold()), quantity: rapid.IntRange(1, 4).Draw(r, "quantity")})
		}
		fresh = append(fresh, o)
	}
	page := orders.Page{Account: account, SeenAt: epoch}
	for _, o := range slices.Concat(fresh, changed) {
		page.Orders = append(page.Orders, o.shownBy())
	}
	g.model.page(changed, fresh)
	twice(r, func() {
		_, err := g.s.Orders.SavePage(ctx, page)
		require.NoError(r, err)
	})
	if g.last != nil && rapid.IntRange(0, 4).Draw(r, "replay") == 0 {
		_, err := g.s.Orders.SavePage(ctx, *g.last)
		require.NoError(r, err)
	}
	g.last = &page
}

// changeOrder lets something happen on the channel.
func (g *game) changeOrder(r *rapid.T, o *modelOrder) {
	o.version++
	l := pick(r, "line", o.lines)
	for _, l := range o.lines {
		l.channelShipped = min(max(l.channelShipped, l.shipped), l.quantity-l.channelCancelled)
	}
	left := l.quantity - l.channelCancelled - l.channelShipped
	switch rapid.SampledFrom([]string{"pay", "address", "cancel", "ship", "cancel all"}).Draw(r, "event") {
	case "pay":
		o.paid = true
	case "address":
		o.country = rapid.SampledFrom([]string{"GB", "DE"}).Draw(r, "country")
	case "cancel":
		l.channelCancelled += rapid.IntRange(0, left).Draw(r, "units")
	case "ship":
		l.channelShipped += rapid.IntRange(0, left).Draw(r, "units")
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
		out.Lines = append(out.Lines, order.SnapshotLine{ID: o.line(i), SKU: o.account + ":" + l.sku, Quantity: l.quantity, Cancelled: l.channelCancelled, Shipped: l.channelShipped})
	}
	return out
}

func (g *game) change(r *rapid.T, sku, location string, n int) {
	g.changes++
	kind := stock.Adjust
	if n > 0 {
		kind = stock.Receipt
	}
	change := []stock.Change{{Key: fmt.Sprintf("%s.%d", g.prefix, g.changes), SKU: sku, Location: location, Kind: kind, Quantity: n}}
	possible := g.model.stock(sku+"@"+location, n)
	twice(r, func() {
		_, err := g.s.Ledger.ApplyStock(ctx, change)
		require.Equal(r, possible, err == nil, "%v", err)
	})
}

func (g *game) stock(r *rapid.T) {
	g.change(r, pick(r, "sku", g.skus), pick(r, "location", []string{"main", "depot"}), rapid.IntRange(-3, 5).Draw(r, "units"))
}

func (g *game) row(r *rapid.T, o *modelOrder) int64 { return rowIDOf(r, g.s, o.account, o.id) }

func rowIDOf(r *rapid.T, s *store.Store, account, id string) int64 {
	found, err := s.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: id})
	require.NoError(r, err)
	require.Len(r, found, 1)
	return found[0].Key.RowID
}

func (g *game) pack(r *rapid.T) {
	o := pick(r, "order", g.model.orders)
	p := &modelPackage{id: fmt.Sprint(len(o.packages)), contents: make([]int, len(o.lines))}
	var contents []shipment.Content
	for i, l := range o.lines {
		p.contents[i] = rapid.IntRange(0, l.reserved+rapid.IntRange(0, 5).Draw(r, "beyond")/5).Draw(r, "units")
		if p.contents[i] > 0 {
			contents = append(contents, content(o.line(i), p.contents[i]))
		}
	}
	if len(contents) == 0 {
		r.Skip("an empty package")
	}
	p.current = slices.Clone(p.contents)
	g.model.process(o, p)
	o.packages = append(o.packages, p)
	row := g.row(r, o)
	twice(r, func() {
		require.NoError(r, g.s.Packages.SavePackages(ctx, row, []shipment.Package{parcel(p.id, contents...)}))
		out, err := g.s.Packages.ProcessPackage(ctx, row, p.id)
		require.NoError(r, err)
		require.Equal(r, p.state == "refused", out.Refused != "", out.Refused)
	})
}

func (g *game) confirm(r *rapid.T) {
	o := pick(r, "order", g.model.orders)
	p := pick(r, "package", o.packages)
	if p.state != "processed" && p.state != "confirmed" {
		r.Skip("not to be sent")
	}
	row := g.row(r, o)
	going, err := g.s.Packages.PreparePackage(ctx, row, p.id)
	require.NoError(r, err)
	require.False(r, going.Shipment.Attempted)
	sent := map[string]int{}
	for _, l := range going.Shipment.Lines {
		sent[l.LineID] = l.Quantity
	}
	for i, l := range o.lines {
		require.Equal(r, p.current[i], sent[o.line(i)])
		if p.state == "processed" {
			l.packed -= p.current[i]
			l.shipped += p.current[i]
		}
	}
	p.state = "confirmed"
	twice(r, func() {
		_, err := g.s.Packages.PackageConfirmed(ctx, row, p.id, channel.Confirmation{})
		require.NoError(r, err)
	})
}

func (g *game) cancel(r *rapid.T) {
	o := pick(r, "order", g.model.orders)
	i := rapid.IntRange(0, len(o.lines)-1).Draw(r, "line")
	l := o.lines[i]
	n := rapid.IntRange(1, l.quantity).Draw(r, "units")
	o.cancelled++
	id := fmt.Sprint(o.cancelled)
	refused := n > l.reserved+l.short+l.packed
	if !refused {
		g.model.cancel(o, i, n)
		g.model.fill()
	}
	row := g.row(r, o)
	twice(r, func() {
		require.NoError(r, g.s.Orders.SaveCancellation(ctx, row, orders.Cancellation{ID: id, Lines: []order.LineQuantity{{LineID: o.line(i), Quantity: n}}}))
		out, err := g.s.Orders.ApplyCancellation(ctx, row, id)
		require.NoError(r, err)
		require.Equal(r, refused, out.Refused != "", out.Refused)
	})
}

func (g *game) giveBack(r *rapid.T) {
	o := pick(r, "order", g.model.orders)
	i := rapid.IntRange(0, len(o.lines)-1).Draw(r, "line")
	l := o.lines[i]
	n := rapid.IntRange(1, l.quantity).Draw(r, "units")
	restock := rapid.Bool().Draw(r, "restock")
	o.cancelled++
	key := fmt.Sprint(o.cancelled)
	refused := n > l.shipped-l.returned
	if !refused {
		l.returned += n
		if restock {
			g.model.shelve(o, l, n)
			g.model.fill()
		}
	}
	row := g.row(r, o)
	twice(r, func() {
		out, err := g.s.Orders.ReturnGoods(ctx, row, orders.GoodsReturn{Key: key, Restock: restock, Lines: []order.LineQuantity{{LineID: o.line(i), Quantity: n}}})
		require.NoError(r, err)
		require.Equal(r, refused, out.Refused != "", out.Refused)
	})
}

// check holds the store to the model and to the invariants, and then pushes all levels.
func (g *game) check(r *rapid.T) {
	g.checkOrders(r)
	levels := g.checkLevels(r)
	dirty := g.dirtyLinks(r)
	for at, before := range g.levels {
		part, _, _ := strings.Cut(at, "@")
		for _, sku := range g.sold() {
			if g.model.made(sku)[part] > 0 && freeAndShort(before) != freeAndShort(levels[at]) {
				require.Equal(r, len(sellers), dirty[sku], "every link of %s is dirty", sku)
			}
		}
	}
	g.levels = levels
	for _, a := range sellers {
		g.pushAll(r, a)
	}
}

func freeAndShort(l [3]int) [2]int { return [2]int{l[0] - l[1], l[2]} }

func (g *game) checkOrders(r *rapid.T) {
	want, got := map[string]order.Units{}, map[string]order.Units{}
	states, stored := map[string]order.State{}, map[string]order.State{}
	for _, o := range g.model.orders {
		states[o.id] = o.state()
		for i, l := range o.lines {
			want[o.line(i)] = order.Units{Reserved: l.reserved, Short: l.short, Packed: l.packed, Shipped: l.shipped, Cancelled: l.cancelled}
		}
	}
	require.NoError(r, g.s.Read(ctx, `SELECT o.channel_order_id, o.state, l.line_id, l.reserved, l.short, l.packed, l.shipped, l.cancelled, l.parked
		FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.channel_order_id LIKE $1`, func(rows *sql.Rows) error {
		var id, line string
		var state order.State
		var u order.Units
		err := rows.Scan(&id, &state, &line, &u.Reserved, &u.Short, &u.Packed, &u.Shipped, &u.Cancelled, &u.Parked)
		got[line], stored[id] = u, state
		return err
	}, g.prefix+".%"))
	require.Equal(r, want, got)
	require.Equal(r, states, stored)
	require.NoError(r, g.s.Read(ctx, `SELECT l.line_id FROM orders o JOIN order_lines l ON l.order_id = o.id
		WHERE o.channel_order_id LIKE $1 AND l.packed <> COALESCE((SELECT SUM(c.quantity - c.reversed)
			FROM packages p JOIN package_lines c ON c.order_id = p.order_id AND c.package_id = p.package_id
			WHERE p.order_id = l.order_id AND c.line_id = l.line_id AND p.state = 'processed'), 0)`, func(rows *sql.Rows) error {
		var line string
		require.NoError(r, rows.Scan(&line))
		require.Fail(r, "packed units are not what the packages hold", "line %s", line)
		return nil
	}, g.prefix+".%"))
}

// checkLevels compares levels with the model and with the sums of their movements and of the open lines.
func (g *game) checkLevels(r *rapid.T) map[string][3]int {
	want, got, moved := map[string][3]int{}, map[string][3]int{}, map[string][2]int{}
	for _, sku := range g.skus {
		for _, at := range []string{sku + "@main", sku + "@depot"} {
			reserved, short := g.model.reserved(at)
			want[at] = [3]int{g.model.onHand[at], reserved, short}
		}
	}
	scan := func(into func(sku string, a, b, c int)) func(*sql.Rows) error {
		return func(rows *sql.Rows) error {
			var sku string
			var a, b, c int
			err := rows.Scan(&sku, &a, &b, &c)
			into(sku, a, b, c)
			return err
		}
	}
	require.NoError(r, g.s.Read(ctx, `SELECT sku || '@' || location, on_hand, reserved, short FROM stock_levels WHERE sku LIKE $1`,
		scan(func(sku string, a, b, c int) { got[sku] = [3]int{a, b, c} }), g.prefix+".%"))
	require.NoError(r, g.s.Read(ctx, `SELECT sku || '@' || location, CAST(SUM(on_hand) AS BIGINT), CAST(SUM(reserved) AS BIGINT), 0 FROM movements
		WHERE sku LIKE $1 GROUP BY sku, location`,
		scan(func(sku string, a, b, _ int) { moved[sku] = [2]int{a, b} }), g.prefix+".%"))
	require.Equal(r, want, got)
	for sku, l := range got {
		require.Equal(r, [2]int{l[0], l[1]}, moved[sku], "movements of %s", sku)
		require.GreaterOrEqual(r, l[0], l[1], "free is never negative")
	}
	g.model.each(func(o *modelOrder, l *modelLine) {
		require.False(r, l.short > 0 && g.model.makes(o, l) > 0, "nothing is short that could be packed")
	})
	return got
}

func (g *game) dirtyLinks(r *rapid.T) map[string]int {
	dirty := map[string]int{}
	require.NoError(r, g.s.Read(ctx, `SELECT sku FROM links WHERE sku LIKE $1 AND dirty_version > clean_version`, func(rows *sql.Rows) error {
		var sku string
		err := rows.Scan(&sku)
		dirty[sku]++
		return err
	}, g.prefix+".%"))
	return dirty
}

// pushAll acknowledges all levels of the account; each is what the arithmetic says.
func (g *game) pushAll(r *rapid.T, account string) {
	list, err := g.s.Levels.DirtyLevels(ctx, account, 1000)
	require.NoError(r, err)
	var pushes []levels.Push
	listed := map[string]int{}
	for _, sku := range g.sold() {
		least := 1 << 30
		for part, per := range g.model.made(sku) {
			l := g.levels[part+"@main"]
			least = min(least, int(math.Floor(float64(l[0]-l[1]-l[2])/float64(per))))
		}
		listed[account+":"+sku] = max(0, least)
	}
	for _, l := range list {
		if want, ok := listed[l.ChannelSKU]; ok {
			require.Equal(r, want, l.Quantity)
		}
		pushes = append(pushes, levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: epoch, AckedAt: epoch})
	}
	_, err = g.s.Levels.SavePushes(ctx, account, "run", pushes)
	require.NoError(r, err)
}
