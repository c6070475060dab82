package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) buyersCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "buyers",
		Short: "Show an order's buyer, forget buyers, and list who has seen them",
		Long: "Buyers' names and addresses are encrypted in the store, each order's under a key of its own. They are shown on\n" +
			"request only, and a log keeps who has seen them. A record is removed 30 days after its order is over, or at once\n" +
			"with `towpath buyers forget`.",
		Example: "  towpath buyers show 202-5538961-7743559 --reason \"the parcel came back\"\n" +
			"  towpath buyers forget --email ada@example.com --reason \"she asked for it\"\n  towpath buyers log",
		Args: cobra.NoArgs,
	}
	c.AddCommand(p.buyersShowCommand(), p.buyersForgetCommand(), p.buyersRequestCommand(), p.buyersLogCommand(), p.buyersRewrapCommand())
	return c
}

func (p *Program) buyersShowCommand() *cobra.Command {
	var account, reason string
	c := &cobra.Command{
		Use:     "show REF",
		Short:   "Show the buyer of one order, and note in the log who has seen it",
		Long:    "Shows the name and address of an order's buyer. The log keeps who has seen it, when, and the reason that you give.",
		Example: "  towpath buyers show 202-5538961-7743559 --reason \"the parcel came back\"\n  towpath buyers show 1001 --account shopify-uk -o json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				out, err := pf.Starter.ShowBuyer(ctx, row, userName(), reason)
				if err != nil {
					return err
				}
				return p.print(out, func(pg *page) { showBuyer(pg, out) })
			})
		},
	}
	accountFlag(c, &account)
	c.Flags().StringVar(&reason, "reason", "", "why you need it; kept in the log")
	return c
}

func showBuyer(pg *page, out starter.BuyerShown) {
	pg.title("Buyer of order " + out.Reference)
	if !out.Known {
		pg.line("Nothing is known of the buyer: the channel does not show it, or the record was removed.")
		return
	}
	b := out.Buyer
	address := b.Line1
	if b.Line2 != "" {
		address += ", " + b.Line2
	}
	pg.facts([][]cell{
		words("name", dash(b.Name)), words("address", dash(address)), words("city", dash(b.City)), words("region", dash(b.Region)),
		words("postal code", dash(b.PostalCode)), words("country", dash(b.CountryCode)), words("phone", dash(b.Phone)), words("e-mail", dash(b.Email)),
	})
	showNotes(pg, b)
	pg.line("")
	pg.line("That you have seen it is in the log: towpath buyers log")
}

// showNotes shows what the buyer wrote, on the order and for single lines.
func showNotes(pg *page, b order.Buyer) {
	if b.Note != "" {
		pg.section("Note")
		for line := range strings.SplitSeq(b.Note, "\n") {
			pg.b.WriteString("  " + clean(line) + "\n")
		}
	}
	if len(b.LineNotes) == 0 {
		return
	}
	pg.section("Notes on lines")
	rows := make([][]cell, len(b.LineNotes))
	for i, n := range b.LineNotes {
		rows[i] = []cell{word(n.LineID), word(dash(n.Text)).prose(), word(dash(n.Gift)).prose()}
	}
	pg.table([]string{"LINE", "NOTE", "GIFT MESSAGE"}, rows)
}

func (p *Program) buyersForgetCommand() *cobra.Command {
	var account, email, reason string
	c := &cobra.Command{
		Use:   "forget REF | --email ADDRESS",
		Short: "Remove what is known of a buyer, for one order or for all of an e-mail address",
		Long: "Removes the buyer's record and its key, so that copies of the record in backups can't be read any more either. It\n" +
			"can't be undone, and the record does not come back when the channel shows the order again. Orders, stock and\n" +
			"packages stay as they are; an order that is not packed yet has no address then. It may be repeated.",
		Example: "  towpath buyers forget 202-5538961-7743559 --reason \"request of 12 November\"\n" +
			"  towpath buyers forget --email ada@example.com",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if (len(args) == 1) == (email != "") {
				return usagef("name either an order or --email ADDRESS")
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				out, err := forgetBuyers(cmd.Context(), pf.Starter, args, account, email, reason)
				if err != nil {
					return err
				}
				return p.print(out, func(pg *page) {
					pg.line("%s: %s removed.", wording.Plural(out.Orders, "order"), wording.Plural(out.Forgotten, "record"))
					if out.Aside > 0 {
						pg.line("Of %s that can't be read, what the channel had sent was removed.", wording.Plural(out.Aside, "order"))
					}
				})
			})
		},
	}
	accountFlag(c, &account)
	c.Flags().StringVar(&email, "email", "", "all orders with this e-mail address")
	c.Flags().StringVar(&reason, "reason", "", "why; kept in the log")
	return c
}

func forgetBuyers(ctx context.Context, s *starter.Starter, args []string, account, email, reason string) (starter.BuyersForgotten, error) {
	if email != "" {
		return s.ForgetEmail(ctx, email, userName(), reason)
	}
	row, err := s.Find(ctx, args[0], account)
	if err != nil {
		n, asideErr := s.ForgetAside(ctx, args[0], account) // an order that can't be read may never have been saved
		if n > 0 || asideErr != nil {
			err = asideErr
		}
		return starter.BuyersForgotten{Aside: n}, err
	}
	return s.ForgetBuyer(ctx, row, userName(), reason)
}

// logSize is how many entries of the log are listed by default.
const logSize = 50

func (p *Program) buyersLogCommand() *cobra.Command {
	var f buyers.ViewFilter
	var ref, account string
	c := &cobra.Command{
		Use:     "log",
		Short:   "List who has seen or removed buyers' data, the newest first",
		Long:    "Lists who was shown a buyer, wrote buyers to a file for packing, or removed them, and when.",
		Example: "  towpath buyers log\n  towpath buyers log --order 1001 --account shopify-uk\n  towpath buyers log --before 700 -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				if ref != "" {
					row, err := pf.Starter.Find(ctx, ref, account)
					if err != nil {
						return err
					}
					f.Order = row.Key.RowID
				}
				list, err := pf.Store.Buyers.Views(ctx, f)
				if err != nil {
					return err
				}
				return p.print(map[string][]buyers.View{"log": filled(list)}, func(pg *page) { showLog(pg, list, f.Limit) })
			})
		},
	}
	accountFlag(c, &account)
	c.Flags().StringVar(&ref, "order", "", "only entries of this order")
	c.Flags().Int64Var(&f.Before, "before", 0, "continue after the entry with this number")
	c.Flags().IntVar(&f.Limit, "limit", logSize, "how many entries at most")
	return c
}

func showLog(pg *page, list []buyers.View, limit int) {
	if len(list) == 0 {
		pg.line("Nobody has seen a buyer's data.")
		return
	}
	rows := make([][]cell, len(list))
	for i, v := range list {
		rows[i] = []cell{number(int(v.ID)), word(pg.moment(v.Account, v.At)), word(dash(v.By)), word(string(v.What)), word(v.Account), word(v.Reference), word(dash(v.Reason)).prose()}
	}
	pg.table([]string{"NO", "AT", "BY", "WHAT", "ACCOUNT", "ORDER", "REASON"}, rows)
	if len(list) == limit {
		pg.line("There may be more: towpath buyers log --before %d", list[len(list)-1].ID)
	}
}

func (p *Program) buyersRewrapCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rewrap",
		Short: "Encrypt all keys with the first key of TOWPATH_BUYER_KEY, so that older ones can be removed",
		Long: "Replaces the key of the environment. Put the new key before the old one (TOWPATH_BUYER_KEY=NEW,OLD) for every\n" +
			"process and restart it, run this command, then remove the old key. It may be interrupted and repeated.",
		Example: "  TOWPATH_BUYER_KEY=NEW,OLD towpath buyers rewrap",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				n, err := pf.Store.Buyers.Rewrap(cmd.Context(), func(done int) {
					if p.Terminal {
						p.printError(fmt.Sprintf("%d keys so far", done))
					}
				})
				if err != nil {
					return err
				}
				return p.print(map[string]int{"rewrapped": n}, func(pg *page) {
					pg.line("%s encrypted anew. The older keys of TOWPATH_BUYER_KEY are not needed any more.", wording.Plural(n, "key"))
				})
			})
		},
	}
}
