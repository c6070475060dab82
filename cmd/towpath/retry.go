package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/incidents"
)

func (p *Program) retryCommand() *cobra.Command {
	var account, code string
	c := &cobra.Command{
		Use:   "retry ID...",
		Short: "Let parked work try again",
		Long: "Lets parked work try again: by its id or order reference as `towpath status` shows them, or all parked work of\n" +
			"an account; --code limits it to work parked by the fault with that code.",
		Example: "  towpath retry shipment/ebay-uk/14-12345-67890\n  towpath retry --account ebay-uk --code 25001",
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			if (len(args) == 0) == (account == "") {
				return usagef("choose what to retry: ids, or --account A (`towpath status` lists the parked work)")
			}
			if code != "" && account == "" {
				return usagef("--code needs --account")
			}
			return p.reach(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, account); err != nil {
					return err
				}
				parked, err := pf.Store.Incidents.ParkedList(ctx, account)
				if err != nil {
					return err
				}
				chosen, err := choose(parked, args, code)
				if err != nil {
					return err
				}
				return p.retryAll(ctx, pf, chosen)
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "all parked work of this account")
	c.Flags().StringVar(&code, "code", "", "only work parked by a fault with this code")
	return c
}

// choose returns the parked entries with the given names, or all with the code. An unknown name is a usage error, before any
// retry.
func choose(parked []incidents.Parked, ids []string, code string) ([]incidents.Parked, error) {
	var chosen []incidents.Parked
	for _, k := range parked {
		if len(ids) == 0 && (code == "" || k.Fault != nil && k.Fault.Code == code) {
			chosen = append(chosen, k)
		}
	}
	seen := make(map[string]bool)
	for _, id := range ids {
		var found bool
		for _, k := range parked {
			if k.WorkflowID != id && k.Reference != id {
				continue
			}
			found = true
			if !seen[k.WorkflowID] {
				seen[k.WorkflowID] = true
				chosen = append(chosen, k)
			}
		}
		if !found {
			return nil, usagef("%q is not parked: `towpath status` lists what is", id)
		}
	}
	return chosen, nil
}

func (p *Program) retryAll(ctx context.Context, pf *platform.Platform, chosen []incidents.Parked) error {
	retried := make([]string, 0, len(chosen))
	var failed int
	for _, k := range chosen {
		if err := pf.Starter.Retry(ctx, k.WorkflowID); err != nil {
			failed++
			p.printError("Error: " + err.Error())
			continue
		}
		retried = append(retried, k.WorkflowID)
	}
	err := p.print(map[string][]string{"retried": retried}, func(pg *page) {
		for _, id := range retried {
			pg.line("%s tries again.", id)
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
