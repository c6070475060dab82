package activities

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
)

// Lifecycle changes one order in the store. Its activities are local: short, idempotent, no channel I/O.
type Lifecycle struct {
	Store  *store.Store
	Pushes StockWaker
}

// ChangeInput names the order and the package or the cancellation that was saved for it.
type ChangeInput struct {
	Order message.OrderKey `json:"order"`
	ID    string           `json:"id"` // package id or cancellation id
}

// ProcessPackage deducts a saved package's units from stock.
func (l *Lifecycle) ProcessPackage(ctx context.Context, in ChangeInput) (message.OrderResult, error) {
	out, err := l.Store.Packages.ProcessPackage(ctx, in.Order.RowID, in.ID)
	if err != nil {
		return message.OrderResult{}, fmt.Errorf("process package %s: %w", in.ID, err)
	}
	return l.done(ctx, out)
}

// CancelOrder carries out a saved cancellation.
func (l *Lifecycle) CancelOrder(ctx context.Context, in ChangeInput) (message.OrderResult, error) {
	out, err := l.Store.Orders.ApplyCancellation(ctx, in.Order.RowID, in.ID)
	if err != nil {
		return message.OrderResult{}, fmt.Errorf("apply cancellation %s: %w", in.ID, err)
	}
	return l.done(ctx, out)
}

// done wakes the stock pushes of what became dirty. A wake that fails is the sweep's to repeat.
func (l *Lifecycle) done(ctx context.Context, out orders.Outcome) (message.OrderResult, error) {
	result := message.OrderResult{State: out.State, Refused: out.Refused}
	if len(out.Dirty) > 0 {
		if err := l.Pushes.WakeStock(ctx, out.Dirty); err != nil {
			return result, fmt.Errorf("wake stock pushes: %w", err)
		}
	}
	return result, nil
}
