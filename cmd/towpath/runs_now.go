package main

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/runs"
)

func (p *Program) runsNowCommand() *cobra.Command {
	var account string
	c := &cobra.Command{
		Use:   "now KIND --account A",
		Short: "Start a run now instead of at its scheduled time",
		Long: "Starts a run of an account now: orders (scan), stock (push levels), links (import listings), levels (read\n" +
			"accepted levels back), coverage (compare the last day's orders; production accounts only) or listings (publish\n" +
			"changes on production; for other products use `towpath publish`). A run in progress is not disturbed.\n" +
			"`towpath sync` does the same for orders and stock on every account, and can wait.",
		Example: "  towpath runs now orders --account amazon-uk\n  towpath runs now links --account ebay-uk",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, kind := cmd.Context(), runs.RunKind(args[0])
			switch {
			case !slices.Contains(runKinds, kind):
				return usagef("%q is not a kind of run: want one of %s", args[0], list(runKinds))
			case account == "":
				return usagef("name the account: --account A")
			}
			return p.with(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, account); err != nil {
					return err
				}
				if err := pf.Starter.RunNow(ctx, account, kind); err != nil {
					return err
				}
				return p.print(map[string]string{"account": account, "kind": args[0]}, func(pg *page) {
					pg.line("%s: asked; `towpath runs` shows it.", account)
				})
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "on which account; must be given")
	return c
}

func (p *Program) runsStopCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "stop RUN",
		Short: "Stop a publication that is in progress or queued",
		Long: "Stops a publication: items not sent yet are skipped, and answers to sent items are still awaited. Other runs end\n" +
			"by themselves; `towpath accounts pause A` prevents new ones.",
		Example: "  towpath runs stop RUN",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				changed, err := pf.Starter.StopRun(ctx, args[0], person())
				if err != nil {
					return err
				}
				stopped := []string{}
				if changed {
					stopped = append(stopped, args[0])
				}
				return p.printStopped(stopped)
			})
		},
	}
}
