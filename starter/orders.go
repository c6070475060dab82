package starter

import (
	"context"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/store/orders"
)

// RefusedError is returned for a valid request that is refused. Nothing was changed.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

// UsageError is returned for a request that is wrong as given.
type UsageError struct{ Problem string }

func (e *UsageError) Error() string { return e.Problem }

// Find returns the order whose reference or channel order id equals reference. When several match, the error lists them. An empty
// reference is an error.
func (s *Starter) Find(ctx context.Context, reference, account string) (orders.OrderRow, error) {
	if strings.TrimSpace(reference) == "" {
		return orders.OrderRow{}, &UsageError{Problem: "no order is given: give its full reference or channel order id, as `towpath orders` shows it"}
	}
	rows, err := s.Store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: reference, Limit: 10})
	if err != nil {
		return orders.OrderRow{}, fmt.Errorf("find order %s: %w", reference, err)
	}
	switch len(rows) {
	case 0:
		return orders.OrderRow{}, &UsageError{Problem: fmt.Sprintf("no order %q: look for it with `towpath orders --reference`, or scan for it with `towpath sync orders`", reference)}
	case 1:
		return rows[0], nil
	}
	accounts, where := map[string]bool{}, make([]string, len(rows))
	for i, r := range rows {
		accounts[r.Key.Account.ID] = true
		where[i] = r.Key.Account.ID + " " + r.Key.OrderID
	}
	if len(accounts) < len(rows) {
		return orders.OrderRow{}, &UsageError{Problem: fmt.Sprintf("%q is the name of several orders (%s): give the channel order id, and --account", reference, strings.Join(where, ", "))}
	}
	return orders.OrderRow{}, &UsageError{Problem: fmt.Sprintf("order %q is on several accounts (%s): name one with --account", reference, strings.Join(where, ", "))}
}
