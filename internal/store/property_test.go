package store_test

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/order/ordertest"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/store/storetest"
)

var ctx = context.Background()

// modelSequences is how many sequences are played with each database: under a minute on two cores that do little
// else. A sequence takes about half a second of one core, a thousand times as long as in memory.
const modelSequences = 30

// TestBooksAgreeWithTheModel compares the store with the model of ordertest. All of a database's sequences share one
// store, each with SKUs of its own.
func TestBooksAgreeWithTheModel(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		list := storetest.Accounts()
		for i, a := range list {
			if slices.Contains(ordertest.Sellers, a.ID) {
				policy := ordertest.Policy(a.ID)
				list[i].Routing, list[i].Split, list[i].ShipFrom = policy.Routes, policy.Split, nil
				list[i].ReserveAt, list[i].ProcessAt = policy.ReserveAt, policy.ProcessAt
			}
		}
		require.NoError(t, s.Settings.SaveAccounts(ctx, list))
		ordertest.Run(t, modelSequences, func() ordertest.Books { return &storeBooks{s: s, links: map[ordertest.Link]bool{}} })
	})
}

// storeBooks lets a game use the store.
type storeBooks struct {
	s     *store.Store
	kits  map[string][]catalogue.Part // down to SKUs that have stock
	links map[ordertest.Link]bool
}

func (b *storeBooks) row(t *ordertest.T, o ordertest.Ref) int64 {
	found, err := b.s.Orders.Find(ctx, orders.OrderFilter{Account: o.Account, Reference: o.ID})
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0].Key.RowID
}

func (b *storeBooks) Kits(t *ordertest.T, kits []catalogue.Kit) {
	leaves, err := catalogue.Leaves(kits)
	require.NoError(t, err)
	var parts []products.Variant
	for _, list := range leaves {
		for _, p := range list {
			parts = append(parts, products.Variant{SKU: p.SKU})
		}
	}
	require.NoError(t, b.s.Products.SaveVariants(ctx, parts))
	_, err = b.s.Products.SaveKits(ctx, kits)
	require.NoError(t, err)
	b.kits = leaves
}

func (b *storeBooks) Link(t *ordertest.T, given []ordertest.Link) {
	var list []links.Link
	for _, l := range given {
		b.links[l] = true
		list = append(list, links.Link{Account: l.Account, ChannelSKU: l.ChannelSKU, SKU: l.SKU})
	}
	require.NoError(t, b.s.Links.SaveLinks(ctx, list))
}

func (b *storeBooks) Observe(t *ordertest.T, account string, so bool) {
	var err error
	if so {
		_, err = b.s.Settings.Observe(ctx, account)
	} else {
		_, err = b.s.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	}
	require.NoError(t, err)
}

func (b *storeBooks) Page(t *ordertest.T, account string, list []order.Snapshot) {
	_, err := b.s.Orders.SavePage(ctx, orders.Page{Account: account, SeenAt: epoch, Orders: list})
	require.NoError(t, err)
}

func (b *storeBooks) Stock(_ *ordertest.T, c stock.Change) error {
	_, err := b.s.Ledger.ApplyStock(ctx, []stock.Change{c})
	return err
}

func (b *storeBooks) Pack(t *ordertest.T, o ordertest.Ref, p shipment.Package) string {
	row := b.row(t, o)
	require.NoError(t, b.s.Packages.SavePackages(ctx, row, []shipment.Package{p}))
	out, err := b.s.Packages.ProcessPackage(ctx, row, p.ID)
	require.NoError(t, err)
	return out.Refused
}

func (b *storeBooks) Prepare(t *ordertest.T, o ordertest.Ref, packageID string) ([]shipment.Content, bool) {
	going, err := b.s.Packages.PreparePackage(ctx, b.row(t, o), packageID, "order/1")
	require.NoError(t, err)
	var contents []shipment.Content
	for _, l := range going.Shipment.Lines {
		contents = append(contents, shipment.Content{LineID: l.LineID, Quantity: l.Quantity})
	}
	return contents, going.Shipment.Attempted
}

func (b *storeBooks) Confirm(t *ordertest.T, o ordertest.Ref, packageID string) {
	_, err := b.s.Packages.PackageConfirmed(ctx, b.row(t, o), packageID, channel.Confirmation{})
	require.NoError(t, err)
}

func (b *storeBooks) Cancel(t *ordertest.T, o ordertest.Ref, id string, lines []order.LineQuantity) string {
	row := b.row(t, o)
	require.NoError(t, b.s.Orders.SaveCancellation(ctx, row, orders.Cancellation{ID: id, Lines: lines}))
	out, err := b.s.Orders.ApplyCancellation(ctx, row, id)
	require.NoError(t, err)
	return out.Refused
}

func (b *storeBooks) Reopen(t *ordertest.T, o ordertest.Ref, restock bool) string {
	out, err := b.s.Orders.Reopen(ctx, b.row(t, o), restock)
	require.NoError(t, err)
	return out.Refused
}

func (b *storeBooks) Keep(t *ordertest.T, o ordertest.Ref) string {
	out, err := b.s.Orders.Keep(ctx, b.row(t, o))
	require.NoError(t, err)
	return out.Refused
}

func (b *storeBooks) Hold(t *ordertest.T, o ordertest.Ref) string {
	out, err := b.s.Orders.Hold(ctx, b.row(t, o), "Ann", "a question")
	require.NoError(t, err)
	return out.Refused
}

func (b *storeBooks) Allow(t *ordertest.T, o ordertest.Ref, holds []order.Hold) string {
	out, err := b.s.Orders.Allow(ctx, b.row(t, o), "Ann", holds)
	require.NoError(t, err)
	return out.Refused
}

func (b *storeBooks) Wait(t *ordertest.T) {
	_, _, err := b.s.Orders.ReleaseRefunded(ctx, time.Now().Add(order.RefundGrace), 1000)
	require.NoError(t, err)
}

func (b *storeBooks) Pass(t *ordertest.T, moment time.Time) {
	_, err := b.s.Orders.ReleaseNotYet(ctx, moment, 1000)
	require.NoError(t, err)
}

func (b *storeBooks) Delete(t *ordertest.T, o ordertest.Ref) string {
	out, err := b.s.Orders.Delete(ctx, b.row(t, o), "Ann", "a test order")
	require.NoError(t, err)
	return out.Refused
}

func (b *storeBooks) Restore(t *ordertest.T, o ordertest.Ref) string {
	out, err := b.s.Orders.Restore(ctx, b.row(t, o), "Ann")
	require.NoError(t, err)
	return out.Refused
}

func (b *storeBooks) Return(t *ordertest.T, o ordertest.Ref, id string, restock bool, lines []order.LineQuantity) string {
	out, err := b.s.Orders.ReturnGoods(ctx, b.row(t, o), orders.GoodsReturn{Key: id, Restock: restock, Lines: lines})
	require.NoError(t, err)
	return out.Refused
}

// Look reads the tables, and then pushes all levels: each must be what the stock rules give.
func (b *storeBooks) Look(t *ordertest.T, prefix string) ordertest.Contents {
	s := ordertest.Contents{States: map[string]order.State{}, Against: map[string]bool{}, Held: map[string]bool{},
		Units: map[ordertest.LineRef]order.Units{}, Packed: map[ordertest.LineRef]int{}, At: map[ordertest.LineRef]string{},
		Levels: map[stock.Place]ordertest.Level{}, Entries: map[stock.Place]stock.Level{}, Dirty: map[string]int{}}
	read := func(text string, scan func(*sql.Rows) error) {
		require.NoError(t, b.s.Read(ctx, text, scan, prefix+".%"))
	}
	read(`SELECT o.channel_order_id FROM orders o WHERE o.channel_order_id LIKE $1 AND o.contradiction <> o.kept`, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		s.Against[id] = true
		return err
	})
	read(`SELECT o.channel_order_id, o.state, o.holds, o.allowed FROM orders o WHERE o.channel_order_id LIKE $1`, func(rows *sql.Rows) error {
		var id string
		var state order.State
		var holds, allowed order.HoldSet
		err := rows.Scan(&id, &state, &holds, &allowed)
		s.Held[id] = state.ToBePacked() && holds.Without(allowed) != ""
		return err
	})
	read(`SELECT o.channel_order_id, o.state, l.line_id, l.reserved, l.backordered, l.packed, l.shipped, l.cancelled, l.unlinked, l.location
		FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.channel_order_id LIKE $1`, func(rows *sql.Rows) error {
		var id, line, at string
		var state order.State
		var u order.Units
		err := rows.Scan(&id, &state, &line, &u.Reserved, &u.Backordered, &u.Packed, &u.Shipped, &u.Cancelled, &u.Unlinked, &at)
		ref := ordertest.LineRef{Order: id, Line: line}
		s.Units[ref], s.States[id], s.At[ref] = u, state, at
		return err
	})
	read(`SELECT o.channel_order_id, c.line_id, CAST(SUM(c.quantity - c.reversed) AS BIGINT) FROM orders o JOIN packages p ON p.order_id = o.id
			JOIN package_lines c ON c.order_id = p.order_id AND c.package_id = p.package_id
		WHERE p.state = 'processed' AND o.channel_order_id LIKE $1 GROUP BY o.channel_order_id, c.line_id`, func(rows *sql.Rows) error {
		var at ordertest.LineRef
		var n int
		err := rows.Scan(&at.Order, &at.Line, &n)
		s.Packed[at] = n
		return err
	})
	read(`SELECT sku, location, on_hand, reserved, backordered FROM stock_levels WHERE sku LIKE $1`, func(rows *sql.Rows) error {
		var p stock.Place
		var l ordertest.Level
		err := rows.Scan(&p.SKU, &p.Location, &l.OnHand, &l.Reserved, &l.Backordered)
		s.Levels[p] = l
		return err
	})
	read(`SELECT sku, location, CAST(SUM(on_hand) AS BIGINT), CAST(SUM(reserved) AS BIGINT) FROM movements
		WHERE sku LIKE $1 GROUP BY sku, location`, func(rows *sql.Rows) error {
		var p stock.Place
		var l stock.Level
		err := rows.Scan(&p.SKU, &p.Location, &l.OnHand, &l.Reserved)
		s.Entries[p] = l
		return err
	})
	read(`SELECT sku FROM links WHERE sku LIKE $1 AND dirty_version > clean_version`, func(rows *sql.Rows) error {
		var sku string
		err := rows.Scan(&sku)
		s.Dirty[sku]++
		return err
	})
	for _, account := range ordertest.Sellers {
		b.pushAll(t, account, s.Levels)
	}
	return s
}

// pushAll acknowledges all levels of the account.
func (b *storeBooks) pushAll(t *ordertest.T, account string, stands map[stock.Place]ordertest.Level) {
	dirty, err := b.s.Levels.DirtyLevels(ctx, account, 1000)
	require.NoError(t, err)
	var pushes []levels.Push
	for _, l := range dirty {
		for link := range b.links {
			if l.ChannelSKU == link.ChannelSKU && account == link.Account {
				require.Equal(t, b.listed(link.SKU, stands), l.Quantity)
			}
		}
		pushes = append(pushes, levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: epoch, AckedAt: epoch})
	}
	_, err = b.s.Levels.SavePushes(ctx, account, "run", pushes)
	require.NoError(t, err)
}

// listed returns the quantity to be listed of a SKU, from what its parts have at the location of the sellers.
func (b *storeBooks) listed(sku string, stands map[stock.Place]ordertest.Level) int {
	parts := b.kits[sku]
	if parts == nil {
		parts = []catalogue.Part{{SKU: sku, Quantity: 1}}
	}
	least := math.MaxInt
	for _, p := range parts {
		l := stands[stock.Place{SKU: p.SKU, Location: "main"}]
		least = min(least, int(math.Floor(float64(l.Free()-l.Backordered)/float64(p.Quantity))))
	}
	return max(0, least)
}
