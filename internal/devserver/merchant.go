package devserver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/simulator/packer"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/starter"
)

// Merchant returns what the simulated warehouse needs of a platform.
func Merchant(p *platform.Platform) packer.Platform { return merchant{p} }

// merchant is how the simulated warehouse reaches the platform: through the starter, as any caller would.
type merchant struct{ p *platform.Platform }

var _ packer.Platform = merchant{}

func (m merchant) ReadyOrders(ctx context.Context, savedBefore time.Time, after int64, limit int) ([]packages.ReadyOrder, error) {
	return m.p.Store.Packages.ReadyOrders(ctx, savedBefore, after, limit)
}

func (m merchant) Process(ctx context.Context, key message.OrderKey, packages []shipment.Package) error {
	row := orders.OrderRow{Key: key, Reference: key.OrderID}
	_, err := m.p.Starter.Process(ctx, row, packages)
	return err
}

func (m merchant) Cancel(ctx context.Context, account, orderID string, c orders.Cancellation) error {
	row, err := m.p.Starter.Find(ctx, orderID, account)
	if err != nil {
		return err
	}
	_, err = m.p.Starter.Cancel(ctx, row, c)
	return err
}

func (m merchant) Return(ctx context.Context, account, orderID string, r orders.GoodsReturn) error {
	row, err := m.p.Starter.Find(ctx, orderID, account)
	if err != nil {
		return err
	}
	_, err = m.p.Starter.Return(ctx, row, r)
	return err
}

func (m merchant) ApplyStock(ctx context.Context, changes []stock.Change) error {
	done, err := m.p.Store.Ledger.ApplyStock(ctx, changes)
	if err != nil {
		return err
	}
	if m.p.Workers == nil {
		return nil // the opening stock: nothing is linked yet
	}
	if err := m.p.Starter.WakeStock(ctx, done.Dirty); err != nil {
		return fmt.Errorf("wake stock pushes: %w", err)
	}
	return nil
}

// Refused reports whether the platform refused the request, for example because a cancellation came first.
func (m merchant) Refused(err error) bool {
	var refused *starter.RefusedError
	return errors.As(err, &refused)
}
