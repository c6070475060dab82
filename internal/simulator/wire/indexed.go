package wire

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

const (
	// indexLag is how late the search finds a change under faults.IndexLag, at speed 1
	// (lightward/mechanic-tasks#66, magento/magento2#40803: up to 10 s).
	indexLag = 10 * time.Second
	// mostUnindexed limits the orders that are not found yet.
	mostUnindexed = 500
)

// Indexed is a market whose search of orders, on request of a fault, does not find some of the latest changes yet.
type Indexed struct {
	market.Seller
	Operation string
	Options   Options
}

// Orders returns the orders that the search has found so far.
func (x Indexed) Orders(ctx context.Context, f market.Filter) ([]market.Order, int, error) {
	if x.Options.Injector.Rate(faults.IndexLag) > 0 {
		recent, _, err := x.Seller.Orders(ctx, market.Filter{UpdatedFrom: x.Options.Now().Add(-x.Options.Delay(indexLag)), Limit: mostUnindexed})
		if err != nil {
			return nil, 0, fmt.Errorf("look for recent changes: %w", err)
		}
		for _, o := range recent {
			if x.Options.Injector.Chosen(faults.IndexLag, x.Operation, o.ID+" "+o.UpdatedAt.String()) {
				f.Except = append(f.Except, o.ID)
			}
		}
	}
	return x.Seller.Orders(ctx, f)
}
