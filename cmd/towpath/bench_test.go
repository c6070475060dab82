package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
)

// fixture is the real program on a SQLite store of its own, with no Temporal server.
type fixture struct {
	t        *testing.T
	settings config.Settings
	store    *store.Store
}

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

const (
	buyerName = "Ann Lockkeeper"
	buyerNote = "Quillon"
)

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	b := &fixture{t: t, settings: config.Settings{
		TemporalAddress: "127.0.0.1:1", TemporalNamespace: "towpath", ConsoleAddress: "127.0.0.1:0", Speed: 1, LogLevel: "error",
		DatabaseURL: "sqlite:" + filepath.Join(dir, "store.db"), BuyerKey: keyring.PublicKey, Accounts: filepath.Join(dir, "accounts.yaml"),
	}}
	code, _, errs := b.run("migrate")
	require.Zero(t, code, errs)
	var err error
	b.store, err = store.Open(context.Background(), b.settings.DatabaseURL, keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.store.Close() })
	return b
}

func (b *fixture) program() (p *Program, out, errs *bytes.Buffer) {
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	return &Program{
		In: strings.NewReader(""), Out: out, Err: errs,
		Load: func() (config.Settings, config.Origins, error) { return b.settings, config.Origins{}, nil },
	}, out, errs
}

func (b *fixture) run(args ...string) (code int, out, errs string) {
	p, o, e := b.program()
	code = p.Run(context.Background(), args)
	return code, o.String(), e.String()
}

// rowOf returns the row of an order.
func (b *fixture) rowOf(account, orderID string) int64 {
	b.t.Helper()
	found, err := b.store.Orders.Find(context.Background(), orders.OrderFilter{Account: account, Reference: orderID})
	require.NoError(b.t, err)
	require.Len(b.t, found, 1)
	return found[0].Key.RowID
}

// fill saves two accounts that have order 1001 both, a run with a fault, and something parked.
func (b *fixture) fill() {
	ctx, t := context.Background(), b.t
	account := func(id string, k channel.Kind) accounts.Account {
		return accounts.Account{Account: message.Account{ID: id, Channel: k, Endpoint: channel.Production}, Name: id,
			OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true}
	}
	require.NoError(t, b.store.Settings.SaveAccounts(ctx, []accounts.Account{account("amazon-uk", channel.Amazon), account("shopify-uk", channel.Shopify)}))
	b.golive("amazon-uk", "shopify-uk")
	require.NoError(t, b.store.Links.SaveLinks(ctx, []links.Link{{Account: "amazon-uk", ChannelSKU: "LAMP", SKU: "lamp"}, {Account: "shopify-uk", ChannelSKU: "LAMP", SKU: "lamp"}}))
	_, err := b.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "open", SKU: "lamp", Location: "main", Kind: stock.Opening, Quantity: 3}})
	require.NoError(t, err)
	for _, a := range []string{"amazon-uk", "shopify-uk"} {
		_, err := b.store.Orders.SavePage(ctx, orders.Page{Account: a, RunID: "run-" + a, SeenAt: epoch, RequestID: "req-" + a, Calls: []runs.Call{{
			Account: a, RunID: "run-" + a, Call: channel.Call{Operation: "readOrders", RequestID: "req-" + a, Status: 200, At: epoch},
		}}, Orders: []order.Snapshot{b.order("1001"), b.order(a + "-only")}})
		require.NoError(t, err)
	}
	run := runs.Run{ID: "run-9", Kind: runs.RunOrders, Account: "amazon-uk", Endpoint: channel.Production, StartedAt: epoch}
	require.NoError(t, b.store.Runs.StartRun(ctx, run))
	run.EndedAt, run.FaultID, run.FaultClass, run.FaultCode = epoch.Add(3*time.Second), "fault-1", channel.Throttled, "QuotaExceeded"
	require.NoError(t, b.store.Runs.EndRun(ctx, run))
}

// golive lets the accounts go live, as a merchant does after the first day.
func (b *fixture) golive(accounts ...string) {
	b.t.Helper()
	for _, id := range accounts {
		_, err := b.store.Settings.GoLive(context.Background(), id, settings.Live{By: "test"})
		require.NoError(b.t, err)
	}
}

func (b *fixture) order(id string) order.Snapshot {
	return order.Snapshot{
		ID: id, Reference: id, PlacedAt: epoch, UpdatedAt: epoch, Paid: true, Fulfilment: order.FulfilmentUnshipped, ChannelStatus: "new",
		Currency: "GBP", Total: 1250, Buyer: &order.Buyer{Name: buyerName, Email: "ann@example.com", Line1: "1 Lock Lane", City: "Hull", CountryCode: "GB",
			Note: "Ring\ntowpath order \x1b[2J" + buyerNote, LineNotes: []order.LineNote{{LineID: id + "-1", Gift: "Yours, " + buyerNote}}},
		Lines: []order.SnapshotLine{
			{ID: id + "-1", SKU: "LAMP", Title: "A lamp", Quantity: 2, UnitPrice: 500, Total: 1000},
			{ID: id + "-2", SKU: "GHOST", Title: "Nobody\x1b[2J knows", Quantity: 1, UnitPrice: 250, Total: 250},
		},
	}
}
