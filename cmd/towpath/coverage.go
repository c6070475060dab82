package main

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/coverage"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) coverageCommand() *cobra.Command {
	var days int
	var hours bool
	c := &cobra.Command{
		Use:   "coverage [ACCOUNT]",
		Short: "Show what each channel has against what is here, and which orders are missing",
		Long: "Shows how many orders the channel lists of each day, by when they were placed, and how many of them are here: saved,\n" +
			"skipped, set aside or deleted. Orders are compared by their ids, hour by hour, when they are old enough that the\n" +
			"channel lists them and a scan has read them. Days and hours are shown in the account's time zone. A gap starts a\n" +
			"backfill over its hours; what it does not bring, or can't because it is interrupted, needs you: the command exits\n" +
			"3. `towpath runs now coverage --account A` compares the last day again.",
		Example: "  towpath coverage\n  towpath coverage ebay-uk\n  towpath coverage ebay-uk --hours --days 1 -o json",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			const most = int(coverage.Kept / (24 * time.Hour))
			if days < 1 || days > most {
				return usagef("--days %d: want 1 to %d", days, most)
			}
			account := ""
			if len(args) > 0 {
				account = args[0]
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error { return p.showCoverage(cmd.Context(), pf, account, days, hours) })
		},
	}
	c.Flags().IntVar(&days, "days", starter.CoverageDays, "how many days, today included")
	c.Flags().BoolVar(&hours, "hours", false, "hour by hour; needs an account")
	return c
}

func (p *Program) showCoverage(ctx context.Context, pf *platform.Platform, account string, days int, hours bool) error {
	if hours && account == "" {
		return usagef("--hours needs an account: `towpath coverage ACCOUNT --hours`")
	}
	if err := knownAccount(ctx, pf, account); err != nil {
		return err
	}
	list, err := pf.Store.Accounts.List(ctx)
	if err != nil {
		return err
	}
	shown := []starter.CoverageShown{}
	lost := 0
	for _, acc := range list {
		if account != "" && acc.ID != account {
			continue
		}
		c, err := pf.Starter.Coverage(ctx, acc, days)
		if err != nil {
			return err
		}
		lost += c.NeedsYou()
		shown = append(shown, c)
	}
	err = p.print(map[string][]starter.CoverageShown{"coverage": shown}, func(pg *page) {
		if account == "" {
			coverageOfAll(pg, shown)
			return
		}
		coverageOfOne(pg, shown[0], hours)
	})
	if err == nil && lost > 0 {
		return &attention{wording.Count(lost, "order that a channel lists is", "orders that channels list are") + " missing here, and no backfill is about to bring them"}
	}
	return err
}

func coverageOfAll(pg *page, shown []starter.CoverageShown) {
	if len(shown) == 0 {
		pg.sentence("", wording.NoAccounts)
		return
	}
	rows := make([][]cell, len(shown))
	for i, c := range shown {
		rows[i] = append([]cell{word(c.Account), word(pg.moment(c.Account, c.Until))}, tallied(c.Total)...)
		if c.CheckedAt.IsZero() {
			rows[i][len(rows[i])-1] = word("not compared yet: " + c.Why).prose()
		}
	}
	pg.table([]string{"ACCOUNT", "COMPARED UNTIL", "CHANNEL HAS", "HERE", "MISSING", "STATE"}, rows)
}

func coverageOfOne(pg *page, c starter.CoverageShown, hours bool) {
	if c.CheckedAt.IsZero() {
		pg.line("%s was not compared yet: %s.", c.Account, c.Why)
		triedAgain(pg, c)
		return
	}
	zone := pg.zones.Of(c.Account)
	list, head, form := c.Days, "DAY", wording.DayIn
	if hours {
		list, head, form = c.Hours, "HOUR", wording.HourIn
	}
	rows := make([][]cell, len(list))
	for i, t := range list {
		rows[i] = append([]cell{word(form(t.From, zone))}, tallied(t)...)
	}
	pg.table([]string{head + " (" + zone.String() + ")", "CHANNEL HAS", "HERE", "MISSING", "STATE"}, rows)
	if c.Until.IsZero() {
		pg.line("\nNothing was compared yet, last asked for %s.", pg.moment(c.Account, c.CheckedAt))
	} else {
		pg.line("\nCompared up to %s, last %s.", pg.moment(c.Account, c.Until), pg.moment(c.Account, c.CheckedAt))
	}
	if !c.Unknown.IsZero() {
		pg.line("After that, up to %s, the channel gave no list: %s.", pg.moment(c.Account, c.Unknown), starter.WhyUnknown)
	}
	triedAgain(pg, c)
	missingOrders(pg, c.Missing)
}

// triedAgain says when a comparison that has not ended well is followed by another.
func triedAgain(pg *page, c starter.CoverageShown) {
	if !c.Again.IsZero() {
		pg.line("One was begun, or failed, at %s: unless it ends well the next one begins after %s. See `towpath runs --kind coverage --account %s`.",
			pg.moment(c.Account, c.TriedAt), pg.moment(c.Account, c.Again), c.Account)
	}
}

// tallied returns the cells of what was found.
func tallied(t coverage.Tally) []cell {
	return []cell{number(t.Has), number(t.Here()), counted(t.Missing, red), said(wording.Coverage(t.State())).prose()}
}

// missingOrders lists the orders that are missing, and the commands that let a backfill go on or say why one did not bring an order.
func missingOrders(pg *page, list []starter.MissingOrder) {
	if len(list) == 0 {
		return
	}
	pg.section("Missing")
	rows, commands := make([][]cell, len(list)), []string{}
	for i, m := range list {
		if m.Command != "" && len(commands) < mostCommands && !slices.Contains(commands, m.Command) {
			commands = append(commands, m.Command)
		}
		rows[i] = []cell{word(m.OrderID), word(pg.moment(m.Account, m.PlacedAt)), word(pg.moment(m.Account, m.FoundAt)), word(m.Next).prose()}
	}
	pg.table([]string{"ORDER", "PLACED", "FOUND MISSING", "STATE"}, rows)
	if len(list) == starter.MostMissing {
		pg.line("\nOnly the newest %d are listed.", len(list))
	}
	if len(commands) > 0 {
		pg.line("\nTo let a backfill go on, or to see why one did not bring an order, and what the channel says now:")
	}
	for _, c := range commands {
		pg.line("  %s", c)
	}
}

// mostCommands is for how many missing orders a command is printed.
const mostCommands = 5
