package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/simulator/book"
)

// newRehearse is the command that plays a merchant's first day with his own files.
func newRehearse(base *options) *cobra.Command {
	o := defaultOptions()
	cmd := &cobra.Command{
		Use:   "rehearse FILE ...",
		Short: "Rehearse your first day: marketplaces that list what your export files show, and Towpath empty",
		Long: `Brings everything up as without a command, but the marketplaces list what your own files show: Amazon's All
Listings report, eBay's active listings report, Shopify's product export, one file a marketplace. Buyers buy from
them. eBay's listings are as they were made in Seller Hub. Towpath begins empty and its accounts observe: import,
link, count, compare and go live with the commands of towpath, as you would on the first day with real accounts.`,
		Example: `  towpath-dev rehearse all-listings.txt active-listings.csv products_export_1.csv
  towpath catalog import products_export_1.csv       # in another terminal`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := cobra.MinimumNArgs(1)(cmd, args); err != nil {
				return usageError{fmt.Errorf("name the files that your channels export: %w", err)}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.data = base.data
			for _, path := range args {
				whole, err := filepath.Abs(path)
				if err != nil {
					return usageError{err}
				}
				o.rehearse = append(o.rehearse, whole)
			}
			return runDev(cmd.Context(), o, cmd.OutOrStdout())
		},
	}
	o.serverFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.speed, "speed", o.speed, "how many seconds of a day pass in one")
	f.BoolVar(&o.fresh, "fresh", false, "forget all earlier data and begin anew")
	f.StringVar(&o.faults, "faults", "none", "none, occasional, or kinds with their rates; towpath-dev faults -h lists them")
	f.IntVar(&o.ports.markets, "markets-port", o.ports.markets, "first port of the marketplaces; 0 picks free ones")
	return cmd
}

// planned is what the buyers buy: a rehearsal's, or the book's.
func (d *dev) planned(ctx context.Context) (*book.Plan, error) {
	if d.o.rehearse == nil {
		return d.o.plan()
	}
	var err error
	if d.goods, err = rehearsed(ctx, d.o.rehearse); err != nil {
		return nil, err
	}
	plan := rehearsalPlan(d.goods)
	if len(plan.Events) == 0 {
		return nil, usageError{errors.New("rehearse: the files list nothing that has a SKU")}
	}
	return plan, nil
}

// printRehearsal says what to do first.
func (d *dev) printRehearsal(out io.Writer) {
	listed := make(map[string]int)
	for _, g := range d.goods {
		listed[g.Account]++
	}
	fmt.Fprintln(out, "Your first day. The marketplaces list what your files show; Towpath knows nothing yet, and its accounts observe.")
	for _, id := range accountIDs() {
		fmt.Fprintf(out, "  %-12s %d listing(s)\n", id, listed[id])
	}
	fmt.Fprintln(out, "What to do, step by step: docs/operating.md, The first day.")
	fmt.Fprintln(out)
}
