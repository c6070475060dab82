package main

import (
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/devserver"
)

// newMarketplaces returns the command that runs only the marketplaces.
func newMarketplaces(base *devserver.Options) *cobra.Command {
	o := defaultOptions()
	cmd := &cobra.Command{
		Use:   "marketplaces",
		Short: "Run the simulated marketplaces and their buyers in a process of their own",
		Long: `Runs the marketplaces and plays the order book into them, and nothing else: workers, the Temporal server
or the whole platform can be killed while they keep running. A towpath-dev started on the same --data uses them.`,
		Example: `  towpath-dev marketplaces --orders 2010-12.csv --speed 5000
  towpath-dev --orders 2010-12.csv --speed 5000      # in another terminal: the platform`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Data = base.Data
			return devserver.RunMarketplaces(cmd.Context(), o, cmd.OutOrStdout())
		},
	}
	bookFlags(cmd, o)
	cmd.Flags().StringVar(&o.Host, "host", "", "address to listen on; 127.0.0.1 when empty")
	cmd.Flags().StringVar(&o.Public, "public", "", "host name under which others reach the marketplaces; the same as --host when empty")
	return cmd
}
