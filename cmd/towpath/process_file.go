package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/sheet"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// maxFiledShown limits the packages in a table; -o json has all.
const maxFiledShown = 100

func (p *Program) processFile(ctx context.Context, path string, o starter.PackagesFile) error {
	if path == "-" {
		return usagef("--file -: the file is read twice: save it to disk first")
	}
	f, err := openFile(ctx, path, merchantfile.Options{Account: o.Account})
	if err != nil {
		return err
	}
	defer f.Close()
	return p.with(ctx, func(pf *platform.Platform) error {
		if err := knownAccount(ctx, pf, o.Account); err != nil {
			return err
		}
		quiet := p.listen(pf, &o)
		out, err := pf.Starter.ProcessFile(ctx, f, o)
		quiet()
		if err != nil && !out.Done {
			return badFile(err)
		}
		if perr := p.print(out, func(pg *page) { showFile(pg, path, out, o) }); perr != nil {
			return perr
		}
		return errors.Join(err, fileEnd(out, o))
	})
}

// listen has progress printed, and what the command waits for while no package is answered, until the returned function is called.
func (p *Program) listen(pf *platform.Platform, o *starter.PackagesFile) (quiet func()) {
	steps, heard, stop := p.steps("packages processed"), make(chan struct{}, 1), func() {}
	o.Ready = func(ctx context.Context) error {
		err := pf.Reachable(ctx)
		if err == nil {
			stop = p.sayWhatFor(context.WithoutCancel(ctx), pf, heard)
		}
		return err
	}
	o.Progress = func(done, total int) {
		steps(done, total)
		select {
		case heard <- struct{}{}:
		default:
		}
	}
	return func() { stop() }
}

// badFile turns an error about an unusable file into a usage error.
func badFile(err error) error {
	var kind *merchantfile.WrongKindError
	var text *sheet.UnreadableError
	var row *sheet.RowError
	if errors.As(err, &kind) || errors.As(err, &text) || errors.As(err, &row) {
		return usagef("%s", err)
	}
	return err
}

// fileEnd returns the error that ends the command: none (0), something failed (1), the file is wrong (2), or a person is needed
// (3).
func fileEnd(out starter.FileResult, o starter.PackagesFile) error {
	n := func(k starter.FileOutcome) int { return out.Counts[k] }
	switch {
	case out.Wrong > 0 && !o.SkipBad:
		return usagef("%s: nothing was processed. Correct the file and give it again, or process the rest with --skip-bad", wording.Plural(out.Wrong, "mistake"))
	case n(starter.FileFailed)+n(starter.FileUntried) > 0:
		return fmt.Errorf("%s not processed: give the same file again; processed packages count once", wording.Plural(n(starter.FileFailed)+n(starter.FileUntried), "package"))
	case out.Wrong > 0:
		return &attention{wording.Plural(out.Wrong, "mistake") + " left out: correct them and give the file again"}
	case n(starter.FileRefused) > 0:
		return &attention{wording.Plural(n(starter.FileRefused), "package") + " refused: see why above"}
	case n(starter.FileHeld) > 0:
		return &attention{wording.Plural(n(starter.FileHeld), "package") + " held until the account goes live: `towpath accounts live ACCOUNT`"}
	}
	return nil
}

func showFile(pg *page, path string, out starter.FileResult, o starter.PackagesFile) {
	pg.fileLines(filepath.Base(path), out.Format, out.Encoding, out.Rows, out.Used, out.Left)
	if out.Waiting > 0 {
		pg.line("%s without carrier and tracking number: not packed yet.", wording.Plural(out.Waiting, "row"))
	}
	for _, note := range out.Notes {
		pg.line("Note: %s.", note)
	}
	pg.mistakes("Wrong in the file", out.Mistakes, out.Wrong)
	showFiled(pg, out)
	var counts []string
	for _, k := range []starter.FileOutcome{starter.FileReady, starter.FileProcessed, starter.FileHeld, starter.FileAlready, starter.FileRefused, starter.FileFailed, starter.FileUntried} {
		if out.Counts[k] > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", out.Counts[k], k))
		}
	}
	pg.line("\n%s.", strings.Join(append(counts, wording.Plural(out.Wrong, "mistake")), ", "))
	if o.DryRun {
		pg.line("This was a dry run: nothing was processed.")
	}
}

// showFiled lists the packages, first those that need a person.
func showFiled(pg *page, out starter.FileResult) {
	var calm, rows [][]cell
	for _, k := range out.Packages {
		colour := map[starter.FileOutcome]colour{starter.FileProcessed: green, starter.FileHeld: yellow, starter.FileRefused: red, starter.FileFailed: red, starter.FileUntried: red}[k.Outcome]
		row := []cell{
			amount(lineNumbers(k.Lines)), word(k.Reference), word(k.Account), word(k.Tracking), number(k.Units),
			tinted(string(k.Outcome), colour), word(k.Why).prose(),
		}
		if k.Why != "" {
			rows = append(rows, row)
		} else {
			calm = append(calm, row)
		}
	}
	rows = append(rows, calm...)
	if len(rows) == 0 {
		return
	}
	pg.section("Packages")
	pg.table([]string{"LINE", "ORDER", "ACCOUNT", "TRACKING", "UNITS", "OUTCOME", "WHY"}, rows[:min(len(rows), maxFiledShown)])
	if more := len(rows) - maxFiledShown; more > 0 {
		pg.line("and %d more: -o json lists them all", more)
	}
}

// lineNumbers returns the lines of a file as text: 4, or 4-9 for several.
func lineNumbers(lines []int) string {
	if len(lines) == 1 {
		return strconv.Itoa(lines[0])
	}
	return fmt.Sprintf("%d-%d", lines[0], lines[len(lines)-1])
}
