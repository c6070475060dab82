package starter

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/orders"
)

// Cancel saves a cancellation and has the order's lifecycle apply it.
func (s *Starter) Cancel(ctx context.Context, row orders.OrderRow, c orders.Cancellation) (message.OrderResult, error) {
	if err := refuseDeleted(row); err != nil {
		return message.OrderResult{}, err
	}
	if c.ID == "" {
		c.ID = uuid.NewString()
	}
	if err := s.Store.Orders.SaveCancellation(ctx, row.Key.RowID, c); err != nil {
		return message.OrderResult{}, fmt.Errorf("save cancellation of %s: %w", row.Reference, asUsage(err))
	}
	out, err := s.ask(ctx, row, message.UpdateCancel, c.ID, message.CancelRequest{CancelID: c.ID})
	if err = s.cancelled(ctx, row, c.ID, err); err != nil {
		return out, fmt.Errorf("cancel order %s: %w", row.Reference, err)
	}
	ctx, cancel := afterwards(ctx)
	defer cancel()
	d, err := s.Store.Orders.Detail(ctx, row.Key.RowID)
	if err != nil {
		return out, fmt.Errorf("read order %s: %w", row.Reference, err)
	}
	s.tellChannel(ctx, d)
	return message.OrderResult{State: d.State}, nil
}

// cancelled checks an answer against the store, which decides whether a cancellation was applied.
func (s *Starter) cancelled(ctx context.Context, row orders.OrderRow, cancelID string, answer error) error {
	var refused *RefusedError
	if answer != nil && !errors.As(answer, &refused) && !overtaken(answer) && ctx.Err() == nil {
		return answer
	}
	ctx, cancel := afterwards(ctx)
	defer cancel()
	applied, refusal, err := s.Store.Packages.CancellationState(ctx, row.Key.RowID, cancelID)
	switch {
	case err != nil:
		return errors.Join(answer, err)
	case applied:
		return nil
	case answer != nil:
		return answer
	case refusal != "":
		return &RefusedError{Reason: refusal}
	}
	return errors.New("the order's lifecycle answered, but nothing is cancelled: repeat the command with the same key")
}

// Returned is the result of a return. Warning is set when the units are booked but the pushes could not be woken; the sweep wakes
// them.
type Returned struct {
	Key     string `json:"key"`
	Warning string `json:"warning,omitempty"`
}

// Return takes back shipped units, once per key; an empty key is replaced by a new one. Stock changes only when they are
// restocked. A push that can't be woken does not undo the booking.
func (s *Starter) Return(ctx context.Context, row orders.OrderRow, r orders.GoodsReturn) (Returned, error) {
	if r.Key == "" {
		r.Key = uuid.NewString()
	}
	done := Returned{Key: r.Key}
	out, err := s.Store.Orders.ReturnGoods(ctx, row.Key.RowID, r)
	if err != nil {
		return done, fmt.Errorf("return goods of %s: %w", row.Reference, asUsage(err))
	}
	if out.Refused != "" {
		return done, &RefusedError{Reason: out.Refused}
	}
	if err := s.WakeStock(ctx, out.Dirty); err != nil {
		s.Logger.Warn("Stock push not woken after a return; the sweep will.", zap.String("order", row.Key.OrderID), zap.Error(err))
		done.Warning = fmt.Sprintf("the return is booked, but the stock push can't be woken now: the sweep does it (%s)", err)
	}
	return done, nil
}
