package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

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
		Long: "Shows per account what is running, what is queued, the faults of the last hour, and when the last scan was and\n" +
			"the next one is; then what is parked and what to do about it. Exits 3 when something needs you. With --watch it\n" +
			"repeats until Ctrl-C.",
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
	pg.said(n.Summary(n.Needs, at).Headline())
	if len(n.Accounts) > 0 {
		pg.line("")
		showAccounts(pg, n.Accounts, at)
	}
	if line := n.Promises.Line(); line != "" {
		pg.line("\n%s", line)
	}
	showRunning(pg, n, at)
	showAsked(pg, n)
	showNeeds(pg, n, at)
}

func showAccounts(pg *page, accounts []starter.AccountNow, at time.Time) {
	rows := make([][]cell, len(accounts))
	for i, a := range accounts {
		last := a.LastRun[runs.RunOrders]
		lastScan := away(last.StartedAt, at)
		if last.FaultClass != "" {
			lastScan += " (" + wording.Fault(last.FaultClass, last.FaultCode) + ")"
		}
		rows[i] = []cell{
			word(a.ID), word(string(a.Channel)), tinted(a.EndpointText(), when(a.Endpoint == channel.Test, yellow)).prose(), said(starter.ConditionOf(a.Account)), number(openOrders(a.AccountSummary.Orders)),
			counted(a.Dirty, cyan), counted(a.Parked, red), number(a.Faults),
			tinted(lastScan, when(last.FaultClass != "", yellow)).prose(), word(nextScan(a, at)).prose(),
		}
	}
	pg.table([]string{"ACCOUNT", "CHANNEL", "ENDPOINT", "STATE", "OPEN", "QUEUED", "PARKED", "FAILED CALLS 1H", "LAST SCAN", "NEXT SCAN"}, rows)
}

// nextScan returns when the next order scan begins, or why that is unknown.
func nextScan(a starter.AccountNow, at time.Time) string {
	if a.Enabled && a.Paused {
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

func showRunning(pg *page, n now, at time.Time) {
	var rows [][]cell
	for _, a := range n.Accounts {
		switch {
		case wording.AtWork(a.Scan):
			rows = append(rows, words("  "+a.ID, "order scan", wording.LiveLine(*a.Scan, at)))
		case a.Scan == nil && len(a.Orders.Running) > 0:
			rows = append(rows, words("  "+a.ID, "order scan", wording.NoAnswer))
		}
		if wording.AtWork(a.Stock) {
			rows = append(rows, words("  "+a.ID, "stock push", wording.LiveLine(*a.Stock, at)))
		}
	}
	for _, run := range n.Publications {
		text := starter.PublicationWords(run.Publication).State().Text
		if run.Live != nil {
			text = wording.LiveLine(*run.Live, at)
		}
		rows = append(rows, words("  "+run.Account, "listings to "+string(run.Endpoint), text))
	}
	for _, b := range n.Backfills {
		rows = append(rows, []cell{word("  " + b.Account), word("backfill"), word(b.text(at)).prose()})
	}
	if len(rows) > 0 {
		pg.section("Running")
		pg.table(nil, rows)
	}
}

// showAsked lists what a channel has asked to wait with. A person may ask all the same.
func showAsked(pg *page, n now) {
	var rows [][]cell
	for _, a := range n.Accounts {
		for _, kind := range runs.RunKinds() {
			if w, asked := a.Waits[kind]; asked {
				rows = append(rows, words("  "+a.ID, string(kind), wording.AskedToWait(w.Until), fmt.Sprintf("towpath runs now %s --account %s", kind, a.ID)))
			}
		}
	}
	if len(rows) > 0 {
		pg.section("Asked to wait (the command asks at once)")
		pg.table(nil, rows)
	}
}

// mostParked limits the parked entries that status shows; JSON has all.
const mostParked = 20

func showNeeds(pg *page, n now, at time.Time) {
	var rows [][]cell
	for _, need := range incident.ForYou(n.Needs) {
		if need.Kind != incident.Parked { // these are listed one by one
			rows = append(rows, needRow(need, at, red))
		}
	}
	shown := slices.DeleteFunc(slices.Clone(n.Parked), func(k parked) bool { return starter.HeldUntilLive(k.Parked) })
	for _, k := range shown[:min(len(shown), mostParked)] {
		rows = append(rows, parkedRow(k, at))
	}
	if len(rows) > 0 {
		pg.section("Needs you")
		pg.table(nil, rows)
		for _, need := range incident.ForYou(n.Needs) {
			if need.Kind == incident.Parked && len(need.Cases) > 0 {
				pg.sentence("  ", "Case "+strings.Join(need.Cases, ", ")+" is open about "+need.Name().String()+".")
			}
		}
		if more := len(shown) - mostParked; more > 0 {
			pg.line("  and %d more", more)
		}
	}
	rows = nil
	for _, need := range n.Needs {
		if need.Acts != incident.You {
			rows = append(rows, needRow(need, at, plain))
		}
	}
	if len(rows) > 0 {
		pg.section("Good to know")
		pg.table(nil, rows)
	}
}

func needRow(n incident.Need, at time.Time, c colour) []cell {
	since := ""
	if !n.Since.IsZero() {
		since = away(n.Since, at)
	}
	return []cell{tinted("  "+n.Account, c), word(""), word(since), word(n.Title).prose(), word(n.Command)}
}

func parkedRow(k parked, at time.Time) []cell {
	what := "order " + k.Reference
	if k.Package != "" {
		what += ", package " + k.Package
	}
	why := starter.ParkedWords(k.Parked).Why()
	if k.Remedy != nil {
		why += ": " + k.Remedy.Title
		if cause := k.Remedy.Cause.Text(); cause != "" {
			why += " (" + cause + ")"
		}
	}
	return []cell{tinted("  "+what, red), word(k.Account + " " + string(k.Endpoint)), word(away(k.Since, at)), word(why).prose(), word(retryCommandOf(k.Parked))}
}
