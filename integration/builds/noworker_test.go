package builds

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/store/orders"
)

const (
	onePackage   = `{"id": "P1", "label": "L-1", "carrier": "Royal Mail", "trackingNumber": "RM1", "shippedAt": "2026-11-21T14:05:00Z", "contents": [{"lineId": "A-1", "quantity": 1}]}`
	manyPackages = "account,order,line,quantity,carrier,tracking,shipped\nebay-uk,B,,,DPD,AB1,2026-11-21\n"
)

// Case F3: without a worker a command soon says what it waits for, and gives up at the time it was given; once a worker runs, what was
// asked for is done once.
func TestWithoutAWorkerACommandSaysWhatItWaitsForAndEnds(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.save("A", "B", "C")
	one, many := f.file("package.json", onePackage), f.file("packages.csv", manyPackages)
	asked := [][]string{{"process", "A", "--package", one}, {"process", "--file", many}, {"cancel", "C", "--key", "K"}}
	for _, args := range asked {
		stdout, stderr, code := f.towpath(append(args, "--timeout", "3s")...)
		require.Equal(t, 1, code, args)
		require.Regexp(t, "Waiting: no worker runs; `\\S*towpath worker` starts one\\.", stderr)
		require.Contains(t, strings.Join(strings.Fields(stdout+stderr), " "), "not done within 3s", "a table breaks lines")
		require.Regexp(t, "repeat the command|give the same file again", stderr)
	}
	_, stderr, code := f.towpath("status")
	require.Equal(t, 3, code)
	require.Contains(t, stderr, "no worker runs: nothing is read, processed or sent")

	f.start("")
	for range 2 {
		for _, args := range asked {
			_, stderr, code := f.towpath(args...)
			require.Zero(t, code, "%s: %s", args, stderr)
		}
	}
	for id, want := range map[string]order.Units{"A": {Shipped: 1}, "B": {Shipped: 1}, "C": {Cancelled: 1}} {
		polltest.Until(t, "order "+id+" to be done", func() bool { return f.units(id) == want })
	}
}

// save saves open orders of one lamp each.
func (f *fixture) save(ids ...string) {
	f.t.Helper()
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC) // before the day on which the packages left
	var list []order.Snapshot
	for _, id := range ids {
		list = append(list, order.Snapshot{ID: id, Reference: id, PlacedAt: now, UpdatedAt: now, Paid: true, Fulfilment: order.FulfilmentUnshipped,
			Currency: "GBP", Lines: []order.SnapshotLine{{ID: id + "-1", SKU: "LAMP", Title: "Lamp", Quantity: 1}}})
	}
	_, err := f.Store.Orders.SavePage(f.t.Context(), orders.Page{Account: account, RunID: "r", SeenAt: now, Orders: list})
	require.NoError(f.t, err)
}

// units returns what became of the units of an order.
func (f *fixture) units(id string) order.Units {
	f.t.Helper()
	rows, err := f.Store.Orders.Find(f.t.Context(), orders.OrderFilter{Account: account, Reference: id, Limit: 1})
	require.NoError(f.t, err)
	require.Len(f.t, rows, 1)
	return rows[0].Units
}

// file writes a file and returns its path.
func (f *fixture) file(name, text string) string {
	f.t.Helper()
	path := filepath.Join(f.t.TempDir(), name)
	require.NoError(f.t, os.WriteFile(path, []byte(text), 0o600))
	return path
}
