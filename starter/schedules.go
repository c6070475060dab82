package starter

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/workflows"
)

// scanEvery is the interval between order scans. Amazon's follows from its limit: searchOrders (Orders API v2026-01-01) allows
// 0.0056 calls per second, one in 180 s.
var scanEvery = map[channel.Kind]time.Duration{
	channel.Amazon:  180 * time.Second,
	channel.EBay:    60 * time.Second,
	channel.Shopify: 60 * time.Second,
}

const (
	nightly    = 24 * time.Hour
	sweepEvery = 5 * time.Minute
	sweepAge   = time.Minute      // outbox entries younger than this may still be on their way
	feedWait   = 15 * time.Second // how long to wait before a feed is asked about
	// leastInterval is the shortest interval at which the Temporal scheduler keeps up (measured).
	leastInterval = 2 * time.Second
	// leastCatchUp and mostCatchUp limit how late a run that Temporal missed is still started.
	leastCatchUp = time.Minute
	mostCatchUp  = 12 * time.Hour
)

// catchUp returns how late a run of a schedule is still started after an outage of Temporal: up to half the interval. A scan every
// minute is not made up for, because the next one covers it; one every night is, hours later (case E2).
func catchUp(every time.Duration) time.Duration {
	return min(max(every/2, leastCatchUp), mostCatchUp)
}

// switchedOff is the note on the schedules of an account that the accounts file disables.
const switchedOff = "switched off in the accounts file"

// ensuredAtOnce is for how many accounts schedules are created or updated at once: each request waits for several answers of the server.
const ensuredAtOnce = 8

// EnsureSchedules creates or updates the schedules of every enabled account and of the sweep. Several workers may call it at the
// same time, at every start.
func (s *Starter) EnsureSchedules(ctx context.Context, list []accounts.Account) error {
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(ensuredAtOnce)
	for _, a := range list {
		ensure := s.ensureAccount
		if !a.Enabled {
			ensure = func(ctx context.Context, a accounts.Account) error { return s.stopSchedules(ctx, a.ID) }
		}
		g.Go(func() error {
			if err := ensure(gctx, a); err != nil {
				return fmt.Errorf("schedules of %s: %w", a.ID, err)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	sweep := &client.ScheduleWorkflowAction{
		ID: message.SweepScheduleID, Workflow: message.WorkflowSweep, TaskQueue: message.TaskQueue,
		Args: []any{message.SweepInput{
			Versioned: workflows.Current(message.WorkflowSweep), OlderThan: max(s.scaled(sweepAge), 5*time.Second), Speed: s.Speed,
		}},
		TypedSearchAttributes: workflows.Attributes(""),
		StaticSummary:         "Repeats what was lost between the store and Temporal",
		StaticDetails:         workflows.About(message.WorkflowSweep),
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
			StaticDetails:         workflows.About(message.WorkflowOrderSync),
		}
	}
	paused, _ := a.WhyPaused(account.Orders)
	every, err := s.scanInterval(ctx, a)
	if err != nil {
		return err
	}
	id := message.OrdersScheduleID(a.ID)
	if err := s.ensure(ctx, a.ID, every, scan(id, false, "Orders of "+a.ID), paused); err != nil {
		return err
	}
	id = message.OpenOrdersScheduleID(a.ID)
	if err := s.ensure(ctx, a.ID, max(s.scaled(nightly), time.Minute), scan(id, true, "All open orders of "+a.ID), paused); err != nil {
		return err
	}
	paused, _ = a.WhyPaused(account.Listings)
	return s.ensurePublications(ctx, a, paused)
}

// ensurePublications creates the schedule that publishes an account's changes, if the account has an interval for it.
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
		StaticDetails:         workflows.About(message.WorkflowPublishChanged),
	}
	return s.ensure(ctx, a.ID, max(s.scaled(a.PublishChanged), time.Minute), action, paused)
}

// spreadOver is the longest time over which the runs of accounts are spread: what is done at night stays there.
const spreadOver = time.Hour

// interval returns the interval of an account's schedule, in the server's whole seconds. Intervals begin at the same moment for all: each account has an offset of its own, always
// the same, so that the scans of many do not all begin in the same second.
func interval(account string, every time.Duration) client.ScheduleIntervalSpec {
	every = max(every, leastInterval)
	if account == "" {
		return client.ScheduleIntervalSpec{Every: every}
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(account))
	seconds := uint32(min(every, spreadOver) / time.Second)
	return client.ScheduleIntervalSpec{Every: every, Offset: time.Duration(h.Sum32()%seconds) * time.Second}
}

// ensure creates the schedule with the action's id, or updates the interval, catch-up and action of an existing one. A new account's first
// scan starts at once.
func (s *Starter) ensure(ctx context.Context, account string, every time.Duration, action *client.ScheduleWorkflowAction, paused string) error {
	spec := client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{interval(account, every)}}
	policy := client.SchedulePolicies{Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE, CatchupWindow: catchUp(every)}
	c, id := s.Temporal.ScheduleClient(), action.ID
	_, err := c.Create(ctx, client.ScheduleOptions{
		ID: id, Spec: spec, Action: action, CatchupWindow: policy.CatchupWindow, Overlap: policy.Overlap,
		Paused: paused != "", Note: paused,
		TriggerImmediately: paused == "" && action.ID == message.OrdersScheduleID(account),
	})
	if !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return err
	}
	return c.GetHandle(ctx, id).Update(ctx, client.ScheduleUpdateOptions{
		DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			next := in.Description.Schedule
			next.Spec, next.Policy, next.Action = &spec, &policy, action
			if next.State != nil { // the account's row decides, whatever a crash left here
				next.State.Paused, next.State.Note = paused != "", paused
			}
			return &client.ScheduleUpdate{Schedule: &next}, nil
		},
	})
}

// AccountPaused pauses the account's schedules and shows note as the reason. The account's row decides: running workflows check
// it before their next call.
func (s *Starter) AccountPaused(ctx context.Context, account, note string) error {
	return s.eachSchedule(ctx, account, func(h client.ScheduleHandle) error {
		return h.Pause(ctx, client.SchedulePauseOptions{Note: note})
	})
}

// workOfSchedule returns the kind of work that an account's schedule starts.
func workOfSchedule(id, schedule string) account.Work {
	if schedule == message.PublicationsScheduleID(id) {
		return account.Listings
	}
	return account.Orders
}

// FollowAccount pauses or unpauses the account's schedules as its row says: all, or those of the kinds of work that are paused by themselves. A crash between the two, or a refusal by the channel that was
// noted while a person resumed the account, leaves them otherwise.
func (s *Starter) FollowAccount(ctx context.Context, id string, paused bool, note string) error {
	acc, err := s.Store.Accounts.Account(ctx, id)
	if err != nil {
		return err
	}
	return s.eachSchedule(ctx, id, func(h client.ScheduleHandle) error {
		paused, note := paused, note
		switch {
		case paused:
		case !acc.Enabled: // its schedules stay as they were stopped
			note, paused = switchedOff, true
		default:
			note, paused = acc.WhyPaused(workOfSchedule(id, h.GetID()))
		}
		d, err := h.Describe(ctx)
		switch {
		case err != nil || d.Schedule.State == nil || d.Schedule.State.Paused == paused:
			return err
		case paused:
			return h.Pause(ctx, client.SchedulePauseOptions{Note: note})
		}
		return h.Unpause(ctx, client.ScheduleUnpauseOptions{Note: "resumed"})
	})
}

// stopSchedules pauses the schedules of an account that was switched off.
func (s *Starter) stopSchedules(ctx context.Context, account string) error {
	err := s.AccountPaused(ctx, account, switchedOff)
	var none *serviceerror.NotFound
	if errors.As(err, &none) {
		return nil
	}
	return err
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

// scaled returns the real time of a duration on the simulation's clock.
func (s *Starter) scaled(d time.Duration) time.Duration {
	if s.Speed <= 1 {
		return d
	}
	return max(time.Duration(float64(d)/s.Speed), 10*time.Millisecond)
}
