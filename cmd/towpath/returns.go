package main

import (
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) returnsCommand() *cobra.Command {
	c := p.returnsListCommand()
	c.Use, c.Short = "returns", "Show what came back, and restock it or write it off"
	c.Long = "Shows the returns inbox: units that a channel reports as returned, and those that you enter. Nothing happens to stock until\n" +
		"you decide: restocked units are on hand again, written-off ones are only recorded. Refunds are made on the channel."
	c.Example = "  towpath returns\n  towpath returns add 202-5538961-7743559 MUG-GREEN 1 --reason 'wrong colour'\n  towpath returns restock 7\n  towpath returns writeoff 8 --reason broken"
	c.AddCommand(p.returnsListCommand(), p.returnsAddCommand(), p.returnsRestockCommand(), p.returnsWriteOffCommand())
	return c
}

func (p *Program) returnsListCommand() *cobra.Command {
	var f orders.ReturnFilter
	c := &cobra.Command{
		Use:     "list",
		Short:   "List returns with units to be decided about, the oldest first",
		Long:    "Lists returns with units to be decided about, the oldest first; with --all also those that are settled.",
		Example: "  towpath returns list --account shopify-uk\n  towpath returns list --all -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			if err := checkLimit(f.Limit); err != nil {
				return err
			}
			return p.with(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, f.Account); err != nil {
					return err
				}
				list, err := pf.Store.Orders.Returns(ctx, f)
				if err != nil {
					return err
				}
				return p.printReturns(list, f.Limit)
			})
		},
	}
	c.Flags().StringVar(&f.Account, "account", "", "only returns of this account's orders")
	c.Flags().BoolVar(&f.Settled, "all", false, "also returns that are settled or withdrawn")
	c.Flags().IntVar(&f.Limit, "limit", pageSize, "how many returns to list")
	c.Flags().Int64Var(&f.After, "after", 0, "continue after this number, as shown at the end of a list")
	return c
}

func (p *Program) printReturns(list []orders.ReturnRow, limit int) error {
	shown := struct {
		Returns []orders.ReturnRow `json:"returns"`
		After   int64              `json:"after,omitempty"` // for the next page; 0: there is none
	}{Returns: filled(list)}
	if len(list) == limit {
		shown.After = list[len(list)-1].ID
	}
	return p.print(shown, func(pg *page) {
		if len(list) == 0 {
			pg.line("No return is to be decided about.")
			return
		}
		cells := make([][]cell, len(list))
		for i, r := range list {
			cells[i] = []cell{
				number(int(r.ID)), word(r.Reference), word(r.Key.Account.ID), word(dash(r.SKU)), number(r.Quantity), counted(r.Open, yellow),
				word(string(r.Stage)), word(away(r.ReportedAt, time.Now())), word(dash(r.By)), tinted(r.Reason, dim).prose(),
			}
		}
		pg.table([]string{"NO", "ORDER", "ACCOUNT", "SKU", "UNITS", "TO DECIDE", "STAGE", "REPORTED", "BY", "REASON"}, cells)
		if shown.After != 0 {
			pg.line("\nMore: the same command with --after %d", shown.After)
		}
	})
}

func (p *Program) returnsAddCommand() *cobra.Command {
	var r starter.ReturnReport
	c := &cobra.Command{
		Use:   "add REF SKU QUANTITY",
		Short: "Enter what came back, where no channel reports it",
		Long: "Enters units of an order that came back. Amazon and eBay do not report returns in what Towpath reads of them. More than was\n" +
			"shipped and is not returned yet is refused.",
		Example: "  towpath returns add 202-5538961-7743559 MUG-GREEN 1 --reason 'wrong colour'\n  towpath returns add 1001 MUG-GREEN 2 --line 12 --key RMA-77",
		Args:    cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := strconv.Atoi(args[2])
			if err != nil || n < 1 {
				return usagef("quantity %q: want a whole number from 1", args[2])
			}
			r.OrderRef, r.SKU, r.Units = args[0], args[1], n
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				row, key, err := pf.Starter.EnterReturn(cmd.Context(), r)
				if err != nil {
					return keyed(err, r.Key, key)
				}
				return p.print(row, func(pg *page) {
					pg.line("Return %d: %s of %s of order %s.", row.ID, wording.Plural(row.Quantity, "unit"), r.SKU, row.Reference)
					pg.line("Decide with `towpath returns restock %d` or `towpath returns writeoff %d --reason WHY`.", row.ID, row.ID)
					pg.line("The key is %s: with --key the same return is entered once, however often it is repeated.", key)
				})
			})
		},
	}
	accountFlag(c, &r.Account)
	c.Flags().StringVar(&r.Line, "line", "", "the line, when several lines of the order have the SKU")
	c.Flags().StringVar(&r.Reason, "reason", "", "why it came back; without the buyer's data")
	c.Flags().StringVar(&r.Key, "key", "", "the same key enters once, however often the command is repeated")
	byFlag(c, &r.By)
	return c
}

func (p *Program) returnsRestockCommand() *cobra.Command {
	d := orders.Settlement{Restock: true}
	c := &cobra.Command{
		Use:     "restock NO",
		Short:   "Put the units of a return on the shelf again",
		Long:    "Puts the units of a return on hand again, where they left from or at another location. Repeated, it changes nothing.",
		Example: "  towpath returns restock 7\n  towpath returns restock 7 --quantity 1 --location outlet",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return p.settleReturn(cmd, args[0], d) },
	}
	c.Flags().StringVar(&d.Location, "location", "", "where they are put; default: where they left from")
	settleFlags(c, &d)
	return c
}

func (p *Program) returnsWriteOffCommand() *cobra.Command {
	var d orders.Settlement
	c := &cobra.Command{
		Use:     "writeoff NO --reason WHY",
		Short:   "Record that the units of a return can't be sold again",
		Long:    "Records that the units of a return can't be sold again. Stock does not change. Repeated, it changes nothing.",
		Example: "  towpath returns writeoff 8 --reason broken\n  towpath returns writeoff 8 --quantity 1 --reason broken",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if d.Reason == "" {
				return usagef("say why: --reason broken")
			}
			return p.settleReturn(cmd, args[0], d)
		},
	}
	c.Flags().StringVar(&d.Reason, "reason", "", "why; without the buyer's data")
	settleFlags(c, &d)
	return c
}

func settleFlags(c *cobra.Command, d *orders.Settlement) {
	c.Flags().IntVar(&d.Units, "quantity", 0, "how many units; default: all that are to be decided about")
	c.Flags().StringVar(&d.Key, "key", "", "the same key decides once; needed to decide about the same quantity twice")
	byFlag(c, &d.By)
}

func (p *Program) settleReturn(cmd *cobra.Command, number string, d orders.Settlement) error {
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || id < 1 {
		return usagef("return %q: want its number, as `towpath returns list` shows it", number)
	}
	if d.Units < 0 || cmd.Flags().Changed("quantity") && d.Units == 0 {
		return usagef("--quantity %d: want a whole number from 1", d.Units)
	}
	d.ID = id
	return p.reach(cmd.Context(), func(pf *platform.Platform) error {
		out, err := pf.Starter.SettleReturn(cmd.Context(), d)
		if err != nil {
			return err
		}
		if out.Warning != "" {
			p.printError("Warning: " + out.Warning)
		}
		return p.print(out, func(pg *page) {
			done := "written off"
			if d.Restock {
				done = "on hand again"
			}
			if out.Done == 0 {
				pg.line("It was done before: nothing changed now.")
			} else {
				pg.line("%s of return %d: %s.", wording.Plural(out.Done, "unit"), out.ID, done)
			}
			pg.line("Of %s: %d restocked, %d written off, %d to decide about.", wording.Plural(out.Quantity, "unit"), out.Restocked, out.WrittenOff, out.Open)
		})
	})
}
