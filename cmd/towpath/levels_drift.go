package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) levelsDriftCommand() *cobra.Command {
	return accountList[levels.DriftRow]{
		name: "drift",
		read: func(ctx context.Context, pf *platform.Platform, account, after string, limit int) ([]levels.DriftRow, error) {
			return pf.Store.Levels.Drifts(ctx, account, after, limit)
		},
		cursor: func(one levels.DriftRow) string { return one.Cursor },
		show:   showDrift,
		needs:  contestedIn,
	}.command(p, &cobra.Command{
		Use:   "drift",
		Short: "Show the levels that somebody else has set on a channel",
		Long: "Shows each level that a channel listed otherwise than it had accepted it, and that neither sales nor cancellations\n" +
			"nor what Towpath sent explain: somebody else has set it. Towpath sends its level once more. A level that somebody\n" +
			"else has set 3 times within a day is contested: it is sent again only when it changes here. Stop the other tool,\n" +
			"then `towpath levels ours` sends it. TIMES are those of the last 24 hours. Exits 3 when a listed level is contested.",
		Example: "  towpath levels drift\n  towpath levels drift --account amazon-uk -o json",
	})
}

// contestedIn returns an error when a level of a list is contested.
func contestedIn(list []levels.DriftRow) error {
	for _, d := range list {
		if d.Contested {
			return &attention{fmt.Sprintf("another tool writes to %s: stop it, then `towpath levels ours --account %s`", d.Account, d.Account)}
		}
	}
	return nil
}

func showDrift(pg *page, list []levels.DriftRow) {
	if len(list) == 0 {
		pg.line("Nobody else has set a level.")
		return
	}
	rows := make([][]cell, len(list))
	for i, d := range list {
		state := word("sent again")
		if d.Contested {
			state = tinted("contested", red)
		}
		rows[i] = []cell{word(d.ChannelSKU), word(d.Account), word(d.SKU), number(d.Ours), number(d.Theirs), counted(d.Times, when(stock.Contested(d.Times), red)), state, word(pg.moment(d.Account, d.SeenAt))}
	}
	pg.table([]string{"CHANNEL SKU", "ACCOUNT", "SKU", "OURS", "THEIRS", "TIMES", "STATE", "SEEN"}, rows)
}

func (p *Program) levelsOursCommand() *cobra.Command {
	var account string
	c := &cobra.Command{
		Use:   "ours --account A [CHANNEL_SKU...]",
		Short: "Send the levels that somebody else has set",
		Long: "Sends Towpath's levels of an account once more, and corrects them again from then on: those of the given channel\n" +
			"SKUs, or all that are contested. Stop the other tool first.",
		Example: "  towpath levels ours --account amazon-uk\n  towpath levels ours --account amazon-uk MUG-RED MUG-BLUE",
		RunE: func(cmd *cobra.Command, args []string) error {
			if account == "" {
				return usagef("name the account: --account A")
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, account); err != nil {
					return err
				}
				n, warning, err := pf.Starter.RestoreLevels(cmd.Context(), account, args)
				if err != nil {
					return err
				}
				return p.print(map[string]any{"account": account, "restored": n, "warning": warning}, func(pg *page) {
					pg.line("%s: %s sent again.", account, wording.Plural(n, "level"))
					if warning != "" {
						pg.line("Done, but %s", warning)
					}
				})
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "which account")
	return c
}
