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
		Short: "Start a run now, without waiting for its time",
		Long: "Starts now what an account does in its own time: orders (a scan), stock (a push of levels), links (its listings are\n" +
			"read), levels (accepted levels are read back) or listings (what has changed is published on production; for other goods\n" +
			"there is `towpath publish`). What is in progress already goes on. `towpath sync` does the same for orders and stock on every account, and can wait.",
		Example: "  towpath runs now orders --account amazon-uk\n  towpath runs now links --account ebay-uk",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, kind := cmd.Context(), runs.RunKind(args[0])
			switch {
			case !slices.Contains(runKinds, kind):
				return usagef("%q is no kind of run: want one of %s", args[0], list(runKinds))
			case account == "":
				return usagef("say on which account: --account A")
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
		Long: "Stops a publication: what was not sent yet is skipped, what was sent is followed to its end. Runs of other kinds end\n" +
			"by themselves; `towpath accounts pause A` lets no other begin.",
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
