package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) remediesCommand() *cobra.Command {
	var account string
	var gaps bool
	c := &cobra.Command{
		Use:   "remedies [CODE]",
		Short: "List what Towpath advises about faults, show one, or count the faults that it knows nothing about",
		Long: "Lists the remedies, in the order in which they are tried: those of your own file (TOWPATH_REMEDIES) come first. With\n" +
			"CODE it shows one with its steps. --gaps looks through the faults and the items in error that are kept, and counts\n" +
			"those for which there is only the general advice of their class: these are worth a remedy of your own.",
		Example: "  towpath remedies\n  towpath remedies ebay-token-hard-expired\n  towpath remedies --gaps --account ebay-uk\n  towpath remedies -o json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			switch {
			case gaps && len(args) > 0:
				return usagef("--gaps counts all: leave %q out", args[0])
			case account != "" && !gaps:
				return usagef("--account is for --gaps: the remedies are the same for all accounts")
			}
			return p.with(ctx, func(pf *platform.Platform) error {
				if gaps {
					return p.showGaps(ctx, pf, account)
				}
				return p.showRemedies(pf.Starter.Catalogue(), args)
			})
		},
	}
	c.Flags().BoolVar(&gaps, "gaps", false, "count the kept faults and items in error that no remedy is for")
	c.Flags().StringVar(&account, "account", "", "with --gaps: only of this account")
	return c
}

// showRemedies prints all remedies, or the one with a code.
func (p *Program) showRemedies(c *remedy.Catalogue, code []string) error {
	all := c.All()
	if len(code) == 1 {
		i := slices.IndexFunc(all, func(r remedy.Remedy) bool { return r.Code == code[0] })
		if i < 0 {
			return usagef("no remedy %q: `towpath remedies` lists them", code[0])
		}
		return p.print(all[i], func(pg *page) {
			pg.title(all[i].Code)
			pg.facts([][]cell{words("class", string(all[i].Class)), words("who acts next", all[i].Actor()), words("from", fromOf(all[i]))})
			for _, line := range whatToDo(&all[i]) {
				pg.line("%s", line)
			}
		})
	}
	return p.print(map[string][]remedy.Remedy{"remedies": all}, func(pg *page) {
		rows := make([][]cell, len(all))
		for i, r := range all {
			rows[i] = []cell{word(r.Code), word(string(r.Class)), word(r.Actor()), word(fromOf(r)), word(r.Title).prose()}
		}
		pg.table([]string{"REMEDY", "CLASS", "WHO ACTS NEXT", "FROM", "TITLE"}, rows)
	})
}

// fromOf says where a remedy comes from.
func fromOf(r remedy.Remedy) string {
	switch {
	case r.Own:
		return "your file"
	case r.Gap:
		return "general"
	}
	return "Towpath"
}

func (p *Program) showGaps(ctx context.Context, pf *platform.Platform, account string) error {
	if err := knownAccount(ctx, pf, account); err != nil {
		return err
	}
	found, err := pf.Starter.Gaps(ctx, account)
	if err != nil {
		return err
	}
	return p.print(found, func(pg *page) {
		looked := fmt.Sprintf("%s and %s were looked at", wording.Count(found.Faults, "fault", "faults"), wording.Count(found.Items, "item in error", "items in error"))
		if len(found.Gaps) == 0 {
			pg.sentence("", looked+": there is a remedy for each of them.")
			return
		}
		rows := make([][]cell, len(found.Gaps))
		for i, g := range found.Gaps {
			rows[i] = []cell{word(string(g.Channel)), word(gapWords(g)).prose(), word(dash(g.Operation)), number(g.Times), word(pg.moment(g.Account, g.Last)), word(g.Account), word(lastOf(g))}
		}
		pg.table([]string{"CHANNEL", "FAULT", "OPERATION", "TIMES", "LAST", "ACCOUNT", "SEE"}, rows)
		pg.sentence("", looked+". A remedy of your own goes into the file that TOWPATH_REMEDIES names.")
	})
}

func gapWords(g starter.Gap) string {
	text := string(g.Class)
	if g.Code != "" {
		text += " " + g.Code
	}
	if g.Status != 0 {
		text += " HTTP " + strconv.Itoa(g.Status)
	}
	return text
}

func lastOf(g starter.Gap) string {
	if g.Error != "" {
		return "towpath errors " + g.Error
	}
	return "towpath items " + g.Item
}
