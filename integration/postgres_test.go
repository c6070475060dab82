package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/audit"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/postgrestest"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/temporalserver"
	"github.com/towpath/towpath/starter"
)

// production is Towpath as it runs in production: a Temporal server, PostgreSQL, workers in processes of their own,
// and marketplaces elsewhere.
type production struct {
	operator
	url     string // of the store
	env     []string
	store   *store.Store
	starter *starter.Starter
	box     *warehouse.Warehouse
}

const productionSpeed = "1200"

func newProduction(t *testing.T, dir, speed string) *production {
	t.Helper()
	url := postgrestest.URL(t)
	server, err := temporalserver.Start(t.Context(), temporalserver.Options{File: filepath.Join(dir, "temporal.db"), UIPort: temporalserver.NoUI})
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	accounts := filepath.Join(dir, "accounts.yaml")
	p := &production{operator: operator{t: t, dir: t.TempDir()}, url: url, env: []string{
		"TOWPATH_DATABASE_URL=" + url, "TOWPATH_TEMPORAL_ADDRESS=" + server.Address(), "TOWPATH_TEMPORAL_NAMESPACE=" + server.Namespace(),
		"TOWPATH_ACCOUNTS=" + accounts, "TOWPATH_SPEED=" + speed, "TOWPATH_LOG_LEVEL=warn", "TOWPATH_TOKEN_KEY=" + keyring.New(), "TOWPATH_BUYER_KEY=" + keyring.PublicKey,
	}}
	for range 2 { // migrating again changes nothing
		_, stderr, code := towpathWith(t, p.dir, p.env, "migrate")
		require.Zero(t, code, stderr)
	}
	p.store, err = store.Open(t.Context(), url, keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.store.Close()) })
	p.box, err = warehouse.OpenReadOnly(t.Context(), filepath.Join(dataDir(dir), "marketplaces", "warehouse.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.box.Close()) })
	temporal, err := client.Dial(client.Options{HostPort: server.Address(), Namespace: server.Namespace()})
	require.NoError(t, err)
	t.Cleanup(temporal.Close)
	p.starter = &starter.Starter{Temporal: temporal, Store: p.store}
	return p
}

// connect does what a merchant does before the first worker runs: it sets the accounts, the products, their stock,
// and the links from listings to products.
func (p *production) connect(dir, file string) {
	t := p.t
	t.Helper()
	var list []config.Account
	var rows []accounts.Account
	for _, a := range marketplaces(t, dir).Accounts {
		acc := config.Account{Channel: a.Channel()}
		acc.Store.ID, acc.Store.Channel, acc.Store.Endpoint = a.ID, a.Kind, channel.Production
		acc.Store.Name, acc.Store.Enabled, acc.Store.Cap, acc.Store.ReserveAt = a.ID, true, stock.NoCap, order.AtPlaced
		acc.Store.OrderLocation, acc.Store.StockLocations = "main", []string{"main"}
		list, rows = append(list, acc), append(rows, acc.Store)
	}
	require.NoError(t, config.WriteAccounts(filepath.Join(dir, "accounts.yaml"), list))
	require.NoError(t, p.store.Settings.SaveAccounts(t.Context(), rows))

	var variants []products.Variant
	sku := make(map[string]string)
	for _, product := range planOf(t, file).Products {
		variants = append(variants, products.Variant{SKU: product.SKU, Title: product.Title})
		for _, code := range product.Codes {
			sku[code] = product.SKU
		}
	}
	require.NoError(t, p.store.Products.SaveVariants(t.Context(), variants))
	entries, err := p.box.After(t.Context(), 0, 10_000)
	require.NoError(t, err)
	var changes []stock.Change
	for _, e := range entries {
		if e.Kind == warehouse.Opening {
			changes = append(changes, stock.Change{Key: e.Key, SKU: e.SKU, Location: e.Location, Kind: stock.Opening, Quantity: e.Quantity})
		}
	}
	_, err = p.store.Ledger.ApplyStock(t.Context(), changes)
	require.NoError(t, err)
	var found []links.Link
	eachLedger(t, dir, func(account string, r *market.Reader) {
		listings, err := r.AllListings(t.Context())
		require.NoError(t, err)
		for _, l := range listings {
			if l.FBA { // of an order that the channel ships itself: linked to nothing
				continue
			}
			found = append(found, links.Link{Account: account, ChannelSKU: l.SKU, SKU: sku[l.SKU], ListingRef: l.Ref})
		}
	})
	require.NoError(t, p.store.Links.SaveLinks(t.Context(), found))
	for _, a := range rows {
		_, err := p.store.Settings.GoLive(t.Context(), a.ID, settings.Live{By: "test"})
		require.NoError(t, err)
	}
}

func planOf(t *testing.T, file string) *book.Plan {
	t.Helper()
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	b, err := book.Read(f, file)
	require.NoError(t, err)
	return b.Plan(book.Options{Shape: book.ShapeBook, Stock: book.StockAmple, Accounts: []string{"amazon-uk", "ebay-uk", "shopify-uk"}})
}

// saved returns how many orders are saved, and whether every level is pushed and every outbox entry delivered.
func (p *production) saved() (orders int, idle bool) {
	b, err := p.store.Books.All(p.t.Context())
	require.NoError(p.t, err)
	idle = b.Pending == 0
	for _, l := range b.Listings {
		idle = idle && !l.Dirty
	}
	return len(b.Orders), idle
}

// towpath runs the command line with the settings of production.
func (p *production) towpath(args ...string) (stdout, stderr string, code int) {
	return towpathWith(p.t, p.dir, p.env, args...)
}

// ask runs a command that prints JSON.
func (p *production) ask(v any, args ...string) {
	p.t.Helper()
	stdout, stderr, code := p.towpath(append(args, "-o", "json")...)
	require.Zero(p.t, code, "%s%s", stdout, stderr)
	decode(p.t, stdout, v)
}

func TestTwoWorkersOnPostgreSQLOneOfThemKilled(t *testing.T) {
	t.Parallel()
	const orders = 60
	dir := t.TempDir()
	file := smallBook(t, dir, orders, false)
	markets := start(t, dir, nil, "towpath-dev", "marketplaces", "--markets-port", "0", "--orders", file, "--speed", productionSpeed)
	markets.eventually("the marketplaces' addresses", func() bool { return strings.Contains(markets.out.String(), "shopify-uk") })
	p := newProduction(t, dir, productionSpeed)
	p.connect(dir, file)
	first := start(t, p.dir, p.env, "towpath", "worker")
	second := start(t, p.dir, p.env, "towpath", "worker")

	meetBadAnswers(first, dir, p.towpath)
	first.eventually("a third of the orders", func() bool { n, _ := p.saved(); return n >= orders/3 })
	first.kill()
	p.retryAside()
	second.eventually("all orders", func() bool { n, idle := p.saved(); return n == orders && idle })
	p.processByHand(second)
	p.requireClean(dir)
	const enough = 40 // words; each is looked for in every file of the server
	require.True(t, sealedNotes(t, p.store))
	words := buyersOf(t, dir) // notes first
	searched := slices.Concat(words[:min(len(words), enough/2)], words[max(0, len(words)-enough/2):])
	require.Empty(t, postgrestest.Search(t, p.url, searched), "buyers' words in PostgreSQL's files, its write-ahead log included")
	require.Zero(t, second.stop(), "%s", second.out)
	require.Zero(t, markets.stop(), "%s", markets.out)
}

// retryAside tries the orders again that are set aside.
func (p *production) retryAside() {
	p.t.Helper()
	stdout, stderr, code := p.towpath("orders", "aside", "retry", "--wait")
	require.Zero(p.t, code, "%s%s", stdout, stderr)
}

// processByHand processes an order with the command line, to its end.
func (p *production) processByHand(worker *program) {
	var open orderList
	p.ask(&open, "orders", "--state", string(order.Open), "--account", "ebay-uk", "--limit", "1")
	require.Len(p.t, open.Orders, 1)
	row := open.Orders[0]
	var st starter.OrderStatus
	p.ask(&st, "order", row.Key.OrderID)
	require.NotNil(p.t, st.Lifecycle, "a worker answers")
	file := p.packed(fmt.Sprintf("hand%d", row.Key.RowID), st)
	for range 2 {
		var out struct{ Order, State string }
		p.ask(&out, "process", row.Key.OrderID, "--package", file)
	}
	worker.eventually("the order to be completed", func() bool {
		p.ask(&st, "order", row.Key.OrderID)
		return st.State == order.Completed
	})
	require.Len(p.t, st.Packages, 1)
}

// requireClean compares the ledgers with the store in PostgreSQL.
func (p *production) requireClean(dir string) {
	t := p.t
	t.Helper()
	var report audit.Report
	t.Cleanup(func() {
		if !report.Clean() {
			require.NoError(t, report.Print(t.Output()))
		}
	})
	// Temporal's list of running workflows lags behind by seconds.
	polltest.Until(t, "the audit is clean", func() bool {
		report = p.audited(dir)
		return report.Clean()
	})
}

// audited compares the ledgers with the store once.
func (p *production) audited(dir string) audit.Report {
	t := p.t
	t.Helper()
	in := audit.Input{
		Store: p.store, Warehouse: p.box, Markets: make(map[string]*market.Reader), Plan: planOf(t, filepath.Join(dir, "book.csv")), Ample: true,
		Workflows: p.starter.Failed, Running: p.starter.RunningLifecycles,
	}
	a := marketplaces(t, dir)
	for _, account := range a.Accounts {
		r, err := a.Ledger(t.Context(), account.ID)
		require.NoError(t, err)
		in.Markets[account.ID] = r
	}
	defer func() {
		for _, r := range in.Markets {
			require.NoError(t, r.Close())
		}
	}()
	report, err := audit.Run(t.Context(), in)
	require.NoError(t, err)
	return report
}
