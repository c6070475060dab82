package main

import (
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) returnCommand() *cobra.Command {
	var account string
	var some quantities
	var writeOff bool
	var what orders.GoodsReturn
	c := &cobra.Command{
		Use:   "return REF --line ID --quantity N --restock|--write-off",
		Short: "Take back shipped units, into stock or written off",
		Long: "Takes back shipped units of an order. They go back into stock only with --restock; written-off units are only\n" +
			"recorded. Refunds are made on the channel and change no stock.",
		Example: "  towpath return 202-5538961-7743559 --line 11 --quantity 1 --restock\n" +
			"  towpath return 1001 --line 12 --quantity 2 --write-off --key RMA-77",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			var err error
			if what.Lines, err = some.pairs(); err != nil {
				return err
			}
			if len(what.Lines) == 0 {
				return usagef("name what came back: --line ID --quantity N")
			}
			if what.Restock == writeOff {
				return usagef("choose what to do with the units: --restock or --write-off")
			}
			return p.reach(ctx, func(pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				done, err := pf.Starter.Return(ctx, row, what)
				if err != nil {
					return keyed(err, what.Key, done.Key)
				}
				what.Key = done.Key
				if done.Warning != "" {
					p.printError("Warning: " + done.Warning)
				}
				return p.printReturn(row.Reference, what)
			})
		},
	}
	accountFlag(c, &account)
	some.flags(c)
	c.Flags().BoolVar(&what.Restock, "restock", false, "put the units on hand again")
	c.Flags().BoolVar(&writeOff, "write-off", false, "do not put the units on hand again")
	byFlag(c, &what.By)
	c.Flags().StringVar(&what.Key, "key", "", "the same key returns once, however often the command is repeated")
	return c
}

func (p *Program) printReturn(reference string, r orders.GoodsReturn) error {
	shown := struct {
		Order string `json:"order"`
		orders.GoodsReturn
	}{reference, r}
	return p.print(shown, func(pg *page) {
		done := "written off"
		if r.Restock {
			done = "on hand again"
		}
		for _, l := range r.Lines {
			pg.line("%s of line %s of order %s: %s.", wording.Plural(l.Quantity, "unit"), l.LineID, reference, done)
		}
		pg.line("The key is %s: with --key the same return counts once, however often it is repeated.", r.Key)
	})
}
