package packer

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/settings"
)

const account = "ebay-uk"

var errRefused = errors.New("refused")

// merchant is the platform without Temporal: a real store, called directly.
type merchant struct {
	t     *testing.T
	store *store.Store

	mu        sync.Mutex
	processed map[string]int // calls by package id
	before    func(o message.OrderKey)
	fail      error
}

func (m *merchant) ReadyOrders(ctx context.Context, savedBefore time.Time, after int64, limit int) ([]packages.ReadyOrder, error) {
	return m.store.Packages.ReadyOrders(ctx, savedBefore, after, limit)
}

func (m *merchant) Process(ctx context.Context, key message.OrderKey, packages []shipment.Package) error {
	m.mu.Lock()
	before, fail := m.before, m.fail
	for _, p := range packages {
		m.processed[p.ID]++
	}
	m.mu.Unlock()
	if before != nil {
		before(key)
	}
	for _, p := range packages {
		if err := p.Sendable(); err != nil {
			return err
		}
	}
	if err := m.store.Packages.SavePackages(ctx, key.RowID, packages); err != nil {
		return err
	}
	if fail != nil {
		return fail
	}
	for _, p := range packages {
		out, err := m.store.Packages.ProcessPackage(ctx, key.RowID, p.ID)
		if err := refusal(out, err); err != nil {
			return err
		}
	}
	return nil
}

func (m *merchant) Cancel(ctx context.Context, account, orderID string, c orders.Cancellation) error {
	row, err := m.find(ctx, account, orderID)
	if err != nil {
		return err
	}
	if err := m.store.Orders.SaveCancellation(ctx, row, c); err != nil {
		return err
	}
	return refusal(m.store.Orders.ApplyCancellation(ctx, row, c.ID))
}

func (m *merchant) Return(ctx context.Context, account, orderID string, r orders.GoodsReturn) error {
	row, err := m.find(ctx, account, orderID)
	if err != nil {
		return err
	}
	return refusal(m.store.Orders.ReturnGoods(ctx, row, r))
}

func (m *merchant) ApplyStock(ctx context.Context, changes []stock.Change) error {
	_, err := m.store.Ledger.ApplyStock(ctx, changes)
	return err
}

func (m *merchant) Refused(err error) bool { return errors.Is(err, errRefused) }

func (m *merchant) find(ctx context.Context, account, orderID string) (int64, error) {
	rows, err := m.store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: orderID, Limit: 1})
	if err != nil || len(rows) == 0 {
		return 0, errors.Join(err, errors.New("no such order"))
	}
	return rows[0].Key.RowID, nil
}

func refusal(out orders.Outcome, err error) error {
	if err == nil && out.Refused != "" {
		return fmt.Errorf("%w: %s", errRefused, out.Refused)
	}
	return err
}

// fixture is a merchant with a warehouse and a store that knows the products A, B and C.
type fixture struct {
	*merchant
	box *warehouse.Warehouse
	dir string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "towpath.db"), keyring.ForSimulations())
	require.NoError(t, err)
	require.NoError(t, s.Migrate(t.Context()))
	box, err := warehouse.Open(t.Context(), filepath.Join(dir, "warehouse.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = s.Close(), box.Close() })
	a := accounts.Account{
		Account: message.Account{ID: account, Channel: channel.EBay, Endpoint: channel.Production}, Name: account,
		OrderLocation: "main", StockLocations: []string{"main"}, Cap: 1000, ReserveAt: order.AtPlaced, Enabled: true,
	}
	require.NoError(t, s.Settings.SaveAccounts(t.Context(), []accounts.Account{a}))
	_, err = s.Settings.GoLive(t.Context(), a.ID, settings.Live{By: "test"})
	require.NoError(t, err)
	y := &fixture{merchant: &merchant{t: t, store: s, processed: map[string]int{}}, box: box, dir: dir}
	for _, sku := range []string{"A", "B", "C"} {
		require.NoError(t, s.Products.SaveVariants(t.Context(), []products.Variant{{SKU: sku, Title: sku}}))
		require.NoError(t, s.Links.SaveLinks(t.Context(), []links.Link{{Account: account, ChannelSKU: sku, SKU: sku, ListingRef: sku}}))
		y.put(warehouse.Entry{Key: "opening/" + sku, Kind: warehouse.Opening, SKU: sku, Location: "main", Quantity: 1000})
	}
	return y
}

func (y *fixture) put(entries ...warehouse.Entry) {
	require.NoError(y.t, y.box.Append(y.t.Context(), entries))
}

// save saves orders o1, o2, ... on the platform, with 2 units of A and 1 of B each.
func (y *fixture) save(n int) {
	var list []order.Snapshot
	for i := range n {
		id := fmt.Sprintf("o%d", i+1)
		list = append(list, order.Snapshot{
			ID: id, Reference: id, PlacedAt: time.Now().Add(-time.Minute), UpdatedAt: time.Now(), Paid: true,
			Fulfilment: order.FulfilmentUnshipped, Currency: "GBP", Total: 300,
			Lines: []order.SnapshotLine{
				{ID: id + "-1", SKU: "A", Title: "A", Quantity: 2, UnitPrice: 100, Total: 200},
				{ID: id + "-2", SKU: "B", Title: "B", Quantity: 1, UnitPrice: 100, Total: 100},
			},
		})
	}
	_, err := y.store.Orders.SavePage(y.t.Context(), orders.Page{Account: account, RunID: "r", SeenAt: time.Now(), Orders: list})
	require.NoError(y.t, err)
}

// start runs a robot until the test or stop ends it.
func (y *fixture) start() (p *Packer, stop func()) {
	ctx, cancel := context.WithCancel(y.t.Context())
	p = New(Options{Platform: y, Warehouse: y.box})
	require.NoError(y.t, p.CatchUp(ctx))
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			require.NoError(y.t, <-done)
		})
	}
	y.t.Cleanup(stop)
	return p, stop
}

func (y *fixture) detail(id string) orders.OrderDetail {
	row, err := y.find(y.t.Context(), account, id)
	require.NoError(y.t, err)
	d, err := y.store.Orders.Detail(y.t.Context(), row)
	require.NoError(y.t, err)
	return d
}

func (y *fixture) confirm(id string) {
	d := y.detail(id)
	for _, p := range d.Packages {
		if p.State == shipment.Processed {
			_, err := y.store.Packages.PackageConfirmed(y.t.Context(), d.Key.RowID, p.ID, channel.Confirmation{Ref: "x"})
			require.NoError(y.t, err)
		}
	}
}

func (y *fixture) onHand(sku string) int {
	rows, err := y.store.Ledger.Stock(y.t.Context(), sku, "", 10)
	require.NoError(y.t, err)
	require.Len(y.t, rows, 1)
	return rows[0].OnHand
}

// Every order must leave the shelf once, in packages that a channel accepts, some of them in two.
func TestReadyOrdersArePackedOnce(t *testing.T) {
	t.Parallel()
	y := newFixture(t)
	y.save(60)
	p, stop := y.start()
	polltest.Until(t, "every order is packed", func() bool { return p.Idle() && p.Progress().Orders >= 60 })
	tracking, two := map[string]bool{}, 0
	for i := range 60 {
		d := y.detail(fmt.Sprintf("o%d", i+1))
		require.Equal(t, order.Processed, d.State)
		if len(d.Packages) == 2 {
			two++
		}
		for _, q := range d.Packages {
			require.Equal(t, shipment.Processed, q.State)
			require.False(t, tracking[q.TrackingNumber])
			tracking[q.TrackingNumber] = true
		}
	}
	require.Greater(t, two, 3)
	require.Less(t, two, 30)
	require.Equal(t, 1000-120, y.onHand("A"))
	stop()
	require.Equal(t, 60, p.Progress().Orders)
	for id, n := range y.processed {
		require.Equal(t, 1, n, "package %s", id)
	}
}

// Items at two locations leave in a package each, even if they would otherwise go together.
func TestAPackageLeavesFromOnePlace(t *testing.T) {
	t.Parallel()
	for i := range 20 {
		lines := []order.LineQuantity{{LineID: "a", Quantity: 3}, {LineID: "b", Quantity: 1}, {LineID: "c", Quantity: 2}, {LineID: "d"}}
		packages := divide(fmt.Sprint(i), lines, map[string]string{"b": "attic", "d": "cellar"})
		require.Equal(t, [][]shipment.Content{{{LineID: "a", Quantity: 3}, {LineID: "c", Quantity: 2}}, {{LineID: "b", Quantity: 1}}}, packages)
	}
}

// A cancellation that comes before the packing refuses it: the rest of the order must still be sent.
func TestARefusedPackageIsPackedAgain(t *testing.T) {
	t.Parallel()
	y := newFixture(t)
	y.save(1)
	var once sync.Once
	y.before = func(message.OrderKey) {
		once.Do(func() {
			require.NoError(t, y.Cancel(t.Context(), account, "o1", orders.Cancellation{ID: "c", Lines: []order.LineQuantity{{LineID: "o1-1", Quantity: 1}}}))
		})
	}
	p, _ := y.start()
	polltest.Until(t, "the order is packed", func() bool { return p.Idle() && p.Progress().Orders == 1 })
	require.Equal(t, 1, p.Progress().Refused)
	d := y.detail("o1")
	require.Equal(t, 2, d.Units.Packed)
	require.Equal(t, 1, d.Units.Cancelled)
	require.Equal(t, 998, y.onHand("A")+y.onHand("B")-1000)
}

// A robot that was killed between saving and processing must repeat the same package, not create another.
func TestAPackingIsRepeatedUnderTheSameNames(t *testing.T) {
	t.Parallel()
	y := newFixture(t)
	y.save(1)
	y.fail = errors.New("connection lost")
	p, stop := y.start()
	polltest.Until(t, "an order is processed", func() bool { y.mu.Lock(); defer y.mu.Unlock(); return len(y.processed) > 0 })
	stop()
	require.Zero(t, p.Progress().Orders)
	y.mu.Lock()
	y.fail = nil
	y.mu.Unlock()
	p, _ = y.start()
	polltest.Until(t, "the order is packed", func() bool { return p.Idle() && p.Progress().Orders == 1 })
	require.Len(t, y.detail("o1").Packages, p.Progress().Packages)
}

// A task that has to wait must not delay others, and must survive a restart.
func TestTheBoxIsBookedOnce(t *testing.T) {
	t.Parallel()
	y := newFixture(t)
	ret := warehouse.Entry{Key: "ret", Kind: warehouse.Return, SKU: "A", Account: account, OrderID: "o1", LineID: "o1-1", Quantity: 1, Restock: true}
	cancel := warehouse.Entry{Key: "can", Kind: warehouse.CancelRequest, SKU: "B", Account: account, OrderID: "o2", LineID: "o2-2", Quantity: 1}
	y.put(ret, cancel,
		warehouse.Entry{Key: "gone", Kind: warehouse.Adjust, SKU: "C", Location: "main", Quantity: -1500},
		warehouse.Entry{Key: "count", Kind: warehouse.Adjust, SKU: "C", Location: "main", Quantity: -5})
	p, stop := y.start()
	polltest.Until(t, "three returns are under way and the stock is corrected", func() bool { return p.Progress().Waiting == 3 && y.onHand("C") == 995 })
	require.False(t, p.Idle())
	stop()

	y.put(warehouse.Entry{Key: "in", Kind: warehouse.Receipt, SKU: "C", Location: "main", Quantity: 600}, warehouse.Entry{Key: "end", Kind: warehouse.BookDone})
	y.save(2)
	p, stop = y.start()
	polltest.Until(t, "one waits and two are packed", func() bool { return p.Progress().Waiting == 1 && p.Progress().Orders == 2 })
	require.Equal(t, 995+600-1500, y.onHand("C"))
	require.True(t, p.Progress().BookDone)
	require.Equal(t, 1, y.detail("o2").Units.Cancelled)
	y.confirm("o1")
	polltest.Until(t, "the packer has nothing to do", p.Idle)
	require.Equal(t, 1000-4+1, y.onHand("A"))
	stop()

	p, _ = y.start()
	polltest.Until(t, "the packer has nothing to do", p.Idle)
	require.Equal(t, 997, y.onHand("A"))
	require.Equal(t, 95, y.onHand("C"))
}

// Units that are being reported to the channel can't be cancelled until it has answered: the support asks again, and
// a crash between asking and recording must not cancel twice.
func TestACancellationIsAskedForAgainUnderAnotherName(t *testing.T) {
	t.Parallel()
	y := newFixture(t)
	y.save(1)
	p, stop := y.start()
	polltest.Until(t, "the order is packed", func() bool { return p.Progress().Orders == 1 })
	d := y.detail("o1")
	for _, q := range d.Packages {
		_, err := y.store.Packages.PreparePackage(t.Context(), d.Key.RowID, q.ID, "order/1")
		require.NoError(t, err)
	}
	y.put(warehouse.Entry{Key: "can", Kind: warehouse.CancelRequest, SKU: "A", Account: account, OrderID: "o1", LineID: "o1-1", Quantity: 1})
	polltest.Until(t, "the cancellation is under way", func() bool {
		mark, err := y.box.Mark(t.Context(), "packer/cancel/4")
		require.NoError(t, err)
		return mark != ""
	})
	for _, q := range d.Packages {
		require.NoError(t, y.store.Packages.PackageFailed(t.Context(), d.Key.RowID, q.ID, channel.NewFault(channel.Invalid, "ship", "more units than are left"), time.Time{}))
	}
	polltest.Until(t, "the packer has nothing to do", p.Idle)
	stop()
	require.NoError(t, y.box.SetMark(t.Context(), markRead, "3"))
	p, _ = y.start()
	polltest.Until(t, "the packer has nothing to do", p.Idle)
	require.Equal(t, 1, y.detail("o1").Units.Cancelled)
	require.Zero(t, p.Progress().Turned)
}
