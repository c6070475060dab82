package store

import (
	"context"
	"errors"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/shipment"
)

var errUnfinished = errors.New("store: not ready")

// MarkHandled marks hints handled.
func (s *Store) MarkHandled(ctx context.Context, hints []Hint) error { return errUnfinished }

// Unhandled lists hints.
func (s *Store) Unhandled(ctx context.Context, olderThan time.Time, limit int) ([]Hint, error) {
	return nil, errUnfinished
}

// OpenOrders lists open orders.
func (s *Store) OpenOrders(ctx context.Context, afterRowID int64, limit int) ([]Hint, error) {
	return nil, errUnfinished
}

// FindOrders lists orders.
func (s *Store) FindOrders(ctx context.Context, filter OrderFilter) ([]OrderRow, error) {
	return nil, errUnfinished
}

// OrderDetail shows one order.
func (s *Store) OrderDetail(ctx context.Context, rowID int64) (OrderDetail, error) {
	return OrderDetail{}, errUnfinished
}

// ReadyOrders lists orders that can be packed.
func (s *Store) ReadyOrders(ctx context.Context, savedBefore time.Time, afterRowID int64, limit int) ([]ReadyOrder, error) {
	return nil, errUnfinished
}

// SavePackages saves packages.
func (s *Store) SavePackages(ctx context.Context, rowID int64, packages []shipment.Package) error {
	return errUnfinished
}

// ProcessPackage processes a package.
func (s *Store) ProcessPackage(ctx context.Context, rowID int64, packageID string) (Outcome, error) {
	return Outcome{}, errUnfinished
}

// PreparePackage marks an attempt.
func (s *Store) PreparePackage(ctx context.Context, rowID int64, packageID string) (Outgoing, error) {
	return Outgoing{}, errUnfinished
}

// PackageConfirmed saves a confirmation.
func (s *Store) PackageConfirmed(ctx context.Context, rowID int64, packageID string, c channel.Confirmation) (Outcome, error) {
	return Outcome{}, errUnfinished
}

// PackageFailed saves a fault.
func (s *Store) PackageFailed(ctx context.Context, rowID int64, packageID string, f *channel.Fault) error {
	return errUnfinished
}

// UnsentPackages lists packages.
func (s *Store) UnsentPackages(ctx context.Context, rowID int64) ([]string, error) {
	return nil, errUnfinished
}

// SaveCancellation saves a cancellation.
func (s *Store) SaveCancellation(ctx context.Context, rowID int64, c Cancellation) error {
	return errUnfinished
}

// ApplyCancellation applies it.
func (s *Store) ApplyCancellation(ctx context.Context, rowID int64, cancelID string) (Outcome, error) {
	return Outcome{}, errUnfinished
}

// ReturnGoods saves a return.
func (s *Store) ReturnGoods(ctx context.Context, rowID int64, r GoodsReturn) (Outcome, error) {
	return Outcome{}, errUnfinished
}

// DirtyCount counts dirty listings.
func (s *Store) DirtyCount(ctx context.Context, account string) (int, error) {
	return 0, errUnfinished
}

// DirtyLevels lists levels to push.
func (s *Store) DirtyLevels(ctx context.Context, account string, limit int) ([]DirtyLevel, error) {
	return nil, errUnfinished
}

// SavePushes saves outcomes of pushes.
func (s *Store) SavePushes(ctx context.Context, account, runID string, pushes []Push) (PushCounts, error) {
	return PushCounts{}, errUnfinished
}

// RetryPushes lets refused levels be sent again.
func (s *Store) RetryPushes(ctx context.Context, account string) (int, error) {
	return 0, errUnfinished
}

// DirtyAccounts lists accounts with dirty levels.
func (s *Store) DirtyAccounts(ctx context.Context, olderThan time.Time) ([]string, error) {
	return nil, errUnfinished
}

// SaveFaults saves faults.
func (s *Store) SaveFaults(ctx context.Context, account string, faults []*channel.Fault) error {
	return errUnfinished
}

// Fault finds a fault.
func (s *Store) Fault(ctx context.Context, id string) (FaultRow, error) {
	return FaultRow{}, errUnfinished
}

// Park saves that something waits for a person.
func (s *Store) Park(ctx context.Context, p Parked) error { return errUnfinished }

// Unpark removes it.
func (s *Store) Unpark(ctx context.Context, workflowID string) error { return errUnfinished }

// ParkedList lists what waits; an empty account means all.
func (s *Store) ParkedList(ctx context.Context, account string) ([]Parked, error) {
	return nil, errUnfinished
}
