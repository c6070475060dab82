package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

var runKinds = runs.RunKinds()

func (p *Program) runsCommand() *cobra.Command {
	var a runsAsked
	c := &cobra.Command{
		Use:   "runs",
		Short: "Show what is in progress, what ran last, what runs next and what is queued",
		Long: "Shows per account and kind what is in progress, the last run and its result, when the next run starts or why\n" +
			"that is unknown, and what is queued. With a filter it lists runs, the newest first, as `towpath runs list` does,\n" +
			"each with the fault that ended it.",
		Example: "  towpath runs\n  towpath runs --errors\n  towpath runs list --kind listings --account ebay-uk --limit 100\n" +
			"  towpath runs now orders --account amazon-uk\n  towpath runs stop RUN",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.filters(cmd) {
				return p.listRuns(cmd.Context(), a)
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error { return p.register(cmd.Context(), pf) })
		},
	}
	a.flags(c)
	c.AddCommand(p.runsListCommand(), p.runsNowCommand(), p.runsStopCommand())
	return c
}

// runsAsked has the flags of a list of runs.
type runsAsked struct {
	filter runs.RunFilter
	kind   string
}

func (a *runsAsked) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&a.kind, "kind", "", "only runs of this kind: "+list(runKinds))
	f.StringVar(&a.filter.Account, "account", "", "only runs of this account")
	f.BoolVar(&a.filter.Errors, "errors", false, "only runs that ended with a fault or with items in error")
	f.IntVar(&a.filter.Limit, "limit", pageSize, "how many runs to list")
	f.StringVar(&a.filter.Before, "after", "", "continue after this run, as shown at the end of a list")
}

// filters reports whether a filter was given.
func (a *runsAsked) filters(c *cobra.Command) bool {
	return slices.ContainsFunc([]string{"kind", "account", "errors", "limit", "after"}, func(name string) bool { return c.Flags().Changed(name) })
}

func (p *Program) runsListCommand() *cobra.Command {
	var a runsAsked
	c := &cobra.Command{
		Use:     "list",
		Short:   "List runs, the newest first",
		Long:    "Lists runs, the newest first: what was synchronised when, the result, and the fault that ended it.",
		Example: "  towpath runs list --errors\n  towpath runs list --kind listings --account ebay-uk --limit 100",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return p.listRuns(cmd.Context(), a) },
	}
	a.flags(c)
	return c
}

func (p *Program) listRuns(ctx context.Context, a runsAsked) error {
	a.filter.Kind = runs.RunKind(a.kind)
	if a.kind != "" && !slices.Contains(runKinds, a.filter.Kind) {
		return usagef("--kind %q: want one of %s", a.kind, list(runKinds))
	}
	if err := checkLimit(a.filter.Limit); err != nil {
		return err
	}
	return p.with(ctx, func(pf *platform.Platform) error {
		if err := knownAccount(ctx, pf, a.filter.Account); err != nil {
			return err
		}
		found, err := pf.Store.Runs.List(ctx, a.filter)
		if err != nil {
			return err
		}
		return p.printRuns(found, a.filter != (runs.RunFilter{Limit: a.filter.Limit}), a.filter.Limit)
	})
}

func (p *Program) printRuns(list []runs.Run, filtered bool, limit int) error {
	shown := struct {
		Runs  []runs.Run `json:"runs"`
		After string     `json:"after,omitempty"` // for the next page; empty = there is none
	}{Runs: filled(list)}
	if len(list) == limit {
		shown.After = list[len(list)-1].ID
	}
	return p.print(shown, func(pg *page) {
		if len(list) == 0 {
			pg.sentence("", wording.NoRuns.Text(filtered))
			return
		}
		runTable(pg, list)
		if i := slices.IndexFunc(list, func(r runs.Run) bool { return r.FaultClass != "" || r.Counts.Errors > 0 }); i >= 0 {
			pg.sentence("", "For the channel's support, of the newest with errors: `towpath support run "+list[i].ID+" --out case.zip`.")
		}
		if shown.After != "" {
			pg.line("\nMore: the same command with --after %s", shown.After)
		}
	})
}

func runTable(pg *page, list []runs.Run) {
	rows := make([][]cell, len(list))
	for i, r := range list {
		n := r.Counts
		rows[i] = []cell{
			word(r.ID), word(string(r.Kind)), word(r.Account), word(string(r.Endpoint)), word(pg.moment(r.Account, r.StartedAt)), said(starter.RunWords(r).Outcome()).prose(), amount(dash(wording.Between(r.StartedAt, r.EndedAt))),
			number(n.Seen), number(n.Saved), number(n.Same), number(n.Skipped), counted(n.Unlinked, yellow), counted(n.Errors, yellow),
			tinted(wording.Fault(r.FaultClass, r.FaultCode), yellow).prose(),
		}
	}
	pg.table([]string{"RUN", "KIND", "ACCOUNT", "ENDPOINT", "STARTED", "OUTCOME", "TOOK", "SEEN", "SAVED", "SAME", "SKIPPED", "UNLINKED", "ERRORS", "FAULT"}, rows)
}

// knownAccount returns a usage error for an unknown account, instead of an empty list.
func knownAccount(ctx context.Context, pf *platform.Platform, account string) error {
	if account == "" {
		return nil
	}
	_, err := pf.Store.Accounts.Account(ctx, account)
	if errors.Is(err, store.ErrNotFound) {
		return usagef("no account %q: `towpath accounts` lists them", account)
	}
	return err
}
