// Package buyers plays an order book into simulated marketplaces: it is all the buyers, and the people at the
// merchant's goods-in. What it does depends only on the plan and the seed, every call is idempotent by a key made of
// the event's position in the book, and it stores its position in the merchant's box: after a crash it continues
// where it was.
package buyers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
)

// Options configure what is played, where and how fast.
type Options struct {
	Plan      *book.Plan
	Markets   map[string]*market.Market // by account; every account of the plan
	Warehouse *warehouse.Warehouse      // the merchant's box
	Location  string                    // where the merchant's stock lies

	// Speed is how many seconds of book time pass in one second; quiet times (nights, Sundays) are cut to an hour of
	// book time each. 0 = as fast as the platform keeps up.
	Speed   float64
	Endless bool // after the last event the book begins again with new order numbers and new stock
	// Listed: the marketplaces already list the goods, with stock that is not the book's.
	Listed bool

	// MerchantCancels are the accounts whose channel does not report to the seller which units a buyer cancelled
	// (eBay): the merchant's support must book such cancellations.
	MerchantCancels map[string]bool

	// Quirks are the unusual properties of some orders, by account.
	Quirks map[string]Quirks

	// OrderFault draws what goes wrong with an order, and Struck hears when that has happened; nil: nothing goes wrong.
	OrderFault func(account, bookID string) faults.Kind
	Struck     func(account string, k faults.Kind)
	// Read returns up to which change the platform has read an order, zero for none: only what was read can be contradicted. nil: a while
	// is waited instead.
	Read func(ctx context.Context, account, orderID string) (time.Time, error)

	// ChargeLines places charges without a product (codes M and S) as order lines without a SKU. No channel ships
	// such a line and no seller can book it, so the order stays open for a person. Otherwise the amounts are added to
	// the shipping: totals are the same.
	ChargeLines bool

	// Backlog returns the number of placed orders that the platform has not finished yet. At speed 0 the player waits
	// while it is above Window (0 = 120). Orders that wait for stock must not count, since the book may deliver that
	// stock later. nil = never wait.
	Backlog func(ctx context.Context) (int, error)
	Window  int

	// RaceLimit is how long (real time) a cancellation that races the shipping waits, from its position in the book,
	// for the call of Packing; 0 = 30 s. Where no packer runs in this process, set a nanosecond.
	RaceLimit time.Duration
	// Patience is how long (real time) the player waits at the end of the book without progress for the shipping of
	// orders whose goods will be returned; 0 = 5 minutes, or a day of book time at Speed if that is longer. Then
	// these returns are given up.
	Patience time.Duration

	Seed   int64 // of the buyers' names
	Logger *zap.Logger
}

const (
	defaultWindow    = 120
	defaultRaceLimit = 30 * time.Second
	defaultPatience  = 5 * time.Minute
)

// Player plays one plan. Run it once; Packing, Progress and Outcome may be called at any time.
type Player struct {
	options Options
	log     *zap.Logger

	// The loop's own; see run.go and held.go.
	at, saved position
	round     round
	postponed []*postponed
	played    int       // events since the start of this process, for what is due after a number of events
	due       time.Time // when the event at hand is played, at Speed
	bookTime  time.Time // of the last event
	retryAt   time.Time
	waiting   int // orders that the platform had not finished when last asked, plus those placed since
	packed    chan string

	mu       sync.Mutex
	races    map[string]bool // orders with a cancellation that waits for the packer, by account and order id
	state    Progress
	progress progressSets
}

// New returns a player for valid options. Nothing is read or written before Setup.
func New(o Options) (*Player, error) {
	if o.Plan == nil || o.Warehouse == nil || o.Location == "" {
		return nil, errors.New("play order book: give a plan, the merchant's box and a location")
	}
	if o.Speed < 0 {
		return nil, fmt.Errorf("play order book: speed %g is below 0", o.Speed)
	}
	for _, e := range o.Plan.Events {
		if e.Order != nil && o.Markets[e.Order.Account] == nil {
			return nil, fmt.Errorf("play order book: order %s goes to account %q, which has no marketplace", e.Order.ID, e.Order.Account)
		}
	}
	if o.Window <= 0 {
		o.Window = defaultWindow
	}
	if o.RaceLimit <= 0 {
		o.RaceLimit = defaultRaceLimit
	}
	if o.Patience <= 0 {
		o.Patience = defaultPatience
		if o.Speed > 0 {
			o.Patience = max(o.Patience, o.real(24*time.Hour))
		}
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	return &Player{
		options: o, log: o.Logger, saved: position{round: -1},
		packed: make(chan string, 1024), waiting: math.MaxInt, races: map[string]bool{}, progress: newProgressSets(),
	}, nil
}

// Packing informs the player that the warehouse is packing an order: a cancellation that races the shipping is played
// now. It never blocks.
func (p *Player) Packing(account, orderID string) {
	key := account + "/" + orderID
	p.mu.Lock()
	armed := p.races[key]
	p.mu.Unlock()
	if !armed {
		return
	}
	select {
	case p.packed <- key:
	default: // so many at once: it is played at its time limit
	}
}

// real returns the real time of a stretch of book time at Speed, which is not 0.
func (o Options) real(book time.Duration) time.Duration {
	return time.Duration(float64(book) / o.Speed)
}
