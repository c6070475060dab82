package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// shownListings limits the listings of each kind on a page; -o json has all.
const shownListings = 20

// importFound imports a report of an account's listings.
func (p *Program) importFound(ctx context.Context, pf *platform.Platform, account, path string, skipBad bool) error {
	f, err := openFile(ctx, path, merchantfile.Options{Account: account})
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	out, err := pf.Starter.ImportListingsFile(ctx, f, starter.ListingsFile{
		Account: account, Marketplace: marketplaceOf(pf, account), SkipBad: skipBad,
		Progress: func(done, total int) { fmt.Fprintf(p.Err, "%s: %d of %d listings\n", account, done, total) },
	})
	if err != nil {
		return err
	}
	if err := p.print(out, func(pg *page) { showFound(pg, out, path) }); err != nil {
		return err
	}
	switch {
	case out.RunID == "":
		return usagef("%s: %s, nothing was saved: correct the file, or import the other rows with --skip-bad", path, wording.Plural(out.Wrong, "mistake"))
	case out.Wrong > 0:
		return &attention{fmt.Sprintf("%s with mistakes left out of %s", wording.Plural(out.Wrong, "row"), path)}
	}
	return nil
}

func showFound(pg *page, out starter.ListingsFileResult, path string) {
	pg.fileLines(path, out.Format, out.Encoding, out.Rows, out.Used, out.Left)
	pg.mistakes("Mistakes", out.Mistakes, out.Wrong)
	if out.RunID == "" {
		return
	}
	n := out.Counts
	pg.line("%s: %d new or changed, %d unchanged, %d gone.", wording.Plural(n.Seen, "listing"), n.Saved, n.Same, out.Gone)
	showPlan(pg, out.Plan)
	if out.Plan.Can > 0 {
		pg.line("\nNext: `towpath links match --account %s`,\nthen `towpath links migrate --account %s --dry-run`.", out.Account, out.Account)
	}
}

// showPlan lists what can't be migrated and why, then what may fail, then the counts.
func showPlan(pg *page, plan starter.MigrationPlan) {
	pg.line("%d can be migrated, %d can't, %d are in eBay's inventory already.", plan.Can, plan.Cannot, plan.Managed)
	showReasons(pg, "Can't be migrated", plan, func(l starter.PlannedListing) []string {
		var why []string
		for _, r := range l.Against {
			why = append(why, r.What)
		}
		return why
	})
	showReasons(pg, "Can be migrated, with a risk", plan, func(l starter.PlannedListing) []string {
		var why []string
		for _, r := range l.Risks {
			if l.CanMigrate {
				why = append(why, r.What)
			}
		}
		return why
	})
	showReasons(pg, "Refused by eBay before", plan, func(l starter.PlannedListing) []string {
		if l.FaultCode == "" {
			return nil
		}
		return []string{l.FaultCode + ", fault " + l.FaultID}
	})
	if plan.Can > 0 {
		pg.section("The report does not show whether")
		for _, t := range plan.NotCovered {
			pg.line("  - %s", t)
		}
		pg.line("eBay refuses a listing that lacks one of these; the listing then stays as it is.")
	}
}

// showReasons lists listings with reasons, one per line, because reasons are too long for a column.
func showReasons(pg *page, title string, plan starter.MigrationPlan, of func(starter.PlannedListing) []string) {
	shown := 0
	for _, l := range plan.Listings {
		why := of(l)
		if len(why) == 0 {
			continue
		}
		if shown++; shown > shownListings {
			continue
		}
		if shown == 1 {
			pg.section(title)
		}
		pg.line("  %s  %s", l.ID, clip(l.Title))
		for _, w := range why {
			pg.sentence("      ", w)
		}
	}
	if shown > shownListings {
		pg.line("  and %d more: `-o json` lists them all", shown-shownListings)
	}
}

// clip shortens a title to fit its line.
func clip(title string) string {
	const most = 60
	if r := []rune(title); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return title
}

// sentence writes text after an indent, in lines of at most lineWidth.
func (pg *page) sentence(indent, text string) {
	line := indent
	for word := range strings.FieldsSeq(text) {
		if len([]rune(line))+1+len([]rune(word)) > lineWidth && line != indent {
			pg.line("%s", line)
			line = strings.Repeat(" ", len(indent))
		}
		if strings.TrimSpace(line) != "" && line != indent {
			line += " "
		}
		line += word
	}
	pg.line("%s", line)
}

// marketplaceOf returns the account's site, or an empty string when the accounts file is unreadable or does not have it.
func marketplaceOf(pf *platform.Platform, account string) string {
	accounts, err := pf.Accounts()
	if err != nil {
		return ""
	}
	for _, a := range accounts {
		if a.Channel.ID == account {
			return a.Channel.Marketplace
		}
	}
	return ""
}
