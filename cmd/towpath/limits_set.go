package main

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) limitsSetCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "set ACCOUNT OPERATION RATE",
		Short: "Set an account's rate for an operation, per second, until it is reset",
		Long: "Sets an account's rate for an operation, per second (0.001 to 1000), until it is reset. It applies at once on\n" +
			"all workers, also to waiting calls, survives restarts, and takes precedence over the accounts file. The channel\n" +
			"refuses calls above its limit: `towpath limits` counts them.",
		Example: "  towpath limits set ebay-uk levels 2.5",
		Args:    cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			rate, err := strconv.ParseFloat(args[2], 64)
			if err != nil || !(rate >= channel.MinRate && rate <= channel.MaxRate) {
				return usagef("rate %q: want a number of turns per second from %v to %v, e.g. 0.5", args[2], channel.MinRate, channel.MaxRate)
			}
			op := channel.Operation(args[1])
			return p.changeLimit(cmd.Context(), args[0], op, func(ctx context.Context, pf *platform.Platform) (starter.Limit, error) {
				return pf.Starter.SetLimit(ctx, pf.Settings.TemporalNamespace, args[0], op, rate)
			})
		},
	}
}

func (p *Program) limitsResetCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "reset ACCOUNT OPERATION",
		Short: "Remove a rate that was set by hand",
		Long: "Removes a rate that was set by hand. The rate of the accounts file, of the channel's answers or of the published\n" +
			"budget applies again at once.",
		Example: "  towpath limits reset ebay-uk levels",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			op := channel.Operation(args[1])
			return p.changeLimit(cmd.Context(), args[0], op, func(ctx context.Context, pf *platform.Platform) (starter.Limit, error) {
				return pf.Starter.ResetLimit(ctx, pf.Settings.TemporalNamespace, args[0], op)
			})
		},
	}
}

// changeLimit checks the request before it connects to the Temporal server, without which nothing is changed.
func (p *Program) changeLimit(ctx context.Context, account string, op channel.Operation,
	change func(context.Context, *platform.Platform) (starter.Limit, error),
) error {
	return p.with(ctx, func(pf *platform.Platform) error {
		if err := pf.Starter.CheckLimit(ctx, account, op); err != nil {
			return err
		}
		if err := pf.Reachable(ctx); err != nil {
			return err
		}
		l, err := change(ctx, pf)
		if err != nil {
			return err
		}
		return p.printLimit(l)
	})
}

// printLimit prints the limit that applies, with a warning when it is above what the channel is known to allow.
func (p *Program) printLimit(l starter.Limit) error {
	return p.print(l, func(pg *page) {
		pg.line("%s %s: %s per second (%s), in force on all workers.", l.Account, string(l.Operation), wording.Rate(l.Rate), fromText(l))
		if l.Rate > l.Weight {
			pg.line("That is above the published rate of %s: %s.", wording.Rate(l.Weight), limitText(l))
		}
	})
}
