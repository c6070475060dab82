package main

import (
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/devserver"
)

// newAudit returns the command that audits the contents of a data folder.
func newAudit(base *devserver.Options) *cobra.Command {
	o := defaultOptions()
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Compare the marketplaces' ledgers with the store",
		Long: `Compares what the marketplaces recorded with what the store has, and prints what holds and what does not.
Run it when no work is left: before that, differences are normal. Exit code 1 when a line does not hold.`,
		Example: `  towpath-dev audit --orders 2010-12.csv`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Data = base.Data
			return devserver.Audit(cmd.Context(), o, cmd.OutOrStdout())
		},
	}
	bookFlags(cmd, o)
	return cmd
}
