package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) incidentShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show INCIDENT",
		Short: "Show an incident: what it affects, what is at stake, whether it grows, and what to do",
		Long: "Shows an incident, which is named by its kind, account and code, as `towpath incidents` lists it. Exits 3 while it\n" +
			"needs you.",
		Example: "  towpath incidents show parked/ebay-uk/25001\n  towpath incidents show refused/amazon-uk/8541 -o json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				i, err := pf.Starter.Incident(cmd.Context(), args[0])
				if err != nil {
					return err
				}
				if err := p.print(i, func(pg *page) { showIncident(pg, i, time.Now()) }); err != nil {
					return err
				}
				if i.Waits() {
					return &attention{i.Account + " " + i.Title}
				}
				return nil
			})
		},
	}
}

func showIncident(pg *page, i starter.IncidentShown, at time.Time) {
	pg.title(i.Name)
	pg.sentence("", i.Title+".")
	pg.line("")
	state := string(i.State)
	if i.Retrying > 0 {
		state += ": " + wording.Count(i.Retrying, "attempt is under way", "attempts are under way")
	}
	rows := [][]cell{{word("state"), tinted(state, incidentColour(i.State, i.Waits()))}, words("acts next", i.Actor())}
	if a := i.Acknowledged; a != nil {
		rows = append(rows, words("acknowledged", fmt.Sprintf("by %s %s: %s", a.By, away(a.At, at), a.Reason)))
	}
	if a := i.Attempt; a != nil {
		rows = append(rows, words("tried again", fmt.Sprintf("by %s %s: %s", dash(a.By), away(a.At, at), wording.Count(a.Items, "item", "items"))))
	}
	if !i.Since.IsZero() {
		rows = append(rows, words("first seen", pg.moment(i.Account, i.Since)))
	}
	if !i.ResolvedAt.IsZero() {
		rows = append(rows, words("resolved", pg.moment(i.Account, i.ResolvedAt)))
	}
	if a := i.Affected; a != nil {
		if !a.LastSeen.IsZero() {
			rows = append(rows, words("last seen", pg.moment(i.Account, a.LastSeen)))
		}
		rows = append(rows, words("affected", wording.AtLeast(a.Items, a.More)), words("trend", i.Trend), words("at stake", stake(*a, func(t time.Time) string { return pg.moment(i.Account, t) })))
	} else if i.Subjects > 0 {
		rows = append(rows, words("affected", fmt.Sprint(i.Subjects)))
	}
	if len(i.Cases) > 0 {
		rows = append(rows, words("case", strings.Join(i.Cases, ", ")))
	}
	pg.facts(rows)
	showAffected(pg, i, at)
	showIncidentRemedy(pg, i)
}

// stake returns what is at stake, as one text.
func stake(a store.Affected, moment func(time.Time) string) string {
	var parts []string
	if a.Orders > 0 {
		parts = append(parts, wording.Count(a.Orders, "order", "orders"))
	}
	for _, currency := range slices.Sorted(maps.Keys(a.Values)) {
		parts = append(parts, amountOf(a.Values[currency], currency))
	}
	if !a.ShipBy.IsZero() {
		parts = append(parts, "to be shipped by "+moment(a.ShipBy))
	}
	if a.SKUs > 0 {
		parts = append(parts, wording.Count(a.SKUs, "SKU", "SKUs"))
	}
	return dash(strings.Join(parts, ", "))
}

func showAffected(pg *page, i starter.IncidentShown, at time.Time) {
	if i.Affected == nil || len(i.Affected.Sample) == 0 {
		if len(i.Sample) > 0 {
			pg.sentence("\nSuch as ", strings.Join(i.Sample, ", ")+".")
		}
		return
	}
	pg.section("Affected")
	rows := make([][]cell, len(i.Affected.Sample))
	for n, one := range i.Affected.Sample {
		rows[n] = []cell{word("  " + one.Reference), word(away(one.At, at)), word("")}
		if one.Item != one.Reference {
			rows[n][2] = word(one.Item)
		}
	}
	pg.table(nil, rows)
	if more := i.Affected.Items - len(rows); more > 0 {
		pg.line("  and %s more: %s", wording.AtLeast(more, i.Affected.More), i.Command)
	}
}

func showIncidentRemedy(pg *page, i starter.IncidentShown) {
	if i.State == incident.Resolved {
		return
	}
	pg.section("What to do")
	for _, line := range whatToDo(i.Remedy) {
		pg.sentence("  ", line)
	}
	if i.Remedy == nil && i.Command != "" {
		pg.line("  %s", i.Command)
	}
	switch {
	case i.Sampled():
		pg.line("  To try again: towpath incidents retry %s --sample %d --wait, and without --sample all.", shellWord(i.Name), starter.SampleFirst)
	case i.Retryable:
		pg.line("  To try again: towpath incidents retry %s --wait", shellWord(i.Name))
	}
	if i.Fault != nil {
		pg.line("  The newest error: towpath errors %s", i.Fault.ID)
	}
	if i.Waits() {
		pg.line("  To leave it: towpath incidents acknowledge %s --reason \"...\"", shellWord(i.Name))
	}
}
