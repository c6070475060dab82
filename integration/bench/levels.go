package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/table"
)

// changedLevels is how many levels have changed on each account, all at once.
const changedLevels = 10_000

// pushCalls are the words in the address of the call that sends levels, and the operation whose budget the call uses.
var pushCalls = map[channel.Kind]struct {
	operation channel.Operation
	words     []string
}{
	channel.Amazon:  {channel.OpFeed, []string{"POST", "/feeds/2021-06-30/feeds"}},
	channel.EBay:    {channel.OpLevels, []string{"POST", "/bulk_update_price_quantity"}},
	channel.Shopify: {channel.OpLevels, []string{"POST", "/graphql.json"}},
}

// levels pushes changed levels to every channel at the speed of real marketplaces, and prints the calls that it took.
func levels(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	as := setup{speed: 1, workers: 1}
	for i := range changedLevels {
		as.skus = append(as.skus, fmt.Sprintf("LAMP-%05d", i))
	}
	s, err := openShop(ctx, dir, as)
	if err != nil {
		return err
	}
	defer s.close()
	g, gctx := errgroup.WithContext(ctx)
	took := make([]time.Duration, len(s.accounts))
	for i, a := range s.accounts {
		g.Go(func() error {
			began := time.Now()
			err := s.starter.SyncStock(gctx, a.ID, true)
			took[i] = time.Since(began)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	t := table.NewWriter(out, true)
	fmt.Fprintf(t, "\n%d CHANGED LEVELS\tCALLS\tLEAST\tSECONDS\tCALLS/S\tBUDGET/S\tOF THE BUDGET\tOF THE CHANNEL'S\tREFUSED\tALL CALLS\t\n", changedLevels)
	for i, a := range s.accounts {
		if err := s.printLevels(ctx, t, a, took[i]); err != nil {
			return err
		}
	}
	return t.Flush()
}

// printLevels prints one account's row. It returns an error if the work is incomplete, because the row would mislead.
func (s *shop) printLevels(ctx context.Context, out io.Writer, a message.Account, took time.Duration) error {
	dirty, err := s.store.Levels.DirtyCount(ctx, a.ID)
	if err != nil {
		return err
	}
	if err := s.live(ctx, a.ID); err != nil {
		return err
	}
	listings, err := s.markets.Market(a.ID).AllListings(ctx)
	if err != nil {
		return err
	}
	for _, l := range listings {
		if l.Quantity != plenty {
			return fmt.Errorf("%s lists %d of %s, and %d levels are still to be sent", a.ID, l.Quantity, l.SKU, dirty)
		}
	}
	kind := pushCalls[a.Channel]
	calls := s.callLogs[a.ID].of(kind.words...)
	allowed, _ := channel.AllowanceOf(a.Channel, kind.operation)
	refused := 0
	for _, c := range calls {
		if c.status == 429 {
			refused++
		}
	}
	rate, ofBudget, ofChannel := "-", "-", "-"
	if seconds := span(calls).Seconds(); seconds > 0 { // a single call has no rate
		perSecond := float64(len(calls)-1) / seconds
		rate = fmt.Sprintf("%.2f", perSecond)
		ofBudget = fmt.Sprintf("%.1f%%", 100*perSecond/float64(allowed.CallsATurn())/allowed.Weight)
		ofChannel = fmt.Sprintf("%.1f%%", 100*perSecond/float64(allowed.CallsATurn())*allowed.Calls[0].Cost/allowed.Calls[0].PerSecond)
	}
	perCall := allowed.Units / allowed.CallsATurn()
	least := (changedLevels + perCall - 1) / perCall
	_, err = fmt.Fprintf(out, "%s (%s)\t%d\t%d\t%.1f\t%s\t%.3g\t%s\t%s\t%d\t%d\t\n", a.ID, allowed.Calls[0].Call, len(calls), least, took.Seconds(),
		rate, allowed.Weight*float64(allowed.CallsATurn()), ofBudget, ofChannel, refused, len(s.callLogs[a.ID].of("/")))
	return err
}

// live waits until what a marketplace has accepted has taken effect.
func (s *shop) live(ctx context.Context, account string) error {
	return until(ctx, "accepted levels of "+account+" are in force", func() (bool, error) {
		toCome, err := s.markets.Market(account).Pending(ctx)
		return toCome == 0, err
	})
}
