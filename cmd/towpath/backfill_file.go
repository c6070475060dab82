package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// backfillReport starts a backfill from a report, unless it has a mistake.
func (p *Program) backfillReport(ctx context.Context, a backfillAsked) error {
	if a.account == "" {
		return usagef("--account is missing: name the account whose orders are in %s", a.file)
	}
	if a.from+a.to != "" {
		if err := a.check(); err != nil {
			return err
		}
	}
	return a.reach(ctx, p, func(ctx context.Context, pf *platform.Platform) error {
		acc, err := pf.Starter.Backfillable(ctx, a.account)
		if err != nil {
			return err
		}
		var within backfill.Range
		if a.from+a.to != "" {
			if within, err = backfill.Parse(a.from, a.to, acc.Zone(), time.Now()); err != nil {
				return usagef("%s", err)
			}
		}
		f, err := openFile(ctx, a.file, merchantfile.Options{Account: acc.ID})
		if err != nil {
			return err
		}
		report, err := pf.Starter.ReadBackfill(ctx, acc, f, within)
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return err
		}
		if report.Read.Wrong > 0 {
			return p.wrongReport(a.file, report)
		}
		ask := report.Request
		if ask.Report = filepath.Base(a.file); len(ask.Orders) == 0 {
			return usagef("%s has no order to read: %s", a.file, leftOut(report))
		}
		return p.start(ctx, pf, ask, []string{fmt.Sprintf("%s is read: %s, %s", ask.Report, wording.Plural(len(ask.Orders), "order"), leftOut(report))}, a.wait)
	})
}

// wrongReport prints the mistakes of a report. Nothing was started.
func (p *Program) wrongReport(file string, report starter.BackfillReport) error {
	r := report.Read
	if err := p.print(r, func(pg *page) { pg.mistakes("Mistakes in "+file, r.Mistakes, r.Wrong) }); err != nil {
		return err
	}
	return usagef("%s in %s: nothing was read", wording.Plural(r.Wrong, "mistake"), file)
}

// leftOut says what of a report is not read.
func leftOut(report starter.BackfillReport) string {
	text := wording.Plural(report.Read.Skipped, "row") + " left out"
	if report.Read.Skipped > 0 {
		text += fmt.Sprintf(" (the first: line %d, %s)", report.Read.Skips[0].Line, report.Read.Skips[0].Why)
	}
	if report.Elsewhere > 0 {
		text += fmt.Sprintf(", %d of other marketplaces", report.Elsewhere)
	}
	if report.Outside > 0 {
		text += fmt.Sprintf(", %d outside the range", report.Outside)
	}
	return text
}
