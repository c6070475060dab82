package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/links"
)

func (p *Program) accountsCommand() *cobra.Command {
	listAll := func(cmd *cobra.Command, _ []string) error {
		return p.with(cmd.Context(), func(pf *platform.Platform) error {
			accounts, err := pf.Store.Accounts.List(cmd.Context())
			if err != nil {
				return err
			}
			counts := make([]links.LinkCounts, len(accounts))
			for i, a := range accounts {
				if counts[i], err = pf.Store.Links.LinkCounts(cmd.Context(), a.ID); err != nil {
					return err
				}
			}
			return p.printAccounts(accounts, counts, time.Now())
		})
	}
	c := &cobra.Command{
		Use:     "accounts",
		Short:   "List the accounts; show, test, pause or resume one, or let it go live",
		Long:    "Lists the accounts as the worker that was started last saved them. Credentials are never shown.",
		Example: "  towpath accounts\n  towpath accounts test amazon-uk\n  towpath accounts resume ebay-uk",
		Args:    cobra.NoArgs, RunE: listAll,
	}
	c.AddCommand(
		&cobra.Command{Use: "list", Short: "List the accounts", Example: "  towpath accounts list -o json", Args: cobra.NoArgs, RunE: listAll},
		p.accountShowCommand(), p.accountTestCommand(), p.accountPauseCommand(), p.accountResumeCommand(),
		p.accountLiveCommand(), p.accountObserveCommand())
	return c
}

func (p *Program) accountPauseCommand() *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use:     "pause ACCOUNT",
		Short:   "Stop all work for an account until it is resumed",
		Long:    "Stops all work for an account until it is resumed. A call in progress is finished first.",
		Example: "  towpath accounts pause amazon-uk --reason \"stock take\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.reach(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, args[0]); err != nil {
					return err
				}
				if err := pf.Starter.Pause(cmd.Context(), args[0], reason); err != nil {
					return err
				}
				return p.printAccountState(args[0], "paused")
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "paused by hand", "why, as status and the schedules show it")
	return c
}

func (p *Program) accountResumeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "resume ACCOUNT",
		Short: "Let a paused account work again, once the channel accepts it",
		Long: "Lets a paused account work again. The connection is tested first: if the channel refuses it, the account stays\n" +
			"paused. Then all waiting work continues.",
		Example: "  towpath accounts resume ebay-uk",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.reach(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, args[0]); err != nil {
					return err
				}
				test := func(ctx context.Context) error { return p.testAccount(ctx, pf, args[0]) }
				if err := pf.Starter.Resume(ctx, args[0], test); err != nil {
					return err
				}
				return p.printAccountState(args[0], "resumed")
			})
		},
	}
}

func (p *Program) printAccountState(id, state string) error {
	return p.print(map[string]string{"account": id, "state": state}, func(pg *page) { pg.line("%s: %s.", id, state) })
}
