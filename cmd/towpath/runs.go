package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
)

var runKinds = []store.RunKind{store.RunOrders, store.RunStock, store.RunShipments, store.RunListings, store.RunLinks, store.RunLevels, store.RunMigration}

func (p *Program) runsCommand() *cobra.Command {
	var filter store.RunFilter
	var kind string
	c := &cobra.Command{
		Use:     "runs",
		Short:   "List runs, the newest first: the activity register",
		Long:    "Lists runs, the newest first: what was synchronised when, what came of it, and the fault that ended it.",
		Example: "  towpath runs --errors\n  towpath runs --kind stock --account ebay-uk --limit 100",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			filter.Kind = store.RunKind(kind)
			if kind != "" && !slices.Contains(runKinds, filter.Kind) {
				return usagef("--kind %q: want one of %s", kind, list(runKinds))
			}
			if err := checkLimit(filter.Limit); err != nil {
				return err
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, filter.Account); err != nil {
					return err
				}
				runs, err := pf.Store.Runs(cmd.Context(), filter)
				if err != nil {
					return err
				}
				return p.printRuns(runs, filter.Limit)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&kind, "kind", "", "only runs of this kind: "+list(runKinds))
	f.StringVar(&filter.Account, "account", "", "only runs of this account")
	f.BoolVar(&filter.Errors, "errors", false, "only runs that ended with a fault or with items in error")
	f.IntVar(&filter.Limit, "limit", pageSize, "how many runs to list")
	f.StringVar(&filter.Before, "after", "", "go on after this run, as the list before said")
	return c
}

func (p *Program) printRuns(runs []store.Run, limit int) error {
	shown := struct {
		Runs  []store.Run `json:"runs"`
		After string      `json:"after,omitempty"` // for the next page; empty = there is none
	}{Runs: filled(runs)}
	if len(runs) == limit {
		shown.After = runs[len(runs)-1].ID
	}
	return p.print(shown, func(pg *page) {
		if len(runs) == 0 {
			pg.line("No such runs.")
			return
		}
		runTable(pg, runs)
		if shown.After != "" {
			pg.line("\nMore: the same command with --after %s", shown.After)
		}
	})
}

func runTable(pg *page, runs []store.Run) {
	rows := make([][]cell, len(runs))
	for i, r := range runs {
		duration := "runs"
		if !r.EndedAt.IsZero() {
			duration = took(max(r.EndedAt.Sub(r.StartedAt), time.Duration(0)))
		}
		n := r.Counts
		rows[i] = []cell{
			word(r.ID), word(string(r.Kind)), word(r.Account), word(string(r.Endpoint)), word(moment(r.StartedAt)), amount(duration),
			number(n.Seen), number(n.Saved), number(n.Same), number(n.Skipped), counted(n.Parked, yellow), counted(n.Errors, red),
			tinted(strings.TrimSpace(string(r.FaultClass)+" "+r.FaultCode), red),
		}
	}
	pg.table([]string{"RUN", "KIND", "ACCOUNT", "ENDPOINT", "STARTED", "TOOK", "SEEN", "SAVED", "SAME", "SKIPPED", "PARKED", "ERRORS", "FAULT"}, rows)
}

// knownAccount turns a slip in an account's name into a usage error, instead of an empty list.
func knownAccount(ctx context.Context, pf *platform.Platform, account string) error {
	if account == "" {
		return nil
	}
	_, err := pf.Store.Account(ctx, account)
	if errors.Is(err, store.ErrNotFound) {
		return usagef("no account %q: `towpath accounts` lists them", account)
	}
	return err
}
