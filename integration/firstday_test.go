package integration

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/oracletest"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
)

// A merchant's first day works from an empty folder with his own files: import, link, migrate, observe, compare, go
// live, count, write a packing file and read it back, and an audit at the end.
func TestAMerchantsFirstDay(t *testing.T) {
	t.Parallel()
	m := &merchantsDay{t: t, dir: t.TempDir(), files: merchantFiles(t)}
	m.dev, _ = startRunning(t, m.dir, "rehearse", m.file("amazon-all-listings-uk.txt"), m.file("ebay-active-listings.csv"),
		m.file("shopify-products-one-location.csv"), "--speed", "1500")
	m.entersGoodsAndStock()
	m.links()
	m.observes()
	m.goesLive()
	m.counts()
	m.packs()
	m.dev.eventually("the day to be over and every level to be sent", func() bool {
		return strings.Contains(m.dev.out.String(), "72/72") && m.queued() == 0
	})
	m.packs()
	m.dev.eventually("every package to be confirmed and every level to be sent", func() bool { return m.busy() == 0 })
	audit := start(t, m.dir, nil, "towpath-dev", "audit")
	require.Zero(t, audit.wait(), "%s", audit.out)
	require.Contains(t, audit.out.String(), "The audit is clean")
	require.Zero(t, m.dev.stop(), "%s", m.dev.out)
}

// merchantFiles is the folder of a merchant's export files. They are not part of the repository.
func merchantFiles(t *testing.T) string {
	t.Helper()
	return oracletest.Data(t, "what Amazon, eBay, Shopify and Linnworks export for a merchant", "merchant")
}

type merchantsDay struct {
	t          *testing.T
	dir, files string
	dev        *program
	packed     int
}

func (m *merchantsDay) file(name string) string { return filepath.Join(m.files, name) }

// run runs a command that must end with the exit code and print the wanted words.
func (m *merchantsDay) run(code int, command string, wants ...string) string {
	m.t.Helper()
	args := strings.Fields(command)
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "FILES/", m.files+"/")
	}
	stdout, stderr, got := towpath(m.t, m.dir, args...)
	require.Equal(m.t, code, got, "towpath %s\n%s%s", command, stdout, stderr)
	for _, want := range wants {
		require.Contains(m.t, stdout+stderr, want, "towpath %s", command)
	}
	return stdout
}

func (m *merchantsDay) entersGoodsAndStock() {
	m.run(0, "catalog import FILES/shopify-products-one-location.csv --dry-run", "Shopify's product export", "nothing was saved")
	m.run(0, "catalog import FILES/shopify-products-one-location.csv", "11 new and 0 changed SKUs")
	m.run(0, "catalog import FILES/shopify-products-one-location.csv", "Nothing changed")
	// Amazon's report has 731, which a spreadsheet made of 000731, and a SKU that the shop lacks.
	m.run(2, "catalog import FILES/amazon-all-listings-uk.txt", "731", "000731", "nothing was imported")
	m.run(3, "catalog import FILES/amazon-all-listings-uk.txt --skip-bad", "12E05")
	m.run(2, "stock import FILES/shopify-products-one-location.csv", "--as-of")
	m.run(2, "stock import FILES/linnworks-stock.csv", "Default")
	m.run(0, "stock import FILES/linnworks-stock.csv --location Default=main", "MUG-RED", "Amazon keeps this stock", "BKT-10L is read as bkt-10l")
	m.run(0, "stock import FILES/linnworks-stock.csv --location Default=main", "imported")
}

func (m *merchantsDay) links() {
	m.run(0, "links import --account amazon-uk --wait")
	m.run(0, "links import --account shopify-uk --wait")
	m.run(0, "links import --account ebay-uk --file FILES/ebay-active-listings.csv", "9 can be migrated")
	m.run(2, "links import --account ebay-uk --file FILES/linnworks-stock.csv", "Linnworks")
	m.run(0, "links migrate --account ebay-uk --dry-run", "It can't be undone", "Nothing was changed")
	m.run(3, "links migrate --account ebay-uk --yes --wait", "9 listings migrated", "TOW-L")
	m.run(0, "links match", "observe")
	m.run(0, "links match 731 000731 --account amazon-uk")
}

// observes checks that nothing was written to the channels, and that the comparison shows what would be written.
func (m *merchantsDay) observes() {
	for _, account := range []string{"amazon-uk", "ebay-uk", "shopify-uk"} {
		list := decoded[struct{ Runs []runs.Run }](m.t, m.dir, "runs", "--kind", "stock", "--account", account)
		require.Empty(m.t, list.Runs, account)
	}
	m.run(0, "levels diff --account amazon-uk", "2 not-ours", "MUG-RED")
	m.run(0, "levels diff --account ebay-uk", "1 not-ours")
	m.run(0, "levels diff --account shopify-uk", "0 unlinked")
	require.Contains(m.t, m.run(0, "status"), "observing")
}

func (m *merchantsDay) goesLive() {
	for _, account := range []string{"amazon-uk", "ebay-uk", "shopify-uk"} {
		m.run(0, "accounts live "+account, account+" is live")
	}
	m.dev.eventually("every level to be sent", func() bool { return m.queued() == 0 })
}

func (m *merchantsDay) counts() {
	m.run(2, "stock count KET-001 --location main --quantity 20", "reason")
	m.run(0, "stock count KET-001 --location main --quantity 40 --reason counted", "40 on hand")
	m.run(0, "stock receive TOW-L --location main --quantity 12 --reason delivery", "TOW-L")
	m.run(0, "stock ledger KET-001", "counted")
}

// packs writes what is to be packed to a file, fills in carriers and tracking numbers, and imports the file, twice.
func (m *merchantsDay) packs() {
	m.packed++
	path := filepath.Join(m.dir, fmt.Sprintf("pack-%d.csv", m.packed))
	stdout, stderr, code := towpath(m.t, m.dir, "orders", "export", "--for", "csv", "--out", path)
	require.Contains(m.t, []int{0, 3}, code, stdout+stderr)
	rows := m.filledIn(path)
	if rows == 0 {
		return
	}
	stdout, stderr, code = towpath(m.t, m.dir, "process", "--file", path)
	require.Contains(m.t, []int{0, 3}, code, stdout+stderr)
	require.Contains(m.t, stdout, "processed")
	stdout, _, _ = towpath(m.t, m.dir, "process", "--file", path)
	require.Contains(m.t, stdout, "already")
}

// filledIn gives every order of the file a carrier and a tracking number of its own; it returns the number of the
// file's rows.
func (m *merchantsDay) filledIn(path string) int {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return 0
	}
	require.NoError(m.t, err)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
	require.NoError(m.t, err)
	column := make(map[string]int)
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, row := range rows[1:] {
		row[column["carrier"]] = "Royal Mail"
		row[column["tracking"]] = "AB" + strings.NewReplacer("-", "", "#", "", "'", "").Replace(row[column["order"]]) + "GB"
	}
	out, err := os.Create(path)
	require.NoError(m.t, err)
	require.NoError(m.t, csv.NewWriter(out).WriteAll(rows))
	require.NoError(m.t, out.Close())
	return len(rows) - 1
}

func (m *merchantsDay) accounts() []store.AccountSummary {
	return decoded[struct{ Accounts []store.AccountSummary }](m.t, m.dir, "status").Accounts
}

// queued returns how many levels are to be sent.
func (m *merchantsDay) queued() (n int) {
	for _, a := range m.accounts() {
		n += a.Dirty
	}
	return n
}

// busy returns how much is still in progress: levels to be sent, and orders whose packages are not confirmed.
func (m *merchantsDay) busy() (n int) {
	for _, a := range m.accounts() {
		n += a.Dirty + a.Orders["processed"] + a.Orders["processing"] + a.Orders["shipped"]
	}
	return n
}
