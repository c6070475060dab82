package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) stockCommand() *cobra.Command {
	var filter ledger.StockFilter
	c := &cobra.Command{
		Use:   "stock [SKU]",
		Short: "Show stock: what is on hand, reserved, free and backordered, and what each account lists of it",
		Long: "Without a SKU: the totals of all SKUs, then one line per SKU, over all locations. Backordered units belong to\n" +
			"open orders without stock. With a SKU: every location, and how the level of each listing is calculated. A kit\n" +
			"has no stock of its own; its parts are shown, and which of them limits it.",
		Example: "  towpath stock\n  towpath stock --problems\n  towpath stock --search mug --limit 100\n  towpath stock MUG-RED",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkLimit(filter.Limit); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if len(args) == 1 {
					return p.showStock(cmd.Context(), pf, args[0])
				}
				return p.listStock(cmd.Context(), pf, filter)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&filter.Search, "search", "", "only SKUs with this in the SKU or the title")
	f.BoolVar(&filter.Problems, "problems", false, "only SKUs with backordered units, and linked ones of which nothing is free")
	f.IntVar(&filter.Limit, "limit", pageSize, "how many SKUs to list")
	f.StringVar(&filter.After, "after", "", "continue after this SKU, as shown at the end of a list")
	c.AddCommand(p.stockAdjustCommand(), p.stockCountCommand(), p.stockReceiveCommand(), p.stockMoveCommand(), p.stockLedgerCommand(), p.stockImportCommand())
	return c
}

func (p *Program) listStock(ctx context.Context, pf *platform.Platform, filter ledger.StockFilter) error {
	totals, err := pf.Store.Ledger.StockTotals(ctx, filter)
	if err != nil {
		return err
	}
	rows, err := pf.Store.Ledger.StockList(ctx, filter)
	if err != nil {
		return err
	}
	shown := struct {
		Totals ledger.StockTotals `json:"totals"`
		SKUs   []ledger.StockSum  `json:"skus"`
		After  string             `json:"after,omitempty"` // for the next page; empty = there is none
	}{Totals: totals, SKUs: filled(rows)}
	if len(rows) == filter.Limit {
		shown.After = rows[len(rows)-1].SKU
	}
	return p.print(shown, func(pg *page) {
		pg.line("%d SKUs: %d on hand, %d reserved, %d free, %d backordered. %d with a problem.",
			totals.SKUs, totals.OnHand, totals.Reserved, totals.Free, totals.Backordered, totals.Problems)
		if len(rows) == 0 {
			pg.sentence("", wording.NoStock.Text(filter != (ledger.StockFilter{Limit: filter.Limit})))
			return
		}
		cells := make([][]cell, len(rows))
		for i, r := range rows {
			kind := ""
			if r.Kit {
				kind = "kit"
			}
			cells[i] = []cell{
				word(r.SKU), word(cut(r.Title, 30)).prose(), word(kind), number(r.OnHand), number(r.Reserved), counted(r.Free, plain),
				counted(r.Backordered, red), number(r.Locations), number(r.Links),
			}
		}
		pg.line("")
		pg.table([]string{"SKU", "TITLE", "", "ON HAND", "RESERVED", "FREE", "BACKORDERED", "PLACES", "LINKS"}, cells)
		if shown.After != "" {
			pg.line("\nMore: the same command with --after %s", shellWord(shown.After))
		}
	})
}

func (p *Program) showStock(ctx context.Context, pf *platform.Platform, sku string) error {
	d, err := pf.Starter.StockOf(ctx, sku)
	if err != nil {
		return err
	}
	return p.print(d, func(pg *page) {
		pg.title(strings.TrimSpace(d.SKU + "  " + d.Title))
		if len(d.Parts) > 0 {
			pg.line("A kit of %s. It has no stock of its own; its parts have:", partWords(d.Parts))
		}
		for _, in := range d.In {
			pg.line("Part of kit %s, which has %d of it.", in.SKU, in.Quantity)
		}
		levels := make([][]cell, len(d.Levels))
		for i, l := range d.Levels {
			levels[i] = []cell{word(l.Location), word(l.SKU), number(l.OnHand), number(l.Reserved), number(l.Free()), counted(l.Backordered, red)}
		}
		if len(levels) == 0 {
			pg.sentence("", wording.NeverCounted)
		} else {
			pg.table([]string{"LOCATION", "SKU", "ON HAND", "RESERVED", "FREE", "BACKORDERED"}, levels)
		}
		printLists(pg, d)
		if len(d.Levels) > 0 && len(d.Parts) == 0 {
			pg.line("\nEvery movement: `towpath stock ledger %s`.", shellWord(d.SKU))
		}
	})
}

func partWords(parts []products.KitPart) string {
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = fmt.Sprintf("%d x %s", p.Quantity, p.SKU)
	}
	return strings.Join(words, ", ")
}

// printLists prints what each account lists, and how its level is calculated.
func printLists(pg *page, d ledger.StockDetail) {
	if len(d.Lists) == 0 {
		pg.line("")
		pg.sentence("", wording.NotLinked)
		return
	}
	pg.section("Listed")
	rows := make([][]cell, len(d.Lists))
	for i, l := range d.Lists {
		limit := "-"
		if l.Cap < stockNoCap {
			limit = fmt.Sprint(l.Cap)
		}
		rows[i] = []cell{
			word(l.Account), word(l.ChannelSKU), number(l.Raw), number(l.Buffer), counted(l.Held, yellow), amount(limit), number(l.Listed),
			amount(sent(l)), pg.listedState(l),
		}
	}
	pg.table([]string{"ACCOUNT", "LISTED AS", "OFFERED", "BUFFER", "HELD", "CAP", "LISTED", "SENT", ""}, rows)
	said := make(map[string]bool) // listings of one account offer the same
	for _, l := range d.Lists {
		var offers []string
		for _, o := range l.Offers {
			text := fmt.Sprintf("%s %d", o.Location, o.Units)
			if o.Limit != "" {
				text += " (" + o.Limit + " decides)"
			}
			offers = append(offers, text)
		}
		if (len(d.Parts) > 0 || len(offers) > 1) && !said[l.Account] {
			said[l.Account] = true
			pg.line("%s offers: %s", l.Account, strings.Join(offers, ", "))
		}
	}
}

func sent(l ledger.StockListed) string {
	if l.SentAt.IsZero() {
		return "-"
	}
	return fmt.Sprint(l.Sent)
}

// listedState returns the state of the level, and since when.
func (pg *page) listedState(l ledger.StockListed) cell {
	state := starter.ListedWords(l).State()
	if state.Tone == wording.Good {
		state.Text += " " + pg.moment(l.Account, l.SentAt)
	}
	return said(state)
}
