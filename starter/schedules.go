package starter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/workflows"
)

// scanEvery is the interval between order scans. Amazon's is its budget: searchOrders allows 0.0056 calls
// per second, which is one in 180 s (channels.md).
var scanEvery = map[channel.Kind]time.Duration{
	channel.Amazon:  180 * time.Second,
	channel.EBay:    60 * time.Second,
	channel.Shopify: 60 * time.Second,
}

const (
	nightly    = 24 * time.Hour
	sweepEvery = 5 * time.Minute
	sweepAge   = time.Minute      // outbox entries younger than this may still be on their way
	feedWait   = 15 * time.Second // how long a feed gets before it is asked about
	// leastInterval is the shortest interval that the scheduler keeps without falling behind (measured).
	leastInterval = 2 * time.Second
	// catchUp bounds how much of an outage a schedule makes up for: the watermark does the rest.
	catchUp = time.Minute
)

// switchedOff is the note on the schedules of an account that the accounts file does not enable.
const switchedOff = "switched off in the accounts file"

// EnsureSchedules creates or updates the schedules of every enabled account and of the sweep. It may be
// called at every start, by several workers at once.
func (s *Starter) EnsureSchedules(ctx context.Context, list []accounts.Account) error {
	for _, a := range list {
		if !a.Enabled {
			if err := s.stopSchedules(ctx, a.ID); err != nil {
				return err
			}
			continue
		}
		if err := s.ensureAccount(ctx, a); err != nil {
			return fmt.Errorf("schedules of %s: %w", a.ID, err)
		}
	}
	sweep := &client.ScheduleWorkflowAction{
		ID: message.SweepScheduleID, Workflow: message.WorkflowSweep, TaskQueue: message.TaskQueue,
		Args: []any{message.SweepInput{
			Versioned: workflows.Current(message.WorkflowSweep), OlderThan: max(s.scaled(sweepAge), 5*time.Second), Speed: s.Speed,
		}},
		TypedSearchAttributes: workflows.Attributes(""),
		StaticSummary:         "Repeats what was lost between the store and Temporal",
	}
	return s.ensure(ctx, "", max(s.scaled(sweepEvery), 10*time.Second), sweep, "")
}

func (s *Starter) ensureAccount(ctx context.Context, a accounts.Account) error {
	scan := func(id string, openOnly bool, summary string) *client.ScheduleWorkflowAction {
		return &client.ScheduleWorkflowAction{
			ID: id, Workflow: message.WorkflowOrderSync, TaskQueue: message.TaskQueue,
			Args: []any{message.OrderSyncInput{
				Versioned: workflows.Current(message.WorkflowOrderSync), Account: a.Account, OpenOnly: openOnly, Policy: s.Policies.Orders,
			}},
			TypedSearchAttributes: workflows.Attributes(a.ID),
			StaticSummary:         summary,
		}
	}
	paused := ""
	if a.Paused {
		paused = cmp.Or(a.PausedReason, "paused")
	}
	id := message.OrdersScheduleID(a.ID)
	if err := s.ensure(ctx, a.ID, s.scaled(cmp.Or(scanEvery[a.Channel], time.Minute)), scan(id, false, "Orders of "+a.ID), paused); err != nil {
		return err
	}
	id = message.OpenOrdersScheduleID(a.ID)
	if err := s.ensure(ctx, a.ID, max(s.scaled(nightly), time.Minute), scan(id, true, "All open orders of "+a.ID), paused); err != nil {
		return err
	}
	return s.ensurePublications(ctx, a, paused)
}

// ensurePublications has what has changed published at the account's interval; without one there is no schedule.
func (s *Starter) ensurePublications(ctx context.Context, a accounts.Account, paused string) error {
	id := message.PublicationsScheduleID(a.ID)
	if a.PublishChanged == 0 {
		err := s.Temporal.ScheduleClient().GetHandle(ctx, id).Delete(ctx)
		var none *serviceerror.NotFound
		if errors.As(err, &none) {
			return nil
		}
		return err
	}
	action := &client.ScheduleWorkflowAction{
		ID: id, Workflow: message.WorkflowPublishChanged, TaskQueue: message.TaskQueue,
		Args:                  []any{message.PublishChangedInput{Versioned: workflows.Current(message.WorkflowPublishChanged), Account: a.ID}},
		TypedSearchAttributes: workflows.Attributes(a.ID),
		StaticSummary:         "Asks for what has changed of " + a.ID,
	}
	return s.ensure(ctx, a.ID, max(s.scaled(a.PublishChanged), time.Minute), action, paused)
}

// ensure creates the schedule with the action's id, or brings an existing one's interval and action up to
// date. A new account's first scan does not wait for its interval.
func (s *Starter) ensure(ctx context.Context, account string, every time.Duration, action *client.ScheduleWorkflowAction, paused string) error {
	spec := client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: max(every, leastInterval)}}}
	c, id := s.Temporal.ScheduleClient(), action.ID
	_, err := c.Create(ctx, client.ScheduleOptions{
		ID: id, Spec: spec, Action: action, CatchupWindow: catchUp,
		Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE,
		Paused:  paused != "", Note: paused,
		TriggerImmediately: paused == "" && action.ID == message.OrdersScheduleID(account),
	})
	if !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return err
	}
	return c.GetHandle(ctx, id).Update(ctx, client.ScheduleUpdateOptions{
		DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			next := in.Description.Schedule
			next.Spec, next.Action = &spec, action
			if next.State != nil { // the account's row is the truth, whatever a crash left here
				next.State.Paused, next.State.Note = paused != "", paused
			}
			return &client.ScheduleUpdate{Schedule: &next}, nil
		},
	})
}

// AccountPaused pauses the account's schedules and shows why in their notes. The account's row is the
// truth: what still runs stops before its next call.
func (s *Starter) AccountPaused(ctx context.Context, account, note string) error {
	return s.eachSchedule(ctx, account, func(h client.ScheduleHandle) error {
		return h.Pause(ctx, client.SchedulePauseOptions{Note: note})
	})
}

// stopSchedules pauses the schedules that a switched-off account may have from before.
func (s *Starter) stopSchedules(ctx context.Context, account string) error {
	err := s.AccountPaused(ctx, account, switchedOff)
	var none *serviceerror.NotFound
	if errors.As(err, &none) {
		return nil
	}
	return err
}

func (s *Starter) accountResumed(ctx context.Context, account string) error {
	return s.eachSchedule(ctx, account, func(h client.ScheduleHandle) error {
		return h.Unpause(ctx, client.ScheduleUnpauseOptions{Note: "resumed"})
	})
}

func (s *Starter) eachSchedule(ctx context.Context, account string, do func(client.ScheduleHandle) error) error {
	for _, id := range []string{message.OrdersScheduleID(account), message.OpenOrdersScheduleID(account)} {
		if err := do(s.Temporal.ScheduleClient().GetHandle(ctx, id)); err != nil {
			return fmt.Errorf("schedule %s: %w", id, err)
		}
	}
	id := message.PublicationsScheduleID(account)
	err := do(s.Temporal.ScheduleClient().GetHandle(ctx, id))
	var none *serviceerror.NotFound
	if err != nil && !errors.As(err, &none) { // not every account has one
		return fmt.Errorf("schedule %s: %w", id, err)
	}
	return nil
}

// scaled is a duration of the book's clock in real time.
func (s *Starter) scaled(d time.Duration) time.Duration {
	if s.Speed <= 1 {
		return d
	}
	return max(time.Duration(float64(d)/s.Speed), 10*time.Millisecond)
}
