package starter

import (
	"context"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
)

// Hold keeps an order from being packed until a person allows it again; its stock stays reserved. Of one that a person holds already
// nothing changes. by is who does it.
func (s *Starter) Hold(ctx context.Context, row orders.OrderRow, by, reason string) (message.OrderResult, error) {
	if err := checkWord("holds", by, reason); err != nil {
		return message.OrderResult{}, err
	}
	out, err := s.Store.Orders.Hold(ctx, row.Key.RowID, by, reason)
	return s.decided(ctx, row, "hold", out, err)
}

// Allow lifts holds of an order, or the only one that it has: it may be packed. A buyer's request for cancellation is declined with that,
// on the channel too where it takes it. by is who does it.
func (s *Starter) Allow(ctx context.Context, row orders.OrderRow, by string, holds []order.Hold) (message.OrderResult, error) {
	if strings.TrimSpace(by) == "" {
		return message.OrderResult{}, &UsageError{Problem: "nobody is named who allows the order"}
	}
	out, err := s.Store.Orders.Allow(ctx, row.Key.RowID, by, holds)
	answer, err := s.decided(ctx, row, "allow", out, err)
	if err != nil {
		return answer, err
	}
	return answer, s.tellLifted(ctx, row)
}

// tellLifted has the channel told of a request that was declined with lifted holds. What can't be told now is told by the sweep.
func (s *Starter) tellLifted(ctx context.Context, row orders.OrderRow) error {
	ctx, cancel := afterwards(ctx)
	defer cancel()
	d, err := s.Store.Orders.Detail(ctx, row.Key.RowID)
	if err != nil {
		return fmt.Errorf("read order %s: %w", row.Reference, err)
	}
	s.tellChannel(ctx, d)
	return nil
}
