package starter

import (
	"context"
	"fmt"
	"strings"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/orders"
)

// Decision is a person's word about an order.
type Decision string

// The decisions.
const (
	Reopen Decision = "reopen" // what the channel shows as open again is to be sent
	Keep   Decision = "keep"   // all is right as it is here, whatever the channel says
)

// Decide carries out a person's decision about an order. restock, of Reopen only, puts shipped units on hand again. What is committed is
// done: lifecycle and pushes that can't be told now are told by the sweep.
func (s *Starter) Decide(ctx context.Context, row orders.OrderRow, d Decision, restock bool) (message.OrderResult, error) {
	var out orders.Outcome
	var err error
	switch d {
	case Reopen:
		out, err = s.Store.Orders.Reopen(ctx, row.Key.RowID, restock)
	case Keep:
		out, err = s.Store.Orders.Keep(ctx, row.Key.RowID)
	}
	return s.decided(ctx, row, string(d), out, err)
}

// decided returns the result of what a person did to an order in the store, and tells lifecycle and pushes of it.
func (s *Starter) decided(ctx context.Context, row orders.OrderRow, what string, out orders.Outcome, err error) (message.OrderResult, error) {
	if err != nil {
		return message.OrderResult{}, fmt.Errorf("%s order %s: %w", what, row.Reference, err)
	}
	if out.Refused != "" {
		return message.OrderResult{State: out.State}, &RefusedError{Reason: ofOrder(row.Reference, out.Refused)}
	}
	s.tellDecided(ctx, row, out.Dirty)
	return message.OrderResult{State: out.State}, nil
}

// ofOrder names the order in a refusal, which the rules write of "the order".
func ofOrder(reference, refusal string) string {
	if rest, of := strings.CutPrefix(refusal, "the order "); of {
		return "order " + reference + " " + rest
	}
	return "order " + reference + ": " + refusal
}

// tellDecided delivers the changed order to its lifecycle, and wakes the pushes of what it made dirty.
func (s *Starter) tellDecided(ctx context.Context, row orders.OrderRow, dirty []string) {
	entries, err := s.Store.Orders.PendingOf(ctx, row.Key.RowID)
	if err == nil {
		err = s.Store.Orders.MarkDelivered(ctx, s.Deliver(ctx, entries))
	}
	if err == nil {
		err = s.WakeStock(ctx, dirty)
	}
	if err != nil {
		s.Logger.Warn("Decision about an order not delivered; the sweep will.", zap.String("order", row.Key.OrderID), zap.Error(err))
	}
}
