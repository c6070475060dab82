package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) syncCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "sync",
		Short: "Scan orders, push stock levels, or send parked packages now",
		Long: "Starts now what Towpath also does on its own schedule: scans for orders, or pushes stock levels. Or sends packages again\n" +
			"whose automatic attempts are used up.",
		Example: "  towpath sync orders --account amazon-uk --wait\n  towpath sync stock\n  towpath sync shipments --wait",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usagef("choose one: sync orders, sync stock or sync shipments")
		},
	}
	c.AddCommand(
		p.syncKind("orders", "Scan for orders that were placed or changed", runs.RunOrders),
		p.syncKind("stock", "Push the levels that are not up to date on the channel", runs.RunStock),
		p.syncShipmentsCommand())
	return c
}

func (p *Program) syncKind(name, short string, kind runs.RunKind) *cobra.Command {
	var account string
	var w waiting
	c := &cobra.Command{
		Use:   name,
		Short: short,
		Long: short + ", on one account or on every account that is enabled.\n" +
			"With --wait it shows the result, and exits 3 when an account could not be done or needs you.",
		Example: "  towpath sync " + name + "\n  towpath sync " + name + " --account amazon-uk --wait -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return w.reach(cmd.Context(), p, func(ctx context.Context, pf *platform.Platform) error {
				results, err := syncAll(ctx, pf, kind, account, w.wait)
				if err != nil {
					return err
				}
				if err := p.printSynced(results, w.wait); err != nil {
					return err
				}
				return synced(results)
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "only this account")
	w.flags(c, 10*time.Minute)
	return c
}

// syncResult is the result for one account.
type syncResult struct {
	Account string    `json:"account"`
	Skipped string    `json:"skipped,omitempty"` // why nothing was started
	Run     *runs.Run `json:"run,omitempty"`     // with --wait; nil when there was nothing to do
	Left    int       `json:"left,omitempty"`    // levels that are not up to date yet
}

// syncAll starts all accounts first and then waits for them, so that they run at the same time.
func syncAll(ctx context.Context, pf *platform.Platform, kind runs.RunKind, account string, wait bool) ([]syncResult, error) {
	accounts, err := pf.Store.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	if account != "" {
		one, err := syncOne(ctx, pf, kind, account, wait)
		return []syncResult{one}, err
	}
	results := make([]syncResult, 0, len(accounts))
	errs := make(chan error, len(accounts))
	var asked int
	for _, a := range accounts {
		results = append(results, syncResult{Account: a.ID})
		r := &results[len(results)-1]
		switch {
		case !a.Enabled:
			r.Skipped = wording.SwitchedOff
		case a.Paused:
			r.Skipped = "paused: " + a.PausedReason
		case whyPaused(a, string(kind)) != "":
			r.Skipped = whyPaused(a, string(kind))
		default:
			asked++
			go func() {
				var err error
				*r, err = syncOne(ctx, pf, kind, a.ID, wait)
				errs <- err
			}()
		}
	}
	var all []error
	for range asked {
		all = append(all, <-errs)
	}
	return results, errors.Join(all...)
}

func syncOne(ctx context.Context, pf *platform.Platform, kind runs.RunKind, account string, wait bool) (syncResult, error) {
	r := syncResult{Account: account}
	var err error
	if kind == runs.RunOrders {
		r.Run, err = pf.Starter.SyncOrders(ctx, account, wait)
		return r, err
	}
	asked := time.Now()
	if err := pf.Starter.SyncStock(ctx, account, wait); err != nil || !wait {
		return r, err
	}
	if r.Left, err = pf.Store.Levels.DirtyCount(ctx, account); err != nil {
		return r, err
	}
	list, err := pf.Store.Runs.List(ctx, runs.RunFilter{Kind: runs.RunStock, Account: account, Limit: 1})
	if err == nil && len(list) > 0 && list[0].EndedAt.After(asked) {
		r.Run = &list[0]
	}
	return r, err
}
