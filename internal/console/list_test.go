package console

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

// sell saves this many orders of amazon-uk, the first the oldest.
func (b *fixture) sell(n int) {
	b.t.Helper()
	b.product("lamp", "Lamp", n)
	var sales []order.Snapshot
	for i := range n {
		sales = append(sales, sale(fmt.Sprintf("203-%03d", i), time.Now(), "lamp"))
	}
	b.save("amazon-uk", "run-1", sales...)
}

// rowsOf returns the heads of a list's rows.
func rowsOf(body string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`<th scope="row">(?:<input [^>]*> )?(?:<a [^>]*>)?([^<]*)<`).FindAllStringSubmatch(body, -1) {
		all = append(all, m[1])
	}
	return all
}

// The address has the number of rows that "View more" has added: a reload and an update show the same rows.
func TestTheAddressSaysHowManyRowsAreShown(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(60)
	require.Len(t, rowsOf(b.page("/orders")), 25)
	fifty := b.page("/orders?rows=50")
	require.Equal(t, append(rowsOf(b.page("/orders")), rowsOf(b.page(href(b.page("/orders"), "View more")))...), rowsOf(fifty))
	require.Len(t, rowsOf(b.page(href(fifty, "View more"))), 10, "it goes on behind the last row that is shown")
	require.Empty(t, href(b.page("/orders?rows=75"), "View more"))
	require.NotContains(t, href(fifty, "open <b>60</b>"), "rows=", "another filter begins with the first rows")
	for _, rows := range []string{"0", "-25", "26", "275", "x", "25 "} {
		code, _ := b.get("/orders?rows=" + strings.ReplaceAll(rows, " ", "+"))
		require.Equal(t, http.StatusBadRequest, code, rows)
	}
}

func TestAListIsCountedFilteredAndSorted(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(30)
	body := b.page("/orders?account=amazon-uk&sort=oldest-first")
	require.Equal(t, "203-000", rowsOf(body)[0])
	require.Equal(t, "203-029", rowsOf(b.page("/orders?account=amazon-uk"))[0])
	for _, want := range []string{">all <b>30</b></a>", ">open <b>30</b></a>", `<option value="oldest-first" selected>oldest first</option>`} {
		require.Contains(t, body, want)
	}
	require.NotContains(t, body, ">shipped <b>", "what counts nothing is left out")
	open := b.page("/orders?state=open&sort=oldest-first")
	require.Contains(t, open, `<input type="hidden" name="state" value="open">`, "the form keeps the tab")
	require.Contains(t, open, `aria-current="true">open`)
	require.Equal(t, "203-025", rowsOf(b.page(href(open, "View more")))[0])
	require.Contains(t, b.page("/orders?state=shipped"), ">shipped <b>0</b></a>", "the chosen one stays")
	code, body := b.get("/orders?sort=total")
	require.Equal(t, http.StatusBadRequest, code)
	require.Contains(t, body, "is not one of newest-first, oldest-first")
}

var (
	headers = regexp.MustCompile(`<th scope="col"[^>]*>(?:<a [^>]*>)?([^<]*)</(?:th|a)>`)
	cells   = regexp.MustCompile(`<t([hd]) (?:data-label="([^"]*)"|scope="row")`)
)

// requireStacks checks a list's cells: on a phone each cell shows its column's name.
func requireStacks(t *testing.T, path, body string) {
	t.Helper()
	_, table, found := strings.Cut(body, `class="scroll list"`)
	require.True(t, found, "%s has no list", path)
	table, _, _ = strings.Cut(table, "</table>")
	head, rows, _ := strings.Cut(table, "</thead>")
	var names []string
	for _, m := range headers.FindAllStringSubmatch(head, -1) {
		names = append(names, m[1])
	}
	row, _, _ := strings.Cut(rows, "</tr>")
	var labels []string
	for _, m := range cells.FindAllStringSubmatch(row, -1) {
		if m[1] == "h" {
			m[2] = names[0]
		}
		labels = append(labels, m[2])
	}
	require.Equal(t, names, labels, path)
}

func TestRowsSayTheirColumnsNames(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(1)
	require.NoError(t, b.store.Runs.SaveFaults(b.ctx, "ebay-uk", []*channel.Fault{channel.NewFault(channel.Network, "setLevels", "reset")}))
	for _, path := range []string{"/orders", "/runs", "/runs/run-1", "/stock", "/errors"} {
		requireStacks(t, path, b.page(path))
	}
}
