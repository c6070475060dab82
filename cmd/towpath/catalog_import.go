package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

func (p *Program) catalogImportCommand() *cobra.Command {
	var options starter.ImportOptions
	var open merchantfile.Options
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Read products, SKUs, prices and kits from a file",
		Long: "Reads a file exported by Shopify, Amazon, Linnworks or WooCommerce, or Towpath's own form as CSV or JSON; the\n" +
			"format is recognised by its header. The whole file is checked first: with any mistake nothing is saved, unless\n" +
			"--skip-bad is given. Data missing from the file stays as it is, and nothing is removed. The same import again\n" +
			"changes nothing, and completes one that was interrupted. Stock columns are read by `towpath stock import`.\n\n" +
			"Exit code 2: the file is wrong and nothing was saved; 3: --skip-bad left something out.",
		Example: "  towpath catalog import products_export.csv --dry-run\n" +
			"  towpath catalog import products_export.csv --currency GBP\n" +
			"  towpath catalog import linnworks.csv --skip-bad -o json",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, ok := money.Digits(open.Currency); open.Currency != "" && !ok {
				return usagef("--currency %q: want a code of ISO 4217, such as GBP, EUR or JPY", open.Currency)
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				if err := knownAccount(cmd.Context(), pf, open.Account); err != nil {
					return err
				}
				return p.importCatalogue(cmd.Context(), pf, args[0], open, options)
			})
		},
	}
	f := c.Flags()
	f.BoolVar(&options.DryRun, "dry-run", false, "show what is new, what would change and what is wrong; save nothing")
	f.BoolVar(&options.SkipBad, "skip-bad", false, "leave out what is wrong and save the rest")
	f.StringVar(&open.Currency, "currency", "", "currency of the prices if the file does not say it, such as GBP")
	f.StringVar(&open.Account, "account", "", "the prices of the file hold only on this account")
	return c
}

func (p *Program) importCatalogue(ctx context.Context, pf *platform.Platform, path string, open merchantfile.Options, options starter.ImportOptions) error {
	f, err := openFile(ctx, path, open)
	if err != nil {
		return err
	}
	options.Progress = p.importProgress(time.Now)
	out, failed := pf.Starter.ImportCatalogue(ctx, f, options)
	var refused *starter.UsageError
	if failed != nil && (!errors.As(failed, &refused) || out.Wrong == 0) {
		return errors.Join(failed, f.Close())
	}
	note := wakeDirty(ctx, pf, out.Dirty)
	out.NewSKUs, out.Changes, out.Mistakes = filled(out.NewSKUs), filled(out.Changes), filled(out.Mistakes)
	out.Used, out.Left, out.Skips, out.Notes = filled(out.Used), filled(out.Left), filled(out.Skips), filled(out.Notes)
	err = p.print(out, func(pg *page) { pg.imported(path, out, failed != nil, note) })
	if err := errors.Join(failed, err, f.Close()); err != nil {
		return err
	}
	if out.Wrong > 0 {
		return &attention{fmt.Sprintf("%s of the file left out: correct them and import it again; what was saved stays", wording.Plural(out.Wrong, "mistake"))}
	}
	return nil
}

// wakeDirty wakes the pushes of accounts whose levels changed.
func wakeDirty(ctx context.Context, pf *platform.Platform, accounts []string) string {
	if len(accounts) == 0 {
		return ""
	}
	if err := errors.Join(pf.Reachable(ctx), pf.Starter.WakeStock(ctx, accounts)); err != nil {
		return "Levels of kits have changed. Temporal can't be reached: they are pushed by the next sweep."
	}
	return "Levels of kits have changed and are being pushed."
}

// How often progress is shown: on a terminal one line is redrawn.
const (
	progressOnTerminal = 500 * time.Millisecond
	progressElsewhere  = 5 * time.Second
)

// importProgress returns a function that prints the progress and speed of an import to the error output.
func (p *Program) importProgress(now func() time.Time) func(starter.ImportProgress) {
	began, printed, stage := now(), now(), ""
	return func(at starter.ImportProgress) {
		if at.Stage != stage {
			stage, began = at.Stage, printed
		}
		every := progressElsewhere
		if p.Terminal {
			every = progressOnTerminal
		}
		if now().Sub(printed) < every || at.Of == 0 {
			return
		}
		printed = now()
		speed := float64(at.Rows) / max(printed.Sub(began).Seconds(), 0.001)
		line := fmt.Sprintf("%s: %d of %d rows, %d%%, %.0f rows/s", at.Stage, at.Rows, at.Of, 100*at.Rows/at.Of, speed)
		if p.Terminal {
			fmt.Fprintf(p.Err, "\r\x1b[K%s", line)
			if at.Rows == at.Of {
				fmt.Fprintln(p.Err)
			}
			return
		}
		fmt.Fprintln(p.Err, line)
	}
}
