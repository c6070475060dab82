package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/devserver"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// newFaults returns the command that shows and sets the faults of running marketplaces.
func newFaults(base *devserver.Options) *cobra.Command {
	var output string
	show := func(cmd *cobra.Command, _ []string) error {
		if output != "table" && output != "json" {
			return devserver.UsageError{Err: fmt.Errorf("--output %q: want table or json", output)}
		}
		all, err := devserver.AskFaults(cmd.Context(), base, "")
		if err != nil {
			return err
		}
		return devserver.PrintFaults(cmd.OutOrStdout(), output, all)
	}
	cmd := &cobra.Command{
		Use:   "faults",
		Short: "Show the faults of the running marketplaces, and change them",
		Long: `Shows, per account, how often calls go wrong and how many have, since the marketplaces were started. It finds
them through the data folder. What can go wrong (KIND):

` + devserver.FaultsHelp(),
		Example: `  towpath-dev faults
  towpath-dev faults set lost=0.05 throttle=0.01
  towpath-dev faults set --account ebay-uk --operations getOrders repeated-cursor=1
  towpath-dev faults set slow=1 --slow 10s
  towpath-dev faults off`,
		Args: noArgs,
		RunE: show,
	}
	cmd.PersistentFlags().StringVarP(&output, "output", "o", "table", "how to print: table or json")
	cmd.AddCommand(newFaultsSet(base, show), newFaultsOff(base, show))
	return cmd
}

func newFaultsSet(base *devserver.Options, show func(*cobra.Command, []string) error) *cobra.Command {
	var account string
	var operations []string
	var slow time.Duration
	cmd := &cobra.Command{
		Use:   "set KIND=RATE ...",
		Short: "Switch faults on, each with the probability that a call, or an order, has it",
		Long: `Changes the given rates and leaves the others as they are; 0 switches one off. Rates of calls that fail may add up to 1:
if they would to more, the others give way. The change applies from the next call on, until the marketplaces stop.
Faults with channels in brackets are of orders, not of calls, and their rates too may add up to 1. An order gets its fault when
it is placed, and keeps it. --account with a channel that does not do it is refused.
--operations takes the channel's own names, such as getOrders; a wrong one lists all. KIND:

` + devserver.FaultsHelp(),
		Example: `  towpath-dev faults set lost=0.05 throttle=0.01
  towpath-dev faults set unfulfil=0.05 buyer-cancels=0.1
  towpath-dev faults set --account amazon-uk revoked-grant=1`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return devserver.UsageError{Err: fmt.Errorf("give the faults, e.g. lost=0.05; kinds: %s", devserver.FaultNames())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return devserver.SwitchFaults(cmd.Context(), base, account, func(now faults.Rates) (faults.Rates, error) {
				if cmd.Flags().Changed("operations") {
					now.Operations = operations
				}
				if cmd.Flags().Changed("slow") {
					now.SlowMillis = int(slow.Milliseconds())
				}
				return devserver.ParseFaults(now, args...)
			}, func() error { return show(cmd, nil) })
		},
	}
	cmd.Flags().StringVar(&account, "account", "", "only at this account's marketplace")
	cmd.Flags().StringSliceVar(&operations, "operations", nil, "only these of the channel's operations; empty = all; a wrong name lists them")
	cmd.Flags().DurationVar(&slow, "slow", 0, "how late slow answers come and late requests are carried out, at speed 1")
	return cmd
}

func newFaultsOff(base *devserver.Options, show func(*cobra.Command, []string) error) *cobra.Command {
	var account string
	cmd := &cobra.Command{
		Use:     "off",
		Short:   "Switch all faults off",
		Example: `  towpath-dev faults off --account ebay-uk`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			none := func(faults.Rates) (faults.Rates, error) { return faults.Rates{}, nil }
			return devserver.SwitchFaults(cmd.Context(), base, account, none, func() error { return show(cmd, nil) })
		},
	}
	cmd.Flags().StringVar(&account, "account", "", "only at this account's marketplace")
	return cmd
}
