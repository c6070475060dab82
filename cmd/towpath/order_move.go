package main

import (
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) orderMoveCommand() *cobra.Command {
	var account, to string
	c := &cobra.Command{
		Use:   "move REF --to LOCATION",
		Short: "Let an order leave from another location (Shopify)",
		Long: "Gives what is still to be shipped of an order to another of your locations, on the channel: in Shopify its\n" +
			"fulfillment orders are moved. The account needs `locations` in the accounts file. The stock is reserved there\n" +
			"when the next scan shows it, which is asked for at once. Repeat it after a failure: what is there stays there.",
		Example: "  towpath order move 1001 --to berlin\n  towpath order move 1001 --to berlin --account shopify-uk -o json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if to == "" {
				return usagef("name the location: --to LOCATION")
			}
			return p.reach(ctx, func(pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				out, err := pf.Starter.Move(ctx, row, to, pf)
				if err != nil {
					return err
				}
				return p.print(out, func(pg *page) {
					if out.Parts == 0 {
						pg.line("Order %s is at %s already: nothing was moved.", out.Order, out.To)
						return
					}
					pg.line("Order %s: %s moved to %s on the channel. Its stock is reserved there when the next scan shows it.",
						out.Order, wording.Count(out.Parts, "part is", "parts are"), out.To)
				})
			})
		},
	}
	accountFlag(c, &account)
	c.Flags().StringVar(&to, "to", "", "your location from which it is to leave")
	return c
}
