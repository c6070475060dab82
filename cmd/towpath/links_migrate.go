package main

import (
	"bufio"
	"context"
	"fmt"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// migrationAsked has the flags of a migration.
type migrationAsked struct {
	account  string
	listings []string
	dry, yes bool
	w        waiting
}

func (p *Program) linksMigrateCommand() *cobra.Command {
	var m migrationAsked
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Move eBay listings made in Seller Hub or by older tools into eBay's inventory",
		Long: "eBay's API can set levels only of listings in its inventory, not of those made in Seller Hub or by older tools.\n" +
			"This command moves them in, five per call, and reads them back. It can't be undone. So it first shows what would\n" +
			"be migrated, what can't be and why, and the consequences, and asks you to confirm: with --yes, or by typing yes\n" +
			"on a terminal. eBay has no dry run; some problems show only in its answer. It works while the account observes,\n" +
			"because no price, text or level changes.\n" +
			"It exits 3 when listings are left that need you.",
		Example: "  towpath links migrate --account ebay-uk --dry-run\n  towpath links migrate --account ebay-uk --yes --wait\n  towpath links migrate --account ebay-uk --listing 285000000001 --yes",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case m.account == "":
				return usagef("name the account whose listings are to be migrated: --account A")
			case m.dry && m.yes:
				return usagef("--dry-run only shows, --yes does it: give one")
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error { return p.migrateListings(cmd.Context(), pf, m) })
		},
	}
	f := c.Flags()
	f.StringVar(&m.account, "account", "", "the account whose listings are to be migrated; must be given")
	f.StringSliceVar(&m.listings, "listing", nil, "only this listing, by eBay's item number; may be given several times")
	f.BoolVar(&m.dry, "dry-run", false, "show what would be migrated, change nothing")
	f.BoolVar(&m.yes, "yes", false, "confirm what the dry run shows")
	m.w.flags(c, 30*time.Minute)
	return c
}

// migrated is what the command prints.
type migrated struct {
	starter.MigrationPlan
	DryRun bool                            `json:"dryRun"`
	Result *message.ListingMigrationResult `json:"result,omitempty"` // with --wait
	Failed []runs.Item                     `json:"failed,omitempty"` // with --wait: the first listings and variations that need you
}

func (p *Program) migrateListings(ctx context.Context, pf *platform.Platform, m migrationAsked) error {
	if err := knownAccount(ctx, pf, m.account); err != nil {
		return err
	}
	plan, err := pf.Starter.MigrationPlan(ctx, m.account, marketplaceOf(pf, m.account), m.listings)
	if err != nil {
		return err
	}
	out := migrated{MigrationPlan: plan, DryRun: m.dry || plan.Can == 0}
	if !out.DryRun && !m.yes {
		if err := p.agreed(plan); err != nil {
			return err
		}
	}
	if !out.DryRun {
		err := m.w.reach(ctx, p, func(ctx context.Context, pf *platform.Platform) error {
			if err := pf.Starter.MigrateListings(ctx, plan, person()); err != nil || !m.w.wait {
				return err
			}
			result, err := pf.Starter.ListingsMigrated(ctx, m.account, p.progress(m.account+": "))
			if out.Result = &result; err != nil {
				return err
			}
			out.Failed, err = pf.Store.Runs.Items(ctx, result.RunID, runs.ItemError, "", shownListings)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := p.print(out, func(pg *page) { showMigration(pg, out, m) }); err != nil {
		return err
	}
	return migratedWell(out)
}

// agreed asks for confirmation on a terminal; elsewhere only --yes confirms.
func (p *Program) agreed(plan starter.MigrationPlan) error {
	if !p.Terminal {
		return usagef("this can't be undone: look first with --dry-run, then confirm with --yes")
	}
	pg := p.page()
	showPlan(pg, plan)
	showConsequences(pg, plan)
	fmt.Fprintf(p.Err, "%s\nMigrate %s of %s? Type yes: ", pg.b.String(), wording.Plural(plan.Can, "listing"), plan.Account)
	answer, _ := bufio.NewReader(p.In).ReadString('\n')
	if strings.TrimSpace(answer) != "yes" {
		return usagef("not confirmed: nothing was changed")
	}
	return nil
}

// person returns the name of the user who runs the command.
func person() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "command line"
}

func showConsequences(pg *page, plan starter.MigrationPlan) {
	pg.section("What a migration means")
	for _, c := range plan.Consequences {
		pg.sentence("  - ", c)
	}
}

func showMigration(pg *page, out migrated, m migrationAsked) {
	switch {
	case out.Result != nil:
		n := out.Result.Counts
		pg.line("%s migrated, %d migrated before, %d refused, %s left out.", wording.Plural(n.Migrated, "listing"), n.Before, n.Refused, wording.Plural(n.LeftOut, "variation"))
		if out.Result.Fault != nil {
			pg.line("It ended early (%s): %s left. Run the same command again to continue.", out.Result.Fault.Text(), wording.Count(out.Result.Left, "listing is", "listings are"))
		}
		for _, i := range out.Failed {
			pg.sentence("  ", fmt.Sprintf("%s %s: %s (fault %s)", i.Type, i.Reference, i.Reason, i.FaultID))
		}
		pg.line("Each listing's outcome: `towpath runs --kind migration`.\nThe links have their offers: `towpath links list --account %s`.", m.account)
	case !out.DryRun:
		pg.line("Asked: %s migrated now; `towpath runs --kind migration` shows it.", wording.Count(out.Can, "listing is", "listings are"))
	case len(out.Listings) == 0:
		pg.line("No listing of %s waits to be migrated, as far as its reports show: `towpath links import --account %s --file REPORT.csv`.", m.account, m.account)
		return
	default:
		showPlan(pg, out.MigrationPlan)
		if out.Can == 0 {
			return
		}
		showConsequences(pg, out.MigrationPlan)
		pg.line("\nNothing was changed. To do it: `towpath links migrate --account %s --yes --wait`.", m.account)
	}
}

// migratedWell returns an error when something needs a person after a migration.
func migratedWell(out migrated) error {
	var needs []string
	if r := out.Result; r != nil {
		if r.Fault != nil {
			needs = append(needs, fmt.Sprintf("the migration ended early (%s)", r.Fault.Text()))
		}
		if r.Counts.Refused+r.Counts.LeftOut > 0 {
			needs = append(needs, fmt.Sprintf("eBay refused %s and left %s out", wording.Plural(r.Counts.Refused, "listing"), wording.Plural(r.Counts.LeftOut, "variation")))
		}
	}
	if out.Cannot > 0 && !out.DryRun {
		needs = append(needs, fmt.Sprintf("%s can't be migrated as they are (`towpath links migrate --account %s --dry-run`)", wording.Plural(out.Cannot, "listing"), out.Account))
	}
	if len(needs) == 0 {
		return nil
	}
	return &attention{strings.Join(needs, "; ")}
}
