package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/platform"
)

func (p *Program) incidentsCommand() *cobra.Command {
	var account string
	var all bool
	c := &cobra.Command{
		Use:   "incidents",
		Short: "List problems that need a person, open and past; show one, acknowledge it, or try again what it affects",
		Long: "Lists incidents: what goes wrong with one code, on one account and in one kind of work is one incident, however many\n" +
			"orders or listings it affects. Each is open, retrying (what somebody asked to be tried again is under way),\n" +
			"acknowledged or resolved. --all adds the past ones. Exits 3 when something needs you.",
		Example: "  towpath incidents\n  towpath incidents show parked/ebay-uk/25001\n  towpath incidents retry refused/amazon-uk/8541 --sample 3 --wait\n  towpath incidents --account ebay-uk --all -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, account); err != nil {
					return err
				}
				return p.listIncidents(ctx, pf, account, all)
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "only incidents of this account")
	c.Flags().BoolVar(&all, "all", false, "also past incidents")
	c.AddCommand(p.incidentShowCommand(), p.incidentRetryCommand(), p.incidentAcknowledgeCommand(), p.incidentUnacknowledgeCommand())
	return c
}

// listedIncident is an incident in a list.
type listedIncident struct {
	Name string `json:"name"`
	incident.Incident
	State        incident.State            `json:"state"`
	Title        string                    `json:"title,omitempty"` // of one that is open
	NeedsYou     bool                      `json:"needsYou"`
	Retrying     int                       `json:"retrying,omitempty"`
	Acknowledged *incident.Acknowledgement `json:"acknowledged,omitempty"`
}

// listedIncidents returns what was saved as incidents, and what is judged anew, each once.
func listedIncidents(saved []incident.Incident, needs []incident.Need, account string) []listedIncident {
	var out []listedIncident
	for _, n := range needs {
		if n.Account == "" || account != "" && n.Account != account {
			continue
		}
		one := listedIncident{Name: n.Name().String(), State: n.State, Title: n.Title, NeedsYou: n.Waits(), Retrying: n.Retrying, Acknowledged: n.Acknowledged,
			Incident: incident.Incident{Kind: n.Kind, Account: n.Account, Code: n.Code, Subjects: n.Subjects, Sample: n.Sample, Since: n.Since, Open: true, Cases: n.Cases}}
		at := slices.IndexFunc(saved, func(i incident.Incident) bool { return i.Name() == n.Name() })
		if at >= 0 {
			one.ChangedAt = saved[at].ChangedAt
			saved = slices.Delete(slices.Clone(saved), at, at+1)
		}
		if n.Kind.Kept() || n.State != incident.Open {
			out = append(out, one)
		}
	}
	for _, i := range saved {
		if i.Open && i.Kind.Judged() { // it is over since the sweep that kept it
			i.Open = false
		}
		state := incident.Resolved
		if i.Open {
			state = incident.Open
		}
		out = append(out, listedIncident{Name: i.Name().String(), Incident: i, State: state})
	}
	return out
}

func (p *Program) listIncidents(ctx context.Context, pf *platform.Platform, account string, all bool) error {
	saved, err := pf.Store.Incidents.List(ctx, account, all)
	if err != nil {
		return err
	}
	cases, err := pf.Store.Incidents.Cases(ctx)
	if err != nil {
		return err
	}
	needs, err := pf.Starter.NeedsYou(ctx, "", incident.Builds{})
	if err != nil {
		return err
	}
	list := listedIncidents(incident.WithTheirCases(saved, cases), needs, account)
	if !all {
		list = slices.DeleteFunc(list, func(i listedIncident) bool { return i.State == incident.Resolved })
	}
	err = p.print(map[string][]listedIncident{"incidents": filled(list)}, func(pg *page) { showIncidents(pg, list, time.Now()) })
	if err != nil {
		return err
	}
	for _, n := range incident.ForYou(needs) {
		if account == "" || n.Account == account {
			return &attention{"`towpath incidents show NAME` says what to do about one"}
		}
	}
	return nil
}

func showIncidents(pg *page, list []listedIncident, at time.Time) {
	if len(list) == 0 {
		pg.line("No incidents.")
		return
	}
	rows := make([][]cell, len(list))
	for i, one := range list {
		rows[i] = []cell{
			word(one.Name), number(one.Subjects), tinted(string(one.State), incidentColour(one.State, one.NeedsYou)), word(away(one.Since, at)),
			word(dash(strings.Join(one.Cases, ", "))), word(dash(saidOf(one))).prose(),
		}
	}
	pg.table([]string{"INCIDENT", "AFFECTED", "STATE", "SINCE", "CASE", "SUCH AS"}, rows)
}

// incidentColour returns the colour of an incident's state: red is only what waits for a person.
func incidentColour(s incident.State, waits bool) colour {
	switch {
	case waits:
		return red
	case s == incident.Retrying:
		return cyan
	}
	return dim
}

// saidOf returns what was said of an incident, or a few of what it affects.
func saidOf(i listedIncident) string {
	if a := i.Acknowledged; a != nil {
		return "known to " + a.By + ": " + a.Reason
	}
	return someOf(i.Sample)
}

// someOf returns the first two of a list as text.
func someOf(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return list[0] + ", " + list[1]
}
