package main

import (
	"context"
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
		Short: "List problems that need a person, open and past",
		Long: "Lists incidents: paused accounts, parked packages, sold units without a link, held levels, units that a count\n" +
			"made backordered. `towpath status` shows all that needs you, with what to do about it: also runs that keep failing,\n" +
			"refused levels and items in error, which are not kept as incidents. --all adds the past ones. Exits 3 when something\n" +
			"needs you.",
		Example: "  towpath incidents\n  towpath incidents --account ebay-uk --all\n  towpath incidents -o json",
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
	return c
}

func (p *Program) listIncidents(ctx context.Context, pf *platform.Platform, account string, all bool) error {
	list, err := pf.Store.Incidents.List(ctx, account, all)
	if err != nil {
		return err
	}
	cases, err := pf.Store.Incidents.Cases(ctx)
	if err != nil {
		return err
	}
	list = incident.WithTheirCases(list, cases)
	err = p.print(map[string][]incident.Incident{"incidents": filled(list)}, func(pg *page) {
		if len(list) == 0 {
			pg.line("No incidents.")
			return
		}
		rows := make([][]cell, len(list))
		for i, one := range list {
			state, c := "over", plain
			if one.Open {
				state, c = "open", red
			}
			rows[i] = []cell{
				word(one.Account), word(string(one.Kind)), word(dash(one.Code)), number(one.Subjects), tinted(state, c),
				word(away(one.Since, time.Now())), word(dash(strings.Join(one.Cases, ", "))), word(someOf(one.Sample)).prose(),
			}
		}
		pg.table([]string{"ACCOUNT", "KIND", "CODE", "SUBJECTS", "STATE", "SINCE", "CASE", "SUCH AS"}, rows)
	})
	if err != nil {
		return err
	}
	needs, err := pf.Starter.NeedsYou(ctx, "", incident.Builds{})
	if err != nil {
		return err
	}
	for _, n := range incident.ForYou(needs) {
		if account == "" || n.Account == account {
			return &attention{"`towpath status` says what to do about it"}
		}
	}
	return nil
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
