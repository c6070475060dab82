package devserver

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/orders"
)

// errFinished says that the book is played and all work is done, or that nothing makes progress any more.
var errFinished = errors.New("finished")

const (
	// lookEvery is the time between two checks whether all work is done.
	lookEvery = 500 * time.Millisecond
	// patience is how long a run may make no progress before the audit is made anyway, to show what is stuck. eBay's scans lag behind
	// by two minutes of real time, and a package that it never shows is sent again a minute later.
	patience = 5 * time.Minute
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
		now, err := d.figures(ctx)
		if err != nil {
			return err
		}
		if now.saved != last.saved || now.ended != last.ended || now.dirty != last.dirty {
			last, moved = now, time.Now()
			continue // the books are only read when nothing moves
		}
		quiet, err := d.quiet(ctx, now)
		if err != nil {
			return err
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

// quiet reports whether, at these figures, every placed order has ended or waits for a person's decision, which nobody makes here, every level is pushed and
// the warehouse has nothing to do.
func (d *dev) quiet(ctx context.Context, f figures) (bool, error) {
	if ended, err := d.published(ctx); err != nil || !ended {
		return false, err
	}
	if f.dirty > 0 || !d.packer.Idle() {
		return false, nil
	}
	placed, pending, err := d.simulation.counts(ctx)
	if err != nil || placed != f.saved || pending > 0 {
		return false, err
	}
	b, err := d.platform.Store.Books.All(ctx)
	if err != nil || b.Pending > 0 {
		return false, err
	}
	waiting := 0
	for _, o := range b.Orders {
		if o.Waits() {
			waiting++
		}
	}
	if f.open != waiting {
		return false, nil
	}
	running, err := d.platform.Starter.RunningLifecycles(ctx)
	return err == nil && len(running) == waiting, err
}

// shown reports whether the levels that may be wrong were read back: what Amazon accepts may never take effect, and a call that got
// no answer may have been carried out late.
func (d *dev) shown(ctx context.Context) (bool, error) {
	for _, a := range d.simulation.production() {
		unread := d.platform.Store.Levels.DoubtedLevels
		if a.Kind == channel.Amazon {
			unread = d.platform.Store.Levels.UncheckedLevels
		}
		left, err := unread(ctx, a.ID, time.Now(), 1)
		if err != nil || len(left) > 0 {
			return false, err
		}
	}
	return true, nil
}

// read returns the time of the last change of an order that was read, zero if it is not saved.
func (d *dev) read(ctx context.Context, account, orderID string) (time.Time, error) {
	if d.platform == nil {
		return time.Time{}, nil
	}
	rows, err := d.platform.Store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: orderID, Limit: 1})
	if err != nil || len(rows) == 0 {
		return time.Time{}, err
	}
	return time.UnixMicro(rows[0].ChannelVersion), nil
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
