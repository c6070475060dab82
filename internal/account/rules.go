package account

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

// Complete gives settings that the accounts file leaves out their usual values, and says what can't be.
func (a *Account) Complete() error {
	switch {
	case a.ID == "" || a.OrderLocation == "":
		return fmt.Errorf("account %q needs an id and an order location", a.ID)
	case a.Buffer < 0 || a.Cap < 0:
		return fmt.Errorf("account %s: buffer and cap are 0 or more", a.ID)
	}
	a.ReserveAt = cmp.Or(a.ReserveAt, order.AtPlaced)
	a.TakeAt = cmp.Or(a.TakeAt, order.AtPaid)
	a.AtZero = cmp.Or(a.AtZero, KeepAtZero)
	return nil
}

// ListsOtherwise reports whether new settings list other levels.
func (a Account) ListsOtherwise(now Account) bool {
	places := func(a Account) []string { return slices.Sorted(slices.Values(a.StockLocations)) }
	return a.Buffer != now.Buffer || a.Cap != now.Cap || !slices.Equal(places(a), places(now))
}

// TakesOtherwise reports whether new settings let orders be processed at another moment.
func (a Account) TakesOtherwise(now Account) bool { return a.TakeAt != now.TakeAt }

// Moved reports whether new settings speak to another channel or endpoint.
func (a Account) Moved(now Account) bool {
	return a.Channel != now.Channel || a.Endpoint != now.Endpoint
}

// ToAnotherShop reports whether new settings speak to another shop than before, so that the account observes again: another
// channel or endpoint, or a real marketplace after a simulated one.
func (a Account) ToAnotherShop(now Account) bool {
	return a.Moved(now) || a.Simulated && !now.Simulated
}

// Changed are the ids of the accounts that were saved before and are different now.
func Changed(saved, now []Account, different func(before, now Account) bool) []string {
	var ids []string
	for _, a := range now {
		i := slices.IndexFunc(saved, func(b Account) bool { return b.ID == a.ID })
		if i >= 0 && different(saved[i], a) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// KeepsEndpoint is the error of an account that has orders of one endpoint and is to speak to another: orders of a test endpoint
// would take stock once it is called production.
func (a Account) KeepsEndpoint() error {
	return fmt.Errorf("account %s has orders of the %s endpoint of %s: give the other endpoint an account with an id of its own", a.ID, a.Endpoint, a.Channel)
}

// Locations are all that the account sells from or ships from; one may be named more than once.
func (a Account) Locations() []string {
	out := append([]string{a.OrderLocation}, a.StockLocations...)
	return slices.AppendSeq(out, maps.Values(a.ShipFrom))
}

// OrderPolicy is what the settings say of the account's orders.
func (a Account) OrderPolicy() order.Policy {
	return order.Policy{Account: a.ID, Test: a.Endpoint == channel.Test, Observing: a.Observing, OrderLocation: a.OrderLocation, ShipFrom: a.ShipFrom,
		Statuses: a.Statuses, ReserveAt: a.ReserveAt, TakeAt: a.TakeAt}
}
