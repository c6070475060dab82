package console

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
)

// orderCounts is what a list of orders shows above its rows.
type orderCounts struct {
	order.Totals
	Views     map[order.View]int
	Shipments map[shipment.Progress]int
	version   string // of what pages showed when it was counted
}

// countsKept is for how many filters what was counted is kept.
const countsKept = 64

// orderCountsCache has what was counted for filters since the store was last written to: many pages show the same list.
type orderCountsCache struct {
	mu    sync.Mutex
	of    map[orders.OrderFilter]orderCounts
	views map[time.Time]viewCounts // by when the operator's day ends: whatever else is filtered
}

// viewCounts is how many orders each view has.
type viewCounts struct {
	of      map[order.View]int
	version string
}

func (k *orderCountsCache) getViews(today time.Time, version string) (map[order.View]int, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	found, ok := k.views[today.UTC()]
	return found.of, ok && found.version == version
}

func (k *orderCountsCache) keepViews(today time.Time, counts viewCounts) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.views == nil || len(k.views) >= countsKept {
		k.views = map[time.Time]viewCounts{}
	}
	k.views[today.UTC()] = counts
}

func (k *orderCountsCache) get(f orders.OrderFilter, version string) (orderCounts, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	found, ok := k.of[f]
	return found, ok && found.version == version
}

func (k *orderCountsCache) keep(f orders.OrderFilter, counts orderCounts) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil || len(k.of) >= countsKept {
		k.of = map[orders.OrderFilter]orderCounts{}
	}
	k.of[f] = counts
}

// forget has all counted anew.
func (k *orderCountsCache) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.of, k.views = nil, nil
}

// orderCounts counts the orders of a filter and of each view.
func (c *console) orderCounts(ctx context.Context, f orders.OrderFilter) (orderCounts, error) {
	f.Sort, f.After, f.Limit = "", 0, 0
	version := c.newest(ctx)
	if found, ok := c.counts.get(f, version); ok {
		return found, nil
	}
	counted := orderCounts{version: version}
	all, ctx := errgroup.WithContext(ctx)
	all.Go(func() (err error) { counted.Totals, err = c.starter.Store.Orders.Totals(ctx, f); return err })
	all.Go(func() (err error) { counted.Views, err = c.orderViews(ctx, f.Today, version); return err })
	all.Go(func() (err error) { counted.Shipments, err = c.starter.Store.Orders.ShipmentCounts(ctx, f); return err })
	if err := all.Wait(); err != nil {
		return counted, err
	}
	c.counts.keep(f, counted)
	return counted, nil
}

// orderViews counts the orders of each view.
func (c *console) orderViews(ctx context.Context, today time.Time, version string) (map[order.View]int, error) {
	if found, ok := c.counts.getViews(today, version); ok {
		return found, nil
	}
	found, err := c.starter.Store.Orders.ViewCounts(ctx, today)
	if err == nil {
		c.counts.keepViews(today, viewCounts{found, version})
	}
	return found, err
}
