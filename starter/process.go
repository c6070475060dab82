package starter

import (
	"context"
	"errors"
	"fmt"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
)

// Process saves packages of an order and has its lifecycle process them one by one. Each counts once, also when repeated. It
// stops at the first refusal.
func (s *Starter) Process(ctx context.Context, row orders.OrderRow, packages []shipment.Package) (message.OrderResult, error) {
	if err := s.savePackages(ctx, row, packages, s.Store.Packages.SavePackages); err != nil {
		return message.OrderResult{}, err
	}
	return s.processSaved(ctx, row, packages)
}

// ProcessAnyway is Process with the word of a person, by, that the order may be shipped although it is held. All its holds are lifted when
// one of the packages is deducted, and not before: a mistake in them, or a refusal, leaves the order held.
func (s *Starter) ProcessAnyway(ctx context.Context, row orders.OrderRow, by string, packages []shipment.Package) (message.OrderResult, error) {
	err := s.savePackages(ctx, row, packages, func(ctx context.Context, rowID int64, packages []shipment.Package) error {
		return s.Store.Packages.SavePackagesAnyway(ctx, rowID, by, packages)
	})
	if err != nil {
		return message.OrderResult{}, err
	}
	out, err := s.processSaved(ctx, row, packages)
	if err != nil {
		return out, err
	}
	return out, s.tellLifted(ctx, row)
}

// savePackages saves packages of an order that may be processed.
func (s *Starter) savePackages(ctx context.Context, row orders.OrderRow, packages []shipment.Package,
	save func(context.Context, int64, []shipment.Package) error,
) error {
	if err := refuseDeleted(row); err != nil {
		return err
	}
	for _, p := range packages {
		if err := p.Sendable(); err != nil {
			return &UsageError{Problem: err.Error()}
		}
	}
	if err := save(ctx, row.Key.RowID, packages); err != nil {
		return fmt.Errorf("save packages of %s: %w", row.Reference, asUsage(err))
	}
	return nil
}

// processSaved has the order's lifecycle process packages that are saved.
func (s *Starter) processSaved(ctx context.Context, row orders.OrderRow, packages []shipment.Package) (message.OrderResult, error) {
	var out message.OrderResult
	for _, p := range packages {
		answer, err := s.ask(ctx, row, message.UpdateProcess, p.ID, message.ProcessRequest{PackageID: p.ID})
		if err = s.processed(ctx, row, p.ID, err); err != nil {
			return answer, fmt.Errorf("process package %s of order %s: %w", p.ID, row.Reference, err)
		}
		if answer.State != "" {
			out = answer
		}
	}
	if out.State == "" { // its lifecycle had already ended with all of them processed, or its answer was lost
		ctx, cancel := afterwards(ctx)
		defer cancel()
		d, err := s.Store.Orders.Detail(ctx, row.Key.RowID)
		if err != nil {
			return out, fmt.Errorf("read order %s: %w", row.Reference, err)
		}
		out.State = d.State
	}
	return out, nil
}

// processed checks an answer against the store, which decides whether a package is deducted. The answer may come from a lifecycle
// that ended meanwhile, or from an earlier request.
func (s *Starter) processed(ctx context.Context, row orders.OrderRow, packageID string, answer error) error {
	var refused *RefusedError
	if answer != nil && !errors.As(answer, &refused) && !overtaken(answer) && ctx.Err() == nil {
		return answer
	}
	ctx, cancel := afterwards(ctx)
	defer cancel()
	state, refusal, err := s.Store.Packages.PackageState(ctx, row.Key.RowID, packageID)
	switch {
	case err != nil:
		return errors.Join(answer, err)
	case state == shipment.Processed, state == shipment.Confirmed, state == shipment.Parked, state == shipment.Voided:
		return nil
	case answer != nil:
		return answer
	case refusal != "":
		return &RefusedError{Reason: refusal}
	}
	return fmt.Errorf("the order's lifecycle answered, but the package is still %s: repeat the command", state)
}
