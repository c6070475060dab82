package starter

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/ledger"
)

// read reads the rows, and determines what their figures count and the location of each row.
func (i *stockImport) read(ctx context.Context) error {
	known, err := i.Store.Ledger.Locations(ctx)
	if err != nil {
		return err
	}
	places := placing{known: known, signalled: i.in.Locations, other: i.in.Location, unknown: map[string]int{}}
	said := map[merchantfile.Means]bool{}
	report, err := i.file.Stock(ctx, func(r merchantfile.StockRow) error {
		if r.Skip != "" {
			return nil // already reported
		}
		location, skip, wrong := places.place(r.Location)
		switch {
		case skip != "":
			i.skip(r.Line, r.SKU, skip)
			return nil
		case wrong != "":
			i.wrong(r.Line, "", wrong, "--location NAME")
			return nil
		}
		said[r.Means] = true
		i.rows = append(i.rows, stockRow{r.Line, r.SKU, location, r.Quantity})
		return nil
	})
	if err != nil {
		return fileFault(err)
	}
	i.out.Rows = report.Rows
	i.out.Wrong, i.out.Mistakes = i.out.Wrong+report.Wrong, append(filledList(report.Mistakes), i.out.Mistakes...)
	i.out.Notes = filledList(report.Notes)
	i.out.Skipped, i.out.Skips = i.out.Skipped+report.Skipped, append(filledList(report.Skips), i.out.Skips...)
	if err := places.refuse(); err != nil {
		return err
	}
	return i.resolveMeans(said)
}

// filledList returns a list that JSON shows as [] when it is empty.
func filledList[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// resolveMeans sets what the figures count: as the file states, or else as the caller does.
func (i *stockImport) resolveMeans(said map[merchantfile.Means]bool) error {
	means := map[stock.Means]bool{}
	for m := range said {
		means[stock.Means(m)] = true
	}
	switch {
	case means[stock.MeansOnHand] && means[stock.MeansAvailable]:
		return usagef("%s has both quantities on hand and available ones: split it into two files", i.out.File)
	case means[""] && i.in.Means == "":
		return usagef("%s does not say what its quantities are. --means on-hand: what lies on the shelf, open orders included; "+
			"--means available: what can still be sold, as channels show it (give the export's time with --as-of)", i.out.File)
	case means[""]:
		i.out.Means = i.in.Means
	case means[stock.MeansAvailable]:
		i.out.Means = stock.MeansAvailable
	case means[stock.MeansOnHand]:
		i.out.Means = stock.MeansOnHand
	default:
		i.out.Means = cmp.Or(i.in.Means, stock.MeansOnHand) // there is no row to import
	}
	if i.in.Means != "" && i.in.Means != i.out.Means {
		return usagef("the quantities of %s (%s) are %s; --means %s contradicts that", i.out.File, i.out.Format, i.out.Means, i.in.Means)
	}
	return nil
}

// resolveMoment sets the time of the figures. An available figure needs one: it decides which open orders the figure leaves out,
// and orders must have been read up to it.
func (i *stockImport) resolveMoment(ctx context.Context) error {
	available := i.out.Means == stock.MeansAvailable
	switch {
	case available && i.in.AsOf.IsZero():
		return usagef("%s has available quantities, without the units of orders that were open at the export: give the export's time, --as-of %s",
			i.out.File, i.started.UTC().Add(-time.Hour).Format("2006-01-02T15:04Z"))
	case i.in.AsOf.After(i.started):
		return usagef("--as-of %s is in the future", i.in.AsOf.UTC().Format(time.RFC3339))
	case i.in.AsOf.IsZero():
		i.in.AsOf = i.started
	}
	i.in.AsOf = i.in.AsOf.Truncate(time.Microsecond)
	i.out.AsOf = i.in.AsOf
	if !available {
		return nil
	}
	accounts, err := i.Store.Accounts.List(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if a.Enabled && !a.Paused && a.Endpoint != "test" && a.Watermark.Before(i.in.AsOf) {
			return usagef("the orders of %s have been read up to %s: one that was open at %s and comes later would be deducted twice. "+
				"First `towpath sync orders --account %s --wait`", a.ID, shownTime(a.Watermark), shownTime(i.in.AsOf), a.ID)
		}
	}
	i.out.Unlinked, err = i.Store.Ledger.UnlinkedUnits(ctx, i.in.AsOf)
	return err
}

func shownTime(t time.Time) string {
	if t.IsZero() {
		return "no moment yet"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// rehearse finds what the store would refuse and what would change.
func (i *stockImport) rehearse(ctx context.Context) error {
	if i.in.DryRun || i.out.Means == stock.MeansAvailable || i.in.AsOf.Before(i.started.Truncate(time.Microsecond)) {
		if err := i.batches(ctx, i.Store.Ledger.TryStock, func(ledger.StockDone) {}); err != nil {
			return err
		}
	}
	i.rows = slices.DeleteFunc(i.rows, func(r stockRow) bool { return i.bad[r.line] })
	i.out.Stopped = i.out.Wrong > 0 && !i.in.SkipBad
	if !i.in.DryRun {
		i.out.Backordered = []ledger.Backordered{}
	}
	return nil
}

// placing maps the locations of rows.
type placing struct {
	known     []string
	signalled map[string]string
	other     string // location of rows without one
	unknown   map[string]int
}

// place returns Towpath's location for a file's, or why to skip the row, or what is wrong with it.
func (p *placing) place(name string) (location, skip, wrong string) {
	if to, ok := p.signalled[name]; ok {
		name = to
	} else if name == "" {
		name = p.other
		if name == "" && len(p.known) == 1 {
			name = p.known[0]
		}
	}
	switch {
	case name == "":
		return "", "", "the file names no location, and there are several: " + strings.Join(p.known, ", ")
	case slices.Contains(p.known, name):
		return name, "", ""
	case isFBA(name):
		return "", "it lies in the channel's own warehouse (" + name + ")", ""
	}
	p.unknown[name]++
	return "", "location " + name + " is not known", ""
}

func isFBA(name string) bool {
	return strings.EqualFold(name, "FBA") || strings.HasPrefix(strings.ToUpper(name), "FBA ") || strings.EqualFold(name, "Fulfilled by Amazon")
}

// refuse returns an error that names the unknown locations.
func (p *placing) refuse() error {
	if len(p.unknown) == 0 {
		return nil
	}
	var names []string
	for name := range p.unknown {
		names = append(names, fmt.Sprintf("%q", name))
	}
	slices.Sort(names)
	entries := make([]string, len(names))
	for i, name := range names {
		entries[i] = "--location '" + strings.Trim(name, `"`) + "=" + p.known[0] + "'"
	}
	return usagef("no account sells or ships from %s: there are %s. Translate the names: %s",
		strings.Join(names, ", "), strings.Join(p.known, ", "), strings.Join(entries[:min(len(entries), 5)], " "))
}
