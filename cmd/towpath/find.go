package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/starter"
)

func (p *Program) findCommand() *cobra.Command {
	var kind string
	var limit int
	c := &cobra.Command{
		Use:   "find TEXT",
		Short: "Find orders, SKUs, listings, packages, runs, errors, incidents and accounts by what they are called",
		Long: "Finds what begins with the text, grouped by kind, with the command that shows each: orders by their number (#1007,\n" +
			"202-5538961-7743559, the number of their page in the console), SKUs and the words of their titles, channel SKUs,\n" +
			"listing ids, tracking numbers, packages, incidents and accounts; runs and errors by their whole id. Buyers are not\n" +
			"searched: their data is encrypted.",
		Example: "  towpath find '#1007'\n  towpath find enamel mug\n  towpath find TPOIAH4O --kind packages -o json",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if kind != "" && !slices.Contains(starter.FoundKinds(), starter.FoundKind(kind)) {
				return usagef("--kind %q: want one of %s", kind, list(starter.FoundKinds()))
			}
			if limit < 1 || limit > starter.SearchMost {
				return usagef("--limit %d: want 1 to %d", limit, starter.SearchMost)
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				return p.find(cmd.Context(), pf, strings.Join(args, " "), starter.FoundKind(kind), limit)
			})
		},
	}
	c.Flags().StringVar(&kind, "kind", "", "only one kind: "+list(starter.FoundKinds()))
	c.Flags().IntVar(&limit, "limit", starter.SearchShown, "how many of each kind")
	return c
}

func (p *Program) find(ctx context.Context, pf *platform.Platform, text string, kind starter.FoundKind, limit int) error {
	needs, err := pf.Starter.NeedsYou(ctx, "", incident.Builds{})
	if err != nil {
		return err
	}
	found, err := pf.Starter.Search(ctx, text, kind, needs, limit)
	if err != nil {
		return err
	}
	return p.print(found, func(pg *page) { showHits(pg, found) })
}

func showHits(pg *page, found starter.Found) {
	if len(found.Groups) == 0 {
		pg.sentence("", fmt.Sprintf("Nothing begins with %q.", found.Text))
		pg.sentence("", starter.Searchable)
		return
	}
	for i, g := range found.Groups {
		if i > 0 {
			pg.line("")
		}
		count := fmt.Sprint(len(g.Hits))
		if g.More {
			count += " and more: give --kind " + string(g.Kind) + " --limit " + fmt.Sprint(starter.SearchMost)
		}
		pg.title(string(g.Kind) + ", " + count)
		rows := make([][]cell, len(g.Hits))
		for i, h := range g.Hits {
			rows[i] = []cell{word(h.Name), word(h.Account), tinted(map[bool]string{true: "exactly"}[h.Exact], green), word(h.Says).prose(), word(h.Command)}
		}
		pg.table([]string{"NAME", "ACCOUNT", "", "WHAT IT IS", "COMMAND"}, rows)
	}
}
