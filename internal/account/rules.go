package accounts

import (
	"cmp"
	"fmt"
	"slices"

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
