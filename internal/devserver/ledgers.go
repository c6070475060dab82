package devserver

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/store/links"
)

// readers opens every marketplace's ledger.
func (w *simulation) readers(ctx context.Context) (map[string]*market.Reader, error) {
	all := make(map[string]*market.Reader)
	for _, a := range w.accounts {
		r, err := market.OpenReadOnly(ctx, filepath.Join(w.dir, filepath.Base(a.File)))
		if err != nil {
			return nil, fmt.Errorf("open ledger of %s: %w", a.ID, err)
		}
		all[a.ID] = r
	}
	return all, nil
}

// counts returns how many orders the marketplaces have, and how many accepted changes of listings have still to take
// effect.
func (w *simulation) counts(ctx context.Context) (placed, pending int, err error) {
	readers, err := w.readers(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, r := range readers {
		_, n, ordersErr := r.Orders(ctx, market.Filter{Limit: 1})
		m, pendingErr := r.Pending(ctx)
		placed, pending = placed+n, pending+m
		err = errors.Join(err, ordersErr, pendingErr, r.Close())
	}
	return placed, pending, err
}

// awaitAccepted waits a while for what the marketplaces have accepted; the audit then reports what has not taken
// effect.
func (w *simulation) awaitAccepted(ctx context.Context) error {
	running, err := runningIn(ctx, w.dir)
	if running == nil || err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, acceptedWithin)
	defer cancel()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		if _, pending, err := w.counts(ctx); err != nil || pending == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

const (
	listedWithin = 30 * time.Second
	listedPoll   = 100 * time.Millisecond
)

// listed waits until marketplaces of their own list every product: they may have been started a moment ago.
func (w *simulation) listed(ctx context.Context, plan *book.Plan) error {
	want := 0
	for _, p := range plan.Products {
		want += len(p.Codes) * len(w.production())
	}
	ctx, cancel := context.WithTimeout(ctx, listedWithin)
	defer cancel()
	for {
		links, err := w.links(ctx, plan)
		if err != nil || len(links) >= want {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the marketplaces in %s list %d of the book's %d codes: start them with the same book, and wait for their addresses", w.dir, len(links), want)
		case <-time.After(listedPoll):
		}
	}
}

// bookDone reports whether the book is played to its end and the warehouse's entries are read up to the last one:
// nothing follows the end.
func (w *simulation) bookDone(ctx context.Context, read int64) (bool, error) {
	last, err := w.warehouse.After(ctx, read-1, 1)
	return len(last) == 1 && last[0].Kind == warehouse.BookDone, err
}

// links returns a link from every listing of the marketplaces to its product: the channels' SKUs are the book's
// spellings.
func (w *simulation) links(ctx context.Context, plan *book.Plan) ([]links.Link, error) {
	sku := make(map[string]string)
	for _, p := range plan.Products {
		for _, code := range p.Codes {
			sku[code] = p.SKU
		}
	}
	var list []links.Link
	for _, a := range w.accounts {
		m, err := w.reader(ctx, a)
		if err != nil {
			return nil, err
		}
		listings, err := m.AllListings(ctx)
		if err := errors.Join(err, m.Close()); err != nil {
			return nil, fmt.Errorf("read listings of %s: %w", a.ID, err)
		}
		for _, l := range listings {
			if s, ok := sku[l.SKU]; ok {
				list = append(list, links.Link{Account: a.ID, ChannelSKU: l.SKU, SKU: s, ListingRef: l.Ref})
			}
		}
	}
	return list, nil
}

// reader opens a marketplace's ledger for reading, whichever process runs the marketplace.
func (w *simulation) reader(ctx context.Context, a simulator.Account) (*market.Reader, error) {
	return market.OpenReadOnly(ctx, filepath.Join(w.dir, filepath.Base(a.File)))
}

// places opens the shops whose orders may ship from several locations. It returns a function that reports from which
// location each line of an order ships, as the merchant's staff see it there.
func (w *simulation) places(ctx context.Context) (ask func(ctx context.Context, account, orderID string) (map[string]string, error), closeAll func(), err error) {
	shops := make(map[string]*market.Reader)
	closeAll = func() {
		for _, r := range shops {
			_ = r.Close()
		}
	}
	for _, a := range w.accounts {
		if a.Kind != channel.Shopify {
			continue
		}
		if shops[a.ID], err = w.reader(ctx, a); err != nil {
			closeAll()
			return nil, nil, err
		}
	}
	return func(ctx context.Context, account, orderID string) (map[string]string, error) {
		shop := shops[account]
		if shop == nil {
			return nil, nil
		}
		o, err := shop.Order(ctx, orderID)
		if err != nil {
			return nil, fmt.Errorf("look where order %s ships from: %w", orderID, err)
		}
		places := make(map[string]string, len(o.Lines))
		for _, l := range o.Lines {
			places[l.ID] = l.Location
		}
		return places, nil
	}, closeAll, nil
}
