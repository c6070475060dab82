package starter

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/message"
)

const (
	// endPatience is how long a lifecycle may take to answer an update: fifty times what it takes while workers have time (40 ms with
	// eight at once, decision 077). Whoever delivers waits that long, a scan's page among them, so it must not be longer.
	endPatience = 2 * time.Second
	// endSlow is how long an answer may take before the next orders are told by signals: a page of 250 then still takes less than the ten seconds in
	// which it must be saved and delivered.
	endSlow = 250 * time.Millisecond
	// signalsOnly is for how long nothing but signals is sent after an update that was answered late: workers that are away
	// or have too much to do would keep every other order of the page waiting as well.
	signalsOnly = 10 * time.Second
)

// reports remembers when lifecycles did not answer in time.
type reports struct{ late atomic.Int64 } // a time, in Unix nanoseconds; 0 = never

func (r *reports) answered() bool { return time.Now().UnixNano() >= r.late.Load()+int64(signalsOnly) }

// reportEnd tells a lifecycle that its order has ended. It needs no new one, so a lifecycle that is missing is no error.
//
// An update costs the server two writes less than a signal: its workflow task is speculative. But it needs a worker that answers now
// and a lifecycle that takes it, so whatever is not taken is sent as a signal as well. What arrives in both ways counts once.
func (s *Starter) reportEnd(ctx context.Context, workflowID string, change message.OrderChange) error {
	if s.reports.answered() {
		err := s.updateEnd(ctx, workflowID, change)
		if err == nil {
			return nil
		}
		s.Logger.Debug("The end of an order is signalled, because its lifecycle did not take it as an update.", zap.String("workflow", workflowID), zap.Error(err))
	}
	return ignoreMissing(s.Temporal.SignalWorkflow(ctx, workflowID, "", message.SignalChannelChanged, change))
}

// updateEnd sends the update and waits for its answer. The id is that of the change, so that a repeated one counts once.
func (s *Starter) updateEnd(ctx context.Context, workflowID string, change message.OrderChange) error {
	began := time.Now()
	short, cancel := context.WithTimeout(ctx, endPatience)
	defer cancel()
	handle, err := s.Temporal.UpdateWorkflow(short, client.UpdateWorkflowOptions{
		WorkflowID: workflowID, UpdateName: message.UpdateChannelChanged, UpdateID: fmt.Sprintf("%s/%d", message.UpdateChannelChanged, change.Version),
		Args: []any{change}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return nil // it has ended, perhaps just now: a signal would not find it either
	}
	if err == nil {
		err = handle.Get(short, nil)
	}
	if time.Since(began) > endSlow && ctx.Err() == nil {
		s.reports.late.Store(time.Now().UnixNano())
	}
	return err
}
