package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) statusCommand() *cobra.Command {
	var watch bool
	c := &cobra.Command{
		Use:   "status",
		Short: "Show what is running, what is queued, what went wrong and what to do about it",
		Long: "Shows how much is running and queued and how many incidents need you; per account its state, the calls that failed\n" +
			"in the last hour, and when the last scan was and the next one is; then what is running, with its progress; what is\n" +
			"queued and why; and what needs you, each with the command to run on a line of its own. Exits 3 when something\n" +
			"needs you. With --watch it repeats until Ctrl-C.",
		Example: "  towpath status\n  towpath status --watch\n  towpath status -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				if watch {
					return p.watch(ctx, func() (any, func(*page), error) {
						n, err := collect(ctx, pf)
						return n, func(pg *page) { showNow(pg, n, time.Now()) }, err
					})
				}
				n, err := collect(ctx, pf)
				if err != nil {
					return err
				}
				if err := p.print(n, func(pg *page) { showNow(pg, n, time.Now()) }); err != nil {
					return err
				}
				return n.attention()
			})
		},
	}
	c.Flags().BoolVarP(&watch, "watch", "w", false, "repeat every second until Ctrl-C")
	return c
}

func showNow(pg *page, n now, at time.Time) {
	pg.said(n.Sync.Counts(len(incident.ForYou(n.Needs))).Line())
	pg.said(n.Summary(n.Needs, at).Headline())
	if line := n.Promises.Line(); line != "" {
		pg.line("%s", line)
	}
	showNeeds(pg, n, at)
	showSync(pg, n, at)
	if len(n.Accounts) > 0 {
		pg.section("Accounts")
		showAccounts(pg, n, at)
	}
	showHealths(pg, n.Health)
	showGood(pg, n, at)
}

func showAccounts(pg *page, n now, at time.Time) {
	yours := make(map[string]bool) // accounts of which something parked waits for a person, not only for the end of a pause
	for _, k := range starter.WaitsForYou(n.Now.Parked, n.Needs) {
		yours[k.Account] = true
	}
	rows := make([][]cell, len(n.Accounts))
	for i, a := range n.Accounts {
		last := a.LastRun[runs.RunOrders]
		lastScan := away(last.StartedAt, at)
		if last.FaultClass != "" {
			lastScan += " (" + wording.Fault(last.FaultClass, last.FaultCode) + ")"
		}
		rows[i] = []cell{
			word(a.ID), word(string(a.Channel)), tinted(a.EndpointText(), when(a.Endpoint == channel.Test, yellow)).prose(), said(starter.ConditionOf(a.Account)), number(openOrders(a.AccountSummary.Orders)),
			counted(a.Dirty, cyan), counted(a.Parked, when(yours[a.ID], red)), number(a.Faults),
			tinted(lastScan, when(last.FaultClass != "", yellow)).prose(), word(nextScan(a, at)).prose(),
		}
	}
	pg.table([]string{"ACCOUNT", "CHANNEL", "ENDPOINT", "STATE", "OPEN", "QUEUED", "PARKED", "FAILED CALLS 1H", "LAST SCAN", "NEXT SCAN"}, rows)
}

// nextScan returns when the next order scan begins, or why that is unknown.
func nextScan(a starter.AccountNow, at time.Time) string {
	if a.Enabled && !a.Does(account.Orders) {
		return "when resumed"
	}
	if w, asked := a.Waits[runs.RunOrders]; asked {
		return due(w.Until, at)
	}
	if a.Enabled && a.Orders.AsOf.IsZero() {
		return "not known"
	}
	return due(a.Orders.Next, at)
}

// openOrders returns the number of orders that still need work.
func openOrders(by map[order.State]int) (n int) {
	for _, s := range []order.State{order.AwaitingPayment, order.Open, order.Processing, order.Processed} {
		n += by[s]
	}
	return n
}
