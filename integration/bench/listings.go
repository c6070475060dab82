package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"go.temporal.io/api/workflowservice/v1"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/simulator/giftshop"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/table"
	"github.com/towpath/towpath/starter"
)

const (
	// publishedGoods is how many products with one variant are published on each channel.
	publishedGoods = 10_000
	// listingsSpeed is the speed of the marketplaces' clock, and so of every budget: ten thousand products take
	// Shopify's points 40 minutes.
	listingsSpeed = 8
)

// listings publishes products on each channel in turn, and prints the time and calls that it took.
func listings(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := openShop(ctx, dir, setup{speed: listingsSpeed, workers: 1, listed: plenty})
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.enterGoods(ctx); err != nil {
		return err
	}
	t := table.NewWriter(out, true)
	fmt.Fprintf(t, "\n%d GOODS PUBLISHED (%dx)\tSECONDS\tITEMS/S\tCALLS\tREFUSED\tOF THE CHANNEL'S\tACTIONS\tPER 1,000\tRUNS\tMOST EVENTS\t\n", publishedGoods, listingsSpeed)
	for _, a := range s.accounts {
		if err := s.publishTo(ctx, t, a); err != nil {
			return fmt.Errorf("publish to %s: %w", a.ID, err)
		}
	}
	return t.Flush()
}

// enterGoods enters the catalogue, the stock and each account's types.
func (s *shop) enterGoods(ctx context.Context) error {
	var goods []catalogue.Product
	var opening []stock.Change
	for i := range publishedGoods {
		sku := fmt.Sprintf("GIFT-%05d", i)
		goods = append(goods, catalogue.Product{
			Key: "gift-" + sku, Title: fmt.Sprintf("Gift number %d", i), Description: "From our own range of gifts.", Brand: "Lockside", Category: "Gifts",
			Images: []string{"https://images.example/" + sku + ".jpg"}, Attributes: map[string][]string{"Material": {"Cotton"}, "Country of Origin": {"GB"}},
			Variants: []catalogue.Variant{{SKU: sku, Barcode: giftshop.Barcode(fmt.Sprintf("%05d", i), 0), Prices: []catalogue.Price{{Currency: "GBP", Amount: 495}}}},
		})
		opening = append(opening, stock.Change{Key: "opening/" + sku, SKU: sku, Location: location, Kind: stock.Opening, Quantity: 10})
	}
	for from := 0; from < len(goods); from += products.MaxEntries {
		to := min(from+products.MaxEntries, len(goods))
		results, err := s.store.Products.SaveCatalogue(ctx, goods[from:to])
		if err != nil {
			return err
		}
		for _, r := range results {
			if r.Mistake != nil {
				return r.Mistake
			}
		}
		if _, err := s.store.Ledger.ApplyStock(ctx, opening[from:to]); err != nil {
			return err
		}
	}
	for _, a := range s.accounts {
		t := giftshop.Types[a.Channel]
		t.Category = "Gifts"
		if _, err := s.store.Products.SetType(ctx, a.ID, t); err != nil {
			return err
		}
	}
	return nil
}

// publishTo publishes all products on one account and prints its row. It returns an error if the work is incomplete,
// because the row would mislead.
func (s *shop) publishTo(ctx context.Context, out io.Writer, a message.Account) error {
	before, err := s.temporal.used()
	if err != nil {
		return err
	}
	began := time.Now()
	run, err := s.starter.Publish(ctx, starter.PublishRequest{
		Account: a.ID, Endpoint: channel.Production, Selection: listing.Selection{Categories: []string{"Gifts"}}, By: "bench",
	})
	if err != nil {
		return err
	}
	if run, err = s.starter.PublicationDone(ctx, run.ID, func(message.Status) {}); err != nil {
		return err
	}
	took := time.Since(began)
	count, err := s.temporal.usedSince(before)
	if err != nil {
		return err
	}
	if n := run.Counts; n.Invalid+n.Refused+n.Skipped > 0 || n.Done < publishedGoods {
		return fmt.Errorf("%d items are done, %d invalid, %d refused, %d skipped", n.Done, n.Invalid, n.Refused, n.Skipped)
	}
	runs, events, err := s.histories(ctx, message.PublicationWorkflowID(a.ID, channel.Production))
	if err != nil {
		return err
	}
	calls := s.callLogs[a.ID].of("/")
	refused := 0
	for _, c := range calls {
		if c.status == 429 {
			refused++
		}
	}
	_, err = fmt.Fprintf(out, "%s\t%.0f\t%.0f\t%d\t%d\t%s\t%d\t%.1f\t%d\t%d\t\n", a.ID, took.Seconds(), float64(publishedGoods)/took.Seconds(), len(calls), refused,
		s.share(a), count.Actions, 1000*float64(count.Actions)/publishedGoods, runs, events)
	return err
}

// share returns which share of what the channel allows the publication used: of eBay's calls a day, of Shopify's
// points. Amazon's feed is one call, which has no rate.
func (s *shop) share(a message.Account) string {
	t := s.callLogs[a.ID]
	switch a.Channel {
	case channel.EBay:
		calls := t.of("/sell/inventory")
		allowed, _ := channel.AllowanceOf(a.Channel, channel.OpPublish)
		return percent(float64(len(calls)), span(calls).Seconds(), allowed.Calls[0].PerSecond)
	case channel.Shopify:
		calls := t.of("POST", "/graphql.json")
		allowed, _ := channel.AllowanceOf(a.Channel, channel.OpPublish)
		points := 0.0
		for _, c := range calls {
			points += c.points
		}
		return percent(points, span(calls).Seconds(), allowed.Calls[0].PerSecond)
	case channel.Amazon:
	}
	return "-"
}

func percent(used, seconds, perSecond float64) string {
	if seconds == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f%%", 100*used/seconds/(perSecond*listingsSpeed))
}

// histories returns how many runs a workflow had, each a continuation of the one before, and the number of events of
// the longest.
func (s *shop) histories(ctx context.Context, id string) (runs int, most int64, err error) {
	list, err := s.starter.Temporal.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Namespace: s.temporal.Namespace, Query: fmt.Sprintf("WorkflowId = %q", id),
	})
	if err != nil {
		return 0, 0, fmt.Errorf("list the runs of %s: %w", id, err)
	}
	for _, e := range list.GetExecutions() {
		d, err := s.starter.Temporal.DescribeWorkflowExecution(ctx, id, e.GetExecution().GetRunId())
		if err != nil {
			return 0, 0, fmt.Errorf("describe %s: %w", id, err)
		}
		runs, most = runs+1, max(most, d.GetWorkflowExecutionInfo().GetHistoryLength())
	}
	return runs, most, nil
}
