package buyers

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// postponedKind is the kind of a postponed action.
type postponedKind int

const (
	postponedPayment postponedKind = iota
	postponedRace
	postponedReturn
	postponedRelease  // an order's hold is to end
	postponedDispatch // the channel is to ship an order of its own
	postponedFault    // an order fault is to happen
)

// postponed is an action that waits for its moment. It is only in memory: the player's stored position stays at since
// until it is done, so that a restart plays it again.
type postponed struct {
	what    postponedKind
	since   position
	key     string // of the event
	account string
	order   string // the book's id
	channel string // race: the channel's order id
	event   book.Event
	placed  *book.Order // fault: the order
	fault   faults.Kind
	with    []string // fault: the book's ids of the orders that are struck together with this one

	afterBook  time.Time // payment, release, dispatch: due at this book time
	afterCount int       // or after this many events, at speed 0
	deadline   time.Time // these at speed 0, race: due at this moment at the latest; zero = not set yet
	tryAt      time.Time // return, fault: not before
	tries      int
}

const (
	payAfter       = 2 * time.Hour // of book time
	payAfterCount  = 40            // events, at speed 0
	payAfterAtMost = 3 * time.Second
	perTick        = 20 // returns tried at once
	longestWait    = 5 * time.Second
)

// tick does what is due. At least retryEvery passes between two ticks, except for races.
func (p *Player) tick(ctx context.Context) error {
	for {
		select {
		case key := <-p.packed:
			if err := p.race(ctx, key); err != nil {
				return err
			}
			continue
		default:
		}
		break
	}
	now := time.Now()
	look := !now.Before(p.retryAt)
	if look {
		p.retryAt = now.Add(retryEvery)
	}
	left, returns := perTick, 0
	return p.release(func(h *postponed) (bool, error) {
		switch {
		case h.what == postponedPayment && p.isDue(h, now):
			return true, p.pay(ctx, h)
		case h.what == postponedRelease && p.isDue(h, now):
			return true, p.options.Markets[h.account].Release(ctx, h.order)
		case h.what == postponedDispatch && p.isDue(h, now):
			return true, p.options.Markets[h.account].Dispatch(ctx, h.order)
		case h.what == postponedFault && look && !now.Before(h.tryAt) && p.isDue(h, now):
			return p.strike(ctx, h, now)
		case h.what == postponedRace && !h.deadline.IsZero() && !now.Before(h.deadline):
			return true, p.cancel(ctx, h.key, h.account, h.event)
		case h.what == postponedReturn && look && returns < left && !now.Before(h.tryAt):
			returns++
			h.tries++
			h.tryAt = now.Add(min(retryEvery*time.Duration(h.tries), longestWait))
			return p.giveBack(ctx, h)
		}
		return false, nil
	})
}

// isDue reports whether a payment, release or dispatch is due; at the end of the book all are.
func (p *Player) isDue(h *postponed, now time.Time) bool {
	switch {
	case p.at.index >= len(p.round.plan.Events) && !p.options.Endless:
		return true
	case p.options.Speed > 0:
		return !p.bookTime.Before(h.afterBook)
	}
	return p.played >= h.afterCount || !now.Before(h.deadline)
}

// race plays the cancellations of an order that is being packed at this moment.
func (p *Player) race(ctx context.Context, key string) error {
	return p.release(func(h *postponed) (bool, error) {
		if h.what != postponedRace || h.account+"/"+h.channel != key {
			return false, nil
		}
		return true, p.cancel(ctx, h.key, h.account, h.event)
	})
}

// release tries every postponed action and removes those that are done.
func (p *Player) release(try func(*postponed) (done bool, err error)) error {
	kept := p.postponed[:0]
	var failed error
	for _, h := range p.postponed {
		done := false
		if failed == nil {
			done, failed = try(h)
		}
		if !done || failed != nil {
			kept = append(kept, h)
			continue
		}
		p.expire(h)
	}
	clear(p.postponed[len(kept):])
	p.postponed = kept
	return failed
}

func (p *Player) expire(h *postponed) {
	if h.what != postponedRace {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.races, h.account+"/"+h.channel)
}

// giveUp drops postponed actions, and counts the returns among them.
func (p *Player) giveUp(which func(*postponed) bool) {
	n := 0
	_ = p.release(func(h *postponed) (bool, error) {
		if which(h) && h.what == postponedReturn {
			n++
		}
		return which(h), nil
	})
	if n > 0 {
		p.log.Warn("Goods that should be returned were never shipped.", zap.Int("returns", n))
		p.show(func(s *Progress) { s.GivenUp += n })
	}
}

// pay pays an order that was placed unpaid, unless all of it was cancelled.
func (p *Player) pay(ctx context.Context, h *postponed) error {
	m := p.options.Markets[h.account]
	o, err := m.ByBook(ctx, h.order)
	if err != nil {
		return err
	}
	for _, l := range o.Lines {
		if l.Cancelled < l.Quantity {
			return m.Pay(ctx, h.order)
		}
	}
	return nil
}

// giveBack returns goods if they have been shipped. It also reports true when they never can be.
func (p *Player) giveBack(ctx context.Context, h *postponed) (bool, error) {
	m, e := p.options.Markets[h.account], h.event
	o, err := m.ByBook(ctx, e.OrderID)
	switch {
	case errors.Is(err, market.ErrNoOrder):
		return true, nil // refused
	case err != nil:
		return false, err
	case e.LineIndex >= len(o.Lines):
		return true, nil
	}
	line := o.Lines[e.LineIndex]
	if !p.known(p.progress.returned, h.key) && line.Shipped-line.Returned < e.Quantity {
		hopeless := line.Unshipped() == 0
		if hopeless {
			p.log.Warn("Fewer units were shipped than should be returned.", zap.String("order", o.ID), zap.String("line", line.ID))
			p.show(func(s *Progress) { s.GivenUp++ })
		}
		return hopeless, nil
	}
	err = m.Return(ctx, h.key, e.OrderID, e.LineIndex, e.Quantity)
	if errors.Is(err, market.ErrNotShipped) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	p.done(p.progress.returned, h.key)
	return true, p.bookReturn(ctx, h.key, h.account, o, line, e)
}
