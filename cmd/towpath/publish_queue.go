package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/publications"
)

// ofAccount has the flags of commands about the runs of an account's endpoint.
type ofAccount struct{ account, endpoint string }

func (o *ofAccount) flags(c *cobra.Command) {
	c.Flags().StringVar(&o.account, "account", "", "which account; must be given")
	c.Flags().StringVar(&o.endpoint, "endpoint", "", "only the runs of this endpoint: test or production")
}

// endpoints returns the selected endpoints.
func (o *ofAccount) endpoints(ctx context.Context, pf *platform.Platform) ([]channel.Endpoint, error) {
	if o.account == "" {
		return nil, usagef("name the account: --account A")
	}
	switch e := channel.Endpoint(o.endpoint); e {
	case "":
		return []channel.Endpoint{channel.Test, channel.Production}, knownAccount(ctx, pf, o.account)
	case channel.Test, channel.Production:
		return []channel.Endpoint{e}, knownAccount(ctx, pf, o.account)
	}
	return nil, usagef("--endpoint %q: want test or production", o.endpoint)
}

func (p *Program) publishStopCommand() *cobra.Command {
	var o ofAccount
	c := &cobra.Command{
		Use:   "stop --account A",
		Short: "Stop the publication in progress, and those queued behind it",
		Long: "Stops all unfinished runs of an account: items not sent yet are skipped, and answers to sent items are still\n" +
			"awaited. `towpath runs stop RUN` stops one run.",
		Example: "  towpath publish stop --account amazon-uk\n  towpath publish stop --account amazon-uk --endpoint test",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				endpoints, err := o.endpoints(ctx, pf)
				if err != nil {
					return err
				}
				stopped := []string{}
				for _, e := range endpoints {
					runs, err := pf.Store.Publications.List(ctx, o.account, e)
					if err != nil {
						return err
					}
					for _, run := range runs {
						changed, err := pf.Starter.StopPublication(ctx, run.ID, person())
						if err != nil {
							return err
						}
						if changed {
							stopped = append(stopped, run.ID)
						}
					}
				}
				return p.printStopped(stopped)
			})
		},
	}
	o.flags(c)
	return c
}

func (p *Program) printStopped(runs []string) error {
	return p.print(map[string][]string{"stopped": runs}, func(pg *page) {
		for _, id := range runs {
			pg.line("Run %s ends: what was not sent is skipped; `towpath items --run %s` shows what became of each item.", id, id)
		}
		if len(runs) == 0 {
			pg.line("Nothing is in progress or queued.")
		}
	})
}

func (p *Program) publishRetryCommand() *cobra.Command {
	var o ofAccount
	c := &cobra.Command{
		Use:   "retry --account A",
		Short: "Let a waiting publication try again now",
		Long: "Ends the wait of a publication after a fault of the channel, or for an account that was paused or must be\n" +
			"authorised again. Items that ended in error are not sent again: use `towpath publish --errors`.",
		Example: "  towpath publish retry --account amazon-uk",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				endpoints, err := o.endpoints(ctx, pf)
				if err != nil {
					return err
				}
				if err := pf.Reachable(ctx); err != nil {
					return err
				}
				retried := []publications.Publication{}
				for _, e := range endpoints {
					run, waits, err := pf.Store.Publications.NextPublication(ctx, o.account, e)
					if err != nil {
						return err
					}
					if !waits {
						continue
					}
					if err := pf.Starter.RetryPublication(ctx, o.account, e); err != nil {
						return err
					}
					retried = append(retried, run)
				}
				return p.print(map[string][]publications.Publication{"retried": retried}, func(pg *page) {
					for _, run := range retried {
						pg.line("%s %s: run %s tries again.", run.Account, string(run.Endpoint), run.ID)
					}
					if len(retried) == 0 {
						pg.line("No publication of %s is in progress.", o.account)
					}
				})
			})
		},
	}
	o.flags(c)
	return c
}
