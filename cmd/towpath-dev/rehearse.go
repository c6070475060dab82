package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/devserver"
)

// newRehearse returns the command that simulates a merchant's first day with the merchant's own files.
func newRehearse(base *devserver.Options) *cobra.Command {
	o := defaultOptions()
	cmd := &cobra.Command{
		Use:   "rehearse FILE ...",
		Short: "Rehearse your first day: marketplaces that list what your export files show, and Towpath empty",
		Long: `Starts everything as without a command, but the marketplaces list what your own files show: Amazon's All
Listings report, eBay's active listings report, Shopify's product export, one file per marketplace. Buyers buy from
them. eBay's listings behave like those made in Seller Hub. Towpath starts empty and its accounts observe: import,
link, count, compare and go live with the commands of towpath, as you would on the first day with real accounts.`,
		Example: `  towpath-dev rehearse all-listings.txt active-listings.csv products_export_1.csv
  towpath catalog import products_export_1.csv       # in another terminal`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := cobra.MinimumNArgs(1)(cmd, args); err != nil {
				return devserver.UsageError{Err: fmt.Errorf("give the files that your channels export: %w", err)}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Data = base.Data
			for _, path := range args {
				whole, err := filepath.Abs(path)
				if err != nil {
					return devserver.UsageError{Err: err}
				}
				o.Rehearse = append(o.Rehearse, whole)
			}
			return devserver.Run(cmd.Context(), o, cmd.OutOrStdout())
		},
	}
	serverFlags(cmd, o)
	f := cmd.Flags()
	f.StringVar(&o.Speed, "speed", o.Speed, "how many seconds of a day pass in one")
	f.BoolVar(&o.Fresh, "fresh", false, "delete all earlier data and start again")
	f.StringVar(&o.Faults, "faults", "none", "none, occasional, or kinds with their rates; towpath-dev faults -h lists them")
	f.IntVar(&o.Ports.Markets, "markets-port", o.Ports.Markets, "first port of the marketplaces; 0 picks free ones")
	return cmd
}
