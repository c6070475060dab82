package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) linksStrikeCommand() *cobra.Command {
	var ask starter.StrikeAsk
	c := &cobra.Command{
		Use:   "strike CHANNEL_SKU... --account A --reason R",
		Short: "Strike listings off: they stay at 0 and are not published",
		Long: "Strikes listings, such as single variations, off an account. Their level is sent as 0 and stays 0, and publications\n" +
			"leave them out, whatever imports, counts and the catalogue say. They stay off when they are linked anew, migrated,\n" +
			"or their account goes live. Their sales still take stock. `towpath links put-back` ends it.",
		Example: "  towpath links strike MUG-RED --account ebay-uk --reason \"not sold there any more\"\n" +
			"  towpath links struck --account ebay-uk",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.ChannelSKUs = args
			if ask.Reason == "" {
				return usagef("say why they are struck off: --reason R")
			}
			return p.turnListings(cmd.Context(), ask, (*starter.Starter).Strike, func(pg *page, done starter.Struck) {
				pg.line("%s: %s.", done.Account, wording.StruckOff(len(done.Changed)))
				if len(done.Already) > 0 {
					pg.line("Struck off before: %s.", strings.Join(done.Already, ", "))
				}
				if len(done.ChannelFulfils) > 0 {
					pg.sentence("", "The channel ships these itself and goes on selling them: "+strings.Join(done.ChannelFulfils, ", ")+
						". Towpath sends no level of them; publications leave them out. End them on the channel.")
				}
			})
		},
	}
	c.Flags().StringVar(&ask.Account, "account", "", "the account that has the listings; must be given")
	c.Flags().StringVar(&ask.Reason, "reason", "", "why; must be given")
	c.Flags().StringVar(&ask.By, "by", userName(), "who does it")
	return c
}

func (p *Program) linksPutBackCommand() *cobra.Command {
	var ask starter.StrikeAsk
	c := &cobra.Command{
		Use:   "put-back CHANNEL_SKU... --account A",
		Short: "Put listings back that were struck off",
		Long: "Ends that listings are struck off: their levels follow the stock again and are sent at once, and publications have\n" +
			"them again.",
		Example: "  towpath links put-back MUG-RED --account ebay-uk",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ask.ChannelSKUs = args
			return p.turnListings(cmd.Context(), ask, (*starter.Starter).PutBack, func(pg *page, done starter.Struck) {
				pg.line("%s: %s.", done.Account, wording.PutBack(len(done.Changed)))
				if len(done.Already) > 0 {
					pg.line("Were not struck off: %s.", strings.Join(done.Already, ", "))
				}
			})
		},
	}
	c.Flags().StringVar(&ask.Account, "account", "", "the account that has the listings; must be given")
	return c
}

// turnListings strikes listings off or puts them back, and shows what changed.
func (p *Program) turnListings(ctx context.Context, ask starter.StrikeAsk,
	turn func(*starter.Starter, context.Context, starter.StrikeAsk) (starter.Struck, error), show func(*page, starter.Struck)) error {
	if ask.Account == "" {
		return usagef("name the account of the listings with --account")
	}
	return p.with(ctx, func(pf *platform.Platform) error {
		if err := knownAccount(ctx, pf, ask.Account); err != nil {
			return err
		}
		done, err := turn(pf.Starter, ctx, ask)
		if err != nil {
			return err
		}
		return p.print(done, func(pg *page) {
			show(pg, done)
			if done.Warning != "" {
				pg.line("Done, but %s", done.Warning)
			}
		})
	})
}

func (p *Program) linksStruckCommand() *cobra.Command {
	return accountList[levels.StruckListing]{
		name: "struck",
		read: func(ctx context.Context, pf *platform.Platform, account, after string, limit int) ([]levels.StruckListing, error) {
			return pf.Store.Levels.StruckListings(ctx, account, after, limit)
		},
		cursor: func(one levels.StruckListing) string { return one.Cursor },
		show:   showStruck,
	}.command(p, &cobra.Command{
		Use:     "struck",
		Short:   "List the listings that are struck off",
		Long:    "Lists the listings that were struck off with `towpath links strike`, why, by whom and when.",
		Example: "  towpath links struck\n  towpath links struck --account ebay-uk -o json",
	})
}

func showStruck(pg *page, list []levels.StruckListing) {
	if len(list) == 0 {
		pg.line("No listing is struck off.")
		return
	}
	rows := make([][]cell, len(list))
	for i, l := range list {
		rows[i] = []cell{word(l.ChannelSKU), word(l.Account), word(dash(l.SKU)), word(pg.moment(l.Account, l.At)), word(l.By), word(l.Reason).prose()}
	}
	pg.table([]string{"CHANNEL SKU", "ACCOUNT", "SKU", "SINCE", "BY", "REASON"}, rows)
}
