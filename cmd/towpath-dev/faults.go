package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/table"
)

// newFaults is the command that shows and switches the faults of marketplaces that run.
func newFaults(base *options) *cobra.Command {
	var output string
	show := func(cmd *cobra.Command, _ []string) error {
		if output != "table" && output != "json" {
			return usageError{fmt.Errorf("--output %q: want table or json", output)}
		}
		all, err := askFaults(cmd.Context(), base, "")
		if err != nil {
			return err
		}
		return printFaults(cmd.OutOrStdout(), output, all)
	}
	cmd := &cobra.Command{
		Use:   "faults",
		Short: "Show how the running marketplaces misbehave, and switch it",
		Long: `Shows, per account, how often calls go wrong and how many have, since the marketplaces were started. It finds
them through the data folder. What can go wrong (KIND):

` + kindsHelp(),
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

func newFaultsSet(base *options, show func(*cobra.Command, []string) error) *cobra.Command {
	var account string
	var operations []string
	var slow time.Duration
	cmd := &cobra.Command{
		Use:   "set KIND=RATE ...",
		Short: "Switch faults on, each with the probability that a call has it",
		Long: `Changes the rates that are named and leaves the others as they are; 0 switches one off. The change holds from the
next call on, until the marketplaces stop. KIND:

` + kindsHelp(),
		Example: `  towpath-dev faults set lost=0.05 throttle=0.01
  towpath-dev faults set --account amazon-uk revoked-grant=1`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Errorf("say which faults, e.g. lost=0.05; kinds: %s", kindNames())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return switchFaults(cmd.Context(), base, account, func(now faults.Rates) (faults.Rates, error) {
				if cmd.Flags().Changed("operations") {
					now.Operations = operations
				}
				if cmd.Flags().Changed("slow") {
					now.SlowMillis = int(slow.Milliseconds())
				}
				return parseFaults(now, args...)
			}, func() error { return show(cmd, nil) })
		},
	}
	cmd.Flags().StringVar(&account, "account", "", "only at this account's marketplace")
	cmd.Flags().StringSliceVar(&operations, "operations", nil, "only these of the channel's operations; empty = all")
	cmd.Flags().DurationVar(&slow, "slow", 0, "how late slow answers come, at speed 1")
	return cmd
}

func newFaultsOff(base *options, show func(*cobra.Command, []string) error) *cobra.Command {
	var account string
	cmd := &cobra.Command{
		Use:     "off",
		Short:   "Switch all faults off",
		Example: `  towpath-dev faults off --account ebay-uk`,
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			none := func(faults.Rates) (faults.Rates, error) { return faults.Rates{}, nil }
			return switchFaults(cmd.Context(), base, account, none, func() error { return show(cmd, nil) })
		},
	}
	cmd.Flags().StringVar(&account, "account", "", "only at this account's marketplace")
	return cmd
}

// accountFaults is what one marketplace says of its faults.
type accountFaults struct {
	Account string `json:"account"`
	address string
	faults.State
}

// askFaults asks the marketplaces that run in the data folder, or one account's.
func askFaults(ctx context.Context, o *options, account string) ([]accountFaults, error) {
	dir := (&folder{path: o.data}).file(marketsDir)
	running, err := runningIn(ctx, dir)
	if err != nil {
		return nil, err
	}
	if running == nil {
		return nil, usageError{fmt.Errorf("no marketplaces run in %s: start towpath-dev, or towpath-dev marketplaces, or name their folder with --data", o.data)}
	}
	accounts := running.Accounts
	if account != "" {
		a, ok := running.Account(account)
		if !ok {
			return nil, usageError{fmt.Errorf("--account %q: there are %s", account, strings.Join(ids(accounts), ", "))}
		}
		accounts = []simulator.Account{a}
	}
	var all []accountFaults
	for _, a := range accounts {
		state, err := faults.Show(ctx, a.Address)
		if err != nil {
			return nil, err
		}
		all = append(all, accountFaults{Account: a.ID, address: a.Address, State: state})
	}
	return all, nil
}

// switchFaults changes the rates of every marketplace or of one, none if one of the changes makes no sense.
func switchFaults(ctx context.Context, o *options, account string, change func(faults.Rates) (faults.Rates, error), show func() error) error {
	all, err := askFaults(ctx, o, account)
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].Rates, err = change(all[i].Rates); err != nil {
			return err
		}
	}
	for _, a := range all {
		if _, err := faults.Switch(ctx, a.address, a.Rates); err != nil {
			return err
		}
	}
	return show()
}

func printFaults(w io.Writer, output string, all []accountFaults) error {
	if output == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(all)
	}
	rows := [][]table.Cell{table.Words("ACCOUNT", "FAULT", "RATE", "SO FAR", "OPERATIONS")}
	for _, a := range all {
		operations, shown := "all", 0
		if len(a.Rates.Operations) > 0 {
			operations = strings.Join(a.Rates.Operations, ", ")
		}
		for _, k := range faults.All() {
			rate, n := a.Rates.Of(k), a.Injected[k]
			if rate == 0 && n == 0 {
				continue
			}
			shown++
			rows = append(rows, table.Words(a.Account, string(k), fmt.Sprintf("%g", rate), fmt.Sprint(n), operations))
		}
		if shown == 0 {
			rows = append(rows, table.Words(a.Account, "none", "", "", ""))
		}
	}
	return table.Write(w, rows)
}

// parseFaults reads rates by name; a mistake is the caller's.
func parseFaults(over faults.Rates, words ...string) (faults.Rates, error) {
	rates, err := faults.Parse(over, words...)
	if err != nil {
		return over, usageError{fmt.Errorf("%w; kinds: %s", err, kindNames())}
	}
	return rates, nil
}

func kindNames() string {
	var names []string
	for _, k := range faults.All() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// kindsHelp lists the kinds with what each does.
func kindsHelp() string {
	var b strings.Builder
	for _, k := range faults.All() {
		fmt.Fprintf(&b, "  %-20s %s\n", k, faults.Effect(k))
	}
	return strings.TrimRight(b.String(), "\n")
}

func ids(accounts []simulator.Account) []string {
	all := make([]string, len(accounts))
	for i, a := range accounts {
		all[i] = a.ID
	}
	return all
}
