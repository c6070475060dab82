package main

import (
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/starter"
)

// orderDecisionCommands are a person's decisions about one order.
func (p *Program) orderDecisionCommands() []*cobra.Command {
	var restock bool
	reopen := p.decisionCommand(starter.Reopen, "Open units again that ended here and are open on the channel",
		"Opens units again that the channel shows as open: shipped before and now unshipped there, cancelled before and now\n"+
			"open there, or cancelled here only. Stock is reserved for them again.",
		"  towpath order reopen 202-5538961-7743559\n  towpath order reopen 1001 --account shopify-uk --restock", &restock)
	reopen.Flags().BoolVar(&restock, "restock", false, "shipped units are on the shelf again: the parcel never left, or came back")
	return []*cobra.Command{
		reopen,
		p.decisionCommand(starter.Keep, "Leave an order as it is here, whatever its channel says against it",
			"Leaves an order as it is here. What the channel says against it needs nobody any more, until it says something else.",
			"  towpath order keep 202-5538961-7743559", new(bool)),
		p.holdCommand(), p.allowCommand(),
	}
}

func (p *Program) decisionCommand(d starter.Decision, short, long, example string, restock *bool) *cobra.Command {
	var account string
	c := &cobra.Command{
		Use: string(d) + " REF", Short: short, Long: long, Example: example, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.reach(ctx, func(pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				out, err := pf.Starter.Decide(ctx, row, d, *restock)
				if err != nil {
					return err
				}
				return p.printResult(row.Reference, out)
			})
		},
	}
	accountFlag(c, &account)
	return c
}
