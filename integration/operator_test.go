package integration

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

// operator is a person at a command line in the folder where a towpath-dev runs. It keeps everything that was
// printed.
type operator struct {
	t    *testing.T
	dir  string
	seen strings.Builder
}

func (d *operator) run(args ...string) (stdout, stderr string, code int) {
	d.t.Helper()
	stdout, stderr, code = towpath(d.t, d.dir, args...)
	d.seen.WriteString(stdout + stderr)
	return stdout, stderr, code
}

// ask runs a command that must find nothing wrong, twice: with JSON output, decoded into v, and with a table.
func (d *operator) ask(v any, args ...string) (table string) {
	d.t.Helper()
	d.act(v, args...)
	table, stderr, code := d.run(args...)
	require.Zero(d.t, code, "%s%s", table, stderr)
	return table
}

// finds runs a command that must find something that needs a person, twice, as ask does.
func (d *operator) finds(v any, args ...string) (table string) {
	d.t.Helper()
	stdout, stderr, code := d.run(append(args, "-o", "json")...)
	require.Equal(d.t, 3, code, "%s%s", stdout, stderr)
	decode(d.t, stdout, v)
	table, stderr, code = d.run(args...)
	require.Equal(d.t, 3, code, "%s%s", table, stderr)
	return table
}

// act runs a command once, which must succeed, with JSON output.
func (d *operator) act(v any, args ...string) {
	d.t.Helper()
	stdout, stderr, code := d.run(append(args, "-o", "json")...)
	require.Zero(d.t, code, "%s%s", stdout, stderr)
	decode(d.t, stdout, v)
}

type orderList struct {
	Orders []orders.OrderRow `json:"orders"`
	After  int64             `json:"after"`
}

// list returns the orders in a state, the last saved first.
func (d *operator) list(state order.State) []orders.OrderRow {
	d.t.Helper()
	var l orderList
	d.act(&l, "orders", "--state", string(state), "--limit", "10")
	return l.Orders
}

func (d *operator) order(row orders.OrderRow) starter.OrderStatus {
	d.t.Helper()
	var st starter.OrderStatus
	d.act(&st, "order", row.Key.OrderID, "--account", row.Key.Account.ID)
	require.Equal(d.t, row.Key, st.Key)
	return st
}

var gap = regexp.MustCompile(`\s{2,}`)

// requireLinedUp checks that a table's columns line up with its head: between two columns every row has at least two
// blanks. What a wide table shows below the others is indented, and is left out.
func requireLinedUp(t *testing.T, table string) {
	t.Helper()
	lines := strings.Split(strings.TrimRight(strings.SplitN(table, "\n\n", 2)[0], "\n"), "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "    ") })
	require.Greater(t, len(lines), 1, table)
	for _, between := range gap.FindAllStringIndex(strings.TrimRight(lines[0], " "), -1) {
		blank := 0
		for at := between[0]; at < between[1] && blank < 2; at++ {
			blank++
			for _, line := range lines {
				if runes := []rune(line); at < len(runes) && runes[at] != ' ' {
					blank = 0
				}
			}
		}
		require.Equal(t, 2, blank, "column %d runs into the next:\n%s", between[0], table)
	}
}

// packed writes a package file with all units that are reserved for an order.
func (d *operator) packed(id string, st starter.OrderStatus) string {
	d.t.Helper()
	var contents []string
	for _, l := range st.Lines {
		if n := l.Units.Reserved; n > 0 {
			contents = append(contents, fmt.Sprintf(`{"lineId": %q, "quantity": %d}`, l.LineID, n))
		}
	}
	file := filepath.Join(d.dir, id+".json")
	require.NoError(d.t, os.WriteFile(file, fmt.Appendf(nil, `{"id": %q, "label": "L-%s", "carrier": "Royal Mail",
		"trackingNumber": "RM%s", "shippedAt": "2026-11-21T14:05:00Z", "contents": [%s]}`, id, id, id, strings.Join(contents, ",")), 0o600))
	return file
}

// quicker does something with an open order before the simulated warehouse packs it. The warehouse waits a while
// before it packs an order, so the last saved one is nearly always still open; if not, the next one is used.
func (d *operator) quicker(p *program, what string, do func(row orders.OrderRow, st starter.OrderStatus) (done bool)) (row orders.OrderRow) {
	d.t.Helper()
	p.eventually("an open order to "+what, func() bool {
		for _, row = range d.list(order.Open) {
			if st := d.order(row); st.State == order.Open && st.Units.Open() > 0 && do(row, st) {
				return true
			}
		}
		return false
	})
	return row
}
