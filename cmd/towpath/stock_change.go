package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// stockNoCap is the cap of accounts without a limit.
const stockNoCap = stock.NoCap

// stockAsk has the flags of commands that change stock.
type stockAsk struct {
	starter.StockAsk
	asOf string
}

func (a *stockAsk) flags(c *cobra.Command, reason string) {
	f := c.Flags()
	f.StringVar(&a.Reason, "reason", "", reason)
	f.StringVar(&a.By, "by-whom", os.Getenv("USER"), "your name, for the record")
	f.StringVar(&a.Key, "key", "", "the same key does it once, however often the command is repeated")
}

func (a *stockAsk) location(c *cobra.Command) {
	c.Flags().StringVar(&a.Location, "location", "", "where; may be left out when there is one location")
}

func (p *Program) stockAdjustCommand() *cobra.Command {
	var ask stockAsk
	var by string
	c := &cobra.Command{
		Use:   "adjust SKU --by N --reason TEXT",
		Short: "Correct what is on hand by a difference",
		Long: "Adds units to on hand, or removes them. Removing more than is free makes units of the newest orders backordered;\n" +
			"they are listed, and the command exits 3.",
		Example: "  towpath stock adjust MUG-RED --location main --by -3 --reason 'broken in transit'\n" +
			"  towpath stock adjust MUG-RED --by 2 --reason found --key found-17",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := strconv.Atoi(by)
			if err != nil {
				return usagef("--by %q: want a whole number such as -3 or 5", by)
			}
			if ask.Reason == "" {
				return usagef("give the reason: --reason TEXT")
			}
			ask.SKU, ask.Quantity = args[0], n
			return p.changeStock(cmd.Context(), ask, (*starter.Starter).AdjustStock)
		},
	}
	c.Flags().StringVar(&by, "by", "", "the difference: -3 removes three")
	_ = c.MarkFlagRequired("by")
	ask.location(c)
	ask.flags(c, "why, for the ledger")
	return c
}

func (p *Program) stockCountCommand() *cobra.Command {
	var ask stockAsk
	c := &cobra.Command{
		Use:   "count SKU --quantity N --reason TEXT",
		Short: "Set on hand to the counted units",
		Long: "Sets on hand to the counted units. Count the whole shelf, including reserved units. If there are fewer than\n" +
			"reserved, units of the newest orders become backordered; they are listed, and the command exits 3. With --as-of,\n" +
			"later packages and receipts are kept.",
		Example: "  towpath stock count MUG-RED --location main --quantity 40 --reason 'spring count'\n" +
			"  towpath stock count MUG-RED --quantity 40 --reason count --as-of 2026-11-28T08:00Z",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if ask.AsOf, err = readMoment("--as-of", ask.asOf); err != nil {
				return err
			}
			if ask.Reason == "" {
				return usagef("give the reason: --reason TEXT")
			}
			ask.SKU = args[0]
			return p.changeStock(cmd.Context(), ask, (*starter.Starter).CountStock)
		},
	}
	c.Flags().IntVar(&ask.Quantity, "quantity", 0, "how many units lie there")
	c.Flags().StringVar(&ask.asOf, "as-of", "", "when they were counted; without it: now")
	_ = c.MarkFlagRequired("quantity")
	ask.location(c)
	ask.flags(c, "why, for the ledger")
	return c
}

func (p *Program) stockReceiveCommand() *cobra.Command {
	var ask stockAsk
	c := &cobra.Command{
		Use:   "receive SKU --quantity N",
		Short: "Add received units to on hand",
		Long:  "Adds received units. Waiting orders get them first, the oldest first.",
		Example: "  towpath stock receive MUG-RED --location main --quantity 48 --reason 'delivery 8812'\n" +
			"  towpath stock receive MUG-RED --quantity 48 --key delivery-8812",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.SKU = args[0]
			return p.changeStock(cmd.Context(), ask, (*starter.Starter).ReceiveStock)
		},
	}
	c.Flags().IntVar(&ask.Quantity, "quantity", 0, "how many units came in")
	_ = c.MarkFlagRequired("quantity")
	ask.location(c)
	ask.flags(c, "where from, for the ledger: such as a delivery's number")
	return c
}

func (p *Program) stockMoveCommand() *cobra.Command {
	var ask stockAsk
	c := &cobra.Command{
		Use:     "move SKU --from A --to B --quantity N",
		Short:   "Move units from one location to another",
		Long:    "Moves free units. Reserved units stay at the location where their orders are packed.",
		Example: "  towpath stock move MUG-RED --from main --to depot --quantity 12",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.SKU = args[0]
			return p.changeStock(cmd.Context(), ask, (*starter.Starter).MoveStock)
		},
	}
	f := c.Flags()
	f.StringVar(&ask.Location, "from", "", "where the units are")
	f.StringVar(&ask.To, "to", "", "where they go")
	f.IntVar(&ask.Quantity, "quantity", 0, "how many")
	_ = c.MarkFlagRequired("from")
	_ = c.MarkFlagRequired("to")
	_ = c.MarkFlagRequired("quantity")
	ask.flags(c, "why, for the ledger")
	return c
}

// changeStock makes a change and prints its result. A committed change is always reported as done.
func (p *Program) changeStock(ctx context.Context, ask stockAsk, do func(*starter.Starter, context.Context, starter.StockAsk) (starter.StockOutcome, error)) error {
	given := ask.Key
	if given == "" {
		ask.Key = uuid.NewString()
	}
	return p.with(ctx, func(pf *platform.Platform) error {
		out, err := do(pf.Starter, ctx, ask.StockAsk)
		if err != nil {
			return keyed(err, given, ask.Key)
		}
		if err := p.print(out, func(pg *page) { printStockChange(pg, out) }); err != nil {
			return err
		}
		if n := backorderedUnits(out.Backordered); n > 0 {
			return &attention{fmt.Sprintf("%s now, on %s: receive stock, or cancel them with `towpath cancel`", wording.Count(n, "unit is backordered", "units are backordered"), wording.Plural(len(out.Backordered), "order line"))}
		}
		return nil
	})
}

func printStockChange(pg *page, out starter.StockOutcome) {
	for _, c := range out.Changes {
		if !c.DoneAt.IsZero() {
			pg.line("Already done on %s with the same key: nothing changed now. %s at %s: %d on hand, %d free.", moment(c.DoneAt), c.SKU, c.Location, c.Now, c.Free)
			continue
		}
		pg.line("%s at %s: %d on hand, was %d; %d free.", c.SKU, c.Location, c.Now, c.Was, c.Free)
	}
	printBackordered(pg, out.Backordered)
	if out.Warning != "" {
		pg.line("Done, but %s", out.Warning)
	}
	pg.line("Key: %s", out.Key)
}

// readMoment reads a time or a day of a flag, in UTC if it has no zone. Empty: the zero time.
func readMoment(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05Z", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(form, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef("%s %q: want a time such as 2026-11-28T08:00Z", flag, text)
}
