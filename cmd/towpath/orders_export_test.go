package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
)

func TestOrdersAreExportedOnceAndWhatBecameOfThemIsReported(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	code, out, errs := b.run("orders", "export", "--for", "csv", "--out", b.outFile("none.csv"))
	require.Zero(t, code, errs)
	require.Contains(t, out, "There is nothing to export.")
	require.Contains(t, out, "Left out: 4 orders with units of listings that are not linked to a SKU.")
	b.pack()

	path := b.outFile("orders.csv")
	code, out, errs = b.run("orders", "export", "--for", "shipstation", "--limit", "3", "--out", path)
	require.Zero(t, code, errs)
	require.Contains(t, out, "Export 1: 3 orders with 9 units in ")
	require.Contains(t, out, "1 order more than the limit")
	require.NotContains(t, out+errs, buyerName, "only in the file")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), buyerName)

	code, out, errs = b.run("orders", "export", "--for", "csv")
	require.Zero(t, code, errs)
	require.Contains(t, out, "shopify-uk,")
	require.Contains(t, errs, "Export 2: 1 order")
	require.Contains(t, errs, "3 orders exported before and not packed yet")
	code, out, errs = b.run("order", "1001", "--account", "amazon-uk")
	require.Zero(t, code, errs)
	require.Contains(t, out, "export 1, ")
	code, out, _ = b.run("orders")
	require.Zero(t, code)
	require.Contains(t, out, "export 1, ")

	ctx := context.Background()
	rows, err := b.store.Orders.Find(ctx, orders.OrderFilter{Account: "amazon-uk", Reference: "1001"})
	require.NoError(t, err)
	require.NoError(t, b.store.Orders.SaveCancellation(ctx, rows[0].Key.RowID, orders.Cancellation{ID: "C"}))
	_, err = b.store.Orders.ApplyCancellation(ctx, rows[0].Key.RowID, "C")
	require.NoError(t, err)
	code, out, errs = b.run("orders", "export", "--for", "csv", "-o", "json", "--out", b.outFile("more.csv"))
	require.Equal(t, exitAttention, code)
	require.Contains(t, errs, "1 exported order cancelled or changed since")
	var r struct{ Stopped []packages.Stopped }
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	require.Equal(t, "cancelled", r.Stopped[0].What)
	code, out, errs = b.run("orders", "export", "--list")
	require.Zero(t, code, errs)
	require.Contains(t, out, "orders.csv")
	code, _, errs = b.run("orders", "export", "--for", "csv")
	require.Zero(t, code, "reported once: "+errs)
	for line := range strings.SplitSeq(out, "\n") {
		line, _, _ = strings.Cut(line, "  /tmp")
		require.LessOrEqual(t, len(line), 100, line)
	}
}

func (b *fixture) outFile(name string) string {
	return filepath.Join(filepath.Dir(b.settings.Accounts), name)
}

func TestAnExportThatIsWronglyAskedForSaysWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	for line, want := range map[string]string{
		"orders export":                            "--for shipstation or --for csv",
		"orders export --for pdf":                  "want one of [shipstation csv]",
		"orders export --for csv -o json":          "--out FILE",
		"orders export --for csv --limit 0":        "want 1 to 10000",
		"orders export --for csv --account nobody": "`towpath accounts` lists them",
		"orders export --again 9":                  "`towpath orders export --list` shows them",
	} {
		code, out, errs := b.run(strings.Fields(line)...)
		require.Equal(t, exitUsage, code, "%s: %s", line, errs)
		require.Contains(t, errs, want, line)
		require.Empty(t, out, line)
	}
}

func TestAnOrderWhoseBuyerCanNotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.fill()
	b.pack()
	rows, err := b.store.Orders.Find(context.Background(), orders.OrderFilter{Account: "amazon-uk", Reference: "1001"})
	require.NoError(t, err)
	require.NoError(t, b.store.WriteKeys(context.Background(), "spoil", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE buyer_keys SET wrapped = '!' WHERE order_id = $1`, rows[0].Key.RowID)
		return err
	}))
	code, out, errs := b.run("orders", "export", "--for", "csv", "--out", b.outFile("orders.csv"))
	require.Equal(t, exitAttention, code, errs)
	require.Contains(t, out, "Export 1: 3 orders")
	require.NotContains(t, out, "more than the limit")
	require.Contains(t, out, "Left out: the buyer can't be read")
	require.Regexp(t, `1001 +amazon-uk +.*changed by somebody else`, out)
	require.Contains(t, errs, "1 order left out: the buyer can't be read")
}
