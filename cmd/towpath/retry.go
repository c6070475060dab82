package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/incidents"
)

func (p *Program) retryCommand() *cobra.Command {
	var ask retryAsk
	c := &cobra.Command{
		Use:   "retry [REF | ID]...",
		Short: "Let parked packages try again",
		Long: "Lets parked packages try again: those of an order, by its reference; one of them, with --package or by its id as\n" +
			"`towpath status` shows it; or all of an account, where --code limits them to those parked by the fault with that code.\n" +
			"No other package is touched. A package that waits for its next attempt by itself makes it now.",
		Example: "  towpath retry 14-12345-67890 --package P1\n  towpath retry shipment/ebay-uk/14-12345-67890/P1\n  towpath retry --account ebay-uk --code 25001",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			ask.names = args
			if err := ask.check(); err != nil {
				return err
			}
			return p.reach(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, ask.account); err != nil {
					return err
				}
				parked, err := pf.Store.Incidents.ParkedList(ctx, ask.account)
				if err != nil {
					return err
				}
				chosen, err := ask.choose(ctx, pf, parked)
				if err != nil {
					return err
				}
				return p.retryAll(ctx, pf, chosen)
			})
		},
	}
	c.Flags().StringVar(&ask.account, "account", "", "all parked packages of this account, or the account of the orders that are named")
	c.Flags().StringVar(&ask.code, "code", "", "only those parked by a fault with this code")
	c.Flags().StringVar(&ask.packageID, "package", "", "only this package of the order")
	return c
}

// retryAsk is what the command line asks to be retried.
type retryAsk struct {
	names                    []string // ids of workflows, and references of orders
	account, code, packageID string
}

func (a retryAsk) check() error {
	switch {
	case len(a.names) == 0 && a.account == "":
		return usagef("choose what to retry: an order's reference, or --account A (`towpath status` lists what is parked)")
	case a.code != "" && (a.account == "" || len(a.names) > 0):
		return usagef("--code needs --account, and no names beside it")
	case a.packageID != "" && len(a.names) != 1:
		return usagef("--package needs the reference of its order, and only that")
	}
	return nil
}

// choose returns what to retry. An unknown name is a usage error, before any retry.
func (a retryAsk) choose(ctx context.Context, pf *platform.Platform, parked []incidents.Parked) ([]incidents.Parked, error) {
	if len(a.names) == 0 {
		return choose(parked, nil, a.code)
	}
	var chosen []incidents.Parked
	for _, name := range a.names {
		found := named(parked, name)
		if len(found) == 0 {
			row, err := pf.Starter.Find(ctx, name, a.account)
			if err != nil {
				return nil, usagef("%q is not parked: `towpath status` lists what is (%v)", name, err)
			}
			if found, err = pf.Starter.Retryable(ctx, row); err != nil {
				return nil, err
			}
		}
		if a.packageID != "" {
			found = slices.DeleteFunc(found, func(k incidents.Parked) bool { return k.Package != a.packageID })
		}
		if len(found) == 0 {
			return nil, usagef("%s is not parked: `towpath status` lists what is", a.title(name))
		}
		chosen = append(chosen, found...)
	}
	return unique(chosen), nil
}

func (a retryAsk) title(name string) string {
	if a.packageID != "" {
		return fmt.Sprintf("package %q of order %q", a.packageID, name)
	}
	return fmt.Sprintf("%q", name)
}

// named returns what is parked under an id.
func named(parked []incidents.Parked, id string) []incidents.Parked {
	var found []incidents.Parked
	for _, k := range parked {
		if k.WorkflowID == id || k.Reference == id || k.OrderID == id {
			found = append(found, k)
		}
	}
	return found
}

// unique leaves out what is named twice.
func unique(list []incidents.Parked) []incidents.Parked {
	var out []incidents.Parked
	for _, k := range list {
		same := func(q incidents.Parked) bool { return q.WorkflowID == k.WorkflowID && q.Package == k.Package }
		if !slices.ContainsFunc(out, same) {
			out = append(out, k)
		}
	}
	return out
}

// retryCommandOf is the command that retries something parked and nothing else.
func retryCommandOf(k incidents.Parked) string { return "towpath retry " + shellWord(k.WorkflowID) }

// retriedWords says what tries again.
func retriedWords(k incidents.Parked) string {
	if k.Package == "" {
		return k.WorkflowID + " tries again."
	}
	return fmt.Sprintf("Package %s of order %s tries again.", k.Package, k.Reference)
}

// choose returns the parked entries with one of the ids, or all with the code. An unknown id is a usage error.
func choose(parked []incidents.Parked, ids []string, code string) ([]incidents.Parked, error) {
	var chosen []incidents.Parked
	for _, k := range parked {
		if len(ids) == 0 && (code == "" || k.Fault != nil && k.Fault.Code == code) {
			chosen = append(chosen, k)
		}
	}
	for _, id := range ids {
		found := named(parked, id)
		if len(found) == 0 {
			return nil, usagef("%q is not parked: `towpath status` lists what is", id)
		}
		chosen = append(chosen, found...)
	}
	return unique(chosen), nil
}

func (p *Program) retryAll(ctx context.Context, pf *platform.Platform, chosen []incidents.Parked) error {
	retried, said := make([]string, 0, len(chosen)), make([]string, 0, len(chosen))
	var failed int
	for _, k := range chosen {
		if err := pf.Starter.RetryPackage(ctx, k); err != nil {
			failed++
			p.printError("Error: " + err.Error())
			continue
		}
		retried, said = append(retried, k.WorkflowID), append(said, retriedWords(k))
	}
	err := p.print(map[string][]string{"retried": retried}, func(pg *page) {
		for _, words := range said {
			pg.line("%s", words)
		}
		if len(chosen) == 0 {
			pg.line("Nothing of that kind is parked.")
		}
	})
	if err == nil && failed > 0 {
		return fmt.Errorf("%d of %d could not be retried", failed, len(chosen))
	}
	return err
}
