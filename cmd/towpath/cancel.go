package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

func (p *Program) cancelCommand() *cobra.Command {
	var account string
	var some quantities
	var wait answering
	var what orders.Cancellation
	c := &cobra.Command{
		Use:   "cancel REF",
		Short: "Cancel an order, or some units of it",
		Long: "Cancels all units of an order that are not shipped, or only the given units. Reserved units become free, packed\n" +
			"units go back to stock. Shipped units can't be cancelled: use `return`. Where the account's settings say so, the\n" +
			"order is cancelled on its channel too, and the channel is told the --cause; else its page there is shown.",
		Example: "  towpath cancel 202-5538961-7743559 --reason \"buyer changed his mind\"\n" +
			"  towpath cancel 1001 --line 11 --quantity 1 --line 12 --quantity 3",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			var err error
			if what.Lines, err = some.pairs(); err != nil {
				return err
			}
			if what.Cause != "" && !slices.Contains(order.Causes(), what.Cause) {
				return usagef("--cause %q: want one of %s", string(what.Cause), causeNames())
			}
			given := what.ID
			if given == "" {
				what.ID = uuid.NewString()
			}
			err = wait.reach(ctx, p, func(ctx context.Context, pf *platform.Platform) error {
				row, err := pf.Starter.Find(ctx, args[0], account)
				if err != nil {
					return err
				}
				out, err := pf.Starter.Cancel(ctx, row, what)
				if err != nil {
					return offerReturn(err, row)
				}
				d, err := pf.Store.Orders.Detail(ctx, row.Key.RowID)
				if err != nil {
					return err
				}
				return p.printCancelled(row.Reference, out, d.Cancel, what.ID)
			})
			return keyed(err, given, what.ID)
		},
	}
	accountFlag(c, &account)
	some.flags(c)
	wait.flags(c)
	c.Flags().StringVar(&what.Reason, "reason", "", "why, for the record; write no buyer's data into it")
	c.Flags().StringVar((*string)(&what.Cause), "cause", "", "why, for the channel: "+causeNames())
	c.Flags().StringVar(&what.ID, "key", "", "the same key cancels once, however often the command is repeated")
	return c
}

// causeNames are the causes that a channel can be told.
func causeNames() string {
	var names []string
	for _, c := range order.Causes() {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

// printCancelled prints the state of an order after a cancellation, with the key that repeats it.
func (p *Program) printCancelled(reference string, out message.OrderResult, there *orders.ChannelCancel, key string) error {
	shown := struct {
		Order string `json:"order"`
		message.OrderResult
		Channel *orders.ChannelCancel `json:"channelCancel,omitempty"`
		Key     string                `json:"key"`
	}{reference, out, there, key}
	return p.print(shown, func(pg *page) {
		pg.line("Order %s is %s.", reference, string(out.State))
		for _, s := range starter.CancelWords(reference, there).Explain(time.Now()) {
			pg.line("%s", s)
		}
		pg.line("The key is %s: with --key the same cancellation counts once, however often it is repeated.", key)
	})
}

// keyed adds the key to an error of a request that may be repeated, if the key was made here and the request was no mistake.
func keyed(err error, given, key string) error {
	var usage *starter.UsageError
	var refused *starter.RefusedError
	if err == nil || given != "" || errors.As(err, &usage) || errors.As(err, &refused) {
		return err
	}
	return fmt.Errorf("%w (to repeat it, give --key %s)", err, key)
}

// offerReturn adds the alternative to a refused cancellation when units are shipped.
func offerReturn(err error, row orders.OrderRow) error {
	var refused *starter.RefusedError
	if !errors.As(err, &refused) || row.Units.Shipped == 0 {
		return err
	}
	return fmt.Errorf("%w; what was shipped can come back: `towpath return %s --line ID --quantity N --restock`", err, shellWord(row.Reference))
}

// quantities has pairs of --line and --quantity.
type quantities struct {
	lines []string
	units []int
}

func (q *quantities) flags(c *cobra.Command) {
	c.Flags().StringArrayVar(&q.lines, "line", nil, "`ID` of a line, as the command order shows it; may be repeated")
	c.Flags().IntSliceVar(&q.units, "quantity", nil, "how many units of the preceding --line")
}

func (q *quantities) pairs() ([]order.LineQuantity, error) {
	if len(q.lines) != len(q.units) {
		return nil, usagef("there are %d --line and %d --quantity: want one --quantity for each --line", len(q.lines), len(q.units))
	}
	pairs := make([]order.LineQuantity, len(q.lines))
	for i, id := range q.lines {
		if id == "" || q.units[i] < 1 {
			return nil, usagef("--line %q --quantity %d: want a line's id and 1 or more units", id, q.units[i])
		}
		pairs[i] = order.LineQuantity{LineID: id, Quantity: q.units[i]}
	}
	return pairs, nil
}
