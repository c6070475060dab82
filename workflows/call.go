package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/policy"
)

const (
	// channelCallTimeout is longer than an adapter's HTTP timeout plus the time to save a page. It is also how long the task of a
	// killed worker waits before another worker gets it.
	channelCallTimeout = 30 * time.Second
	// storeCallTimeout limits one attempt of store work.
	storeCallTimeout = 10 * time.Second
	// storeLocally is how long store work is tried as a local activity, all attempts together.
	storeLocally = time.Minute
)

// busyStore is the retry policy of store work while it is a local activity. No wait is longer than a workflow task: a longer one
// would become a timer, with events of its own at every attempt.
var busyStore = &temporal.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 5 * time.Second}

// lostWorker is the retry policy of the Temporal server: it covers a lost worker and a store that does not respond. Faults that a
// channel returns are retried by the account's policy instead.
var lostWorker = &temporal.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second}

// answered is the result of every channel activity. A fault is part of the result, so that attempts, waits and faults are in the
// history.
type answered interface{ Answered() *channel.Fault }

// numbered is the input of an activity that saves when the policy makes the next attempt.
type numbered interface {
	Numbered(attempt int, p policy.Policy) any
}

// caller makes the channel calls of one workflow for one account and keeps the workflow's status.
type caller struct {
	account message.Account
	policy  policy.Policy
	status  *message.Status
	// interrupt, when set, ends a wait early when it receives a signal (retry).
	interrupt workflow.ReceiveChannel
	// quit, when set, is asked after a wait; true means that another attempt is no longer wanted.
	quit func() bool
	// behind, when set, lets the calls of other workflows with the same budget go first.
	behind bool
}

// channelOptions returns the options of a channel call: the channel's task queue, the account's budget for the operation as the
// fairness key, and its rate in calls per second as the fairness weight.
func (c *caller) channelOptions(op channel.Operation, summary string) workflow.ActivityOptions {
	priority := 0 // the server's default, which is 3
	if c.behind {
		priority = 5 // the last
	}
	return workflow.ActivityOptions{
		TaskQueue:           message.ChannelQueue(c.account.Channel),
		StartToCloseTimeout: channelCallTimeout,
		RetryPolicy:         lostWorker,
		Summary:             summary,
		Priority:            temporal.Priority{PriorityKey: priority, FairnessKey: message.BudgetKey(c.account.ID, op), FairnessWeight: float32(channel.Budget(c.account.Channel, op))},
	}
}

// call runs a channel activity and retries it under the policy. It returns the last output, whose fault is set when the policy
// gave up. An error means that the activity could not run at all.
func call[Out answered](ctx workflow.Context, c *caller, op channel.Operation, summary string, activity message.Activity, input any) (Out, error) {
	c.status.Attempt, c.status.NextAttempt = 0, time.Time{}
	for {
		c.status.Attempt++
		in := input
		if n, ok := input.(numbered); ok {
			in = n.Numbered(c.status.Attempt, c.policy)
		}
		out, err := once[Out](ctx, c, op, attemptSummary(summary, c.status.Attempt), activity, in)
		if err != nil {
			return out, err
		}
		fault := out.Answered()
		if fault == nil {
			c.status.Attempt = 0
			return out, nil
		}
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

// once makes one attempt of a channel call.
func once[Out answered](ctx workflow.Context, c *caller, op channel.Operation, summary string, activity message.Activity, input any) (Out, error) {
	var out Out
	actx := workflow.WithActivityOptions(ctx, c.channelOptions(op, summary))
	if err := workflow.ExecuteActivity(actx, string(activity), input).Get(ctx, &out); err != nil {
		return out, fmt.Errorf("%s: %w", op, err)
	}
	if fault := out.Answered(); fault != nil {
		c.status.Fault = fault
	}
	return out, nil
}

// wait sleeps before the next attempt; the timer shows the reason in the Web UI.
func (c *caller) wait(ctx workflow.Context, d time.Duration, fault *channel.Fault) error {
	c.status.NextAttempt = workflow.Now(ctx).Add(d)
	err := c.pause(ctx, d, fmt.Sprintf("attempt %d, after %s", c.status.Attempt+1, faultWords(fault)))
	c.status.NextAttempt = time.Time{}
	return err
}

// pause sleeps until d is over or interrupt receives a signal. The status and the Web UI show waitingFor.
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

// local runs a short, idempotent store activity and retries it until it succeeds: for a minute as a local activity, which costs
// next to nothing, then as a regular one, which the server repeats without limit and without events. So no outage of the store
// ends a workflow, or leaves a failure as the answer to an update id, which Temporal would return for ever. What no repetition
// cures an activity returns as a value.
func local[Out any](ctx workflow.Context, summary string, activity message.Activity, input any) (Out, error) {
	var out Out
	lctx := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    storeCallTimeout,
		ScheduleToCloseTimeout: storeLocally, // unset, the SDK takes StartToCloseTimeout for it
		RetryPolicy:            busyStore,
		Summary:                summary,
	})
	err := workflow.ExecuteLocalActivity(lctx, string(activity), input).Get(ctx, &out)
	if err == nil || ctx.Err() != nil || !waitsForStore(ctx, activity, input) {
		return out, err
	}
	actx := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: storeCallTimeout,
		RetryPolicy:         lostWorker,
		Summary:             summary + ", when the store is back",
	})
	err = workflow.ExecuteActivity(actx, string(activity), input).Get(ctx, &out)
	return out, err
}

// waitsForStore reports whether a workflow goes on waiting after store work has failed as a local activity. It returns false while
// an older history is replayed in which the failure was final. GetVersion is called only here, so a workflow whose store answers
// has no event of it. A package or cancellation has a change id of its own: one that failed long ago must not decide for the next.
func waitsForStore(ctx workflow.Context, activity message.Activity, input any) bool {
	change := "wait-for-store/" + string(activity)
	if in, ok := input.(activities.ChangeInput); ok {
		change += "/" + in.ID
	}
	return workflow.GetVersion(ctx, change, workflow.DefaultVersion, 1) >= 1
}

// drain empties a signal channel and returns how many signals were in it.
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

// faultWords returns the fault's class and code, which hold no personal data.
func faultWords(f *channel.Fault) string {
	if f.Code == "" {
		return string(f.Class)
	}
	return fmt.Sprintf("%s %s", f.Class, f.Code)
}

// faultCode returns the fault's code, or its class when the channel gave no code.
func faultCode(f *channel.Fault) string {
	if f.Code == "" {
		return string(f.Class)
	}
	return f.Code
}
