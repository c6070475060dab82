package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/store/books"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/table"
)

const (
	offeredFor  = time.Minute // how long levels are offered
	offeredSKUs = 1000        // that sell in turn
	pageEvery   = 200 * time.Millisecond
)

// offeredLags sells elsewhere what each channel in turn lists, at the speed of real marketplaces, so that half of its own budget of levels is needed,
// and prints how long after a sale was seen the channel has acknowledged the new level.
func offeredLags(ctx context.Context, out io.Writer) error {
	t := table.NewWriter(out, true)
	fmt.Fprint(t, "\nLEVELS OFFERED\tLEVELS/S\tOF THE BUDGET\tLEVELS\tP50 MS\tP90 MS\tP99 MS\tMOST MS\tREFUSED\t\n")
	for _, kind := range []channel.Kind{channel.Amazon, channel.EBay, channel.Shopify} {
		if err := offeredTo(ctx, t, kind); err != nil {
			return fmt.Errorf("offer levels to %s: %w", kind, err)
		}
	}
	return t.Flush()
}

// offeredTo prints the row of a channel. The seller's other account sells and sends nothing itself.
func offeredTo(ctx context.Context, out io.Writer, kind channel.Kind) error {
	dir, err := os.MkdirTemp("", "towpath-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	seller := simulator.AccountSpec{ID: "seller", Kind: channel.EBay}
	as := setup{speed: 1, workers: 1, listed: plenty, through: true, accounts: []simulator.AccountSpec{{ID: string(kind), Kind: kind}, seller}}
	for i := range offeredSKUs {
		as.skus = append(as.skus, fmt.Sprintf("LAMP-%05d", i))
	}
	s, err := openShop(ctx, dir, as)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.store.Accounts.PauseWork(ctx, seller.ID, account.Stock, "bench"); err != nil {
		return err
	}
	if err := s.starter.SyncStock(ctx, string(kind), true); err != nil {
		return err
	}
	a, _ := channel.AllowanceOf(kind, channel.OpLevels)
	rate := a.Weight * float64(a.Units) / 2
	sold, err := s.sellElsewhere(ctx, seller.ID, string(kind), rate)
	if err != nil {
		return err
	}
	if err := s.pushedAll(ctx, string(kind)); err != nil {
		return err
	}
	lags, refused, err := s.lagsOf(ctx, string(kind), sold)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\t%.1f\t50%%\t%d\t%d\t%d\t%d\t%d\t%d\t\n", kind, rate, len(lags), at(lags, 50).Milliseconds(), at(lags, 90).Milliseconds(),
		at(lags, 99).Milliseconds(), at(lags, 100).Milliseconds(), refused)
	return err
}

// soldAt is when the sale of a SKU was seen.
type soldAt struct {
	sku string
	at  time.Time
}

// sellElsewhere saves sales of so many SKUs a second, page by page as scans do, and wakes the account's push as they do.
func (s *shop) sellElsewhere(ctx context.Context, seller, account string, rate float64) (sold []soldAt, err error) {
	perPage := max(1, int(rate*pageEvery.Seconds()))
	tick := time.NewTicker(time.Duration(float64(perPage) / rate * float64(time.Second)))
	defer tick.Stop()
	for began, n := time.Now(), 0; time.Since(began) < offeredFor; n++ {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
		now := time.Now().UTC()
		id := fmt.Sprintf("order-%d", n)
		o := order.Snapshot{ID: id, Reference: id, PlacedAt: now, UpdatedAt: now, Paid: true, Fulfilment: order.FulfilmentUnshipped, Currency: "GBP", Total: 1000 * int64(perPage)}
		for range perPage {
			one := s.skus[len(sold)%len(s.skus)]
			o.Lines = append(o.Lines, order.SnapshotLine{ID: fmt.Sprintf("%s-%d", id, len(sold)), SKU: one, Title: "A lamp", Quantity: 1, UnitPrice: 1000, Total: 1000})
			sold = append(sold, soldAt{one, now})
		}
		if _, err := s.store.Orders.SavePage(ctx, orders.Page{Account: seller, RunID: id, SeenAt: now, Orders: []order.Snapshot{o}}); err != nil {
			return nil, err
		}
		if err := s.starter.WakeStock(ctx, []string{account}); err != nil {
			return nil, err
		}
	}
	return sold, nil
}

// pushedAll waits until the account has no level to send.
func (s *shop) pushedAll(ctx context.Context, account string) error {
	return until(ctx, account+" has no level to send", func() (bool, error) {
		n, err := s.store.Levels.DirtyCount(ctx, account)
		return n == 0, err
	})
}

// lagsOf returns how long after each sale the account's channel acknowledged a level that was sent later, and how many calls it refused.
func (s *shop) lagsOf(ctx context.Context, account string, sold []soldAt) (lags []time.Duration, refused int, err error) {
	b, err := s.store.Books.All(ctx)
	if err != nil {
		return nil, 0, err
	}
	pushes := map[string][]books.AuditPush{} // accepted, in the order of sending
	for _, p := range b.Pushes {
		if p.Account == account && !p.AckedAt.IsZero() {
			pushes[p.ChannelSKU] = append(pushes[p.ChannelSKU], p)
		}
	}
	for _, one := range sold {
		i := slices.IndexFunc(pushes[one.sku], func(p books.AuditPush) bool { return !p.SentAt.Before(one.at) })
		if i < 0 {
			return nil, 0, errors.New("no level was acknowledged after a sale of " + one.sku)
		}
		lags = append(lags, pushes[one.sku][i].AckedAt.Sub(one.at))
	}
	for _, c := range s.callLogs[account].of("/") {
		if c.status == 429 {
			refused++
		}
	}
	return lags, refused, nil
}
