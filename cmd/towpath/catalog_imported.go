package main

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/starter"
)

// mostSamples limits the changes and new SKUs on a page. JSON has more.
const mostSamples = 20

// imported prints the result of an import and the next step.
func (pg *page) imported(path string, out starter.CatalogueImport, refused bool, note string) {
	pg.fileLines(path, out.Format, out.Encoding, out.Rows, out.Used, out.Left)
	for _, n := range out.Notes {
		pg.line("Note: %s", n)
	}
	pg.line("")
	pg.changeCounts(out)
	pg.changes(out)
	if out.Skipped > 0 {
		pg.section("Left out, but not mistakes")
		for _, s := range out.Skips[:min(mostSamples, len(out.Skips))] {
			pg.line("  line %d, %s: %s", s.Line, s.What, s.Why)
		}
		if more := out.Skipped - min(mostSamples, len(out.Skips)); more > 0 {
			pg.line("  and %d more", more)
		}
	}
	pg.mistakes("Mistakes", out.Mistakes, out.Wrong)
	pg.line("")
	pg.line("%s", importedSentence(out, refused))
	if note != "" {
		pg.line("%s", note)
	}
	if !refused {
		pg.importedNext(path, out)
	}
}

func (pg *page) changeCounts(out starter.CatalogueImport) {
	row := func(what string, t starter.ChangeCounts) []cell {
		return []cell{word(what), number(t.New), number(t.Changed), number(t.Same)}
	}
	rows := [][]cell{row("products", out.Products), row("SKUs", out.SKUs)}
	if out.Kits != (starter.ChangeCounts{}) {
		rows = append(rows, row("kits", out.Kits))
	}
	pg.table([]string{"", "NEW", "CHANGED", "UNCHANGED"}, rows)
}

func (pg *page) changes(out starter.CatalogueImport) {
	if len(out.NewSKUs) > 0 {
		pg.section("New")
		pg.names("  ", out.NewSKUs[:min(mostSamples, len(out.NewSKUs))])
		if more := out.SKUs.New - min(mostSamples, len(out.NewSKUs)); more > 0 {
			pg.line("  and %d more", more)
		}
	}
	if len(out.Changes) == 0 {
		return
	}
	pg.section("Changed")
	rows := make([][]cell, 0, mostSamples)
	for _, c := range out.Changes[:min(mostSamples, len(out.Changes))] {
		rows = append(rows, changeRow(c))
	}
	pg.table([]string{"  OF", "FIELD", "OLD -> NEW"}, rows)
	if more := out.Changing - len(rows); more > 0 {
		pg.line("  and %d more", more)
	}
}

// mostOfValue limits how much of a changed value is shown.
const mostOfValue = 24

// changeRow returns a change as cells that fit a line. Long values are shown from where they begin to differ.
func changeRow(c catalogue.Change) []cell {
	from, to := []rune(strings.Join(strings.Fields(c.Old), " ")), []rune(strings.Join(strings.Fields(c.New), " "))
	same := 0
	for same < len(from) && same < len(to) && from[same] == to[same] {
		same++
	}
	show := func(text []rune) string {
		if len(text) == 0 {
			return "(none)"
		}
		if skip := same - mostOfValue/2; skip > 0 && len(text) > mostOfValue {
			text = append([]rune("…"), text[skip:]...)
		}
		return cut(string(text), mostOfValue)
	}
	return []cell{word("  " + c.Of), word(cut(c.Field, 18)), word(show(from) + " -> " + show(to)).prose()}
}

func importedSentence(out starter.CatalogueImport, refused bool) string {
	changing := out.SKUs.New + out.SKUs.Changed + out.Products.New + out.Products.Changed + out.Kits.New + out.Kits.Changed
	switch {
	case refused:
		return "Nothing was saved."
	case out.DryRun && changing > 0:
		return "This was a dry run: nothing was saved. Without --dry-run the above is."
	case out.DryRun:
		return "This was a dry run: nothing would change."
	case changing == 0:
		return "Nothing changed: the catalogue has all of it already."
	}
	return fmt.Sprintf("Saved: %d new and %d changed SKUs.", out.SKUs.New, out.SKUs.Changed)
}

func (pg *page) importedNext(path string, out starter.CatalogueImport) {
	if out.DryRun {
		return
	}
	if out.Stock {
		pg.line("Stock columns are not read here: `towpath stock import %s` reads them.", shellWord(path))
	} else {
		pg.line("Next: `towpath stock import FILE` enters what is on hand.")
	}
	pg.line("Then `towpath links import --wait` and `towpath links match` tie your listings to these SKUs.")
}
