package integration

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/market"
)

// dataDir returns towpath-dev's data folder in the folder it was started in.
func dataDir(dir string) string { return filepath.Join(dir, ".towpath") }

// startRunning starts a towpath-dev and waits until everything in it runs.
func startRunning(t *testing.T, dir string, args ...string) (*program, config.Dev) {
	t.Helper()
	p := startDev(t, dir, args...)
	p.eventually("towpath-dev to be up", func() bool { return strings.Contains(p.out.String(), "Towpath is running") })
	d, err := config.ReadDev(dataDir(dir))
	require.NoError(t, err)
	return p, d
}

// marketplaces returns what another process can know about the marketplaces in a data folder.
func marketplaces(t *testing.T, dir string) *simulator.Attached {
	t.Helper()
	a, err := simulator.Attach(filepath.Join(dataDir(dir), "marketplaces"))
	require.NoError(t, err)
	return a
}

// eachLedger reads every marketplace's own file.
func eachLedger(t *testing.T, dir string, read func(account string, r *market.Reader)) {
	t.Helper()
	a := marketplaces(t, dir)
	for _, account := range a.Accounts {
		r, err := a.Ledger(t.Context(), account.ID)
		require.NoError(t, err)
		read(account.ID, r)
		require.NoError(t, r.Close())
	}
}

func decode(t *testing.T, text string, v any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), v), text)
}

// trackingRecords returns how many shipments with a tracking number the marketplace itself has for an order.
func trackingRecords(t *testing.T, dir string, key message.OrderKey, tracking string) (n int) {
	t.Helper()
	eachLedger(t, dir, func(account string, r *market.Reader) {
		orders, _, err := r.Orders(t.Context(), market.Filter{ByCreation: true, Limit: 10_000})
		require.NoError(t, err)
		for _, o := range orders {
			for _, s := range o.Shipments {
				if account == key.Account.ID && o.ID == key.OrderID && s.TrackingNumber == tracking {
					n++
				}
			}
		}
	})
	return n
}

// placedOrders returns the channel order ids that the marketplaces have, by account.
func placedOrders(t *testing.T, dir string) map[string][]string {
	t.Helper()
	placed := make(map[string][]string)
	eachLedger(t, dir, func(account string, r *market.Reader) {
		orders, _, err := r.Orders(t.Context(), market.Filter{ByCreation: true, Limit: 10_000})
		require.NoError(t, err)
		for _, o := range orders {
			placed[account] = append(placed[account], o.ID)
		}
	})
	return placed
}

func count(placed map[string][]string) (n int) {
	for _, ids := range placed {
		n += len(ids)
	}
	return n
}

// bookRow is a row of an order book, with the columns of the real one.
type bookRow struct {
	invoice                 string
	sku, quantity, customer int
	at                      time.Time
}

// writeBook writes an order book.
func writeBook(t *testing.T, dir string, rows []bookRow) string {
	t.Helper()
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	require.NoError(t, w.Write([]string{"InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"}))
	for _, r := range rows {
		require.NoError(t, w.Write([]string{
			r.invoice, fmt.Sprintf("IT%02d", r.sku), fmt.Sprintf("ARTICLE %02d", r.sku), strconv.Itoa(r.quantity),
			r.at.Format("2006-01-02 15:04:05"), fmt.Sprintf("%d.95", 1+r.sku), fmt.Sprintf("%d.0", 20001+r.customer), "United Kingdom",
		}))
	}
	w.Flush()
	path := filepath.Join(dir, "book.csv")
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o644))
	return path
}

// firstDay is the time at which the books begin.
var firstDay = time.Date(2026, time.March, 2, 6, 0, 0, 0, time.UTC)

// smallBook writes an order book with this many invoices, ten minutes apart. With cancellations, every sixth order
// loses a unit a minute later.
func smallBook(t *testing.T, dir string, invoices int, cancellations bool) string {
	t.Helper()
	at := firstDay
	var rows []bookRow
	for i := range invoices {
		number := strconv.Itoa(800001 + i)
		rows = append(rows, bookRow{number, i % 10, 1 + i%5, i, at})
		if i%2 == 1 {
			rows = append(rows, bookRow{number, (i + 3) % 10, 1, i, at})
		}
		if cancellations && i%6 == 5 {
			at = at.Add(time.Minute)
			rows = append(rows, bookRow{"C" + strconv.Itoa(900001+i), i % 10, -1, i, at})
		}
		at = at.Add(10 * time.Minute)
	}
	return writeBook(t, dir, rows)
}

// wideBook writes an order book with this many invoices, ten minutes apart, each with one unit of this many articles.
func wideBook(t *testing.T, dir string, invoices, articles int) string {
	t.Helper()
	var rows []bookRow
	for i := range invoices {
		for sku := range articles {
			rows = append(rows, bookRow{strconv.Itoa(700001 + i), sku, 1, i, firstDay.Add(time.Duration(i) * 10 * time.Minute)})
		}
	}
	return writeBook(t, dir, rows)
}
