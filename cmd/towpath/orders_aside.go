package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) ordersAsideCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "aside",
		Short: "List orders that can't be read and are set aside, and try them again",
		Long: "An order that can't be read costs itself: the others are saved. What the channel sent of it is kept, encrypted like\n" +
			"a buyer's record, for 30 days after it was last seen. It is tried again when you ask, after an upgrade of Towpath,\n" +
			"and when the channel changes it.",
		Example: "  towpath orders aside list --account ebay-uk\n  towpath orders aside retry 14-00001-00001 --wait",
		Args:    cobra.NoArgs,
	}
	c.AddCommand(p.asideListCommand(), p.asideRetryCommand())
	return c
}

func (p *Program) asideListCommand() *cobra.Command {
	var f aside.Filter
	c := &cobra.Command{
		Use:   "list",
		Short: "List orders that are set aside, the longest waiting first",
		Long: "Lists orders that are set aside, with their fault and its request id. Nothing of what the channel sent is shown: it\n" +
			"names buyers. Exits 3 when there are any.",
		Example: "  towpath orders aside list\n  towpath orders aside list --account ebay-uk -o json",
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
				list, err := pf.Starter.AsideOrders(ctx, f)
				if err != nil {
					return err
				}
				if err := p.printAside(list, f.Limit); err != nil || len(list) == 0 {
					return err
				}
				return &attention{wording.Plural(len(list), "order") + " set aside"}
			})
		},
	}
	c.Flags().StringVar(&f.Account, "account", "", "only orders of this account")
	c.Flags().IntVar(&f.Limit, "limit", pageSize, "how many orders to list")
	c.Flags().Int64Var(&f.After, "after", 0, "continue after this number, as shown at the end of a list")
	return c
}

func (p *Program) printAside(list []starter.AsideOrder, limit int) error {
	shown := struct {
		Orders []starter.AsideOrder `json:"orders"`
		After  int64                `json:"after,omitempty"` // for the next page; 0: there is none
	}{Orders: filled(list)}
	if len(list) == limit {
		shown.After = list[len(list)-1].ID
	}
	return p.print(shown, func(pg *page) {
		if len(list) == 0 {
			pg.line("No order is set aside.")
			return
		}
		cells := make([][]cell, len(list))
		for i, o := range list {
			cells[i] = []cell{
				word(o.Name), word(o.Account), word(away(o.FirstSeen, time.Now())), word(away(o.LastSeen, time.Now())), number(o.Times),
				tinted(o.Fault.Brief(), red).prose(), word(dash(o.Fault.RequestID)), word(starter.AsideText(o.Order)).prose(),
			}
		}
		pg.table([]string{"ORDER", "ACCOUNT", "FIRST SEEN", "LAST SEEN", "TIMES", "FAULT", "REQUEST ID", "NEXT"}, cells)
		pg.section("What to do")
		told := map[string]bool{}
		for _, o := range list {
			if o.Remedy == nil || told[o.Remedy.Code] {
				continue
			}
			told[o.Remedy.Code] = true
			pg.line("%s: %s.", o.Name, o.Remedy.Title)
			for _, step := range o.Remedy.Steps {
				pg.line("  - %s", step)
			}
		}
		if shown.After != 0 {
			pg.line("\nMore: the same command with --after %d", shown.After)
		}
	})
}

func (p *Program) asideRetryCommand() *cobra.Command {
	var account string
	var w waiting
	c := &cobra.Command{
		Use:   "retry [REF]",
		Short: "Try orders that are set aside again, one or all",
		Long: "Starts an order scan that reads the order again from what was kept, and asks the channel for it if that does not help.\n" +
			"Without REF all orders that are set aside are tried, of one account or of every account. With --wait it exits 3 when\n" +
			"one is still set aside.",
		Example: "  towpath orders aside retry 14-00001-00001 --wait\n  towpath orders aside retry --account ebay-uk",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref := ""
			if len(args) == 1 {
				if ref = args[0]; ref == "" {
					return usagef("no order is named: give its id as `towpath orders aside list` shows it, or leave it out for all")
				}
			}
			return w.reach(cmd.Context(), p, func(ctx context.Context, pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, account); err != nil {
					return err
				}
				results, err := pf.Starter.RetryAside(ctx, ref, account, w.wait)
				if err != nil {
					return err
				}
				return p.printAsideRetried(results, w.wait)
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "only orders of this account")
	w.flags(c, 10*time.Minute)
	return c
}

func (p *Program) printAsideRetried(results []starter.AsideRetry, waited bool) error {
	left := 0
	err := p.print(map[string][]starter.AsideRetry{"accounts": filled(results)}, func(pg *page) {
		if len(results) == 0 {
			pg.line("No order is set aside.")
		}
		for _, r := range results {
			orders := wording.Plural(len(r.Orders), "order")
			switch {
			case r.Skipped != "":
				pg.line("%s: %s asked for; %s. The first scan afterwards tries.", r.Account, orders, r.Skipped)
			case !waited:
				pg.line("%s: %s asked for: the scan that starts now tries. See `towpath orders aside list`.", r.Account, orders)
			case len(r.Left) == 0:
				pg.line("%s: %s read; none of them is set aside any more.", r.Account, orders)
			default:
				pg.line("%s: %d of %s still can't be read, such as %s.", r.Account, len(r.Left), orders, someOf(r.Left))
			}
		}
	})
	for _, r := range results {
		left += len(r.Left)
	}
	if err == nil && left > 0 {
		return &attention{"`towpath orders aside list` says what to do"}
	}
	return err
}
