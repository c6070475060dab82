package packer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/orders"
)

const (
	boxPage     = 500 // entries read, and stock changes booked, at once
	perLook     = 200 // waiting entries tried at once
	mostAtFault = 20  // of a page, before the platform is blamed

	firstWait   = 200 * time.Millisecond // before an entry is tried again; it doubles
	longestWait = 5 * time.Second
	// mostRefusals is how often a cancellation may be refused before it is given up: goods on their way may not have
	// been turned back yet, so the first refusals are not final.
	mostRefusals = 8
)

// task is an entry of the box that is not booked yet.
type task struct {
	entry    warehouse.Entry
	tryAt    time.Time
	tries    int
	refusals int
	done     bool
}

// bookEntries books new entries of the box and waiting ones that are due.
func (p *Packer) bookEntries(ctx context.Context) (int, error) {
	n, err := p.readBox(ctx)
	retried := p.retryDue(ctx)
	return n + retried, errors.Join(err, p.save(ctx))
}

// readBox reads the next entries. Stock is booked at once; everything else, and what can't be booked, waits.
func (p *Packer) readBox(ctx context.Context) (int, error) {
	entries, err := p.options.Warehouse.After(ctx, p.read, boxPage)
	if err != nil {
		return 0, err
	}
	var moves []warehouse.Entry
	var waiting []*task
	bookDone := false
	for _, e := range entries {
		switch e.Kind {
		case warehouse.Opening, warehouse.Receipt, warehouse.Adjust:
			moves = append(moves, e)
		case warehouse.Return, warehouse.CancelRequest:
			waiting = append(waiting, &task{entry: e})
		case warehouse.BookDone:
			bookDone = true
		}
	}
	fails := 0
	late, err := p.move(ctx, moves, &fails)
	if err != nil {
		return 0, err
	}
	p.pending = append(p.pending, append(waiting, late...)...)
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(entries); n > 0 {
		p.read = entries[n-1].ID
	}
	p.state.nothingInTheBox = len(entries) == 0
	p.state.BookDone = p.state.BookDone || bookDone
	p.state.Waiting = len(p.pending)
	return len(entries), nil
}

// move books stock movements together. If they are refused, one of them is wrong, e.g. a count that removes what has
// not arrived yet: it is found by halving, and waits. If many fail, the platform is the cause, and all are tried
// again later.
func (p *Packer) move(ctx context.Context, entries []warehouse.Entry, fails *int) (late []*task, err error) {
	if len(entries) == 0 {
		return nil, nil
	}
	changes := make([]stock.Change, len(entries))
	for i, e := range entries {
		changes[i] = change(e)
	}
	err = p.call(ctx, func(ctx context.Context) error { return p.options.Platform.ApplyStock(ctx, changes) })
	switch {
	case err == nil:
		return nil, nil
	case ctx.Err() != nil, *fails == mostAtFault:
		return nil, err
	case len(entries) == 1:
		*fails++
		p.log.Warn("A stock movement can't be booked yet.", zap.String("key", entries[0].Key), zap.Error(err))
		return []*task{{entry: entries[0], tries: 1, tryAt: time.Now().Add(firstWait)}}, nil
	}
	half := len(entries) / 2
	first, err := p.move(ctx, entries[:half], fails)
	if err != nil {
		return nil, err
	}
	second, err := p.move(ctx, entries[half:], fails)
	return append(first, second...), err
}

// retryDue tries waiting entries that are due, a few at once, and returns how many were done.
func (p *Packer) retryDue(ctx context.Context) int {
	var g errgroup.Group
	g.SetLimit(bookers)
	now, tried := time.Now(), 0
	for _, t := range p.pending {
		if now.Before(t.tryAt) || tried == perLook {
			continue
		}
		tried++
		g.Go(func() error {
			p.try(ctx, t)
			return nil
		})
	}
	_ = g.Wait()
	before := len(p.pending)
	p.pending = slices.DeleteFunc(p.pending, func(t *task) bool { return t.done })
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Waiting = len(p.pending)
	return before - len(p.pending)
}

// try books one entry. It is normal that the platform has not seen or shipped an order yet.
func (p *Packer) try(ctx context.Context, t *task) {
	e := t.entry
	line := []order.LineQuantity{{LineID: e.LineID, Quantity: e.Quantity}}
	err := p.call(ctx, func(ctx context.Context) error {
		switch e.Kind {
		case warehouse.Return:
			return p.options.Platform.Return(ctx, e.Account, e.OrderID, orders.GoodsReturn{Key: e.Key, Lines: line, Restock: e.Restock})
		case warehouse.CancelRequest:
			return p.cancel(ctx, t, line)
		}
		return p.options.Platform.ApplyStock(ctx, []stock.Change{change(e)})
	})
	if err == nil {
		t.done = true
		return
	}
	t.tries++
	t.tryAt = time.Now().Add(min(firstWait<<min(t.tries, 10), longestWait))
	if ctx.Err() == nil && t.tries%mostRefusals == 0 {
		p.log.Warn("An entry of the box is not booked yet.", zap.String("key", e.Key), zap.String("kind", string(e.Kind)),
			zap.Int("tries", t.tries), zap.Error(err))
	}
}

// cancel requests a cancellation. The answer to an id never changes, so after a refusal the next attempt uses another
// id. The number is stored before it is used, so that after a crash an accepted one is never followed by another.
func (p *Packer) cancel(ctx context.Context, t *task, line []order.LineQuantity) error {
	mark := fmt.Sprintf("packer/cancel/%d", t.entry.ID)
	if t.tries == 0 {
		noted, err := p.options.Warehouse.Mark(ctx, mark)
		if err != nil {
			return err
		}
		t.refusals, _ = strconv.Atoi(noted)
	}
	id := t.entry.Key
	if t.refusals > 0 {
		id = fmt.Sprintf("%s~%d", t.entry.Key, t.refusals)
	}
	err := p.options.Platform.Cancel(ctx, t.entry.Account, t.entry.OrderID, orders.Cancellation{ID: id, Reason: "the buyer asked", Lines: line})
	if err == nil || !p.options.Platform.Refused(err) {
		return err
	}
	if t.refusals+1 >= mostRefusals {
		p.log.Info("A cancellation was refused and will not be tried again.", zap.String("key", t.entry.Key), zap.Error(err))
		p.count(func(s *Progress) { s.Turned++ })
		return nil
	}
	if markErr := p.options.Warehouse.SetMark(ctx, mark, strconv.Itoa(t.refusals+1)); markErr != nil {
		return markErr
	}
	t.refusals++
	return err
}

// save stores the position in the box up to which everything is booked.
func (p *Packer) save(ctx context.Context) error {
	retried := p.read
	for _, t := range p.pending {
		retried = min(retried, t.entry.ID-1)
	}
	if retried == p.saved {
		return nil
	}
	if err := p.options.Warehouse.SetMark(ctx, markRead, strconv.FormatInt(retried, 10)); err != nil {
		return err
	}
	p.saved = retried
	return nil
}

// change returns an entry as the store books it.
func change(e warehouse.Entry) stock.Change {
	kinds := map[warehouse.Kind]stock.Kind{
		warehouse.Opening: stock.Opening, warehouse.Receipt: stock.Receipt, warehouse.Adjust: stock.Adjust,
	}
	return stock.Change{Key: e.Key, SKU: e.SKU, Location: e.Location, Kind: kinds[e.Kind], Quantity: e.Quantity}
}

// call adds a timeout to a call of the platform.
func (p *Packer) call(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return do(ctx)
}

func (p *Packer) count(add func(*Progress)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	add(&p.state)
}
