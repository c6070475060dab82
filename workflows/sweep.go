package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/message"
)

const (
	// sweepTimeout limits one sweep; the next one does what is left.
	sweepTimeout = 5 * time.Minute
	// sweepSilence is the heartbeat timeout: how long a killed worker's sweep delays the next one.
	sweepSilence = 20 * time.Second
)

// Sweep is the backstop: it delivers outbox entries that a crash left pending, starts lifecycles that are missing, and
// wakes pushes for levels that were left dirty.
func Sweep(ctx workflow.Context, in message.SweepInput) (message.SweepResult, error) {
	status := message.Status{Kind: "sweep", State: stateRunning}
	if err := serveStatus(ctx, func() message.Status { return status }); err != nil {
		return message.SweepResult{}, err
	}
	actx := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: sweepTimeout, HeartbeatTimeout: sweepSilence, RetryPolicy: lostWorker, Summary: "repeat what was lost",
	})
	var out message.SweepResult
	if err := workflow.ExecuteActivity(actx, string(message.ActivitySweepOnce), in).Get(ctx, &out); err != nil {
		return out, fmt.Errorf("sweep: %w", err)
	}
	status.State = stateDone
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("%d lifecycles started, %d outbox entries delivered, %d orders reminded of packages, %d stock pushes woken",
		out.Started, out.Redelivered, out.Unsent, out.Woken))
	return out, nil
}
