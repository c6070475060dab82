package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/bulk"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/table"
)

// hot is something that is done all the time, or that people wait for.
type hot struct {
	what string
	do   func(ctx context.Context, s *shop, n int) error
}

// pageOrders is how many new orders a page has that is saved.
const pageOrders = 50

// levelsAtOnce is how many dirty levels are read at once, which is what a push does.
const levelsAtOnce = 250

// hotWork is what is measured among many stored orders. n is how often it was done before.
var hotWork = []hot{
	{fmt.Sprintf("save a page of %d new orders", pageOrders), savePage},
	{"list the newest orders", finding(orders.OrderFilter{Limit: 25})},
	{"list open orders of an account", finding(orders.OrderFilter{State: order.Open, Account: "ebay-uk", Limit: 25})},
	{"find an order by its reference", finding(orders.OrderFilter{Reference: "#777", Limit: 25})},
	{fmt.Sprintf("read %d dirty levels", levelsAtOnce), func(ctx context.Context, s *shop, _ int) error {
		list, err := s.store.Levels.DirtyLevels(ctx, "ebay-uk", levelsAtOnce)
		if err == nil && len(list) == 0 {
			return fmt.Errorf("no level is dirty")
		}
		return err
	}},
	{"find accounts with dirty levels", func(ctx context.Context, s *shop, _ int) error {
		_, err := s.store.Levels.DirtyAccounts(ctx, time.Now())
		return err
	}},
	{"counts of all accounts", func(ctx context.Context, s *shop, _ int) error {
		_, err := s.store.Summaries(ctx)
		return err
	}},
	{"a sweep", func(ctx context.Context, s *shop, _ int) error { return s.sweep(ctx) }},
}

func finding(filter orders.OrderFilter) func(context.Context, *shop, int) error {
	return func(ctx context.Context, s *shop, _ int) error {
		_, err := s.store.Orders.Find(ctx, filter)
		return err
	}
}

// savePage saves a page of new orders of two lines, whose ids no other order has, as on the channels.
func savePage(ctx context.Context, s *shop, n int) error {
	now := time.Now().UTC()
	page := orders.Page{Account: "ebay-uk", RunID: fmt.Sprintf("page-%d", n), SeenAt: now}
	for i := range pageOrders {
		id := fmt.Sprintf("new-%d-%d", n, i)
		o := order.Snapshot{ID: id, Reference: id, PlacedAt: now, UpdatedAt: now, Paid: true, Fulfilment: order.FulfilmentUnshipped, Currency: "GBP", Total: 1990}
		for l := range 2 {
			sku := fmt.Sprintf("SKU-%d", (n*pageOrders+i*2+l)%bulk.SKUs)
			o.Lines = append(o.Lines, order.SnapshotLine{ID: fmt.Sprintf("%s-%d", id, l), SKU: sku, Title: "A thing", Quantity: 1, UnitPrice: 995, Total: 995})
		}
		page.Orders = append(page.Orders, o)
	}
	saved, err := s.store.Orders.SavePage(ctx, page)
	if err != nil {
		return err
	}
	if saved.Counts.Saved != pageOrders {
		return fmt.Errorf("%d of %d orders were saved", saved.Counts.Saved, pageOrders)
	}
	return s.store.Orders.MarkDelivered(ctx, saved.Outbox)
}

// storedRow are the milliseconds of each of the hot work among so many orders.
type storedRow struct {
	stored int
	took   [][]float64
	size   int64 // of the store's file
}

// growthStored fills a store with ever more orders, and measures what is done all the time.
func growthStored(ctx context.Context, a growthAsked, out io.Writer) error {
	var all []storedRow
	for _, n := range a.stored {
		row, err := storedOnce(ctx, n)
		if err != nil {
			return fmt.Errorf("with %d stored orders: %w", n, err)
		}
		all = append(all, row)
		fmt.Fprintf(os.Stderr, "%d stored orders are measured\n", n)
	}
	return printGrowthStored(out, all)
}

// storedOnce measures among n orders. Their lifecycles do not run, and the sweep is told that they do: it finds nothing to repair.
func storedOnce(ctx context.Context, n int) (row storedRow, err error) {
	dir, err := os.MkdirTemp("", "towpath-growth-")
	if err != nil {
		return row, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	as := unbound()
	for i := range bulk.SKUs {
		as.skus = append(as.skus, fmt.Sprintf("SKU-%d", i))
	}
	s, err := openShop(ctx, dir, as)
	if err != nil {
		return row, err
	}
	defer s.close()
	if err := bulk.Fill(ctx, s.store, n); err != nil {
		return row, err
	}
	if err := s.pretend(ctx); err != nil {
		return row, err
	}
	row.stored = n
	for _, h := range hotWork {
		var list []float64
		for i := range growthTimes {
			took, err := timed(func() error { return h.do(ctx, s, i) })
			if err != nil {
				return row, fmt.Errorf("%s: %w", h.what, err)
			}
			list = append(list, took)
		}
		row.took = append(row.took, list)
	}
	info, err := os.Stat(filepath.Join(dir, "store.db"))
	if err != nil {
		return row, err
	}
	row.size = info.Size()
	return row, nil
}

// pretend has the sweep take the lifecycles of all open orders, and of those that will be saved, for running.
func (s *shop) pretend(ctx context.Context) error {
	const batch = 1000
	running := make(map[string]bool)
	for i := range growthTimes {
		for j := range pageOrders {
			running[message.OrderWorkflowID("ebay-uk", fmt.Sprintf("new-%d-%d", i, j))] = true
		}
	}
	for after := int64(0); ; {
		open, err := s.store.Orders.OpenOrders(ctx, after, batch)
		if err != nil {
			return err
		}
		for _, o := range open {
			after = o.Key.RowID
			running[message.OrderWorkflowID(o.Key.Account.ID, o.Key.OrderID)] = true
		}
		if len(open) < batch {
			s.hold.running = running
			return nil
		}
	}
}

func printGrowthStored(out io.Writer, all []storedRow) error {
	title := []string{}
	for _, r := range all {
		title = append(title, fmt.Sprintf("%d ORDERS, MS", r.stored), "MOST")
	}
	rows := [][]table.Cell{idleRow("AMONG STORED ORDERS", title...)}
	for i, h := range hotWork {
		var row []string
		for _, r := range all {
			row = append(row, two(median(r.took[i])), two(slices.Max(r.took[i])))
		}
		rows = append(rows, idleRow(h.what, row...))
	}
	var sizes []string
	for _, r := range all {
		sizes = append(sizes, fmt.Sprintf("%.0f MB", float64(r.size)/1e6), "")
	}
	rows = append(rows, idleRow("the store's file", sizes...))
	fmt.Fprintf(out, "\nStored orders, of which a hundredth is open; medians of %d\n\n", growthTimes)
	if err := table.Write(out, rows); err != nil {
		return err
	}
	fmt.Fprintln(out)
	first, last := all[0], all[len(all)-1]
	for i, h := range hotWork {
		what := strings.ToUpper(h.what[:1]) + h.what[1:]
		fmt.Fprint(out, grown(what, float64(first.stored), float64(last.stored), median(first.took[i]), median(last.took[i])))
	}
	return nil
}
