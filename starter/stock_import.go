package starter

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/ledger"
)

// stockBatch is how many rows one transaction takes.
const stockBatch = 2000

// ImportStock sets the levels to the figures of a file. The same contents with the same time are imported once, so that a
// repetition does not undo later changes; an interrupted import continues. With mistakes nothing is imported unless SkipBad is
// set. Available figures are converted to on hand (stock.OnHandNow).
func (s *Starter) ImportStock(ctx context.Context, in StockFile) (StockImported, error) {
	i := stockImport{Starter: s, in: in, started: time.Now(), bad: map[int]bool{}}
	defer i.close()
	for _, step := range []func(context.Context) error{i.open, i.digest, i.read, i.resolveMoment, i.look, i.rehearse, i.apply} {
		if err := step(ctx); err != nil {
			return i.out, err
		}
		if i.out.Before != nil || i.out.Stopped {
			break
		}
	}
	return i.out, nil
}

// stockImport is an import in progress.
type stockImport struct {
	*Starter
	in      StockFile
	started time.Time
	id      string // digest of the contents
	file    *merchantfile.File
	rows    []stockRow
	out     StockImported
	bad     map[int]bool // lines that the store would refuse
}

// stockRow is a row to be imported.
type stockRow struct {
	line          int
	sku, location string
	quantity      int
}

func (i *stockImport) open(ctx context.Context) error {
	file, err := merchantfile.OpenPath(ctx, i.in.Path, merchantfile.Options{})
	if err != nil {
		return fileFault(err)
	}
	i.file = file
	f := file.Format()
	if !f.HoldsKind(merchantfile.Stock) {
		return usagef("%s is %s, which has no stock: %s", filepath.Base(i.in.Path), f.Title, f.Use)
	}
	i.out = StockImported{File: filepath.Base(i.in.Path), Format: f.Title, Encoding: file.Encoding(), Used: file.Used(), Left: file.Left(), DryRun: i.in.DryRun,
		Skips: []merchantfile.Skip{}, Mistakes: []catalogue.Mistake{}, Notes: []string{}, Changes: []StockLine{}, Backordered: []ledger.Backordered{}}
	return nil
}

func (i *stockImport) close() {
	if i.file != nil {
		_ = i.file.Close() // it was only read
	}
}

// fileFault turns an error about an unreadable file into a *UsageError.
func fileFault(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &UsageError{Problem: err.Error()}
}

// digest sets the digest of the contents and finds earlier imports of them.
func (i *stockImport) digest(ctx context.Context) error {
	in, err := os.Open(i.in.Path)
	if err != nil {
		return fmt.Errorf("read %s: %w", i.out.File, err)
	}
	defer func() { _ = in.Close() }()
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return fmt.Errorf("read %s: %w", i.out.File, err)
	}
	i.id = hex.EncodeToString(sum.Sum(nil))
	before, err := i.Store.Ledger.StockImports(ctx, i.id)
	if err != nil {
		return err
	}
	for _, b := range before {
		switch {
		case !i.in.AsOf.IsZero() && !b.AsOf.Equal(i.in.AsOf.Truncate(time.Microsecond)):
			continue // a new export with the same contents, as the caller states
		case b.FinishedAt.IsZero():
			i.in.AsOf = b.AsOf // continue with the time of the first attempt
		default:
			i.out.Before = &b
		}
		return nil
	}
	return nil
}

// apply imports the rows in batches. Each row has its own key, so what an interrupted import did is not repeated.
func (i *stockImport) apply(ctx context.Context) error {
	if i.in.DryRun {
		return nil
	}
	note := ledger.StockImport{Digest: i.id, AsOf: i.in.AsOf, Name: i.out.File, Means: i.out.Means, By: i.in.By, Rows: i.out.Rows, StartedAt: i.started}
	if err := i.Store.Ledger.SaveStockImport(ctx, note); err != nil {
		return err
	}
	i.out.Changed, i.out.Same, i.out.Changes = 0, 0, []StockLine{}
	dirty := map[string]bool{}
	err := i.batches(ctx, i.Store.Ledger.ApplyStock, func(done ledger.StockDone) {
		for _, account := range done.Dirty {
			dirty[account] = true
		}
	})
	if err != nil {
		return err
	}
	decided, err := i.Store.Levels.DecideHeld(ctx, 0)
	if err != nil {
		return err
	}
	for _, account := range decided {
		dirty[account] = true
	}
	note.Changed, note.FinishedAt = i.out.Changed, time.Now()
	if err := i.Store.Ledger.SaveStockImport(ctx, note); err != nil {
		return err
	}
	i.out.Applied = true
	var accounts []string
	for account := range dirty {
		accounts = append(accounts, account)
	}
	i.out.Warning = i.wakeOrWarn(ctx, accounts)
	return nil
}

// batches calls do for batches of the remaining rows and see for the results. Refused counts become mistakes.
func (i *stockImport) batches(ctx context.Context, do func(context.Context, []stock.Change) (ledger.StockDone, error), see func(ledger.StockDone)) error {
	for from := 0; from < len(i.rows); from += stockBatch {
		rows := i.rows[from:min(from+stockBatch, len(i.rows))]
		changes := make([]stock.Change, len(rows))
		for k, r := range rows {
			changes[k] = stock.Change{
				Key: fmt.Sprintf("import/%s/%d/%s/%s", i.id[:16], i.in.AsOf.UnixMicro(), r.location, r.sku),
				SKU: r.sku, Location: r.location, Kind: stock.Count, Quantity: r.quantity, By: i.in.By,
				Note: i.out.File + " (" + string(i.out.Means) + ")", AsOf: i.in.AsOf, Means: i.out.Means, Cause: stock.ByImport,
			}
		}
		done, err := do(ctx, changes)
		if err != nil {
			return asUsage(err)
		}
		for k, c := range done.Changes {
			i.see(rows[k], c)
		}
		i.out.Backordered = append(i.out.Backordered, done.Backordered...)
		see(done)
		if i.in.Progress != nil {
			i.in.Progress(from+len(rows), len(i.rows))
		}
	}
	return nil
}

func (i *stockImport) see(r stockRow, c stock.Changed) {
	switch {
	case c.Kept != "":
		if !i.bad[r.line] {
			i.skip(r.line, r.sku+" at "+r.location, c.Kept)
		}
		i.bad[r.line] = true
	case c.Refused != "":
		i.bad[r.line] = true
		i.wrong(r.line, "", fmt.Sprintf("%s at %s: %s", r.sku, r.location, c.Refused), "")
	case c.Was == c.Now:
		i.out.Same++
	default:
		i.out.Changed++
		i.out.Changes = append(i.out.Changes, StockLine{Line: r.line, SKU: r.sku, Location: r.location, Stated: r.quantity, Was: c.Was, Now: c.Now})
	}
}

// wrong records a mistake; only the first are listed.
func (i *stockImport) wrong(line int, column, what, want string) {
	i.out.Wrong++
	if len(i.out.Mistakes) < merchantfile.MaxShown {
		i.out.Mistakes = append(i.out.Mistakes, catalogue.Mistake{Line: line, Column: column, What: what, Want: want})
	}
}

// skip records a row that does not belong here.
func (i *stockImport) skip(line int, what, why string) {
	i.out.Skipped++
	if len(i.out.Skips) < merchantfile.MaxShown {
		i.out.Skips = append(i.out.Skips, merchantfile.Skip{Line: line, What: what, Why: why})
	}
}
