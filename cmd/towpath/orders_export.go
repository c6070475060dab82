package main

import (
	"context"
	"fmt"
	"os/user"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/orderfile"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// The sizes of an export.
const (
	exportSize    = 1000
	maxExportSize = 10_000
)

func (p *Program) ordersExportCommand() *cobra.Command {
	var o starter.ExportOrders
	var format string
	var list bool
	c := &cobra.Command{
		Use:   "export --for shipstation|csv",
		Short: "Write the orders to be packed to a file, each once",
		Long: "Writes the orders that can be packed completely (paid, every unit reserved), the oldest first, and marks them as\n" +
			"exported: the next export leaves them out. Orders with backordered or unlinked units, and those of accounts that\n" +
			"observe, are left out and counted.\n\n" +
			"--for shipstation: the columns of ShipStation's order import. --for csv: Towpath's own form; fill in carrier and\n" +
			"tracking, and `towpath process --file` reads the same file.\n\n" +
			"The file holds buyers' names and addresses: only you can read it. An order that was cancelled or changed after\n" +
			"its export is shown by the next export, which then exits 3. An export whose file was never finished is shown\n" +
			"too; --again writes it. An order whose buyer can't be read is left out and shown (exit 3); the others are written.",
		Example: "  towpath orders export --for shipstation --out orders.csv\n" +
			"  towpath orders export --for csv --account ebay-uk --limit 50 --out today.csv\n" +
			"  towpath orders export --list\n" +
			"  towpath orders export --again 17 --out orders-again.csv",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Format, o.Out, o.By = orderfile.Format(format), p.Out, userName()
			if o.Limit < 1 || o.Limit > maxExportSize {
				return usagef("--limit %d: want 1 to %d", o.Limit, maxExportSize)
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				switch {
				case list:
					return p.listExports(cmd.Context(), pf)
				case format == "" && o.Again == 0:
					return usagef("choose the form of the file: --for shipstation or --for csv")
				case p.output == "json" && o.Path == "":
					return usagef("-o json prints the answer, so the orders need a file: --out FILE")
				}
				if err := knownAccount(cmd.Context(), pf, o.Account); err != nil {
					return err
				}
				return p.exportOrders(cmd.Context(), pf, o)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&format, "for", "", "the form of the file: shipstation or csv")
	f.StringVar(&o.Account, "account", "", "only orders of this account; needed for accounts that observe or use a test endpoint")
	f.StringVar(&o.Path, "out", "", "file to write, a new one; without it the orders are printed")
	f.IntVar(&o.Limit, "limit", exportSize, "how many orders at most")
	f.BoolVar(&o.Repeat, "include-exported", false, "also orders that are in an earlier export; they may then get a second label")
	f.Int64Var(&o.Again, "again", 0, "write this export again, without orders packed or cancelled since")
	f.BoolVar(&list, "list", false, "list the exports")
	return c
}

// userName returns the name of the logged-in user.
func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}

func (p *Program) exportOrders(ctx context.Context, pf *platform.Platform, o starter.ExportOrders) error {
	if o.Path == "" && p.Terminal {
		p.printError("Warning: this prints buyers' names and addresses on the screen; --out FILE writes them to a file that only you can read.")
	}
	out, err := pf.Starter.ExportOrders(ctx, o)
	if err != nil {
		return err
	}
	if err := p.reportExport(out, o); err != nil {
		return err
	}
	if err := pf.Store.Packages.NoteStopped(ctx, out.Stopped); err != nil {
		return err
	}
	switch {
	case len(out.Unreadable) > 0:
		return &attention{wording.Plural(len(out.Unreadable), "order") + " left out: the buyer can't be read"}
	case len(out.Stopped) > 0:
		return &attention{wording.Plural(len(out.Stopped), "exported order") + " cancelled or changed since: stop or correct the packages"}
	case len(out.Unfinished) > 0:
		return &attention{wording.Plural(len(out.Unfinished), "earlier export") + " without a finished file: write each again with `towpath orders export --again ID`"}
	}
	return nil
}

// reportExport prints the result of an export, to the error output when the orders are printed to the output.
func (p *Program) reportExport(out starter.ExportedFile, o starter.ExportOrders) error {
	if o.Path != "" {
		return p.print(out, func(pg *page) { showExport(pg, out) })
	}
	pg := p.page()
	showExport(pg, out)
	_, err := p.Err.Write(pg.b.Bytes())
	return err
}

func showExport(pg *page, out starter.ExportedFile) {
	if out.Export == nil {
		pg.line("There is nothing to export.")
	} else {
		pg.line("Export %d: %s with %s%s.", out.Export.ID, wording.Plural(out.Orders, "order"), wording.Plural(out.Units, "unit"), inFile(out.File))
	}
	if out.Gone > 0 {
		pg.line("%s of it left out: packed or cancelled since.", wording.Plural(out.Gone, "order"))
	}
	l := out.LeftOut
	for _, w := range []struct {
		n   int
		why string
	}{
		{l.Unpaid, "not paid"}, {l.Held, "held, or not yet to be packed: `towpath orders` says why"}, {l.Backordered, "with backordered units"}, {l.Unlinked, "with units of listings that are not linked to a SKU"},
		{l.Observing, "of accounts that observe: --account NAME exports them all the same"},
		{l.Exported, "exported before and not packed yet: `towpath orders export --list` shows when"},
		{l.More, "more than the limit: the next export has them"},
	} {
		if w.n > 0 {
			pg.line("Left out: %s %s.", wording.Plural(w.n, "order"), w.why)
		}
	}
	showUnreadable(pg, out.Unreadable)
	showUnfinished(pg, out.Unfinished)
	showStopped(pg, out.Stopped)
}

func inFile(file string) string {
	if file == "" {
		return ""
	}
	return " in " + file
}

func showUnreadable(pg *page, list []starter.UnreadableBuyer) {
	if len(list) == 0 {
		return
	}
	pg.section("Left out: the buyer can't be read")
	rows := make([][]cell, len(list))
	for i, o := range list {
		rows[i] = []cell{word(o.Reference), word(o.Account), tinted(o.Why, red).prose()}
	}
	pg.table([]string{"ORDER", "ACCOUNT", "WHY"}, rows)
	pg.line("The next export has them again. To send one now, read its address on the channel.")
}

func showUnfinished(pg *page, exports []packages.Export) {
	if len(exports) == 0 {
		return
	}
	pg.section("Exports whose file was never finished")
	for _, e := range exports {
		pg.line("  %d of %s for %s, %s: `towpath orders export --again %d --out FILE`", e.ID, moment(e.At), e.Format, wording.Plural(e.Orders, "order"), e.ID)
	}
}

func showStopped(pg *page, stopped []packages.Stopped) {
	if len(stopped) == 0 {
		return
	}
	pg.section("Cancelled or changed after they were exported")
	rows := make([][]cell, len(stopped))
	for i, o := range stopped {
		do := "correct the label"
		if o.Cancelled {
			do = "stop the package"
		}
		rows[i] = []cell{word(o.Reference), word(o.Account), number(o.Export), word(pg.moment(o.Account, o.At)), tinted(o.What, red).prose(), word(do)}
	}
	pg.table([]string{"ORDER", "ACCOUNT", "EXPORT", "EXPORTED", "SINCE", "DO"}, rows)
}

func (p *Program) listExports(ctx context.Context, pf *platform.Platform) error {
	exports, err := pf.Store.Packages.Exports(ctx, packages.ExportFilter{Limit: pageSize})
	if err != nil {
		return err
	}
	return p.print(map[string][]packages.Export{"exports": filled(exports)}, func(pg *page) {
		if len(exports) == 0 {
			pg.line("Nothing was exported yet: `towpath orders export --help` says how.")
			return
		}
		rows := make([][]cell, len(exports))
		for i, e := range exports {
			file := tinted(e.File, plain)
			if e.WrittenAt.IsZero() {
				file = tinted(fmt.Sprintf("not finished: --again %d", e.ID), red)
			}
			rows[i] = []cell{number(e.ID), word(moment(e.At)), word(e.Format), word(dash(e.Account)), word(dash(e.By)), number(e.Orders),
				number(e.Waiting), counted(e.Notified, yellow), file}
		}
		pg.table([]string{"ID", "MADE", "FOR", "ACCOUNT", "BY", "ORDERS", "WAITING", "CHANGED", "FILE"}, rows)
	})
}
