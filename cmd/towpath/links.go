package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) linksCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "links",
		Short: "Import the channels' listings, and link them to your SKUs",
		Long: "A link connects one of your SKUs to an account's listing of it. Without a link no levels are pushed, and sold\n" +
			"units stay unlinked. `import` reads the listings, `match` links those whose SKU fits one of yours, `list` shows\n" +
			"what is linked and what lacks a link, `migrate` moves eBay listings made elsewhere into eBay's inventory,\n" +
			"`strike` keeps listings at 0 until `put-back`; `struck` shows them.",
		Example: "  towpath links import --account amazon-uk --wait\n  towpath links match --dry-run\n  towpath links list --unlinked",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usagef("choose one: links import, match, list, migrate, remove, strike, struck or put-back")
		},
	}
	c.AddCommand(p.linksImportCommand(), p.linksMatchCommand(), p.linksListCommand(), p.linksMigrateCommand(), p.linksRemoveCommand(),
		p.linksStrikeCommand(), p.linksStruckCommand(), p.linksPutBackCommand())
	return c
}

func (p *Program) linksImportCommand() *cobra.Command {
	var account, file string
	var skipBad bool
	var w waiting
	c := &cobra.Command{
		Use:   "import",
		Short: "Read every listing of one account, or of all",
		Long: "Reads every listing of one account, or of every enabled account. Links follow changes of their listings; a\n" +
			"listing that the channel no longer shows is marked gone. With --wait it shows progress and result, and exits 3\n" +
			"when an import ended early or found listings that can't be saved.\n\n" +
			"eBay's API does not know listings that were made in Seller Hub or by older tools. --file reads them from eBay's\n" +
			"report of active listings and shows which can be migrated, and why others can't.",
		Example: "  towpath links import --wait\n  towpath links import --account amazon-uk --wait -o json\n  towpath links import --account ebay-uk --file active-listings.csv",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case file != "" && account == "":
				return usagef("name the account of the listings in %s: --account A", file)
			case file != "":
				return p.with(cmd.Context(), func(pf *platform.Platform) error { return p.importFound(cmd.Context(), pf, account, file, skipBad) })
			case skipBad:
				return usagef("--skip-bad needs --file")
			}
			return w.reach(cmd.Context(), p, func(ctx context.Context, pf *platform.Platform) error {
				results, err := p.importLinks(ctx, pf, account, w.wait)
				if err != nil {
					return err
				}
				if err := p.printImported(results, w.wait); err != nil {
					return err
				}
				return importedWell(results)
			})
		},
	}
	c.Flags().StringVar(&account, "account", "", "only this account")
	c.Flags().StringVar(&file, "file", "", "eBay's report of active listings, in place of the API")
	c.Flags().BoolVar(&skipBad, "skip-bad", false, "with --file: import the good rows although others have mistakes; then no listing is marked gone")
	w.flags(c, 30*time.Minute)
	return c
}

// imported is the outcome of one account's import.
type imported struct {
	Account string                     `json:"account"`
	Skipped string                     `json:"skipped,omitempty"` // why no import was started
	Result  *message.LinksImportResult `json:"result,omitempty"`  // with --wait
	Links   *links.LinkCounts          `json:"links,omitempty"`   // with --wait
}

// importLinks starts all imports first and then waits for them, so that they run at the same time.
func (p *Program) importLinks(ctx context.Context, pf *platform.Platform, account string, wait bool) ([]imported, error) {
	if account != "" {
		results := []imported{{Account: account}}
		if err := pf.Starter.ImportLinks(ctx, account); err != nil {
			return nil, err
		}
		return results, p.awaitImports(ctx, pf, results, wait)
	}
	accounts, err := pf.Store.Accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	results := make([]imported, len(accounts))
	for i, a := range accounts {
		results[i] = imported{Account: a.ID}
		switch {
		case !a.Enabled:
			results[i].Skipped = wording.SwitchedOff
		case a.Paused:
			results[i].Skipped = "paused: " + a.PausedReason
		case whyPaused(a, "listings") != "":
			results[i].Skipped = whyPaused(a, "listings")
		default:
			if err := pf.Starter.ImportLinks(ctx, a.ID); err != nil {
				return nil, err
			}
		}
	}
	return results, p.awaitImports(ctx, pf, results, wait)
}

func (p *Program) awaitImports(ctx context.Context, pf *platform.Platform, results []imported, wait bool) error {
	for i := range results {
		r := &results[i]
		if !wait || r.Skipped != "" {
			continue
		}
		out, err := pf.Starter.LinksImported(ctx, r.Account, p.progress(r.Account+": "))
		if err != nil {
			return err
		}
		counts, err := pf.Store.Links.LinkCounts(ctx, r.Account)
		if err != nil {
			return err
		}
		r.Result, r.Links = &out, &counts
	}
	return nil
}

// progress returns a function that prints a workflow's progress to the error output when it changes.
func (p *Program) progress(what string) func(message.Status) {
	last := ""
	return func(s message.Status) {
		if line := what + wording.Live(s).Text; line != last {
			last = line
			p.printError(line)
		}
	}
}

func (p *Program) printImported(results []imported, wait bool) error {
	return p.print(map[string][]imported{"accounts": filled(results)}, func(pg *page) {
		var rows [][]cell
		for _, r := range results {
			switch {
			case r.Skipped != "":
				pg.line("%s: not asked, it is %s", r.Account, r.Skipped)
			case !wait:
				pg.line("%s: asked; `towpath runs --kind links` shows it", r.Account)
			default:
				rows = append(rows, importedRow(r))
			}
		}
		if len(results) == 0 {
			pg.sentence("", wording.NoAccounts)
		}
		if len(rows) == 0 {
			return
		}
		pg.table([]string{"ACCOUNT", "LISTINGS", "CHANGED", "SAME", "NO SKU", "GONE", "ERRORS", "LINKED", "UNLINKED", "MISSING", "FBA", "FAULT"}, rows)
		pg.line("\nUnlinked listings and missing SKUs: `towpath links list --unlinked` and `--missing`; `towpath links match` links what fits.")
	})
}

func importedRow(r imported) []cell {
	n, l, fault := r.Result.Counts, r.Links, ""
	if r.Result.Fault != nil {
		fault = r.Result.Fault.Text()
	}
	return []cell{
		word(r.Account), number(n.Seen), number(n.Saved), number(n.Same), counted(n.Skipped, yellow), number(r.Result.Gone), counted(n.Errors, red),
		number(l.Linked), counted(l.Unlinked, yellow), counted(l.Missing, yellow), number(l.Fulfilled), tinted(fault, red).prose(),
	}
}

// importedWell returns an error when something needs a person after imports.
func importedWell(results []imported) error {
	var needs []string
	for _, r := range results {
		switch {
		case strings.HasPrefix(r.Skipped, "paused"):
			needs = append(needs, fmt.Sprintf("%s is paused (`towpath accounts resume %s`)", r.Account, r.Account))
		case r.Result == nil:
		case r.Result.Fault != nil:
			needs = append(needs, fmt.Sprintf("the import of %s ended early (%s)", r.Account, r.Result.Fault.Text()))
		case r.Result.Counts.Errors > 0:
			needs = append(needs, fmt.Sprintf("%s has %s that can't be saved", r.Account, wording.Plural(r.Result.Counts.Errors, "listing")))
		}
	}
	if len(needs) == 0 {
		return nil
	}
	return &attention{strings.Join(needs, "; ")}
}
