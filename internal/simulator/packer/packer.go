// Package packer is the simulated merchant's warehouse robot. It stands on the platform's side: it reads what
// came into the merchant's box (goods, counts, returns, cancellations that only the merchant's support hears of)
// and books it, and it packs the orders that can be packed. Whatever it does has a key of its own, so that
// doing it again after a crash changes nothing.
package packer

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
)

// Platform is all that the robot may ask of Towpath.
type Platform interface {
	// ReadyOrders lists orders that can be packed, were saved at a moment or before, and follow the row after.
	ReadyOrders(ctx context.Context, savedBefore time.Time, after int64, limit int) ([]packages.ReadyOrder, error)
	// Process has packages of an order processed: the same package counts once.
	Process(ctx context.Context, key message.OrderKey, packages []shipment.Package) error
	// Cancel cancels units of an order: the same cancellation, by its ID, counts once.
	Cancel(ctx context.Context, account, orderID string, c orders.Cancellation) error
	// Return takes units of an order back: the same return, by its key, counts once.
	Return(ctx context.Context, account, orderID string, r orders.GoodsReturn) error
	// ApplyStock books stock movements, all or none, each key once.
	ApplyStock(ctx context.Context, changes []stock.Change) error
	// Refused tells whether an error of the above means that the request was understood and turned down,
	// and that nothing was changed. Every other error may pass.
	Refused(err error) bool
}

// Options say for whom and how fast the robot works.
type Options struct {
	Platform  Platform
	Warehouse *warehouse.Warehouse
	Speed     float64       // seconds of simulated time in one second; 0 = as fast as possible
	Delay     time.Duration // simulated time that an order lies before it is packed; 0 = 30 minutes. At speed 0 there is none

	// Places tells from which place each line of an order ships, by line id: a package leaves from one place. nil, or a
	// nil answer: all do from one.
	Places func(ctx context.Context, account, orderID string) (map[string]string, error)
	// Packing hears of every order right before it is processed, e.g. (*buyers.Player).Packing. May be nil.
	Packing func(account, orderID string)
	Logger  *zap.Logger
}

const (
	defaultDelay = 30 * time.Minute
	packers      = 8                // orders processed at once
	bookers      = 4                // returns and cancellations booked at once
	callTimeout  = 60 * time.Second // of one call of the platform

	busyPoll     = 100 * time.Millisecond // after something was found
	shortestIdle = 250 * time.Millisecond // the wait grows to between these two while nothing is found
	longestIdle  = 2 * time.Second
)

// markRead is the name of the mark before which every entry of the box is settled.
const markRead = "packer/settled"

// Packer is the robot. Run it once; Progress and Idle may be called at any time.
type Packer struct {
	options Options
	log     *zap.Logger
	minAge  time.Duration
	idle    time.Duration // longest wait between two looks
	hands   *semaphore.Weighted

	// The box's reader; see box.go.
	pending []*task

	mu     sync.Mutex
	loaded bool
	read   int64          // every entry up to it was seen
	saved  int64          // the mark
	jobs   map[int64]*job // by order row; see jobs.go
	state  Progress
}

// New makes a robot. Nothing is read before CatchUp or Run.
func New(o Options) *Packer {
	if o.Delay <= 0 {
		o.Delay = defaultDelay
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	p := &Packer{options: o, log: o.Logger, idle: longestIdle, hands: semaphore.NewWeighted(packers), jobs: map[int64]*job{}}
	if o.Speed > 0 {
		p.minAge = time.Duration(float64(o.Delay) / o.Speed)
		p.idle = min(max(p.minAge/4, shortestIdle), longestIdle)
	}
	return p
}

// CatchUp books what is in the box now, so that the opening stock is known before the first order comes. What
// can't be booked yet stays for Run. Call it before Run, never beside it.
func (p *Packer) CatchUp(ctx context.Context) error {
	if err := p.load(ctx); err != nil {
		return fmt.Errorf("catch up with the box: %w", err)
	}
	for {
		n, err := p.readBox(ctx)
		if err != nil {
			return fmt.Errorf("catch up with the box: %w", err)
		}
		if n == 0 {
			return p.save(ctx)
		}
	}
}

// Run works until the context ends, and then returns nil. Failures of the platform are logged and tried again:
// a platform that is being restarted is part of the game.
func (p *Packer) Run(ctx context.Context) error {
	if err := p.load(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("start the packer: %w", err)
	}
	var g errgroup.Group
	g.Go(func() error { p.look(ctx, "read the merchant's box", p.bookEntries); return nil })
	g.Go(func() error { p.look(ctx, "look for orders to pack", p.pack); return nil })
	err := g.Wait()
	// What was in the robot's hands is let go before it says that it has stopped.
	_ = p.hands.Acquire(context.WithoutCancel(ctx), packers)
	p.hands.Release(packers)
	return err
}

// look repeats work, the less often the longer there is none.
func (p *Packer) look(ctx context.Context, what string, work func(context.Context) (found int, err error)) {
	wait := busyPoll
	for ctx.Err() == nil {
		found, err := work(ctx)
		if err != nil && ctx.Err() == nil {
			p.log.Warn("Could not "+what+".", zap.Error(err))
		}
		if wait = min(2*wait, p.idle); found > 0 {
			wait = busyPoll
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-timer.C:
		}
		timer.Stop()
	}
}

// load reads where an earlier robot stood.
func (p *Packer) load(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.loaded {
		return nil
	}
	text, err := p.options.Warehouse.Mark(ctx, markRead)
	if err != nil {
		return err
	}
	if text != "" {
		if p.read, err = strconv.ParseInt(text, 10, 64); err != nil {
			return fmt.Errorf("the noted place %q in the merchant's box is not readable: begin anew with a fresh data folder", text)
		}
	}
	p.saved, p.loaded = p.read, true
	return nil
}

// Progress is a snapshot of what the robot has done since this process started, and what it has before it.
type Progress struct {
	Read            int64 // entries of the box seen, over all restarts
	Waiting         int   // of these not booked yet: to be tried again
	Turned          int   // cancellations that the platform turned down for good
	Orders          int   // packed
	Packages        int
	Refused         int // packings that a cancellation was quicker than
	Packing         int // orders at this moment
	BookDone        bool
	nothingToPack   bool
	nothingInTheBox bool
}

// Progress is where the robot is now.
func (p *Packer) Progress() Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.state
	s.Read = p.read
	return s
}

// Idle tells whether everything in the box is booked and, when last looked, no order was ready to be packed. An
// order younger than the delay is not ready.
func (p *Packer) Idle() bool {
	s := p.Progress()
	if !s.nothingToPack || s.Packing > 0 || s.Waiting > 0 || !s.nothingInTheBox {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), longestIdle)
	defer cancel()
	next, err := p.options.Warehouse.After(ctx, s.Read, 1)
	return err == nil && len(next) == 0
}
