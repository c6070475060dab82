package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/policy"
)

const (
	// channelCallTimeout is longer than the adapters' HTTP deadline and the saving of a page together. It is
	// also how long the work of a killed worker waits before another takes it up.
	channelCallTimeout = 30 * time.Second
	// storeCallTimeout bounds one attempt of a local activity.
	storeCallTimeout = 10 * time.Second
)

// lostWorker is the server's own retry: it covers the loss of a worker and a store that does not answer.
// What a channel answers is never retried by it: those attempts are the policy's.
var lostWorker = &temporal.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second}

// answered is what every channel activity returns: its fault is a value, so that attempts, waits and
// faults stand in the history.
type answered interface{ Answered() *channel.Fault }

// caller makes the calls of one workflow to one account, and keeps its status.
type caller struct {
	account message.Account
	policy  policy.Policy
	status  *message.Status
	// interrupt, when set, ends a wait early: somebody has said retry.
	interrupt workflow.ReceiveChannel
	// quit, when set, says after a wait whether the attempt that was waited for is still wanted.
	quit func() bool
}

// channelOptions puts the call on the channel's queue under the account's budget for the operation: the
// fairness key names the budget and its weight is the rate in calls per second.
func (c *caller) channelOptions(op channel.Operation, summary string) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		TaskQueue:           message.ChannelQueue(c.account.Channel),
		StartToCloseTimeout: channelCallTimeout,
		RetryPolicy:         lostWorker,
		Summary:             summary,
		Priority:            temporal.Priority{FairnessKey: message.BudgetKey(c.account.ID, op), FairnessWeight: float32(channel.Budget(c.account.Channel, op))},
	}
}

// call carries out a channel activity under the policy. It answers the last output; its fault is set when
// the policy gave up. An error means that the activity could not be run at all.
func call[Out answered](ctx workflow.Context, c *caller, op channel.Operation, summary string, activity message.Activity, input any) (Out, error) {
	c.status.Attempt, c.status.NextAttempt = 0, time.Time{}
	for {
		c.status.Attempt++
		var out Out
		actx := workflow.WithActivityOptions(ctx, c.channelOptions(op, attemptSummary(summary, c.status.Attempt)))
		if err := workflow.ExecuteActivity(actx, string(activity), input).Get(ctx, &out); err != nil {
			return out, fmt.Errorf("%s: %w", op, err)
		}
		fault := out.Answered()
		if fault == nil {
			c.status.Attempt = 0
			return out, nil
		}
		c.status.Fault = fault
		wait, again := c.policy.Next(c.status.Attempt, fault)
		if !again {
			return out, nil
		}
		if err := c.wait(ctx, wait, fault); err != nil {
			return out, err
		}
		if c.quit != nil && c.quit() {
			return out, nil
		}
	}
}

// wait sleeps under a timer that the Web UI shows with its reason.
func (c *caller) wait(ctx workflow.Context, d time.Duration, fault *channel.Fault) error {
	c.status.NextAttempt = workflow.Now(ctx).Add(d)
	err := c.pause(ctx, d, fmt.Sprintf("attempt %d, after %s", c.status.Attempt+1, faultWords(fault)))
	c.status.NextAttempt = time.Time{}
	return err
}

// pause sleeps, unless it is interrupted; the status and the Web UI show what it waits for.
func (c *caller) pause(ctx workflow.Context, d time.Duration, waitingFor string) error {
	before := c.status.WaitingFor
	c.status.WaitingFor = waitingFor
	defer func() { c.status.WaitingFor = before }()
	tctx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(tctx, d, workflow.TimerOptions{Summary: waitingFor})
	s := workflow.NewSelector(ctx)
	s.AddFuture(timer, func(workflow.Future) {})
	if c.interrupt != nil {
		s.AddReceive(c.interrupt, func(ch workflow.ReceiveChannel, _ bool) { ch.Receive(ctx, nil) })
	}
	s.Select(ctx)
	return ctx.Err()
}

// local runs a store activity inside the workflow task: short, idempotent, retried until it succeeds.
func local[Out any](ctx workflow.Context, summary string, activity message.Activity, input any) (Out, error) {
	var out Out
	lctx := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout: storeCallTimeout,
		RetryPolicy:         lostWorker,
		Summary:             summary,
	})
	err := workflow.ExecuteLocalActivity(lctx, string(activity), input).Get(ctx, &out)
	return out, err
}

// drain empties a signal channel and reports how many signals were in it.
func drain(ch workflow.ReceiveChannel) int {
	n := 0
	for ch.ReceiveAsync(nil) {
		n++
	}
	return n
}

func attemptSummary(summary string, attempt int) string {
	if attempt == 1 {
		return summary
	}
	return fmt.Sprintf("%s, attempt %d", summary, attempt)
}

// faultWords says a fault in a few words that are safe to show anywhere.
func faultWords(f *channel.Fault) string {
	if f.Code == "" {
		return string(f.Class)
	}
	return fmt.Sprintf("%s %s", f.Class, f.Code)
}

// faultCode is what a fault is searched by: its code, or its class where the channel gave none.
func faultCode(f *channel.Fault) string {
	if f.Code == "" {
		return string(f.Class)
	}
	return f.Code
}
