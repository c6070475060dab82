package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) levelsTheirsCommand() *cobra.Command {
	var account, field, by string
	var all bool
	c := &cobra.Command{
		Use:   "theirs --account A CHANNEL_SKU... | --all",
		Short: "Leave the levels or prices of listings to another tool",
		Long: "Towpath sends nothing of it from now on, until `towpath levels ours`: what another tool lists there stays. A level\n" +
			"that is left does not follow a sale on another channel: only that tool keeps it from being oversold. A price that\n" +
			"is left stays also when the listing is published again. --all: what somebody else sets by now, as `towpath levels\n" +
			"drift` shows it: contested levels, or with --field price all prices. `towpath levels left` lists what is left.",
		Example: "  towpath levels theirs --account amazon-uk MUG-RED\n  towpath levels theirs --account amazon-uk --all\n" +
			"  towpath levels theirs --account amazon-uk --field price --all",
		RunE: func(cmd *cobra.Command, args []string) error {
			of, err := fieldOf(account, field, listing.Field.CanBeLeft)
			switch {
			case err != nil:
				return err
			case all == (len(args) > 0):
				return usagef("name the channel SKUs, or give --all")
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, account); err != nil {
					return err
				}
				left, err := pf.Starter.LeaveField(cmd.Context(), account, of, args, by)
				if err != nil {
					return err
				}
				return p.print(map[string]any{"account": account, "field": of, "left": filled(left)}, func(pg *page) {
					pg.line("%s: the %s of %s is left to another tool. Towpath sends none until `towpath levels ours`.", account, of, wording.Plural(len(left), "listing"))
					if of == listing.FieldLevel && len(left) > 0 {
						pg.line("What is sold on another channel does not reach it: only the other tool keeps it from being oversold.")
					}
				})
			})
		},
	}
	f := c.Flags()
	f.StringVar(&account, "account", "", "which account")
	f.StringVar(&field, "field", string(listing.FieldLevel), "what of the listings: level or price")
	f.BoolVar(&all, "all", false, "all that somebody else sets by now")
	f.StringVar(&by, "by", userName(), "who does it")
	return c
}

func (p *Program) levelsLeftCommand() *cobra.Command {
	return accountList[levels.LeftField]{
		name: "left",
		read: func(ctx context.Context, pf *platform.Platform, account, after string, limit int) ([]levels.LeftField, error) {
			return pf.Store.Levels.LeftFields(ctx, account, after, limit)
		},
		cursor: func(one levels.LeftField) string { return one.Cursor },
		show: func(pg *page, list []levels.LeftField) {
			if len(list) == 0 {
				pg.line("Nothing is left to another tool.")
				return
			}
			rows := make([][]cell, len(list))
			for i, one := range list {
				rows[i] = []cell{word(one.ChannelSKU), word(one.Account), word(dash(one.SKU)), word(string(one.Field)), word(dash(one.By)), word(pg.moment(one.Account, one.At))}
			}
			pg.table([]string{"CHANNEL SKU", "ACCOUNT", "SKU", "FIELD", "BY", "SINCE"}, rows)
		},
	}.command(p, &cobra.Command{
		Use:     "left",
		Short:   "Show the levels and prices that are left to another tool",
		Long:    "Shows what `towpath levels theirs` has left to another tool: Towpath sends nothing of it until `towpath levels ours`.",
		Example: "  towpath levels left\n  towpath levels left --account amazon-uk -o json",
	})
}
