package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) stockImportCommand() *cobra.Command {
	var in starter.StockFile
	var means, asOf string
	var locations []string
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Set stock to the quantities of a file",
		Long: "Reads quantities from a file: Towpath's own form (SKU, Location, On hand), or an export of Shopify, Amazon,\n" +
			"eBay, Linnworks or WooCommerce; it shows the format it recognised. Channels export available units, not units on\n" +
			"hand: the units of orders that were open at the export are added, so --as-of must give its time. Later packages,\n" +
			"receipts and counts are kept. With mistakes nothing is imported; --skip-bad imports the good rows. Importing the\n" +
			"same file again changes nothing.",
		Example: "  towpath stock import stock.csv --dry-run\n" +
			"  towpath stock import linnworks-stock.csv --location Default=main --location Store=annex\n" +
			"  towpath stock import shopify-products.csv --means available --as-of 2026-11-28T08:00Z --location main",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in.Path, in.Means = args[0], stock.Means(means)
			if means != "" && in.Means != stock.MeansOnHand && in.Means != stock.MeansAvailable {
				return usagef("--means %q: want on-hand or available", means)
			}
			var err error
			if in.AsOf, err = readMoment("--as-of", asOf); err != nil {
				return err
			}
			in.Locations = map[string]string{}
			for _, l := range locations {
				if theirs, ours, ok := strings.Cut(l, "="); ok {
					in.Locations[theirs] = ours
				} else {
					in.Location = l
				}
			}
			in.Progress = p.rows("rows of stock")
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				out, err := pf.Starter.ImportStock(cmd.Context(), in)
				if err != nil {
					return err
				}
				if err := p.print(out, func(pg *page) { printStockImport(pg, out) }); err != nil {
					return err
				}
				return stockImportEnd(out)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&means, "means", "", "what the quantities mean if the file does not say it: on-hand or available")
	f.StringVar(&asOf, "as-of", "", "when the file was exported; needed for available quantities")
	f.StringArrayVar(&locations, "location", nil, "location of rows without one; or THEIRS=OURS to translate a location's name in the file")
	f.BoolVar(&in.DryRun, "dry-run", false, "show what would change, and change nothing")
	f.BoolVar(&in.SkipBad, "skip-bad", false, "import the good rows although others have mistakes")
	f.StringVar(&in.By, "by-whom", os.Getenv("USER"), "your name, for the record")
	return c
}

// rows returns a function that prints the progress of long work, at every twentieth.
func (p *Program) rows(what string) func(done, all int) {
	last := 0
	return func(done, all int) {
		if part := done * 20 / max(all, 1); part != last && all > 5000 {
			last = part
			fmt.Fprintf(p.Err, "%d of %d %s\n", done, all, what)
		}
	}
}

// shownChanges is how many changes a table shows; -o json has them all.
const shownChanges = 25

func printStockImport(pg *page, out starter.StockImported) {
	pg.line("%s: %s, %s.", out.File, out.Format, out.Encoding)
	if b := out.Before; b != nil {
		pg.line("This file was imported on %s already, as of %s, by %s: %d levels were changed. Nothing is changed now.",
			moment(b.StartedAt), moment(b.AsOf), dash(b.By), b.Changed)
		pg.line("If this is a newer export with the same contents, give its time: --as-of TIME.")
		return
	}
	pg.line("Columns used: %s. Left out: %s.", dash(strings.Join(out.Used, ", ")), dash(strings.Join(out.Left, ", ")))
	pg.line("Quantities are %s, as of %s.", out.Means, moment(out.AsOf))
	for _, m := range out.Mistakes {
		pg.line("%s", m.Error())
	}
	if more := out.Wrong - len(out.Mistakes); more > 0 {
		pg.line("... and %d more mistakes", more)
	}
	for _, note := range out.Notes[:min(len(out.Notes), 10)] {
		pg.line("%s", note)
	}
	for _, s := range out.Skips[:min(len(out.Skips), 10)] {
		pg.line("left out: line %d, %s: %s", s.Line, s.What, s.Why)
	}
	if more := out.Skipped - min(len(out.Skips), 10); more > 0 {
		pg.line("... and %d more left out (-o json shows more)", more)
	}
	if len(out.Changes) > 0 {
		pg.line("")
		rows := make([][]cell, 0, shownChanges)
		for _, c := range out.Changes[:min(len(out.Changes), shownChanges)] {
			rows = append(rows, []cell{word(c.SKU), word(c.Location), number(c.Stated), number(c.Was), number(c.Now), amount(signed(c.Now - c.Was))})
		}
		pg.table([]string{"SKU", "LOCATION", "IN FILE", "ON HAND WAS", "IS NOW", "CHANGE"}, rows)
		if more := len(out.Changes) - shownChanges; more > 0 {
			pg.line("... and %d more (-o json shows all)", more)
		}
	}
	printBackordered(pg, out.Backordered)
	pg.line("")
	pg.line("%s", importedWords(out))
	if out.Warning != "" {
		pg.line("Done, but %s", out.Warning)
	}
}

// importedWords returns the result in a sentence.
func importedWords(out starter.StockImported) string {
	counts := fmt.Sprintf("%d rows: %d changed, %d the same, %d left out, %d wrong", out.Rows, out.Changed, out.Same, out.Skipped, out.Wrong)
	switch {
	case out.Stopped:
		return "Nothing was changed. " + counts + ". Correct them, or import the other rows with --skip-bad."
	case out.DryRun:
		return "Only tried. " + counts + "."
	}
	return "Done. " + counts + "."
}

// stockImportEnd returns the error that ends the command: wrong input, or something that needs a person.
func stockImportEnd(out starter.StockImported) error {
	switch n := backorderedUnits(out.Backordered); {
	case out.Before != nil:
		return nil
	case out.Stopped:
		return usagef("%s has %s: nothing was changed", out.File, wording.Plural(out.Wrong, "mistake"))
	case out.Wrong > 0:
		return &attention{fmt.Sprintf("%s with mistakes left out of %s", wording.Plural(out.Wrong, "row"), out.File)}
	case n > 0 && out.Applied:
		return &attention{wording.Count(n, "unit is", "units are") + " backordered now: receive stock, or cancel them with `towpath cancel`"}
	case out.Unlinked > 0:
		return &attention{fmt.Sprintf("%s of open orders not linked to a SKU: linking deducts them from the quantities imported. Link them (`towpath links match`), then count again", wording.Count(out.Unlinked, "unit is", "units are"))}
	}
	return nil
}
