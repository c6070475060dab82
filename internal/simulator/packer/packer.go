// Package packer is the simulated merchant's warehouse robot. It works for the platform: it reads what arrived in the
// merchant's box (goods, counts, returns, cancellations that only the merchant's support knows) and books it, and it
// packs the orders that are ready. Each action has its own key, so repeating it after a crash changes nothing.
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

// Platform has the calls of Towpath that the robot makes.
type Platform interface {
	// ReadyOrders returns orders that can be packed, were saved at a moment or before, and come after the row
	// `after`.
	ReadyOrders(ctx context.Context, savedBefore time.Time, after int64, limit int) ([]packages.ReadyOrder, error)
	// Process records packages of an order as processed: the same package counts once.
	Process(ctx context.Context, key message.OrderKey, packages []shipment.Package) error
	// Cancel cancels units of an order: the same cancellation, by its ID, counts once.
	Cancel(ctx context.Context, account, orderID string, c orders.Cancellation) error
	// Return records returned units of an order: the same return, by its key, counts once.
	Return(ctx context.Context, account, orderID string, r orders.GoodsReturn) error
	// ApplyStock books stock movements, all or none, each key once.
	ApplyStock(ctx context.Context, changes []stock.Change) error
	// Refused reports whether an error means that the request was understood, refused, and changed nothing. After
	// other errors a retry may succeed.
	Refused(err error) bool
}

// Options configure the robot.
type Options struct {
	Platform  Platform
	Warehouse *warehouse.Warehouse
	Speed     float64       // seconds of simulated time in one second; 0 = as fast as possible
	Delay     time.Duration // simulated time before an order is packed; 0 = 30 minutes; none at speed 0

	// Places returns the location from which each line of an order ships by its channel's word, by line id: a package leaves from
	// one location. nil, or a nil answer: from where the order itself says.
	Places func(ctx context.Context, account, orderID string) (map[string]string, error)
	// Packing is called right before an order is packed, e.g. (*buyers.Player).Packing. May be nil.
	Packing func(account, orderID string)
	Logger  *zap.Logger
}

const (
	defaultDelay = 30 * time.Minute
	packers      = 8                // orders processed at once
	bookers      = 4                // returns and cancellations booked at once
	callTimeout  = 60 * time.Second // of one call of the platform

	busyPoll     = 100 * time.Millisecond // after something was found
	shortestIdle = 250 * time.Millisecond // limits of the wait while nothing is found
	longestIdle  = 2 * time.Second
)

// markRead is the name of the mark up to which every entry of the box is done.
const markRead = "packer/settled"

// Packer is the robot. Run it once; Progress and Idle may be called at any time.
type Packer struct {
	options Options
	log     *zap.Logger
	minAge  time.Duration
	idle    time.Duration // longest wait between two polls
	hands   *semaphore.Weighted

	// The box's reader; see box.go.
	pending []*task

	mu     sync.Mutex
	loaded bool
	read   int64          // every entry up to it was read
	saved  int64          // the mark
	jobs   map[int64]*job // by order row; see jobs.go
	state  Progress
}

// New returns a robot. It reads nothing before CatchUp or Run.
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

// CatchUp books what is in the box now, so that the opening stock is known before the first order comes. What can't
// be booked yet is left for Run. It must not run at the same time as Run.
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

// Run works until the context ends, and then returns nil. Failures of the platform are logged and tried again, since
// the platform may be restarting.
func (p *Packer) Run(ctx context.Context) error {
	if err := p.load(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("start the packer: %w", err)
	}
	var g errgroup.Group
	g.Go(func() error { p.look(ctx, "read the merchant's box", p.bookEntries); return nil })
	g.Go(func() error { p.look(ctx, "look for orders to pack", p.pack); return nil })
	err := g.Wait()
	// It waits for orders being packed before it returns.
	_ = p.hands.Acquire(context.WithoutCancel(ctx), packers)
	p.hands.Release(packers)
	return err
}

// look repeats work, with longer waits while there is none.
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

// load reads the position of an earlier robot.
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
			return fmt.Errorf("the stored position %q in the merchant's box is not readable: start again with a new data folder", text)
		}
	}
	p.saved, p.loaded = p.read, true
	return nil
}

// Progress is a snapshot of what the robot has done since this process started and what is left.
type Progress struct {
	Read            int64 // entries of the box seen, over all restarts
	Waiting         int   // of these not booked yet: to be tried again
	Turned          int   // cancellations refused and given up
	Orders          int   // packed
	Packages        int
	Refused         int // packings refused because of an earlier cancellation
	Packing         int // orders at this moment
	BookDone        bool
	nothingToPack   bool
	nothingInTheBox bool
}

// Progress returns the robot's progress.
func (p *Packer) Progress() Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.state
	s.Read = p.read
	return s
}

// Idle reports whether everything in the box is booked and the last poll found no order to pack. An order younger
// than the delay is not ready.
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
