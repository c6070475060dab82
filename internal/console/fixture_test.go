package console

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/starter"
)

// fixture is a console with a SQLite store of its own and a Temporal server that never answers.
type fixture struct {
	t     *testing.T
	ctx   context.Context
	store *store.Store
	asked *starter.Starter // what the pages call
	web   http.Handler
}

const buyerName = "Ann Lockkeeper"

// hostile is what a channel may put into any text.
const hostile = `<script>alert("x")</script>'"&`

func newFixture(t *testing.T) *fixture {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "store.db"), keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { _ = st.Close() })
	require.NoError(t, st.Migrate(ctx))
	temporal, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1", Namespace: "towpath", Logger: quiet{}})
	require.NoError(t, err)
	t.Cleanup(temporal.Close)
	s := &starter.Starter{Temporal: temporal, Store: st, Speed: 1, Logger: zap.NewNop()}
	b := &fixture{t: t, ctx: ctx, store: st, asked: s, web: New(s, Options{TemporalUI: "http://127.0.0.1:8233/", Namespace: "towpath"})}
	var list []accounts.Account
	for _, a := range []message.Account{
		{ID: "amazon-uk", Channel: channel.Amazon, Endpoint: channel.Production},
		{ID: "ebay-uk", Channel: channel.EBay, Endpoint: channel.Production},
		{ID: "shopify-uk", Channel: channel.Shopify, Endpoint: channel.Test},
	} {
		list = append(list, accounts.Account{Account: a, Name: a.ID, OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, Enabled: true})
	}
	require.NoError(t, st.Settings.SaveAccounts(ctx, list))
	for _, a := range list {
		_, err := st.Settings.GoLive(ctx, a.ID, settings.Live{By: "test"})
		require.NoError(t, err)
	}
	return b
}

// quiet drops the SDK's log lines.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

// product stocks a SKU and links it to every account under the same channel SKU.
func (b *fixture) product(sku, title string, onHand int) {
	b.t.Helper()
	require.NoError(b.t, b.store.Products.SaveVariants(b.ctx, []products.Variant{{SKU: sku, Title: title}}))
	_, err := b.store.Ledger.ApplyStock(b.ctx, []stock.Change{{Key: "open " + sku, SKU: sku, Location: "main", Kind: stock.Opening, Quantity: onHand}})
	require.NoError(b.t, err)
	var list []links.Link
	for _, a := range []string{"amazon-uk", "ebay-uk", "shopify-uk"} {
		list = append(list, links.Link{Account: a, ChannelSKU: sku, SKU: sku, ListingRef: "ref-" + sku})
	}
	require.NoError(b.t, b.store.Links.SaveLinks(b.ctx, list))
}

// sale returns an order with one unit of each SKU.
func sale(id string, placed time.Time, skus ...string) order.Snapshot {
	o := order.Snapshot{
		ID: id, Reference: id, PlacedAt: placed, UpdatedAt: placed, Paid: true, Fulfilment: order.FulfilmentUnshipped, ChannelStatus: "Unshipped",
		Currency: "GBP", Total: 1250 * int64(len(skus)), Shipping: 350, Buyer: &order.Buyer{Name: buyerName, Email: "ann@lock.example"},
	}
	for i, sku := range skus {
		o.Lines = append(o.Lines, order.SnapshotLine{ID: fmt.Sprintf("%s-L%d", id, i+1), SKU: sku, Title: "A good " + sku, Quantity: 1 + i, UnitPrice: 1250, Total: 1250})
	}
	return o
}

// save saves a scan's page and returns the row ids of its orders.
func (b *fixture) save(account, run string, list ...order.Snapshot) map[string]int64 {
	b.t.Helper()
	started := time.Now().Add(-3 * time.Second)
	r := runs.Run{ID: run, Kind: runs.RunOrders, Account: account, Endpoint: channel.Production, WorkflowID: "orders/" + account + "-" + run, StartedAt: started}
	require.NoError(b.t, b.store.Runs.StartRun(b.ctx, r))
	call := runs.Call{Account: account, Endpoint: channel.Production, Budget: channel.OpOrders, RunID: run, Call: channel.Call{
		Operation: "readOrders", RequestID: "req-" + run, Status: 200, At: time.Now(), Took: 120 * time.Millisecond,
	}}
	busy := call
	busy.RequestID, busy.Status, busy.Class, busy.Code = "req-busy", 429, channel.Throttled, hostile
	require.NoError(b.t, b.store.Runs.SaveCalls(b.ctx, []runs.Call{busy}))
	res, err := b.store.Orders.SavePage(b.ctx, orders.Page{
		Account: account, RunID: run, SeenAt: time.Now(), Orders: list, RequestID: "req-" + run, Calls: []runs.Call{call},
	})
	require.NoError(b.t, err)
	r.Counts, r.EndedAt = res.Counts, started.Add(2400*time.Millisecond)
	require.NoError(b.t, b.store.Runs.EndRun(b.ctx, r))
	ids := map[string]int64{}
	for _, h := range res.Outbox {
		ids[h.Key.OrderID] = h.Key.RowID
	}
	return ids
}

// pack processes a package with the first line of an order.
func (b *fixture) pack(rowID int64, id string) {
	b.t.Helper()
	d, err := b.store.Orders.Detail(b.ctx, rowID)
	require.NoError(b.t, err)
	p := shipment.Package{
		ID: id, Label: "LBL-" + id, Carrier: "Royal Mail", TrackingNumber: "RM" + id + "GB", ShippedAt: time.Now(),
		Contents: []shipment.Content{{LineID: d.Lines[0].LineID, Quantity: 1}},
	}
	require.NoError(b.t, b.store.Packages.SavePackages(b.ctx, rowID, []shipment.Package{p}))
	out, err := b.store.Packages.ProcessPackage(b.ctx, rowID, id)
	require.NoError(b.t, err)
	require.Empty(b.t, out.Refused)
}

// park makes a package fail and parks its shipment sync.
func (b *fixture) park(account, orderID string, rowID int64, packageID string, f *channel.Fault) {
	b.t.Helper()
	require.NoError(b.t, b.store.Runs.SaveFaults(b.ctx, account, []*channel.Fault{f}))
	_, err := b.store.Packages.PreparePackage(b.ctx, rowID, packageID, "order/1")
	require.NoError(b.t, err)
	require.NoError(b.t, b.store.Packages.PackageFailed(b.ctx, rowID, packageID, f, time.Time{}))
	parked, err := b.store.Packages.Park(b.ctx, packages.Waiting{
		OrderRow: rowID, PackageID: packageID, WorkflowID: message.ShipmentWorkflowID(account, orderID, packageID), HandsOver: "order/1",
		Since: time.Now().Add(-12 * time.Minute), Fault: f,
	})
	require.NoError(b.t, err)
	require.True(b.t, parked)
}

// get requests a page.
func (b *fixture) get(path string) (int, string) {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.web.ServeHTTP(w, httptest.NewRequestWithContext(b.ctx, http.MethodGet, path, http.NoBody))
	return w.Code, w.Body.String()
}

// page requests a page that must exist.
func (b *fixture) page(path string) string {
	b.t.Helper()
	code, body := b.get(path)
	require.Equal(b.t, http.StatusOK, code, "%s: %s", path, body)
	require.NotContains(b.t, body, buyerName)
	require.NotContains(b.t, body, "<script>alert")
	return body
}

// href returns the address of the link with the text, or an empty string.
func href(body, text string) string {
	i := strings.Index(body, ">"+text+"</a>")
	if i < 0 {
		return ""
	}
	tag := body[strings.LastIndex(body[:i], "<a "):i]
	_, rest, _ := strings.Cut(tag, `href="`)
	address, _, _ := strings.Cut(rest, `"`)
	return strings.ReplaceAll(address, "&amp;", "&")
}

// again returns the fixture with a console that remembers nothing.
func (b *fixture) again() *fixture {
	c := *b
	c.web = New(b.asked, Options{TemporalUI: "http://127.0.0.1:8233/", Namespace: "towpath"})
	return &c
}
