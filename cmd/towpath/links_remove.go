package main

import (
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) linksRemoveCommand() *cobra.Command {
	var account string
	var yes bool
	c := &cobra.Command{
		Use:   "remove CHANNEL_SKU",
		Short: "Remove the link between a listing and its SKU",
		Long: "Removes a link. The listing gets no more levels, and the channel keeps the last one; so this is refused while\n" +
			"buyers can buy it, unless you confirm with --yes. Orders keep their reserved units; units that the listing sells\n" +
			"from now on stay unlinked until it is linked again.",
		Example: "  towpath links remove LAMP-UK --account amazon-uk\n  towpath links remove LAMP-UK --account amazon-uk --yes",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if account == "" {
				return usagef("name the account of channel SKU %q with --account", args[0])
			}
			return p.with(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, account); err != nil {
					return err
				}
				use, err := pf.Starter.RemoveLink(ctx, account, args[0], yes)
				if err != nil {
					return err
				}
				return p.print(use, func(pg *page) {
					pg.line("%s on %s is no longer linked to %s: nothing is pushed to it any more.", use.ChannelSKU, account, use.SKU)
					if use.Listed > 0 && !use.Fulfils {
						pg.line("The channel goes on listing %d.", use.Listed)
					}
					if use.Orders > 0 {
						pg.line("%s the stock already reserved.", wording.Count(use.Orders, "open order keeps", "open orders keep"))
					}
					if use.Unlinked > 0 {
						pg.line("%s unlinked.", wording.Count(use.Unlinked, "unit stays", "units stay"))
					}
					pg.line("What is sold from it from now on is unlinked; `towpath links match %s %s --account %s` links it again.",
						shellWord(use.ChannelSKU), shellWord(use.SKU), account)
				})
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "the account that has the listing; must be given")
	c.Flags().BoolVar(&yes, "yes", false, "remove it although the channel still lists units")
	return c
}
