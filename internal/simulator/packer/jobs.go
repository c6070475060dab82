package packer

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/packages"
)

const (
	readyPage = 100
	// readyListLag is how long a packed order may still be in the list of ready orders because the list is behind.
	readyListLag = 2 * time.Second
	// sameAgain is how often a packing without an answer is repeated with the same package ids.
	sameAgain = 3
)

// job is an order that was or is being packed and may still be in the list of ready orders.
type job struct {
	packing  bool
	packedAt time.Time // processed
	tryAt    time.Time // after a refusal or a failure, not before
	attempt  int       // of packing: the next one has other package ids
	failures int
	listed   bool // in the pass at hand
}

// pack goes once through all ready orders and returns how many it packed. It returns before the last of them are
// done: these are still marked as being packed when the next pass lists them.
func (p *Packer) pack(ctx context.Context) (int, error) {
	found, listed := 0, 0
	begun := time.Now()
	for after := int64(0); ; {
		listedAt := time.Now()
		page, err := p.options.Platform.ReadyOrders(ctx, listedAt.Add(-p.minAge), after, readyPage)
		if err != nil {
			return found, err
		}
		for _, o := range page {
			after = o.Key.RowID
			listed++
			attempt, free := p.claim(o, listedAt)
			if !free {
				continue
			}
			if err := p.hands.Acquire(ctx, 1); err != nil {
				p.release(o, func(*job) {})
				return found, err
			}
			found++
			go func() {
				defer p.hands.Release(1)
				p.process(ctx, o, attempt)
			}()
		}
		if len(page) < readyPage {
			break
		}
	}
	p.forget(begun, listed)
	return found, nil
}

// process packs one order and sends its packages to the platform.
func (p *Packer) process(ctx context.Context, o packages.ReadyOrder, attempt int) {
	var list []shipment.Package
	err := p.call(ctx, func(ctx context.Context) error {
		places, err := p.places(ctx, o)
		list = packOrder(o, places, attempt, o.SavedAt.Add(p.minAge))
		return err
	})
	if err == nil {
		if p.options.Packing != nil {
			p.options.Packing(o.Key.Account.ID, o.Key.OrderID)
		}
		err = p.call(ctx, func(ctx context.Context) error { return p.options.Platform.Process(ctx, o.Key, list) })
	}
	p.packed(ctx, o, len(list), err)
}

func (p *Packer) places(ctx context.Context, o packages.ReadyOrder) (map[string]string, error) {
	if p.options.Places == nil {
		return o.Places, nil
	}
	there, err := p.options.Places(ctx, o.Key.Account.ID, o.Key.OrderID)
	if there == nil {
		return o.Places, err
	}
	return there, err
}

// packed records the outcome of a packing.
func (p *Packer) packed(ctx context.Context, o packages.ReadyOrder, list int, err error) {
	now := time.Now()
	switch {
	case err == nil:
		p.release(o, func(j *job) { j.packedAt, j.failures = now, 0 })
		p.count(func(s *Progress) { s.Orders++; s.Packages += list })
	case p.options.Platform.Refused(err):
		p.release(o, func(j *job) {
			j.attempt++
			j.tryAt = now.Add(min(firstWait<<min(j.attempt, 10), longestWait))
		})
		p.count(func(s *Progress) { s.Refused++ })
		p.log.Info("A packing was refused.", zap.String("account", o.Key.Account.ID), zap.String("order", o.Key.OrderID), zap.Error(err))
	case ctx.Err() != nil:
		p.release(o, func(*job) {})
	default:
		p.release(o, func(j *job) {
			j.failures++
			if j.failures%sameAgain == 0 {
				j.attempt++
			}
			j.tryAt = now.Add(min(firstWait<<min(j.failures, 10), longestWait))
		})
		p.log.Warn("A packing got no answer.", zap.String("account", o.Key.Account.ID), zap.String("order", o.Key.OrderID), zap.Error(err))
	}
}

// claim marks an order as being packed. It reports false if the order already is, or if the listing that named it is
// older than its last packing.
func (p *Packer) claim(o packages.ReadyOrder, listedAt time.Time) (attempt int, free bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	j := p.jobs[o.Key.RowID]
	if j == nil {
		j = &job{}
		p.jobs[o.Key.RowID] = j
	}
	j.listed = true
	if j.packing || listedAt.Before(j.tryAt) || !j.packedAt.IsZero() && listedAt.Before(j.packedAt.Add(readyListLag)) {
		return 0, false
	}
	if !j.packedAt.IsZero() { // it was packed before: the units that can be packed now are others
		j.attempt++
		j.packedAt = time.Time{}
	}
	j.packing = true
	p.state.Packing++
	return j.attempt, true
}

// release unmarks an order and records the outcome.
func (p *Packer) release(o packages.ReadyOrder, outcome func(*job)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	j := p.jobs[o.Key.RowID]
	j.packing = false
	p.state.Packing--
	outcome(j)
}

// forget drops the orders that a whole pass did not list.
func (p *Packer) forget(begun time.Time, listed int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.nothingToPack = listed == 0
	for row, j := range p.jobs {
		if !j.listed && !j.packing && j.packedAt.Before(begun) {
			delete(p.jobs, row)
			continue
		}
		j.listed = false
	}
}
