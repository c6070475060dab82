package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) publishHeldCommand() *cobra.Command {
	var account, after string
	var limit int
	c := &cobra.Command{
		Use:   "held",
		Short: "Show the prices that the price brake holds",
		Long: "Shows the prices that the price brake holds, and why: a price is below what the goods cost you, below the account's\n" +
			"floor, or changes by more than the account's percentage against what the channel accepted last or, where that is not\n" +
			"known, what it showed; or too many prices change at once. `listings: price_brake:` in the accounts file sets the\n" +
			"limits. A held item is left out of publications as a whole, its texts too. A corrected catalogue ends it with the\n" +
			"next publication. Exits 3 when any price is held.",
		Example: "  towpath publish held\n  towpath publish held --account amazon-uk -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkLimit(limit); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, account); err != nil {
					return err
				}
				list, err := pf.Store.Publications.HeldPrices(cmd.Context(), account, after, limit)
				if errors.Is(err, store.ErrBadCursor) {
					return usagef("--after %q: want the value shown at the end of a list", after)
				}
				if err != nil {
					return err
				}
				shown := map[string]any{"held": filled(list)}
				if len(list) == limit {
					shown["after"] = list[len(list)-1].Cursor
				}
				if err := p.print(shown, func(pg *page) { showHeldPrices(pg, list, limit) }); err != nil || len(list) == 0 {
					return err
				}
				return &attention{"prices are held: `towpath publish release --account " + list[0].Account + "` lets them be sent"}
			})
		},
	}
	f := c.Flags()
	f.StringVar(&account, "account", "", "only this account")
	f.IntVar(&limit, "limit", pageSize, "how many to list")
	f.StringVar(&after, "after", "", "continue after this row, as shown at the end of a list")
	return c
}

func showHeldPrices(pg *page, list []publications.HeldPrice, limit int) {
	if len(list) == 0 {
		pg.line("The price brake holds nothing.")
		return
	}
	rows := make([][]cell, len(list))
	for i, h := range list {
		listed := "new"
		if h.Before > 0 {
			listed = money.Format(h.Before, h.Currency)
		}
		rows[i] = []cell{word(h.SKU), word(h.Account), amount(listed), amount(money.Format(h.Wanted, h.Currency)), word(h.Currency), word(h.Why).prose(), word(pg.moment(h.Account, h.Since))}
	}
	pg.table([]string{"SKU", "ACCOUNT", "LISTED", "WANTED", "CURRENCY", "WHY", "SINCE"}, rows)
	if len(list) == limit {
		pg.line("\nMore: the same command with --after %s", list[len(list)-1].Cursor)
	}
}

func (p *Program) publishReleaseCommand() *cobra.Command {
	var account string
	c := &cobra.Command{
		Use:   "release --account A [SKU...]",
		Short: "Let prices that the price brake holds be sent",
		Long: "Lets the prices that the price brake holds on an account be sent: those of the given SKUs, or all. They go with the\n" +
			"next publication that has them, and only at the price that was held: another change is looked at anew.",
		Example: "  towpath publish release --account amazon-uk MUG-RED\n  towpath publish release --account amazon-uk",
		RunE: func(cmd *cobra.Command, args []string) error {
			if account == "" {
				return usagef("name the account: --account A")
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, account); err != nil {
					return err
				}
				n, err := pf.Store.Publications.ReleasePrices(cmd.Context(), account, args)
				if err != nil {
					return err
				}
				return p.print(map[string]any{"account": account, "released": n}, func(pg *page) {
					pg.line("%s: %s released.", account, wording.Count(n, "price is", "prices are"))
					if n > 0 {
						pg.line("Send them now: `towpath publish --account %s --changed --endpoint production`", account)
					}
				})
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "which account")
	return c
}
