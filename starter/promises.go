package starter

import (
	"context"
	"time"

	"github.com/towpath/towpath/internal/wording"
)

// Promises returns the orders of all accounts that are late or at risk.
func (s *Starter) Promises(ctx context.Context) (wording.Promises, error) {
	found, err := s.Store.Orders.Promises(ctx)
	var all wording.Promises
	var first time.Time
	for account, p := range found {
		all.Late, all.AtRisk = all.Late+p.Late, all.AtRisk+p.AtRisk
		if o := p.First[0]; first.IsZero() || o.ShipBy.Before(first) || o.ShipBy.Equal(first) && account < all.Account {
			first = o.ShipBy
			all.Reference, all.Account, all.ShipBy = o.Reference, account, wording.Moment(o.ShipBy)
		}
	}
	return all, err
}
