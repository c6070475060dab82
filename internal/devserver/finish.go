package devserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/towpath/towpath/internal/audit"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/market"
)

// errFinished says that the book is played and all work is done, or that nothing makes progress any more.
var errFinished = errors.New("finished")

const (
	// lookEvery is the time between two checks whether all work is done.
	lookEvery = 500 * time.Millisecond
	// patience is how long a run may make no progress before the audit is made anyway, to show what is stuck.
	patience = 3 * time.Minute
	// acceptedWithin is how long an audit waits for changes that the marketplaces have accepted.
	acceptedWithin = 30 * time.Second
)

// finish waits until the book is played and nothing is left to do.
func (d *dev) finish(ctx context.Context) error {
	var last figures
	moved, paced := time.Now(), false
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		played, err := d.played(ctx)
		if err != nil {
			return err
		}
		if !played {
			moved = time.Now()
			continue
		}
		now, quiet, err := d.quiet(ctx)
		if err != nil {
			return err
		}
		if now.saved != last.saved || now.ended != last.ended || now.dirty != last.dirty {
			last, moved = now, time.Now()
		}
		if quiet {
			if !paced {
				d.printPace(ctx)
				paced = true
			}
			if shown, err := d.shown(ctx); err != nil || shown {
				return cmp.Or(err, errFinished)
			}
		}
		if time.Since(moved) > patience {
			fmt.Fprintf(d.out, "\nNothing has moved for %s; the audit says what is left.\n", patience)
			return errFinished
		}
	}
}

// played reports whether the book is played to its end, here or by marketplaces of their own.
func (d *dev) played(ctx context.Context) (bool, error) {
	if d.player != nil {
		return d.player.Progress().Done, nil
	}
	return d.simulation.bookDone(ctx, d.packer.Progress().Read)
}

// quiet reports whether every placed order has ended, every level is pushed and the warehouse has nothing to do.
func (d *dev) quiet(ctx context.Context) (figures, bool, error) {
	if ended, err := d.published(ctx); err != nil || !ended {
		return figures{}, false, err
	}
	f, err := d.figures(ctx)
	if err != nil || f.open > 0 || f.dirty > 0 || !d.packer.Idle() {
		return f, false, err
	}
	placed, pending, err := d.simulation.counts(ctx)
	if err != nil || placed != f.saved || pending > 0 {
		return f, false, err
	}
	b, err := d.platform.Store.Books.All(ctx)
	if err != nil || b.Pending > 0 {
		return f, false, err
	}
	running, err := d.platform.Starter.RunningLifecycles(ctx)
	return f, err == nil && len(running) == 0, err
}

// shown reports whether the levels that Amazon accepted were read back: some never take effect, and are sent again.
func (d *dev) shown(ctx context.Context) (bool, error) {
	for _, a := range d.simulation.accounts {
		if a.Kind != channel.Amazon {
			continue
		}
		left, err := d.platform.Store.Levels.UncheckedLevels(ctx, a.ID, time.Now(), 1)
		if err != nil || len(left) > 0 {
			return false, err
		}
	}
	return true, nil
}

// backlog returns how many orders the platform could be working on: placed and not saved, or saved and not ended.
// Orders that wait for stock, for payment or for a person are left out, so that the buyers do not wait for them.
func (d *dev) backlog(ctx context.Context) (int, error) {
	if d.platform == nil {
		return 0, nil
	}
	saved, workable, err := d.platform.Store.Books.Workload(ctx)
	if err != nil {
		return 0, fmt.Errorf("count orders under way: %w", err)
	}
	return d.player.Progress().Placed - saved + workable, nil
}

// audit prints the audit's table. It returns an error if a check is violated.
func (d *dev) audit(ctx context.Context) error {
	readers, err := d.simulation.readers(ctx)
	if err != nil {
		return err
	}
	in := audit.Input{Store: d.platform.Store, Markets: readers, Warehouse: d.simulation.warehouse}
	if d.o.Rehearse != nil {
		in.Warehouse = nil // the operator enters the stock himself
	}
	if !d.offline {
		in.Workflows, in.Running = d.platform.Starter.Failed, d.platform.Starter.RunningLifecycles
	}
	if d.o.Orders != "" {
		in.Plan, in.Ample = d.plan, d.o.Stock == string(book.StockAmple)
	}
	report, err := audit.Run(ctx, in)
	for _, r := range readers {
		err = errors.Join(err, r.Close())
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(d.out)
	if in.Plan != nil {
		printBook(d.out, d.plan.Counts)
	}
	if err := report.Print(d.out); err != nil {
		return err
	}
	d.printCosts(ctx)
	if !report.Clean() {
		return errViolated
	}
	fmt.Fprintln(d.out, "\nThe audit is clean.")
	return nil
}

// readers opens every marketplace's ledger.
func (w *simulation) readers(ctx context.Context) (map[string]*market.Reader, error) {
	all := make(map[string]*market.Reader)
	for _, a := range w.accounts {
		r, err := market.OpenReadOnly(ctx, filepath.Join(w.dir, filepath.Base(a.File)))
		if err != nil {
			return nil, fmt.Errorf("open ledger of %s: %w", a.ID, err)
		}
		all[a.ID] = r
	}
	return all, nil
}

// counts returns how many orders the marketplaces have, and how many accepted changes of listings have still to take
// effect.
func (w *simulation) counts(ctx context.Context) (placed, pending int, err error) {
	readers, err := w.readers(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, r := range readers {
		_, n, ordersErr := r.Orders(ctx, market.Filter{Limit: 1})
		m, pendingErr := r.Pending(ctx)
		placed, pending = placed+n, pending+m
		err = errors.Join(err, ordersErr, pendingErr, r.Close())
	}
	return placed, pending, err
}

// awaitAccepted waits a while for what the marketplaces have accepted; the audit then reports what has not taken
// effect.
func (w *simulation) awaitAccepted(ctx context.Context) error {
	running, err := runningIn(ctx, w.dir)
	if running == nil || err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, acceptedWithin)
	defer cancel()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if _, pending, err := w.counts(ctx); err != nil || pending == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
