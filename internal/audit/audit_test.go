package audit_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/audit"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/amazon"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
)

const account = "amazon-uk"

// fixture is a marketplace, a warehouse and a store that agree: one listing of five units, one order of two.
type fixture struct {
	t         *testing.T
	ctx       context.Context
	store     *store.Store
	market    *market.Market
	warehouse *warehouse.Warehouse
	endpoint  channel.Endpoint // that publish goes to; empty: production
	price     int64            // of the jug; 0: as it is
	change    listing.Change   // what publish's check finds of it
	skipped   string           // why publish sends nothing
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	b := &fixture{t: t, ctx: ctx}
	var err error
	b.market, err = market.Open(ctx, filepath.Join(dir, "market.db"), amazon.MarketOptions(account))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.market.Close()) })
	b.warehouse, err = warehouse.Open(ctx, filepath.Join(dir, "warehouse.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.warehouse.Close()) })
	b.store, err = store.Open(ctx, "sqlite:"+filepath.Join(dir, "store.db"), keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.store.Close()) })
	require.NoError(t, b.store.Migrate(ctx))

	require.NoError(t, b.market.List(ctx, []market.Listing{{SKU: "lamp", Title: "LAMP", Price: 100, Quantity: 5}}))
	require.NoError(t, b.warehouse.Append(ctx, []warehouse.Entry{{Key: "o", Kind: warehouse.Opening, SKU: "LAMP", Location: "main", Quantity: 5}}))
	require.NoError(t, b.store.Settings.SaveAccounts(ctx, []accounts.Account{{
		Account: message.Account{ID: account, Channel: channel.Amazon, Endpoint: channel.Production}, Name: account,
		OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true,
	}}))
	_, err = b.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	_, err = b.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "o", SKU: "LAMP", Location: "main", Kind: stock.Opening, Quantity: 5}})
	require.NoError(t, err)
	require.NoError(t, b.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "lamp", SKU: "LAMP", ListingRef: "PRODUCT_1"}}))
	return b
}

// buy places an order of two lamps.
func (b *fixture) buy(bookID string) market.Order {
	b.t.Helper()
	_, err := b.market.Place(b.ctx, market.Purchase{BookID: bookID, Currency: "GBP", Paid: true,
		Lines: []market.PurchaseLine{{SKU: "lamp", Title: "LAMP", Quantity: 2, UnitPrice: 100}}})
	require.NoError(b.t, err)
	o, err := b.market.ByBook(b.ctx, bookID)
	require.NoError(b.t, err)
	return o
}

// save saves an order as a scan would see it.
func (b *fixture) save(o market.Order) {
	b.t.Helper()
	l := o.Lines[0]
	_, err := b.store.Orders.SavePage(b.ctx, orders.Page{Account: account, RunID: "run-" + o.ID, SeenAt: time.Now(), Orders: []order.Snapshot{{
		ID: o.ID, Reference: o.ID, PlacedAt: o.PlacedAt, UpdatedAt: o.UpdatedAt, Paid: true, Fulfilment: order.FulfilmentUnshipped,
		Currency: "GBP", Total: o.Total, Lines: []order.SnapshotLine{{ID: l.ID, SKU: l.SKU, Title: l.Title, Quantity: l.Quantity, UnitPrice: 100, Total: l.Total}},
	}}})
	require.NoError(b.t, err)
	entries, err := b.store.Orders.Pending(b.ctx, time.Now().Add(time.Hour), orders.OutboxEntry{}, 10)
	require.NoError(b.t, err)
	require.NoError(b.t, b.store.Orders.MarkDelivered(b.ctx, entries))
}

// cancelUnpaid places an order that is cancelled before it is paid, and saves it as a scan sees it first: without amounts.
func (b *fixture) cancelUnpaid(bookID string, as order.Fulfilment) {
	b.t.Helper()
	_, err := b.market.Place(b.ctx, market.Purchase{BookID: bookID, Currency: "GBP",
		Lines: []market.PurchaseLine{{SKU: "lamp", Title: "LAMP", Quantity: 2, UnitPrice: 100}}})
	require.NoError(b.t, err)
	_, err = b.market.Cancel(b.ctx, "cancel "+bookID, bookID, 0, 2)
	require.NoError(b.t, err)
	o, err := b.market.ByBook(b.ctx, bookID)
	require.NoError(b.t, err)
	_, err = b.store.Orders.SavePage(b.ctx, orders.Page{Account: account, RunID: "run-" + o.ID, SeenAt: time.Now(), Orders: []order.Snapshot{{
		ID: o.ID, PlacedAt: o.PlacedAt, UpdatedAt: o.UpdatedAt, Fulfilment: as,
		Lines: []order.SnapshotLine{{ID: o.Lines[0].ID, SKU: "lamp", Quantity: 2}},
	}}})
	require.NoError(b.t, err)
}

// push sends the levels that have changed, each too low by mistake units.
func (b *fixture) push(mistake int) {
	b.t.Helper()
	list, err := b.store.Levels.DirtyLevels(b.ctx, account, 10)
	require.NoError(b.t, err)
	for _, l := range list {
		_, err := b.market.SetQuantities(b.ctx, []market.QuantityChange{{SKU: l.ChannelSKU, Quantity: l.Quantity + mistake}})
		require.NoError(b.t, err)
		now := time.Now()
		_, err = b.store.Levels.SavePushes(b.ctx, account, "run", []levels.Push{{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: now, AckedAt: now}})
		require.NoError(b.t, err)
	}
}

// overwrite has a second tool set the level, and returns what it set.
func (b *fixture) overwrite() int {
	b.t.Helper()
	done, err := b.market.Overwrite(b.ctx, 1)
	require.NoError(b.t, err)
	require.Len(b.t, done, 1)
	return done[0].Made
}

// readBack reads the listings back, and the lamp shows this many.
func (b *fixture) readBack(sku string, shown int) {
	b.t.Helper()
	now := time.Now()
	require.NoError(b.t, b.store.Runs.EndRun(b.ctx, runs.Run{ID: "read-back", Kind: runs.RunLinks, Account: account, Endpoint: channel.Production, WorkflowID: "read-back", StartedAt: now, EndedAt: now}))
	_, err := b.store.Links.SaveListings(b.ctx, links.ListingsPage{Account: account, RunID: "read-back", SeenAt: now, Look: levels.Look{AskedAt: now},
		Listings: []channel.Listed{{SKU: sku, ListingID: "1", Ref: "PRODUCT_1", State: channel.ListingLive, Quantity: shown}}})
	require.NoError(b.t, err)
}

// violated returns the names of the checks that do not hold.
func (b *fixture) violated() []string {
	b.t.Helper()
	r, err := audit.Run(b.ctx, audit.Input{
		Store: b.store, Markets: map[string]*market.Reader{account: &b.market.Reader}, Warehouse: b.warehouse, Ample: true, ZeroSoon: time.Nanosecond,
	})
	require.NoError(b.t, err)
	var names []string
	for _, c := range r.Checks {
		if c.Violated > 0 {
			names = append(names, c.Name)
		}
	}
	require.Equal(b.t, len(names) == 0, r.Clean())
	var out strings.Builder
	require.NoError(b.t, r.Print(&out))
	require.Equal(b.t, !r.Clean(), strings.Contains(out.String(), "NO, "))
	return names
}

// Every kind of loss or duplicate must be found: an audit that can't fail proves nothing.
func TestWhatIsWrongIsFound(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		do   func(b *fixture)
		want []string
	}{
		"nothing": {func(b *fixture) { b.save(b.buy("1")); b.push(0) }, nil},
		"cancelled before it was paid: Amazon never showed its amounts": {func(b *fixture) { b.cancelUnpaid("1", order.FulfilmentCancelled); b.push(0) }, nil},
		"amounts are missing of an order that is not cancelled here": {func(b *fixture) { b.cancelUnpaid("1", order.FulfilmentUnmapped); b.push(0) },
			[]string{"lines and money equal", "open units = reserved + backordered + unlinked", "what channels did to orders is noticed", "every change delivered to its lifecycle"}},
		"an order is lost": {func(b *fixture) { b.buy("1"); b.push(0) },
			[]string{"orders placed = saved + skipped"}},
		"a stale level": {func(b *fixture) { b.save(b.buy("1")); b.push(1) },
			[]string{"listed = available, on every account"}},
		"a change is still to come": {func(b *fixture) {
			b.save(b.buy("1"))
			b.push(0)
			_, err := b.market.SetQuantitiesAt(b.ctx, time.Now().Add(time.Hour), []market.QuantityChange{{SKU: "lamp", Quantity: 3}})
			require.NoError(b.t, err)
		}, []string{"accepted changes are in force"}},
		"a level is not pushed": {func(b *fixture) { b.push(0); b.save(b.buy("1")) },
			[]string{"listed = available, on every account"}},
		"shipped on the channel, unknown here": {func(b *fixture) {
			o := b.buy("1")
			b.save(o)
			b.push(0)
			_, err := b.market.Ship(b.ctx, o.ID, market.Shipment{Reference: "1", Carrier: "DHL", TrackingNumber: "T1", ShippedAt: time.Now(),
				Lines: []market.ShipmentLine{{LineID: o.Lines[0].ID, Quantity: 2}}})
			require.NoError(b.t, err)
		}, []string{"open units = reserved + backordered + unlinked", "on hand = opening + in + returns - shipped", "one tracking record per package"}},
		"goods came in that nobody booked": {func(b *fixture) {
			b.save(b.buy("1"))
			b.push(0)
			require.NoError(b.t, b.warehouse.Append(b.ctx, []warehouse.Entry{{Key: "r", Kind: warehouse.Receipt, SKU: "LAMP", Location: "main", Quantity: 3}}))
		}, []string{"on hand = opening + in + returns - shipped"}},
		"people counted beside the warehouse": {func(b *fixture) {
			b.save(b.buy("1"))
			for _, c := range []stock.Change{
				{Key: "by file", SKU: "OAR", Kind: stock.Count, Quantity: 7, AsOf: time.Now(), Cause: stock.ByImport},
				{Key: "by hand", SKU: "OAR", Kind: stock.Receipt, Quantity: 2, By: "ann"},
			} {
				c.Location = "main"
				_, err := b.store.Ledger.ApplyStock(b.ctx, []stock.Change{c})
				require.NoError(b.t, err)
			}
			b.push(0)
		}, nil},
		"sold what was not there": {func(b *fixture) {
			b.save(b.buy("1"))
			_, err := b.market.SetQuantities(b.ctx, []market.QuantityChange{{SKU: "lamp", Quantity: 9}})
			require.NoError(b.t, err)
			b.save(b.buy("2"))
			b.save(b.buy("3"))
			b.push(0)
		}, []string{"oversold units"}},
		"a second tool has set a level, which is not read back yet": {func(b *fixture) { b.save(b.buy("1")); b.push(0); b.overwrite() }, nil},
		"a second tool has set a level, and nobody noticed": {func(b *fixture) {
			b.save(b.buy("1"))
			b.push(0)
			b.overwrite()
			b.readBack("lamp", channel.UnknownQuantity)
		}, []string{"listed = available, on every account"}},
		"a second tool has set a level, which is named": {func(b *fixture) {
			b.save(b.buy("1"))
			b.push(0)
			b.readBack("lamp", b.overwrite())
		}, nil},
		"a second tool had set a level, and we have set another since": {func(b *fixture) {
			b.save(b.buy("1"))
			b.overwrite()
			b.push(1)
			b.readBack("lamp", 4)
		}, []string{"listed = available, on every account"}},
		"the level is left to a second tool": {func(b *fixture) {
			b.save(b.buy("1"))
			b.push(0)
			_, err := b.store.Levels.Leave(b.ctx, account, listing.FieldLevel, []string{"lamp"}, "ann")
			require.NoError(b.t, err)
			b.overwrite()
			b.readBack("lamp", channel.UnknownQuantity)
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newFixture(t)
			tc.do(b)
			require.ElementsMatch(t, tc.want, b.violated())
		})
	}
}
