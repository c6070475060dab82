package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
)

func (p *Program) deleteCommand() *cobra.Command {
	var account, reason, by string
	c := &cobra.Command{
		Use:   "delete REF --reason TEXT",
		Short: "Delete an order by hand: nothing is done about it here any more",
		Long: "Deletes an order here; its channel is not told. It can't be packed any more, and `towpath explain order` says who deleted\n" +
			"it, when and why. While the channel shows it as open its units stay reserved, or they would be listed and sold again;\n" +
			"once it is cancelled or shipped there, they are settled. If the channel changes it otherwise, it needs you.\n" +
			"An order with packed units can't be deleted. `towpath restore` takes it back.",
		Example: "  towpath delete 202-5538961-7743559 --reason 'a test order of ours'\n  towpath delete 1001 --account shopify-uk --reason duplicate --by ann",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.reach(ctx, func(pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				if row.Deleted != nil {
					p.printError(fmt.Sprintf("It was deleted before, by %s, %s: %s", row.Deleted.By, p.zones.Moment(row.Key.Account.ID, row.Deleted.At), row.Deleted.Reason))
				}
				out, err := pf.Starter.Delete(ctx, row, by, reason)
				if err != nil {
					return err
				}
				return p.printResult(row.Reference, out)
			})
		},
	}
	accountFlag(c, &account)
	c.Flags().StringVar(&reason, "reason", "", "why it is deleted; without the buyer's data")
	byFlag(c, &by)
	return c
}

func (p *Program) restoreCommand() *cobra.Command {
	var account, by string
	c := &cobra.Command{
		Use:     "restore REF",
		Short:   "Take the deletion of an order back",
		Long:    "Takes the deletion of an order back: it is what its units say, open ones can be packed again.",
		Example: "  towpath restore 202-5538961-7743559\n  towpath restore 1001 --account shopify-uk --by ann",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.reach(ctx, func(pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				out, err := pf.Starter.Restore(ctx, row, by)
				if err != nil {
					return err
				}
				return p.printResult(row.Reference, out)
			})
		},
	}
	accountFlag(c, &account)
	byFlag(c, &by)
	return c
}

func byFlag(c *cobra.Command, by *string) {
	c.Flags().StringVar(by, "by", userName(), "who does it")
}
