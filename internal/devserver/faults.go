package devserver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/table"
)

// AccountFaults are the fault rates and counts of one account's marketplace.
type AccountFaults struct {
	Account string `json:"account"`
	address string
	kind    channel.Kind
	faults.State
}

// runningMarketplaces returns the marketplaces that run in the data folder.
func runningMarketplaces(ctx context.Context, o *Options) (*simulator.Attached, error) {
	running, err := runningIn(ctx, (&folder{path: o.Data}).file(marketsDir))
	if err == nil && running == nil {
		err = UsageError{fmt.Errorf("no marketplaces are running in %s: start towpath-dev, or towpath-dev marketplaces, or name their folder with --data", o.Data)}
	}
	return running, err
}

// AskFaults returns the faults of the marketplaces that run in the data folder, or of one account's.
func AskFaults(ctx context.Context, o *Options, account string) ([]AccountFaults, error) {
	running, err := runningMarketplaces(ctx, o)
	if err != nil {
		return nil, err
	}
	accounts := running.Accounts
	if account != "" {
		a, ok := running.Account(account)
		if !ok {
			return nil, UsageError{fmt.Errorf("--account %q: there are %s", account, strings.Join(ids(accounts), ", "))}
		}
		accounts = []simulator.Account{a}
	}
	var all []AccountFaults
	for _, a := range accounts {
		state, err := faults.Show(ctx, a.Address)
		if err != nil {
			return nil, err
		}
		all = append(all, AccountFaults{Account: a.ID, address: a.Address, kind: a.Kind, State: state})
	}
	return all, nil
}

// SwitchFaults changes the rates of every marketplace, or of one account's. A kind that a channel does not have is left
// out there, and a mistake when that account alone is meant. If one of the changes is invalid, it changes none.
func SwitchFaults(ctx context.Context, o *Options, account string, change func(faults.Rates) (faults.Rates, error), show func() error) error {
	all, err := AskFaults(ctx, o, account)
	if err != nil {
		return err
	}
	for i := range all {
		wanted, err := change(all[i].Rates)
		if err != nil {
			return err
		}
		if all[i].Rates = wanted.For(all[i].kind); account != "" {
			if err := lacking(wanted, all[i]); err != nil {
				return err
			}
		}
	}
	if all, err = concerned(all); err != nil {
		return err
	}
	for _, a := range all {
		if _, err := faults.Switch(ctx, a.address, a.Rates); err != nil {
			return err
		}
	}
	return show()
}

// lacking returns a UsageError if a kind of fault does not exist on an account's channel.
func lacking(wanted faults.Rates, a AccountFaults) error {
	for _, k := range faults.All() {
		if wanted.Of(k) != a.Rates.Of(k) {
			return UsageError{fmt.Errorf("%s does not exist on %s (%s): %s", k, a.kind, a.Account, faults.Effect(k))}
		}
	}
	return nil
}

// concerned returns the accounts whose channel has one of the operations that the rates are limited to. A name that no channel has
// is a UsageError that lists those there are.
func concerned(all []AccountFaults) ([]AccountFaults, error) {
	var out []AccountFaults
	known := make(map[string]bool)
	for _, a := range all {
		for _, name := range a.Known {
			known[name] = true
		}
		if len(a.Rates.Operations) == 0 || slices.ContainsFunc(a.Rates.Operations, func(name string) bool { return slices.Contains(a.Known, name) }) {
			out = append(out, a)
		}
	}
	for _, a := range all {
		for _, name := range a.Rates.Operations {
			if !known[name] {
				return nil, UsageError{fmt.Errorf("--operations %s: no such operation; there are %s", name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))}
			}
		}
	}
	return out, nil
}

// PrintFaults writes the faults as a table or, with output json, as JSON.
func PrintFaults(w io.Writer, output string, all []AccountFaults) error {
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
			rows = append(rows, table.Words(a.Account, string(k), fmt.Sprintf("%.6g", rate), fmt.Sprint(n), operations))
		}
		if shown == 0 {
			rows = append(rows, table.Words(a.Account, "none", "", "", ""))
		}
	}
	return table.Write(w, rows)
}

// ParseFaults reads rates by name; it returns a UsageError if it can't.
func ParseFaults(over faults.Rates, words ...string) (faults.Rates, error) {
	rates, err := faults.Parse(over, words...)
	switch {
	case errors.Is(err, faults.ErrKind):
		return over, UsageError{fmt.Errorf("%w; kinds: %s", err, FaultNames())}
	case err != nil:
		return over, UsageError{err}
	}
	return rates, nil
}

// FaultNames returns the kinds of faults, in one line.
func FaultNames() string {
	var names []string
	for _, k := range faults.All() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// FaultsHelp returns a list of the kinds with their effects.
func FaultsHelp() string {
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
