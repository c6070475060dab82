package starter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
)

// How often an update is repeated when the lifecycle ended before it could answer, and the wait before.
const (
	updateTries = 5
	updateWait  = 200 * time.Millisecond
)

// updatePatience limits the wait for an update whose caller sets no shorter one. The server lets the eleventh update of a workflow wait
// for its caller's deadline, and a store that is away lets any wait.
const updatePatience = 10 * time.Minute

// updateID returns an update id that includes the kind of request: a package and a cancellation may have the same key, and
// Temporal returns the stored answer for a known id.
func updateID(name, key string) string { return name + "/" + key }

// checkPatience limits how long the store is asked what became of a request whose caller's time is up.
const checkPatience = 5 * time.Second

// afterwards returns a context in which the store can be asked what became of a request, also when the request's own time is up.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), checkPatience)
}

// WaitsFor returns why the lifecycles of orders may not answer, in words that follow "Waiting: ". It makes one short call to
// the Temporal server.
func (s *Starter) WaitsFor(ctx context.Context) string {
	switch b := s.RunningBuilds(ctx); {
	case !b.Asked:
		return "the Temporal server does not say whether workers run"
	case len(b.Running) == 0:
		return "no worker runs; `towpath worker` starts one"
	case b.Waits():
		return "no worker gets new work; `towpath workers` says why"
	}
	// The server goes on showing workers that are gone (pollShows).
	return "the order's lifecycle has not answered yet: the workers are busy, or have stopped in the last two minutes"
}

// ask has the order's lifecycle apply what is saved under a key. A request that was refused on an earlier day gets a new id,
// because the same id would return the same answer.
func (s *Starter) ask(ctx context.Context, row orders.OrderRow, name, key string, arg any) (message.OrderResult, error) {
	ctx, cancel := context.WithTimeout(ctx, updatePatience)
	defer cancel()
	out, err := s.update(ctx, row, name, updateID(name, key), arg)
	var refused *RefusedError
	if errors.As(err, &refused) {
		out, err = s.update(ctx, row, name, updateID(name, key)+"/"+uuid.NewString(), arg)
	}
	return out, err
}

// update sends an update to the order's lifecycle, and repeats it when the lifecycle ended meanwhile. The lifecycle applies it
// once.
func (s *Starter) update(ctx context.Context, row orders.OrderRow, name, id string, arg any) (message.OrderResult, error) {
	for try := 1; ; try++ {
		out, err := s.updateOnce(ctx, row, name, id, arg)
		if err == nil || try == updateTries || !overtaken(err) {
			return out, err
		}
		timer := time.NewTimer(time.Duration(try) * updateWait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return out, errors.Join(err, ctx.Err())
		case <-timer.C:
		}
	}
}

// Unanswered reports whether the wait for a lifecycle's answer ended because its time was up.
func Unanswered(err error) bool {
	var late *client.WorkflowUpdateServiceTimeoutOrCanceledError
	return errors.As(err, &late)
}

// overtaken reports whether Temporal dropped an update because the lifecycle was ending. The texts are the server's (1.32:
// service/history/workflow/update/errors_failures.go).
func overtaken(err error) bool {
	var notReady *serviceerror.WorkflowNotReady
	var gone *serviceerror.NotFound
	var aborted *serviceerror.Unavailable
	var failed *temporal.ApplicationError
	return errors.As(err, &notReady) || errors.As(err, &gone) ||
		errors.As(err, &aborted) && aborted.Error() == "workflow update was aborted" ||
		errors.As(err, &failed) && failed.Type() == "AcceptedUpdateCompletedWorkflow"
}

// startFor returns the operation that starts the order's lifecycle, if it does not run, from the stored order. An order that has
// ended gets no new lifecycle, but an ended one returns its answer to the same update again.
func (s *Starter) startFor(ctx context.Context, row orders.OrderRow) (client.WithStartWorkflowOperation, error) {
	open, err := s.Store.Orders.OpenOrders(ctx, row.Key.RowID-1, 1)
	if err != nil {
		return nil, fmt.Errorf("read order %s: %w", row.Reference, err)
	}
	options := s.lifecycleOptions(row.Key)
	options.WorkflowIDConflictPolicy = enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING
	entry := orders.OutboxEntry{Key: row.Key, State: row.State}
	if len(open) == 1 && open[0].Key.RowID == row.Key.RowID {
		entry = open[0]
	} else {
		options.WorkflowIDReusePolicy = enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY
	}
	return s.Temporal.NewWithStartWorkflowOperation(options, message.WorkflowOrderLifecycle, s.lifecycleInput(entry)), nil
}

// updateOnce sends an update to the order's lifecycle and starts it if needed. The same id returns the same answer, even after
// the lifecycle has ended.
func (s *Starter) updateOnce(ctx context.Context, row orders.OrderRow, name, id string, arg any) (message.OrderResult, error) {
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
			return out, &RefusedError{Reason: fmt.Sprintf("order %s is %s: nothing more can be done to it", row.Reference, s.stateNow(ctx, row))}
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

// stateNow returns the order's stored state, or the one read before when the store does not answer.
func (s *Starter) stateNow(ctx context.Context, row orders.OrderRow) order.State {
	d, err := s.Store.Orders.Detail(ctx, row.Key.RowID)
	if err != nil {
		return row.State
	}
	return d.State
}
