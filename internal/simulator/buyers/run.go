package buyers

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/warehouse"
)

const (
	longestGap = time.Hour // of book time between two events; longer ones are cut to it
	farBehind  = 5 * time.Second
	retryEvery = 250 * time.Millisecond // for what is held back
	holdStep   = 200 * time.Millisecond // between two questions for the backlog
)

// round has the loop's data about the round being played.
type round struct {
	plan    *book.Plan
	orders  map[string]*book.Order // by id
	races   map[string][]int       // cancellations that race the shipping, by order: indexes of events
	touched map[string]bool        // orders of which something is cancelled or comes back
}

func newRound(plan *book.Plan) round {
	r := round{plan: plan, orders: map[string]*book.Order{}, races: map[string][]int{}, touched: map[string]bool{}}
	for i, e := range plan.Events {
		if e.Kind == book.Cancel || e.Kind == book.Return {
			r.touched[e.OrderID] = true
		}
		switch {
		case e.Kind == book.Place:
			r.orders[e.Order.ID] = e.Order
		case e.Kind == book.Cancel && e.Race:
			r.races[e.OrderID] = append(r.races[e.OrderID], i)
		}
	}
	return r
}

// Run plays the book from the stored position to its end, or forever. It returns nil when the book has been played
// (Progress has Done) or the context ends, and an error when a marketplace or the box fails.
func (p *Player) Run(ctx context.Context) error {
	err := p.run(ctx)
	if ctx.Err() != nil {
		err = nil // stopped on purpose
	}
	if saveErr := p.save(context.WithoutCancel(ctx)); err == nil {
		err = saveErr
	}
	if err != nil {
		return fmt.Errorf("play order book: %w", err)
	}
	return nil
}

func (p *Player) run(ctx context.Context) error {
	at, err := p.load(ctx)
	if err != nil {
		return err
	}
	p.at, p.saved = at, at
	if err := p.recall(ctx); err != nil {
		return err
	}
	for {
		p.begin()
		if err := p.playRound(ctx); err != nil {
			return err
		}
		if !p.options.Endless {
			return p.finish(ctx)
		}
		p.at = position{round: p.at.round + 1}
	}
}

// begin prepares the round. Returns and faults that are two rounds old are given up: nobody will ship those orders.
func (p *Player) begin() {
	p.round = newRound(p.options.Plan.Renumbered(p.at.round))
	p.giveUp(func(h *postponed) bool {
		return (h.what == postponedReturn || h.what == postponedFault) && h.since.round < p.at.round-1
	})
	p.show(func(s *Progress) { s.Round, s.Events, s.Total = p.at.round, p.at.index, len(p.round.plan.Events) })
}

func (p *Player) playRound(ctx context.Context) error {
	events := p.round.plan.Events
	for p.at.index < len(events) {
		e := events[p.at.index]
		if err := p.await(ctx, e); err != nil {
			return err
		}
		n, err := p.play(ctx, e)
		if err != nil {
			return fmt.Errorf("event %d of %d: %w", p.at.index+1, len(events), err)
		}
		before := p.played / saveEvery
		p.at.index += n
		p.played += n
		p.bookTime = e.At
		p.show(func(s *Progress) { s.Events, s.BookTime = p.at.index, e.At })
		if err := p.tick(ctx); err != nil {
			return err
		}
		if p.played/saveEvery > before {
			if err := p.save(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// play plays one event, or several that change stock at the same moment, and returns how many.
func (p *Player) play(ctx context.Context, e book.Event) (int, error) {
	switch e.Kind {
	case book.Place:
		return 1, p.place(ctx, e.Order)
	case book.Cancel:
		return 1, p.cancelNow(ctx, e)
	case book.Return:
		return 1, p.playReturn(ctx, e)
	}
	var entries []warehouse.Entry
	for i, e2 := range p.round.plan.Events[p.at.index:] {
		entry := warehouse.Entry{
			Key: position{p.at.round, p.at.index + i}.key(), SKU: e2.SKU, Location: p.options.Location,
		}
		switch {
		case !e2.At.Equal(e.At):
		case e2.Kind == book.Receipt:
			entry.Kind, entry.Quantity = warehouse.Receipt, e2.Quantity
		case e2.Kind == book.Adjust:
			entry.Kind, entry.Quantity = warehouse.Adjust, e2.Delta
		}
		if entry.Kind == "" {
			break
		}
		entries = append(entries, entry)
	}
	return len(entries), p.options.Warehouse.Append(ctx, entries)
}

// await returns when the event is due.
func (p *Player) await(ctx context.Context, e book.Event) error {
	if p.options.Speed == 0 {
		if e.Kind != book.Place {
			return ctx.Err()
		}
		return p.keepUp(ctx)
	}
	now := time.Now()
	if p.due.IsZero() || now.Sub(p.due) > farBehind { // just started, or the machine slept
		p.due = now
	}
	if !p.bookTime.IsZero() {
		p.due = p.due.Add(p.options.real(min(e.At.Sub(p.bookTime), longestGap)))
	}
	return p.rest(ctx, p.due)
}

// keepUp returns when the platform's backlog is small enough. It asks only when as many orders have been placed since
// the last answer as would fill the window.
func (p *Player) keepUp(ctx context.Context) error {
	if p.options.Backlog == nil {
		return ctx.Err()
	}
	for p.waiting > p.options.Window {
		n, err := p.options.Backlog(ctx)
		if err != nil {
			p.log.Warn("The backlog is not known; no order is placed meanwhile.", zap.Error(err))
			n = p.options.Window + 1
		}
		if p.waiting = n; n <= p.options.Window {
			break
		}
		p.show(func(s *Progress) { s.Holding = true })
		if err := p.rest(ctx, time.Now().Add(holdStep)); err != nil {
			return err
		}
	}
	p.show(func(s *Progress) { s.Holding = false })
	return ctx.Err()
}

// rest waits until a moment and meanwhile does what is due.
func (p *Player) rest(ctx context.Context, until time.Time) error {
	for {
		left := time.Until(until)
		if left <= 0 {
			return ctx.Err()
		}
		timer := time.NewTimer(min(left, retryEvery))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case key := <-p.packed:
			timer.Stop()
			if err := p.race(ctx, key); err != nil {
				return err
			}
		case <-timer.C:
		}
		if err := p.tick(ctx); err != nil {
			return err
		}
	}
}

// finish waits for postponed actions and closes the book.
func (p *Player) finish(ctx context.Context) error {
	moved, waiting, backlog := time.Now(), len(p.postponed), -1
	for len(p.postponed) > 0 && time.Since(moved) < p.options.Patience {
		if err := p.rest(ctx, time.Now().Add(retryEvery)); err != nil {
			return err
		}
		left := backlog
		if p.options.Backlog != nil {
			if n, err := p.options.Backlog(ctx); err == nil {
				left = n
			}
		}
		if len(p.postponed) != waiting || left != backlog {
			moved, waiting, backlog = time.Now(), len(p.postponed), left
		}
	}
	p.giveUp(func(*postponed) bool { return true })
	if err := p.options.Warehouse.Append(ctx, []warehouse.Entry{{Key: "bookdone", Kind: warehouse.BookDone}}); err != nil {
		return err
	}
	p.show(func(s *Progress) { s.Done, s.Holding = true, false })
	return nil
}
