package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/starter"
)

func (p *Program) accountLiveCommand() *cobra.Command {
	var ask starter.GoLiveAsk
	var sample starter.SampleAsk
	var undo bool
	c := &cobra.Command{
		Use:   "live ACCOUNT",
		Short: "Let an observing account write to its channel",
		Long: "A new account only observes: its orders are read and reserved, its listings are read, and nothing is written to\n" +
			"its channel. Going live pushes all its levels and sends its packages. It is refused (exit 1) when more than 20\n" +
			"listings, and more than 5%, would change to zero or to more than five times what is listed, or when orders,\n" +
			"listings or stock were never read; --accept goes live anyway. If packages were processed meanwhile,\n" +
			"--held-packages must say what to do with them (otherwise: exit 2). It can be repeated.\n" +
			"--skus N lets a sample go live first: N listings in stock that would change least, or those of --sku. The rest observes\n" +
			"on, packages too. --undo brings every level that was sent back to what it was before, less what was sold on the channel\n" +
			"since, and sets the account back to observing; within 14 days.",
		Example: "  towpath accounts live amazon-uk --skus 50\n  towpath accounts live amazon-uk --sku MUG-BLU --sku MUG-RED\n" +
			"  towpath accounts live amazon-uk --undo\n  towpath accounts live amazon-uk\n  towpath accounts live amazon-uk --held-packages forget\n  towpath accounts live ebay-uk --accept --held-packages send",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if given := changedFlags(cmd, "skus", "sku", "undo"); len(given) > 1 || len(given) == 1 && (ask.Accept || ask.Held != "") {
				return usagef("--%s is given alone: all but --by-whom are of another request", given[0])
			}
			return p.with(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, args[0]); err != nil {
					return err
				}
				ask.Account, ask.By = args[0], cmp.Or(ask.By, "the command line")
				switch {
				case undo:
					return p.undoLive(ctx, pf, args[0])
				case cmd.Flags().Changed("skus") || len(sample.Named) > 0:
					sample.Account, sample.By = ask.Account, ask.By
					return p.goLiveSample(ctx, pf, sample, cmd.Flags().Changed("skus"))
				}
				out, err := pf.Starter.GoLive(ctx, ask)
				if err != nil {
					return err
				}
				return p.print(out, func(pg *page) { showLive(pg, out) })
			})
		},
	}
	f := c.Flags()
	f.IntVar(&sample.SKUs, "skus", 0, "let so many listings go live first, in all")
	f.StringArrayVar(&sample.Named, "sku", nil, "let this listing go live first, by the channel's SKU; may be repeated")
	f.BoolVar(&undo, "undo", false, "bring the levels back to what they were before")
	f.BoolVar(&ask.Accept, "accept", false, "go live although much would change, or something was never read")
	f.StringVar(&ask.Held, "held-packages", "", "what to do with held packages: send or forget")
	f.StringVar(&ask.By, "by-whom", os.Getenv("USER"), "your name, for the record")
	return c
}

func showLive(pg *page, out starter.GoneLive) {
	showDiffCounts(pg, out.Diff)
	if !out.Changed {
		pg.line("%s is live already.", out.Account)
	} else {
		pg.line("%s is live: its levels are being pushed.", out.Account)
	}
	if out.HeldPackages > 0 {
		pg.line("Held packages: %d; marked as sent by other means: %d; released to be sent: %d.", out.HeldPackages, out.Forgotten, out.Resumed)
	}
	if out.Warning != "" {
		pg.line("%s", out.Warning)
	}
}

func (p *Program) accountObserveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "observe ACCOUNT",
		Short: "Stop an account from writing to its channel",
		Long: "Sets an account back to observing: its orders and listings are read, and nothing is written to its channel until\n" +
			"`towpath accounts live ACCOUNT`. A call in progress is finished first.",
		Example: "  towpath accounts observe ebay-uk",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, args[0]); err != nil {
					return err
				}
				if _, err := pf.Starter.Observe(cmd.Context(), args[0]); err != nil {
					return err
				}
				return p.printAccountState(args[0], "observing", nil)
			})
		},
	}
}

// pushWords returns what happens to the levels of accounts: those that observe send none.
func pushWords(ctx context.Context, pf *platform.Platform, accounts map[string]bool) string {
	var observing []string
	for id := range accounts {
		if a, err := pf.Store.Accounts.Account(ctx, id); err == nil && a.Observing {
			observing = append(observing, id)
		}
	}
	slices.Sort(observing)
	switch {
	case len(observing) == 0:
		return "The levels are being pushed."
	case len(observing) < len(accounts):
		return fmt.Sprintf("The levels are being pushed, except those of %s: observing. Next: `towpath levels diff --account %s`.", strings.Join(observing, ", "), observing[0])
	}
	return fmt.Sprintf("These accounts observe, so no level is sent: %s. Next: `towpath levels diff --account %s`, then `towpath accounts live %s`.",
		strings.Join(observing, ", "), observing[0], observing[0])
}
