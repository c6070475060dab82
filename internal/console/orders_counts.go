package console

import (
	"context"
	"sync"

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
	mu sync.Mutex
	of map[orders.OrderFilter]orderCounts
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
	k.of = nil
}

// orderCounts counts the orders of a filter and of each view.
func (c *console) orderCounts(ctx context.Context, f orders.OrderFilter) (orderCounts, error) {
	f.Sort, f.After, f.Limit = "", 0, 0
	version := c.newest(ctx)
	if found, ok := c.counts.get(f, version); ok {
		return found, nil
	}
	counted := orderCounts{version: version}
	var err error
	if counted.Totals, err = c.starter.Store.Orders.Totals(ctx, f); err != nil {
		return counted, err
	}
	if counted.Views, err = c.starter.Store.Orders.ViewCounts(ctx, f.Today); err != nil {
		return counted, err
	}
	if counted.Shipments, err = c.starter.Store.Orders.ShipmentCounts(ctx, f); err != nil {
		return counted, err
	}
	c.counts.keep(f, counted)
	return counted, nil
}
