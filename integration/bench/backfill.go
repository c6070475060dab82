package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/starter"
)

const (
	pairs    = 3               // of a calm stretch and one with a backfill, in turn
	calm     = 3 * time.Minute // how long a calm stretch is
	settling = 2 * time.Minute // before the first: eBay's scans read the last two minutes again each time, which are to be full of sales

	// saleEvery leaves one page of eBay's orders for what a scan reads: more sales need more pages.
	saleEvery = time.Second
	// rescan is less than the minute of the field, so that little else than work is measured, and leaves most of the budget of orders: scans
	// without a pause would have all of it, as a backfill comes after them.
	rescan = 15 * time.Second
)

// pair is a calm stretch, and one with a backfill.
type pair struct {
	calm, during []time.Duration // from a sale's placement to the acknowledgement of the other account's level
	saved        int             // orders of the backfill
	took         time.Duration
}

// backfills sells steadily on eBay and Shopify, at the speed of real marketplaces, while the orders of December and January are backfilled
// on both, a third at a time, and without; and prints the lag of the levels in turn. Amazon is left out: there a backfill takes turns
// with the scans, whose interval doubles by design (docs/decisions/039).
func backfills(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	past, err := months()
	if err != nil {
		return err
	}
	clock := behindBy(longAgo)
	as := setup{speed: 1, now: clock.now, workers: 1, listed: plenty, through: true, skus: append(codes(past), sku),
		accounts: []simulator.AccountSpec{{ID: "ebay-uk", Kind: channel.EBay}, {ID: "shopify-uk", Kind: channel.Shopify}}}
	s, err := openShop(ctx, dir, as)
	if err != nil {
		return err
	}
	defer s.close()
	thirds, err := s.playPast(ctx, past)
	if err != nil {
		return err
	}
	clock.right()
	if err := s.drained(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	scans := errgroup.Group{}
	scans.Go(func() error { return s.scanOn(ctx) })
	if _, err := s.sell(ctx, lasting(settling)); err != nil {
		stop()
		return errors.Join(err, scans.Wait())
	}
	var measured []pair
	for _, third := range thirds {
		p, err := s.pair(ctx, third)
		if err != nil {
			stop()
			return errors.Join(err, scans.Wait())
		}
		measured = append(measured, p)
	}
	stop()
	if err := scans.Wait(); err != nil {
		return err
	}
	return printPairs(out, measured)
}

// drained warms up, and pushes until no level is left to send: the calm stretches are to be calm.
func (s *shop) drained(ctx context.Context) error {
	if err := s.warmUp(ctx); err != nil {
		return err
	}
	for _, a := range s.accounts {
		err := until(ctx, "the opening levels of "+a.ID+" are sent", func() (bool, error) {
			dirty, err := s.store.Levels.DirtyCount(ctx, a.ID)
			return dirty == 0, err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// scanOn scans every account again and again until the context ends.
func (s *shop) scanOn(ctx context.Context) error {
	for tick := time.NewTicker(rescan); ; {
		select {
		case <-ctx.Done():
			tick.Stop()
			return nil
		case <-tick.C:
			if _, err := s.scan(ctx); err != nil && ctx.Err() == nil {
				return err
			}
		}
	}
}

// lasting returns a function that returns true for some time from now on.
func lasting(d time.Duration) func() bool {
	end := time.Now().Add(d)
	return func() bool { return time.Now().Before(end) }
}

// pair measures a calm stretch, and one as long as a range is backfilled on every account.
func (s *shop) pair(ctx context.Context, past backfill.Range) (p pair, err error) {
	if p.calm, err = s.sell(ctx, lasting(calm)); err != nil {
		return p, err
	}
	began := time.Now()
	ended, done := errgroup.Group{}, make(chan struct{})
	saved := make([]int, len(s.accounts))
	for i, a := range s.accounts {
		ended.Go(func() (err error) {
			saved[i], err = s.backfilled(ctx, a.ID, past)
			return err
		})
	}
	var failed error
	go func() {
		defer close(done)
		failed, p.took = ended.Wait(), time.Since(began)
	}()
	p.during, err = s.sell(ctx, func() bool {
		select {
		case <-done:
			return false
		default:
			return true
		}
	})
	<-done
	for _, n := range saved {
		p.saved += n
	}
	return p, errors.Join(err, failed)
}

// backfilled backfills a range of an account, and returns how many orders it saved.
func (s *shop) backfilled(ctx context.Context, account string, past backfill.Range) (int, error) {
	b, err := s.starter.Backfill(ctx, starter.BackfillRequest{Account: account, Records: backfill.Orders, Range: past})
	if err != nil {
		return 0, err
	}
	if b, err = s.starter.BackfillEnded(ctx, b.ID, func(message.Status) {}); err == nil && b.State != backfill.Done {
		err = fmt.Errorf("the backfill of %s is %s", account, b.State)
	}
	return b.Counts.Saved + b.Counts.Skipped, err
}

// sell places a sale on eBay every now and then while more returns true, and returns how long each took until Shopify had its level.
func (s *shop) sell(ctx context.Context, more func() bool) (lags []time.Duration, err error) {
	ebay, shopify := s.markets.Market("ebay-uk"), s.markets.Market("shopify-uk")
	var open []time.Time // of sales whose level Shopify does not have yet, the oldest first
	sold, next := 0, time.Now()
	before, err := shopify.Listing(ctx, sku)
	for ; err == nil; err = pause(ctx) {
		selling := more()
		if !selling && len(open) == 0 {
			return lags, nil
		}
		if selling && !time.Now().Before(next) {
			if _, err = ebay.Place(ctx, purchase(fmt.Sprintf("sale-%d", time.Now().UnixNano()), lamp)); err != nil {
				break
			}
			sold++
			open, next = append(open, time.Now()), time.Now().Add(saleEvery)
		}
		var now market.Listing
		if now, err = shopify.Listing(ctx, sku); err != nil {
			break
		}
		for len(open) > 0 && before.Quantity-now.Quantity > sold-len(open) {
			lags, open = append(lags, time.Since(open[0])), open[1:]
		}
	}
	return lags, fmt.Errorf("sell steadily: %w", err)
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(10 * time.Millisecond):
		return nil
	}
}
