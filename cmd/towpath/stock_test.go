package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

func (b *fixture) onHand(sku string) int {
	b.t.Helper()
	rows, err := b.store.Ledger.Stock(context.Background(), sku, "", 0)
	require.NoError(b.t, err)
	sum := 0
	for _, r := range rows {
		sum += r.OnHand
	}
	return sum
}

func TestStockIsChangedByHandOnceAndSaysWhatItCosts(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.offer()
	code, out, errs := b.run("stock", "adjust", "lamp", "--by", "-1", "--reason", "broken", "--key", "k1", "--by-whom", "ann")
	require.Equal(t, exitAttention, code, errs)
	require.Contains(t, out, "lamp at main: 2 on hand, was 3; 0 free.")
	require.Contains(t, out, "Backordered now")
	require.Contains(t, out, "Key: k1")
	require.Contains(t, errs, "1 unit is backordered now, on 1 order line")
	code, out, _ = b.run("stock", "adjust", "lamp", "--by", "-1", "--reason", "broken", "--key", "k1")
	require.Zero(t, code)
	require.Contains(t, out, "Already done")
	require.Equal(t, 2, b.onHand("lamp"))
	code, _, errs = b.run("stock", "adjust", "lamp", "--by", "-2", "--reason", "broken", "--key", "k1")
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, `it was used for something else: adjust of lamp at main, -1`)
	code, out, errs = b.run("stock", "receive", "lamp", "--quantity", "9", "--key", "k1")
	require.Zero(t, code, errs)
	require.Contains(t, out, "11 on hand, was 2; 3 free", "keys of other operations are apart")
	code, out, errs = b.run("stock", "count", "lamp", "--quantity", "10", "--reason", "spring")
	require.Zero(t, code, errs)
	require.Contains(t, out, "10 on hand, was 11; 2 free")

	code, out, _ = b.run("stock", "ledger", "lamp", "--limit", "4")
	require.Zero(t, code)
	require.Contains(t, out, "count")
	require.Contains(t, out, "spring")
	require.Contains(t, out, "--after")
	code, out, _ = b.run("stock", "lamp")
	require.Zero(t, code)
	require.Contains(t, out, "to be sent")
	code, out, _ = b.run("stock", "--search", "LAM", "-o", "json")
	require.Zero(t, code)
	require.Contains(t, out, `"onHand": 10`)
}

func TestStockThatIsWronglyAskedForSaysWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.offer()
	_, err := b.store.Products.SaveKits(context.Background(), []catalogue.Kit{{SKU: "pair", Parts: []catalogue.Part{{SKU: "lamp", Quantity: 2}}}})
	require.NoError(t, err)
	for line, want := range map[string]string{
		"stock nolamp":                                                                       "not in the catalogue",
		"stock adjust nolamp --by 1 --reason x":                                              "not in the catalogue",
		"stock adjust lamp --by 1":                                                           "--reason",
		"stock adjust lamp --by 0 --reason x":                                                "the difference is 0",
		"stock adjust lamp --by -9 --reason x":                                               "lamp at main has 3 on hand, 9 can't be removed",
		"stock adjust lamp --by one --reason x":                                              "whole number",
		"stock count lamp --quantity -1 --reason x":                                          "0 or more",
		"stock count lamp --quantity 1 --reason x --as-of 2999-01-01":                        "in the future",
		"stock count lamp --quantity 1 --reason x --as-of yesterday":                         "want a time",
		"stock receive lamp --quantity 0":                                                    "1 or more",
		"stock receive lamp --quantity 1 --location nowhere":                                 "there are main",
		"stock receive pair --quantity 1":                                                    "pair is a kit of 2 x lamp: a kit has no stock of its own",
		"stock move lamp --from main --to main --quantity 1":                                 "both locations are main",
		"stock move lamp --from main --to depot --quantity 1":                                "there are main",
		"stock --limit 0":                                                                    "want 1 to",
		"stock import " + b.file("none.csv", ""):                                             "empty",
		"stock import " + b.file("what.csv", "a,b\n1,2\n"):                                   "what.csv",
		"stock import " + b.file("unsaid.csv", "SKU,Quantity\nlamp,4\n"):                     "--means available",
		"stock import " + b.file("there.csv", "SKU,Location,On hand\nlamp,Shelf 9,4\n"):      `--location 'Shelf 9=main'`,
		"stock import " + b.file("avail.csv", "SKU,Available\nlamp,4\n"):                     "--as-of",
		"stock import " + b.file("bad.csv", "SKU,On hand\nlampe,4\nOAR,1\npair,1\n"):         "2 mistakes: nothing was changed",
		"stock import " + b.file("both.csv", "SKU,On hand\nlamp,4\n") + " --means available": "contradicts that",
	} {
		code, out, errs := b.run(strings.Fields(line)...)
		require.Equal(t, exitUsage, code, "%s: %s%s", line, out, errs)
		require.Contains(t, errs, want, line)
	}
	require.Equal(t, 3, b.onHand("lamp"))
	require.Zero(t, b.onHand("OAR"))
}

func TestAStockFileGoesInOnce(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.offer()
	path := b.file("stock.csv", "SKU,Location,On hand\nlamp,Default,12\nOAR,Default,5\nOAR,FBA,7\ngone,Default,1\n")
	place := []string{"--location", "Default=main"}
	importing := func(flags ...string) (int, starter.StockImported) {
		code, out, errs := b.run(append(append([]string{"stock", "import", path, "-o", "json"}, place...), flags...)...)
		var got starter.StockImported
		require.NoError(t, json.Unmarshal([]byte(out), &got), errs)
		return code, got
	}
	code, got := importing()
	require.Equal(t, exitUsage, code)
	require.Equal(t, "line 5, column SKU: gone is not in the catalogue; want a SKU of `towpath catalog list`", got.Mistakes[0].Error())
	require.Equal(t, 1, got.Skipped, "what lies at the channel's own warehouse")
	require.Zero(t, b.onHand("OAR"))
	code, got = importing("--skip-bad", "--dry-run")
	require.Equal(t, exitAttention, code)
	require.Equal(t, []starter.StockLine{{Line: 2, SKU: "lamp", Location: "main", Stated: 12, Was: 3, Now: 12}, {Line: 3, SKU: "OAR", Location: "main", Stated: 5, Now: 5}}, got.Changes)
	require.Zero(t, b.onHand("OAR"))
	code, got = importing("--skip-bad", "--by-whom", "ann")
	require.Equal(t, exitAttention, code)
	require.Equal(t, 2, got.Changed)
	require.Equal(t, 12, b.onHand("lamp"))

	code, _, errs := b.run("stock", "receive", "lamp", "--quantity", "4")
	require.Zero(t, code, errs)
	code, got = importing("--skip-bad")
	require.Zero(t, code)
	require.NotNil(t, got.Before)
	require.Equal(t, 16, b.onHand("lamp"), "what came in since is not set back")
	code, out, _ := b.run("stock", "import", path)
	require.Zero(t, code)
	require.Contains(t, out, "was imported on")
}

// A channel's file has the available units: the units of orders that were open then are on the shelf in addition.
func TestAvailableStockDoesNotTakeOpenOrdersOffTwice(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.offer()
	exported := time.Now()
	path := b.file("shop.csv", "SKU,Available\nlamp,4\nOAR,2\n")
	asOf := []string{"stock", "import", path, "--as-of", exported.UTC().Format(time.RFC3339Nano)}
	code, _, errs := b.run(asOf...)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "First `towpath sync orders --account amazon-uk --wait`", "an open order that comes later would be deducted twice")
	for _, account := range []string{"amazon-uk", "shopify-uk"} {
		late := b.order(account + "-late")
		late.PlacedAt, late.UpdatedAt, late.Lines = exported.Add(time.Hour), exported.Add(time.Hour), late.Lines[:1]
		_, err := b.store.Orders.SavePage(context.Background(), orders.Page{Account: account, SeenAt: epoch, Last: true, NewWatermark: exported.Add(2 * time.Hour), Orders: []order.Snapshot{late}})
		require.NoError(t, err)
	}
	code, out, errs := b.run(asOf...)
	require.Equal(t, exitAttention, code, errs)
	require.Contains(t, errs, "4 units are of open orders not linked")
	require.Contains(t, out, "Quantities are available, as of")
	rows, err := b.store.Ledger.Stock(context.Background(), "lamp", "", 0)
	require.NoError(t, err)
	require.Equal(t, [3]int{12, 12, 0}, [3]int{rows[0].OnHand, rows[0].Reserved, rows[0].Backordered}, "4 + 8 open then; 4 sold since")
}
