package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/devserver"
)

// newSecondTool returns the command that plays another tool which writes to a running marketplace.
func newSecondTool(base *devserver.Options) *cobra.Command {
	var account, output string
	var skus int
	var every time.Duration
	cmd := &cobra.Command{
		Use:   "second-tool --account A",
		Short: "Play another tool that overwrites levels at a running marketplace",
		Long: `Sets the levels of some listings of an account as another tool does that keeps a stock of its own: each time those of
the same listings, to the same quantities. The marketplace's ledger names them somebody else's. With --every it does so
again and again until Ctrl-C. Towpath names them after it has read the listings back: towpath levels drift.`,
		Example: `  towpath-dev second-tool --account ebay-uk --skus 50
  towpath-dev second-tool --account ebay-uk --skus 50 --every 5m`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case account == "":
				return devserver.UsageError{Err: fmt.Errorf("name the account: --account A")}
			case output != "table" && output != "json":
				return devserver.UsageError{Err: fmt.Errorf("--output %q: want table or json", output)}
			case every < 0:
				return devserver.UsageError{Err: fmt.Errorf("--every %s: give a time above 0", every)}
			}
			once := func() error {
				done, err := devserver.OverwriteLevels(cmd.Context(), base, account, skus)
				if err != nil {
					return err
				}
				return devserver.PrintOverwritten(cmd.OutOrStdout(), output, done)
			}
			if err := once(); err != nil || every == 0 {
				return err
			}
			for tick := time.NewTicker(every); ; {
				select {
				case <-cmd.Context().Done():
					tick.Stop()
					return nil
				case <-tick.C:
					if err := once(); err != nil {
						return err
					}
				}
			}
		},
	}
	f := cmd.Flags()
	f.StringVar(&account, "account", "", "at this account's marketplace")
	f.IntVar(&skus, "skus", 50, "of how many listings")
	f.DurationVar(&every, "every", 0, "again after this time, until Ctrl-C; 0 = once")
	f.StringVarP(&output, "output", "o", "table", "how to print: table or json")
	return cmd
}
