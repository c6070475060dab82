package main

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

func (p *Program) holdCommand() *cobra.Command {
	var account, reason, by string
	c := &cobra.Command{
		Use:   "hold REF --reason TEXT",
		Short: "Hold an order: nothing of it is packed until you allow it",
		Long: "Holds an order that you do not want to be packed yet. Its stock stays reserved, it is in no export for packing, and\n" +
			"its channel is not told. `towpath order allow` lifts it. Its ship-by date goes on counting.",
		Example: "  towpath order hold 202-5538961-7743559 --reason 'the buyer asked for another colour'\n  towpath order hold 1001 --account shopify-uk --reason 'fraud check' --by ann",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.reach(ctx, func(pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				for _, h := range row.OpenHolds() {
					if h.ByHand() {
						p.printError("It is held already: " + h.Text() + ", " + p.zones.Moment(row.Key.Account.ID, h.At))
					}
				}
				out, err := pf.Starter.Hold(ctx, row, by, reason)
				if err != nil {
					return err
				}
				return p.printResult(row.Reference, out)
			})
		},
	}
	accountFlag(c, &account)
	c.Flags().StringVar(&reason, "reason", "", "why it is held; without the buyer's data")
	byFlag(c, &by)
	return c
}

func (p *Program) allowCommand() *cobra.Command {
	var account, by string
	var named []string
	c := &cobra.Command{
		Use:   "allow REF",
		Short: "Allow a held order to be shipped",
		Long: "Allows an order to be shipped that is held: its buyer wants to cancel, all of its money was refunded, its status on\n" +
			"the channel is not known, or a person holds it. If several reasons hold it, name those that you lift. The buyer's\n" +
			"request is declined with that: on eBay by a call where the account's settings say so, else its page there is shown.",
		Example: "  towpath order allow 202-5538961-7743559\n  towpath order allow 202-5538961-7743559 --hold buyer-cancels --hold refunded",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			holds := make([]order.Hold, len(named))
			for i, word := range named {
				if holds[i] = order.Hold(word); !slices.Contains(order.Holds(), holds[i]) {
					return usagef("--hold %q: want one of %s", word, list(order.Holds()))
				}
			}
			return p.reach(ctx, func(pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				out, err := pf.Starter.Allow(ctx, row, by, holds)
				if err != nil {
					return err
				}
				if left := slices.DeleteFunc(row.OpenHolds(), func(h orders.Held) bool { return len(holds) == 0 || slices.Contains(holds, h.Hold) }); len(left) > 0 {
					p.printError("It is still " + heldWords(left))
				}
				d, err := pf.Store.Orders.Detail(ctx, row.Key.RowID)
				if err != nil {
					return err
				}
				return p.printAllowed(row.Reference, out, d.Cancel)
			})
		},
	}
	accountFlag(c, &account)
	c.Flags().StringArrayVar(&named, "hold", nil, "the hold to lift, repeated for several: "+list(order.Holds()))
	byFlag(c, &by)
	return c
}

// printAllowed prints the state of an order that may be shipped, and how far the answer to its buyer is on the channel.
func (p *Program) printAllowed(reference string, out message.OrderResult, there *orders.ChannelCancel) error {
	if there != nil && !there.Declines {
		there = nil
	}
	shown := struct {
		Order string `json:"order"`
		message.OrderResult
		Channel *orders.ChannelCancel `json:"channelDecline,omitempty"`
	}{reference, out, there}
	return p.print(shown, func(pg *page) {
		pg.line("Order %s is %s.", reference, string(out.State))
		for _, s := range starter.CancelWords(reference, there).Explain(time.Now()) {
			pg.line("%s", s)
		}
	})
}
