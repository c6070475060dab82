package main

import (
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
