package starter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/towpath/towpath/internal/orderfile"
	"github.com/towpath/towpath/internal/store/packages"
)

// exportPage is how many orders are read at once.
const exportPage = 500

// ExportOrders selects the orders to write to a file for packing.
type ExportOrders struct {
	Format  orderfile.Format
	Account string // only orders of this account; empty: of every account that is live
	By      string // who asks
	Limit   int    // orders at most, the oldest first
	Repeat  bool   // also orders of earlier exports
	Again   int64  // write this export again; 0: a new one
	Path    string // file to write; it must not exist. Empty: Out
	Out     io.Writer
}

// ExportedFile is the result of an export.
type ExportedFile struct {
	Export     *packages.Export   `json:"export,omitempty"` // nil: there was nothing to export
	File       string             `json:"file,omitempty"`
	Orders     int                `json:"orders"` // written
	Units      int                `json:"units"`
	Gone       int                `json:"gone"`       // when an export is written again: orders with nothing left to pack
	Unreadable []UnreadableBuyer  `json:"unreadable"` // orders that are left out because their buyer can't be read
	LeftOut    packages.LeftOut   `json:"leftOut"`
	Unfinished []packages.Export  `json:"unfinished"` // earlier ones whose file was never finished
	Stopped    []packages.Stopped `json:"stopped"`    // orders that were cancelled or changed after they were exported
}

// UnreadableBuyer is an order whose buyer can't be read, so that it can't get a label.
type UnreadableBuyer struct {
	Account   string `json:"account"`
	OrderID   string `json:"orderId"`
	Reference string `json:"reference"`
	Why       string `json:"why"`

	row int64
}

// maxUnfinished limits how many unfinished exports are listed.
const maxUnfinished = 20

// ExportOrders records which orders are exported, writes the file, and marks it as written. So no order is in two files unless
// requested, and the next export finds those that a crash kept out of a file. The caller shows Stopped to a person and then calls
// Store.StoppedTold.
func (s *Starter) ExportOrders(ctx context.Context, o ExportOrders) (ExportedFile, error) {
	out := ExportedFile{Unfinished: []packages.Export{}, Stopped: []packages.Stopped{}, Unreadable: []UnreadableBuyer{}}
	if !o.Format.Known() && o.Again == 0 {
		return out, &UsageError{Problem: fmt.Sprintf("--for %q: want one of %v", o.Format, orderfile.Formats())}
	}
	if _, err := s.Store.Buyers.Sealer(ctx); err != nil {
		return out, fmt.Errorf("export orders: %w", err)
	}
	target, err := newTarget(o.Path, o.Out)
	if err != nil {
		return out, err
	}
	defer target.drop()
	export, err := s.beginExport(ctx, o, &out)
	if err == nil && export.Orders > 0 {
		out.Export, out.File = &export, o.Path
		err = s.writeExport(ctx, export, o.By, target, &out)
	}
	if err != nil {
		return out, err
	}
	out.LeftOut, err = s.Store.Packages.LeftOut(ctx, o.Account)
	if export.WrittenAt.IsZero() {
		out.LeftOut.More = max(0, out.LeftOut.More-len(out.Unreadable)) // they are listed by themselves
	}
	if out.Export != nil {
		out.LeftOut.Exported = max(0, out.LeftOut.Exported-out.Export.Waiting) // the others are in this file
	}
	return out, err
}

// beginExport checks earlier exports and records the new one.
func (s *Starter) beginExport(ctx context.Context, o ExportOrders, out *ExportedFile) (packages.Export, error) {
	unfinished, err := s.Store.Packages.Exports(ctx, packages.ExportFilter{Unwritten: true, Limit: maxUnfinished})
	if err != nil {
		return packages.Export{}, err
	}
	for _, e := range unfinished {
		if e.ID != o.Again {
			out.Unfinished = append(out.Unfinished, e)
		}
	}
	stopped, err := s.Store.Packages.StoppedOrders(ctx)
	if err != nil {
		return packages.Export{}, err
	}
	out.Stopped = append(out.Stopped, stopped...)
	if o.Again == 0 {
		return s.Store.Packages.StartExport(ctx, packages.ExportRequest{Format: string(o.Format), Account: o.Account, By: o.By, File: o.Path, Limit: o.Limit, Repeat: o.Repeat})
	}
	found, err := s.Store.Packages.Exports(ctx, packages.ExportFilter{ID: o.Again})
	switch {
	case err != nil:
		return packages.Export{}, err
	case len(found) == 0:
		return packages.Export{}, &UsageError{Problem: fmt.Sprintf("there is no export %d: `towpath orders export --list` shows them", o.Again)}
	case o.Format != "" && string(o.Format) != found[0].Format:
		return packages.Export{}, &UsageError{Problem: fmt.Sprintf("export %d was made for %s: write it again without --for", o.Again, found[0].Format)}
	}
	return found[0], nil
}

// writeExport writes the file of a recorded export.
func (s *Starter) writeExport(ctx context.Context, e packages.Export, by string, target *target, out *ExportedFile) error {
	err := s.fill(ctx, e, by, target, out)
	if err == nil {
		err = s.leaveOut(ctx, e, out)
	}
	if err == nil && out.Export == nil {
		return nil
	}
	if err == nil {
		err = target.finish()
	}
	if err == nil {
		err = s.Store.Packages.ExportWritten(ctx, e.ID, target.path)
	}
	if err != nil {
		return fmt.Errorf("%w; its orders are recorded as exported: write the file again with `towpath orders export --again %d`", err, e.ID)
	}
	return nil
}

// leaveOut takes the orders whose buyer can't be read out of a new export, so that the next one has them again. An export without any
// other order is none.
func (s *Starter) leaveOut(ctx context.Context, e packages.Export, out *ExportedFile) error {
	if len(out.Unreadable) == 0 || !e.WrittenAt.IsZero() {
		return nil
	}
	rows := make([]int64, len(out.Unreadable))
	for i, o := range out.Unreadable {
		rows[i] = o.row
	}
	if err := s.Store.Packages.LeaveOut(ctx, e.ID, rows); err != nil {
		return err
	}
	if out.Orders+out.Gone == 0 {
		out.Export, out.File = nil, ""
		return nil
	}
	out.Export.Orders, out.Export.Waiting = out.Export.Orders-len(rows), out.Export.Waiting-len(rows)
	return nil
}

func (s *Starter) fill(ctx context.Context, e packages.Export, by string, target *target, out *ExportedFile) error {
	zones, err := s.Zones(ctx)
	if err != nil {
		return err
	}
	w, err := orderfile.New(target, orderfile.Format(e.Format), zones)
	if err != nil {
		return err
	}
	var after int64
	for {
		page, err := s.Store.Packages.ExportedOrders(ctx, e.ID, after, exportPage, by)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return w.Flush()
		}
		for _, o := range page {
			if after = o.RowID; len(o.Lines) == 0 {
				out.Gone++
				continue
			}
			if o.Unreadable != "" {
				out.Unreadable = append(out.Unreadable, UnreadableBuyer{Account: o.Account, OrderID: o.ID, Reference: o.Reference, Why: o.Unreadable, row: o.RowID})
				continue
			}
			out.Orders++
			for _, l := range o.Lines {
				out.Units += l.Quantity
			}
			if err := w.Order(o); err != nil {
				return err
			}
		}
	}
}

// target is the file to write, under a temporary name until it is complete.
type target struct {
	io.Writer
	path string
	temp *os.File // nil: written to Out
}

// newTarget opens the file before anything is recorded, so that an unwritable folder is found in time. Only the owner can read
// the file.
func newTarget(path string, out io.Writer) (*target, error) {
	if path == "" {
		return &target{Writer: out}, nil
	}
	if _, err := os.Lstat(path); err == nil {
		return nil, &UsageError{Problem: fmt.Sprintf("%s exists: give another name, so that nothing is lost", path)}
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".towpath-*")
	if err != nil {
		return nil, &UsageError{Problem: fmt.Sprintf("--out %s: %s", path, err)}
	}
	return &target{Writer: temp, path: path, temp: temp}, nil
}

func (t *target) finish() error {
	if t.temp == nil {
		return nil
	}
	err := errors.Join(t.temp.Chmod(0o600), t.temp.Sync(), t.temp.Close())
	if err == nil {
		err = os.Rename(t.temp.Name(), t.path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", t.path, err)
	}
	t.temp = nil
	return nil
}

// drop removes an incomplete file.
func (t *target) drop() {
	if t.temp != nil {
		_ = t.temp.Close()
		_ = os.Remove(t.temp.Name())
	}
}
