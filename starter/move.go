package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store/orders"
)

// OrderMover moves orders on an account's channel.
type OrderMover interface {
	// MoveOrder gives what is still to be shipped of an order to one of our locations, and returns how many parts of it were moved.
	// It may be repeated. Errors are a *channel.Fault of a call, or say why the account can't be called from this process.
	MoveOrder(ctx context.Context, account message.Account, orderID, location string, rowID int64) (int, error)
}

// Moved is the result of moving an order.
type Moved struct {
	Order string `json:"order"`
	To    string `json:"to"`
	Parts int    `json:"parts"` // how many parts of it were elsewhere
}

// movePatience limits how long a channel is asked to move an order.
const movePatience = 20 * time.Second

// Move gives what is still to be shipped of an order to another location, on its channel. The reservation follows with the next version of
// the order, which a scan is asked for. An order of which units are packed stays: they were taken from the shelf of their location.
func (s *Starter) Move(ctx context.Context, row orders.OrderRow, to string, channels OrderMover) (Moved, error) {
	out := Moved{Order: row.Reference, To: to}
	acc, err := s.Store.Accounts.Account(ctx, row.Key.Account.ID)
	if err != nil {
		return out, fmt.Errorf("read account of %s: %w", row.Reference, err)
	}
	switch {
	case !acc.ByLocation:
		return out, &UsageError{Problem: fmt.Sprintf("account %s has no `locations` in the accounts file, so its channel does not decide from where an order leaves", acc.ID)}
	case !slices.Contains(acc.StockLocations, to):
		return out, &UsageError{Problem: fmt.Sprintf("%q is none of the locations of %s: want one of %s", to, acc.ID, strings.Join(acc.StockLocations, ", "))}
	case !acc.Runs():
		return out, &RefusedError{Reason: acc.ID + " is paused or switched off, so its channel is not called"}
	case acc.Observing:
		return out, &RefusedError{Reason: acc.ID + " observes, so nothing is changed on its channel: `towpath accounts live " + acc.ID + "`"}
	case row.State == order.Cancelled || row.State == order.Completed || row.State == order.Shipped:
		return out, &RefusedError{Reason: "nothing of the order is left to be shipped"}
	case row.Units.Packed > 0:
		return out, &RefusedError{Reason: "units of it are packed, and taken from the shelf of their location: cancel them first, or let them be sent from there"}
	}
	asking, cancel := context.WithTimeout(ctx, movePatience)
	defer cancel()
	if out.Parts, err = channels.MoveOrder(asking, row.Key.Account, row.Key.OrderID, to, row.Key.RowID); err != nil {
		var fault *channel.Fault
		if !errors.As(err, &fault) {
			return out, fmt.Errorf("move order %s: %w", row.Reference, err)
		}
		advice := s.Advice(context.WithoutCancel(ctx), fault, acc.Channel, remedy.Names{Account: acc.ID, Reference: row.Reference})
		return out, fmt.Errorf("move order %s to %s: %s\n%s", row.Reference, to, fault.Text(), strings.Join(advice.Steps, "\n"))
	}
	if _, err := s.SyncOrders(ctx, acc.ID, false); err != nil {
		return out, fmt.Errorf("order %s is moved on the channel; its stock follows with the next scan, which could not be asked for: %w", row.Reference, err)
	}
	return out, nil
}
