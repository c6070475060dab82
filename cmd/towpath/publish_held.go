package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) publishHeldCommand() *cobra.Command {
	return accountList[publications.HeldPrice]{
		name: "held",
		read: func(ctx context.Context, pf *platform.Platform, account, after string, limit int) ([]publications.HeldPrice, error) {
			return pf.Store.Publications.HeldPrices(ctx, account, after, limit)
		},
		cursor: func(one publications.HeldPrice) string { return one.Cursor },
		show:   showHeldPrices,
		needs: func(list []publications.HeldPrice) error {
			if len(list) == 0 {
				return nil
			}
			return &attention{"prices are held: `towpath publish release --account " + list[0].Account + "` lets them be sent"}
		},
	}.command(p, &cobra.Command{
		Use:   "held",
		Short: "Show the prices that the price brake holds",
		Long: "Shows the prices that the price brake holds, and why: a price is below what the goods cost you, below the account's\n" +
			"floor, or changes by more than the account's percentage against what the channel accepted last or, where that is not\n" +
			"known, what it showed; or too many prices change at once. `listings: price_brake:` in the accounts file sets the\n" +
			"limits. A held item is left out of publications as a whole, its texts too. A corrected catalogue ends it with the\n" +
			"next publication. Exits 3 when any price is held.",
		Example: "  towpath publish held\n  towpath publish held --account amazon-uk -o json",
	})
}

func showHeldPrices(pg *page, list []publications.HeldPrice) {
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
		rows[i] = []cell{word(h.SKU), word(h.Account), amount(listed), amount(wording.Amount(h.Wanted, h.Currency)), amount(dash(wording.PriceChange(h.Before, h.Wanted))), word(h.Why).prose(), word(pg.moment(h.Account, h.Since))}
	}
	pg.table([]string{"SKU", "ACCOUNT", "LISTED", "WANTED", "CHANGE", "WHY", "SINCE"}, rows)
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
				prices, err := pf.Store.Publications.ReleasePrices(cmd.Context(), account, args)
				if err != nil {
					return err
				}
				return p.print(map[string]any{"account": account, "released": len(prices), "prices": prices}, func(pg *page) {
					pg.line("%s: %s.", account, wording.PricesReleased(len(prices)))
					for _, one := range prices {
						pg.line("%s: %s", one.SKU, wording.Amount(one.Wanted, one.Currency))
					}
					if len(prices) > 0 {
						pg.line("Send them now: `towpath publish --account %s --changed --endpoint production`", account)
					}
				})
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "which account")
	return c
}
