package store_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/postgrestest"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
)

func TestMain(m *testing.M) {
	// The number of sequences of each property, unless the command line wants more.
	if err := flag.Set("rapid.checks", "30"); err != nil {
		panic(err)
	}
	os.Exit(postgrestest.Main(m))
}

// link lists the SKUs on the accounts under their own name in lower case, with a prefix per account.
func link(t testing.TB, s *store.Store, skus ...string) {
	t.Helper()
	var list []links.Link
	for _, a := range []string{"amazon-uk", "ebay-uk", "shopify-uk"} {
		for _, sku := range skus {
			list = append(list, links.Link{Account: a, ChannelSKU: a + ":" + sku, SKU: sku, ListingRef: "ref-" + sku})
		}
	}
	require.NoError(t, s.Links.SaveLinks(context.Background(), list))
}

func receive(t testing.TB, s *store.Store, key, sku string, n int) []string {
	t.Helper()
	kind := stock.Receipt
	if n < 0 {
		kind = stock.Adjust
	}
	done, err := s.Ledger.ApplyStock(context.Background(), []stock.Change{{Key: key, SKU: sku, Location: "main", Kind: kind, Quantity: n}})
	require.NoError(t, err)
	return done.Dirty
}

var epoch = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// sale returns an order of an account with one line per SKU; quantities follow the SKUs.
func sale(account, id string, minute int, lines ...order.SnapshotLine) order.Snapshot {
	for i := range lines {
		lines[i].ID = fmt.Sprintf("%s-%d", id, i+1)
		if lines[i].SKU != "" {
			lines[i].SKU = account + ":" + lines[i].SKU
		}
	}
	when := epoch.Add(time.Duration(minute) * time.Minute)
	return order.Snapshot{ID: id, Reference: "#" + id, PlacedAt: when, UpdatedAt: when, Paid: true, Fulfilment: order.FulfilmentUnshipped,
		ChannelStatus: "new", Currency: "GBP", Total: 1000, Lines: lines,
		Buyer: &order.Buyer{Name: "Ann", Line1: "1 Lock Lane", City: "Hull", CountryCode: "GB"}}
}

func units(sku string, n int) order.SnapshotLine {
	return order.SnapshotLine{SKU: sku, Title: "A " + sku, Quantity: n, UnitPrice: 100, Total: int64(100 * n)}
}

func pageOf(account string, list ...order.Snapshot) orders.Page {
	return orders.Page{Account: account, RunID: "run", SeenAt: epoch, Orders: list}
}

func save(t testing.TB, s *store.Store, account string, list ...order.Snapshot) orders.PageResult {
	t.Helper()
	res, err := s.Orders.SavePage(context.Background(), pageOf(account, list...))
	require.NoError(t, err)
	return res
}

// rowID returns the row id of an order by its channel id.
func rowID(t testing.TB, s *store.Store, account, id string) int64 {
	t.Helper()
	found, err := s.Orders.Find(context.Background(), orders.OrderFilter{Account: account, Reference: id})
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0].Key.RowID
}

func detail(t testing.TB, s *store.Store, account, id string) orders.OrderDetail {
	t.Helper()
	d, err := s.Orders.Detail(context.Background(), rowID(t, s, account, id))
	require.NoError(t, err)
	return d
}

func level(t testing.TB, s *store.Store, sku string) ledger.StockRow {
	t.Helper()
	rows, err := s.Ledger.Stock(context.Background(), sku, "", 0)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	return rows[0]
}

// push acknowledges every level that the account is to send and returns them by channel SKU.
func push(t testing.TB, s *store.Store, account string) map[string]int {
	t.Helper()
	ctx := context.Background()
	list, err := s.Levels.DirtyLevels(ctx, account, 1000)
	require.NoError(t, err)
	out := map[string]int{}
	var pushes []levels.Push
	for _, l := range list {
		out[l.ChannelSKU] = l.Quantity
		pushes = append(pushes, levels.Push{ChannelSKU: l.ChannelSKU, Version: l.Version, Quantity: l.Quantity, SentAt: epoch, AckedAt: epoch})
	}
	counts, err := s.Levels.SavePushes(ctx, account, "push", pushes)
	require.NoError(t, err)
	require.Equal(t, len(pushes), counts.Pushed)
	return out
}

func pack(id string, contents ...shipment.Content) shipment.Package {
	return shipment.Package{ID: id, Label: "L-" + id, Carrier: "Royal Mail", TrackingNumber: "T" + id, ShippedAt: epoch, Contents: contents}
}

func content(line string, n int) shipment.Content { return shipment.Content{LineID: line, Quantity: n} }

// process saves a package and processes it, which must be accepted.
func process(t testing.TB, s *store.Store, row int64, p shipment.Package) orders.Outcome {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, s.Packages.SavePackages(ctx, row, []shipment.Package{p}))
	out, err := s.Packages.ProcessPackage(ctx, row, p.ID)
	require.NoError(t, err)
	require.Empty(t, out.Refused)
	return out
}

func sumUnits(d orders.OrderDetail) order.Units {
	var sum order.Units
	for _, l := range d.Lines {
		sum = sum.Add(l.Units)
	}
	return sum
}

// categories returns the paths of all categories.
func categories(t testing.TB, s *store.Store) []string {
	t.Helper()
	var out []string
	require.NoError(t, s.Read(context.Background(), `SELECT path FROM categories ORDER BY path`, func(rows *sql.Rows) error {
		var path string
		err := rows.Scan(&path)
		out = append(out, path)
		return err
	}))
	return out
}
