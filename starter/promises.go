package starter

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/wording"
)

// Promises returns the orders of all accounts that are late or at risk.
func (s *Starter) Promises(ctx context.Context) (wording.Promises, error) {
	found, err := s.Store.Orders.Promises(ctx)
	var all wording.Promises
	for account, p := range found {
		all.Late, all.AtRisk, all.Soon = all.Late+p.Late, all.AtRisk+p.AtRisk, all.Soon+p.Soon
		if o := p.First[0]; all.Account == "" || o.ShipBy.Before(all.ShipBy) || o.ShipBy.Equal(all.ShipBy) && account < all.Account {
			all.Reference, all.Account, all.ShipBy = o.Reference, account, o.ShipBy
		}
	}
	if err != nil || all.Account == "" {
		return all, err
	}
	zones, err := s.Zones(ctx)
	all.Zone = zones[all.Account]
	return all, err
}

// Zones returns the time zones of all accounts.
func (s *Starter) Zones(ctx context.Context) (wording.Zones, error) {
	list, err := s.Store.Accounts.List(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the time zones of accounts: %w", err)
	}
	zones := wording.Zones{}
	for _, a := range list {
		zones[a.ID] = a.Zone()
	}
	return zones, nil
}
