package starter

import (
	"context"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
)

// longestReason is of a reason that a person gives, in bytes.
const longestReason = 500

// Delete deletes an order by hand: its lifecycle ends, and its units follow the channel. Of one that is deleted already nothing changes.
// by is who does it.
func (s *Starter) Delete(ctx context.Context, row orders.OrderRow, by, reason string) (message.OrderResult, error) {
	if err := checkWord("deletes", by, reason); err != nil {
		return message.OrderResult{}, err
	}
	out, err := s.Store.Orders.Delete(ctx, row.Key.RowID, by, reason)
	return s.decided(ctx, row, "delete", out, err)
}

// checkWord checks that it is said who does something to an order, and why.
func checkWord(does, by, reason string) error {
	switch {
	case strings.TrimSpace(by) == "":
		return &UsageError{Problem: "nobody is named who " + does + " the order"}
	case strings.TrimSpace(reason) == "":
		return &UsageError{Problem: "no reason is given: whoever looks for the order later reads it"}
	case len(reason) > longestReason:
		return &UsageError{Problem: fmt.Sprintf("the reason has %d characters, at most %d are kept", len(reason), longestReason)}
	}
	return nil
}

// Restore takes the deletion of an order back: a lifecycle of it begins again.
func (s *Starter) Restore(ctx context.Context, row orders.OrderRow, by string) (message.OrderResult, error) {
	if strings.TrimSpace(by) == "" {
		return message.OrderResult{}, &UsageError{Problem: "nobody is named who restores the order"}
	}
	out, err := s.Store.Orders.Restore(ctx, row.Key.RowID, by)
	return s.decided(ctx, row, "restore", out, err)
}

// refuseDeleted refuses work on a deleted order before anything is saved for it. The store refuses it as well.
func refuseDeleted(row orders.OrderRow) error {
	if row.State != order.Deleted {
		return nil
	}
	return &RefusedError{Reason: fmt.Sprintf("order %s was deleted by hand: `towpath restore` takes it back", row.Reference)}
}
