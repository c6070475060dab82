package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/private"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

// logAsked has the flags of the log.
type logAsked struct {
	filter                            runs.LogFilter
	kind, since, before, after, where string
}

func (p *Program) logCommand() *cobra.Command {
	var a logAsked
	c := &cobra.Command{
		Use:   "log",
		Short: "Show what Towpath did by itself: runs, failed calls, what was refused, line by line",
		Long: "Shows the automation log, the newest page, its oldest line first: when runs began and ended and what they did, calls\n" +
			"that failed and whether they were tried again, and what is in error, with its order, package or SKU. With --run it\n" +
			"shows every call and every item of one run. --out writes all lines to a file instead of a page: as text, or as CSV\n" +
			"where its name ends in .csv.",
		Example: "  towpath log --account ebay-uk\n  towpath log --account ebay-uk --kind stock --errors --since 2026-11-29\n" +
			"  towpath log --run RUN\n  towpath log --account ebay-uk --since 2026-11-29 --out log.csv",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.read(); err != nil {
				return err
			}
			ctx := cmd.Context()
			return p.with(ctx, func(pf *platform.Platform) error {
				if err := knownAccount(ctx, pf, a.filter.Account); err != nil {
					return err
				}
				if a.where != "" {
					return p.writeLog(ctx, pf, a)
				}
				shown, err := pf.Starter.Log(ctx, a.filter)
				if err != nil {
					return err
				}
				shown.Lines = filled(shown.Lines)
				return p.print(shown, func(pg *page) { showLogPage(pg, shown) })
			})
		},
	}
	f := c.Flags()
	f.StringVar(&a.filter.Account, "account", "", "only lines of this account (default: all)")
	f.StringVar(&a.filter.RunID, "run", "", "only lines of this run, with all its calls and items")
	f.StringVar(&a.kind, "kind", "", "only lines of runs of this kind: "+list(runKinds))
	f.BoolVar(&a.filter.Errors, "errors", false, "only what failed")
	f.StringVar(&a.since, "since", "", "only lines since this day or time, e.g. 2026-11-29T08:00Z")
	f.StringVar(&a.where, "out", "", "write all lines to this file: text, or CSV if its name ends in .csv")
	f.IntVar(&a.filter.Limit, "limit", pageSize, "how many lines a page has")
	f.StringVar(&a.before, "before", "", "the page before this position, as shown at the beginning of a page")
	f.StringVar(&a.after, "after", "", "the page after this position, as shown at the end of a page")
	return c
}

func (a *logAsked) read() (err error) {
	f := &a.filter
	f.Kind, f.Mark, f.Upwards = runs.RunKind(a.kind), a.before+a.after, a.after != ""
	switch {
	case a.kind != "" && !slices.Contains(runKinds, f.Kind):
		return usagef("--kind %q: want one of %s", a.kind, list(runKinds))
	case a.before != "" && a.after != "":
		return usagef("either --before or --after")
	case a.where != "" && f.Mark != "":
		return usagef("--out writes all lines: leave out --before and --after")
	}
	if err := checkLimit(f.Limit); err != nil {
		return err
	}
	f.Since, err = readMoment("--since", a.since)
	return err
}

func showLogPage(pg *page, shown starter.LogPage) {
	if len(shown.Lines) == 0 {
		pg.line("Nothing has been recorded there.")
		return
	}
	if shown.Earlier != "" {
		pg.line("Earlier: the same command with --before %s\n", shown.Earlier)
	}
	pg.logLines(shown.Lines)
	if shown.Later != "" {
		pg.line("\nLater: the same command with --after %s", shown.Later)
	}
}

// logLines writes lines of the log, and below each of what failed the command that says more. Times of one account are in its time zone,
// those of several in UTC.
func (pg *page) logLines(lines []starter.LogLine) {
	zone := time.UTC
	if !slices.ContainsFunc(lines, func(l starter.LogLine) bool { return l.Account != lines[0].Account }) && len(lines) > 0 {
		zone = pg.zones.Of(lines[0].Account)
	}
	before := ""
	for _, l := range lines {
		at := l.At.In(zone)
		if day := at.Format("2006-01-02 MST"); day != before {
			pg.title(day)
			before = day
		}
		pg.entry(at.Format("15:04:05"), when(l.Wrong && !l.Repeated, yellow), l.Where()+l.Text, l.More())
	}
}

// writeLog writes all lines of the log to a new file.
func (p *Program) writeLog(ctx context.Context, pf *platform.Platform, a logAsked) error {
	file, err := os.OpenFile(a.where, os.O_WRONLY|os.O_CREATE|os.O_EXCL, private.FileMode)
	if errors.Is(err, os.ErrExist) {
		return usagef("--out %s: the file exists: name another one", a.where)
	}
	if err != nil {
		return usagef("--out %s: %v", a.where, err)
	}
	out := bufio.NewWriter(file)
	n, err := pf.Starter.WriteLog(ctx, a.filter, out, starter.LogFormOf(a.where), p.zones)
	if err = errors.Join(err, out.Flush(), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("write the log to %s: %w", a.where, errors.Join(err, os.Remove(a.where)))
	}
	return p.print(map[string]any{"file": a.where, "lines": n}, func(pg *page) { pg.line("%s is written: %d lines.", a.where, n) })
}
