package starter

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/workflows"
)

// RefusedError is a request that Towpath understood and turned down; nothing was changed.
type RefusedError struct{ Reason string }

func (e *RefusedError) Error() string { return e.Reason }

// UsageError is a request that cannot be carried out as it was given.
type UsageError struct{ Problem string }

func (e *UsageError) Error() string { return e.Problem }

// Find answers the one order with the reference or channel order id. Several accounts may have it: then
// the error lists them and the caller must name one.
func (s *Starter) Find(ctx context.Context, reference, account string) (store.OrderRow, error) {
	rows, err := s.Store.FindOrders(ctx, store.OrderFilter{Account: account, Reference: reference, Limit: 10})
	if err != nil {
		return store.OrderRow{}, fmt.Errorf("find order %s: %w", reference, err)
	}
	switch len(rows) {
	case 0:
		return store.OrderRow{}, &UsageError{Problem: fmt.Sprintf("no order %q: look for it with `towpath orders --reference`, or scan for it with `towpath sync orders`", reference)}
	case 1:
		return rows[0], nil
	}
	where := make([]string, len(rows))
	for i, r := range rows {
		where[i] = r.Key.Account.ID
	}
	return store.OrderRow{}, &UsageError{Problem: fmt.Sprintf("order %q is on several accounts (%s): name one with --account", reference, strings.Join(where, ", "))}
}

// Process saves packages of an order and has its lifecycle process them, one by one: each counts once,
// whatever is repeated. The first refusal stops it.
func (s *Starter) Process(ctx context.Context, row store.OrderRow, packages []shipment.Package) (message.OrderResult, error) {
	var out message.OrderResult
	for _, p := range packages {
		if err := p.Check(); err != nil {
			return out, &UsageError{Problem: err.Error()}
		}
	}
	if err := s.Store.SavePackages(ctx, row.Key.RowID, packages); err != nil {
		return out, fmt.Errorf("save packages of %s: %w", row.Reference, err)
	}
	for _, p := range packages {
		request := message.ProcessRequest{PackageID: p.ID}
		var err error
		out, err = s.update(ctx, row, message.UpdateProcess, p.ID, request)
		var refused *RefusedError
		if errors.As(err, &refused) {
			// The answer may be of an earlier day: what was refused then is judged anew under an id of its own.
			out, err = s.update(ctx, row, message.UpdateProcess, p.ID+"/"+uuid.NewString(), request)
		}
		if err != nil {
			return out, fmt.Errorf("process package %s of order %s: %w", p.ID, row.Reference, err)
		}
	}
	return out, nil
}

// Cancel saves a cancellation and has the order's lifecycle carry it out.
func (s *Starter) Cancel(ctx context.Context, row store.OrderRow, c store.Cancellation) (message.OrderResult, error) {
	if c.ID == "" {
		c.ID = uuid.NewString()
	}
	if err := s.Store.SaveCancellation(ctx, row.Key.RowID, c); err != nil {
		return message.OrderResult{}, fmt.Errorf("save cancellation of %s: %w", row.Reference, err)
	}
	out, err := s.update(ctx, row, message.UpdateCancel, c.ID, message.CancelRequest{CancelID: c.ID})
	if err != nil {
		return out, fmt.Errorf("cancel order %s: %w", row.Reference, err)
	}
	return out, nil
}

// Return takes shipped units back. It moves stock only when they are restocked.
func (s *Starter) Return(ctx context.Context, row store.OrderRow, r store.GoodsReturn) error {
	out, err := s.Store.ReturnGoods(ctx, row.Key.RowID, r)
	if err != nil {
		return fmt.Errorf("return goods of %s: %w", row.Reference, err)
	}
	if out.Refused != "" {
		return &RefusedError{Reason: out.Refused}
	}
	return s.WakeStock(ctx, out.Dirty)
}

// startFor is how the order's lifecycle is started when it does not run: from the order as it is stored now.
// An order that has ended gets no new lifecycle, but one that has answered the same update answers it again.
func (s *Starter) startFor(ctx context.Context, row store.OrderRow) (client.WithStartWorkflowOperation, error) {
	open, err := s.Store.OpenOrders(ctx, row.Key.RowID-1, 1)
	if err != nil {
		return nil, fmt.Errorf("read order %s: %w", row.Reference, err)
	}
	options := s.lifecycleOptions(row.Key)
	options.WorkflowIDConflictPolicy = enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING
	hint := store.Hint{Key: row.Key, State: row.State}
	if len(open) == 1 && open[0].Key.RowID == row.Key.RowID {
		hint = open[0]
	} else {
		options.WorkflowIDReusePolicy = enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY
	}
	return s.Temporal.NewWithStartWorkflowOperation(options, workflows.OrderLifecycle, s.lifecycleInput(hint)), nil
}

// update asks the order's lifecycle, starting it from the stored state when it does not run. The same id
// gives the same answer, even after the lifecycle has ended.
func (s *Starter) update(ctx context.Context, row store.OrderRow, name, id string, arg any) (message.OrderResult, error) {
	start, err := s.startFor(ctx, row)
	if err != nil {
		return message.OrderResult{}, err
	}
	handle, err := s.Temporal.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: start,
		UpdateOptions: client.UpdateWorkflowOptions{
			UpdateID: id, UpdateName: name, Args: []any{arg},
			WorkflowID: message.OrderWorkflowID(row.Key.Account.ID, row.Key.OrderID), WaitForStage: client.WorkflowUpdateStageCompleted,
		},
	})
	var out message.OrderResult
	if err != nil {
		var ended *serviceerror.WorkflowExecutionAlreadyStarted
		if errors.As(err, &ended) {
			return out, &RefusedError{Reason: fmt.Sprintf("order %s is %s: nothing more can be done to it", row.Reference, row.State)}
		}
		return out, err
	}
	if err := handle.Get(ctx, &out); err != nil {
		return out, err
	}
	if out.Refused != "" {
		return out, &RefusedError{Reason: out.Refused}
	}
	return out, nil
}
