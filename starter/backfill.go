package starter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/backfills"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/workflows"
)

// BackfillRequest asks for past orders of an account.
type BackfillRequest struct {
	Account string
	Records backfill.Records
	backfill.Range
	Report string   // name of the file; empty: the channel is searched
	Orders []string // of the report, as text of order.Snapshot without buyers
}

// Backfillable returns the account if it may be backfilled: one that is known, on, and not paused. One that observes may be: nothing is
// written to its channel.
func (s *Starter) Backfillable(ctx context.Context, id string) (accounts.Account, error) {
	acc, err := s.syncable(ctx, id, account.Orders)
	if err == nil && !acc.Enabled {
		err = &RefusedError{Reason: fmt.Sprintf("account %s is off: enable it in the accounts file", acc.ID)}
	}
	return acc, err
}

// Backfill saves the request and starts its workflow. An account has one backfill at a time. When Temporal can't be reached, the
// backfill stays as asked for: ResumeBackfill starts it.
func (s *Starter) Backfill(ctx context.Context, ask BackfillRequest) (backfills.Backfill, error) {
	acc, err := s.Backfillable(ctx, ask.Account)
	if err != nil {
		return backfills.Backfill{}, err
	}
	b := backfills.Backfill{ID: runID(""), Account: acc.ID, Records: ask.Records, Range: ask.Range, Report: ask.Report, Orders: len(ask.Orders)}
	err = s.Store.Backfills.Ask(ctx, b, ask.Orders)
	if errors.Is(err, backfills.ErrGoesOn) {
		return b, s.goesOn(ctx, acc.ID)
	}
	if err != nil {
		return b, err
	}
	if b, err = s.Store.Backfills.Get(ctx, b.ID); err != nil {
		return b, err
	}
	return b, s.startBackfill(ctx, acc, b)
}

// goesOn is the refusal of a second backfill of an account.
func (s *Starter) goesOn(ctx context.Context, account string) error {
	list, err := s.Store.Backfills.GoingOn(ctx)
	if err != nil {
		return err
	}
	for _, b := range list {
		if b.Account == account {
			return &RefusedError{Reason: fmt.Sprintf("%s has a backfill that is %s: wait for it, or stop it with `towpath backfill stop %s`", account, b.State, b.ID)}
		}
	}
	return &RefusedError{Reason: account + " had a backfill until just now: try again"}
}

// startBackfill starts the workflow of a backfill where it is, unless it runs.
func (s *Starter) startBackfill(ctx context.Context, acc accounts.Account, b backfills.Backfill) error {
	search := channel.SearchOf(acc.Channel)
	walk := backfill.Begin(b.Range, search)
	if b.Position.After(walk.Position) {
		walk.Position = b.Position
	}
	in := message.BackfillInput{
		Versioned: workflows.Current(message.WorkflowBackfill), Account: acc.Account, Policy: s.Policies.Orders,
		RunID: b.ID, Started: b.AskedAt, Records: b.Records, Search: search, Walk: walk, Rows: b.Orders, Row: b.Row,
		Counts: b.Counts, Took: b.Took,
	}
	if b.Orders == 0 {
		in.Pace = s.pace(acc.Channel)
	}
	what := b.In(acc.Zone())
	if b.Orders > 0 {
		what = "the report " + b.Report
	}
	if err := s.startedBackfill(ctx, in, "From "+what); err != nil {
		return fmt.Errorf("backfill %s is saved and not started: `towpath backfill resume %s` starts it: %w", b.ID, b.ID, err)
	}
	return nil
}

// lastEnds is how long the account's backfill before is waited for: it has ended in the store, and its workflow ends a moment later.
const lastEnds = 30 * time.Second

// startedBackfill starts the workflow of a backfill. One that runs under the same id is the backfill's own, or that of the account's last
// one, which is about to end: to join it would leave this one without a workflow.
func (s *Starter) startedBackfill(ctx context.Context, in message.BackfillInput, details string) error {
	ctx, cancel := context.WithTimeout(ctx, lastEnds)
	defer cancel()
	id := message.BackfillWorkflowID(in.Account.ID)
	for {
		_, err := s.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
			ID: id, TaskQueue: message.TaskQueue,
			WorkflowIDConflictPolicy:                 enumspb.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
			WorkflowExecutionErrorWhenAlreadyStarted: true,
			TypedSearchAttributes:                    workflows.Attributes(in.Account.ID),
			StaticSummary:                            fmt.Sprintf("Past %s of %s", in.Records, in.Account.ID),
			StaticDetails:                            strings.TrimSpace(workflows.About(message.WorkflowBackfill) + "\n\n" + details),
		}, message.WorkflowBackfill, in)
		var already *serviceerror.WorkflowExecutionAlreadyStarted
		if !errors.As(err, &already) {
			return err
		}
		if st, ok := s.Query(ctx, id); ok && st.RunID == in.RunID {
			return nil
		}
		if pause(ctx) != nil {
			return fmt.Errorf("the account's backfill before has not ended: %w", err)
		}
	}
}

// StartLostBackfills starts the workflows of backfills that run by their rows and have none: a crash came between the two, or Temporal was
// away. Those of accounts that are paused or off wait.
func (s *Starter) StartLostBackfills(ctx context.Context) error {
	list, err := s.Store.Backfills.GoingOn(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, b := range list {
		if b.State == backfill.Running {
			errs = append(errs, s.startIfLost(ctx, b))
		}
	}
	return errors.Join(errs...)
}

// startIfLost reads the row after it has looked for the workflow, which ends only when the row says so.
func (s *Starter) startIfLost(ctx context.Context, b backfills.Backfill) error {
	closed, err := s.Closed(ctx, message.BackfillWorkflowID(b.Account))
	if err != nil || !closed {
		return err
	}
	acc, err := s.Store.Accounts.Account(ctx, b.Account)
	if err != nil || !acc.Does(account.Orders) {
		return err
	}
	if b, err = s.Store.Backfills.Get(ctx, b.ID); err != nil || b.State != backfill.Running {
		return err
	}
	return s.startBackfill(ctx, acc, b)
}

// BackfillByID returns a backfill: by its id, or the newest of an account.
func (s *Starter) BackfillByID(ctx context.Context, id string) (backfills.Backfill, error) {
	b, err := s.Store.Backfills.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		var list []backfills.Backfill
		if list, err = s.Store.Backfills.List(ctx, id, 1); err == nil && len(list) == 0 {
			return b, usagef("no backfill %q: `towpath backfill list` shows them", id)
		} else if err == nil {
			b = list[0]
		}
	}
	return b, err
}

// PauseBackfill lets a backfill rest until it is resumed. Scans have all their turns meanwhile.
func (s *Starter) PauseBackfill(ctx context.Context, b backfills.Backfill) error {
	if b.State != backfill.Running {
		return &RefusedError{Reason: fmt.Sprintf("backfill %s is %s: only one that is running can be paused", b.ID, b.State)}
	}
	return s.tellBackfill(ctx, b, message.SignalPause, message.PauseRequest{Paused: true})
}

// ResumeBackfill lets a backfill go on where it is: one that is paused, was stopped, or failed, or whose workflow is gone.
func (s *Starter) ResumeBackfill(ctx context.Context, b backfills.Backfill) error {
	acc, err := s.Backfillable(ctx, b.Account)
	if err != nil {
		return err
	}
	closed, err := s.Closed(ctx, message.BackfillWorkflowID(b.Account))
	switch {
	case err != nil:
		return err
	case b.State == backfill.Running && closed:
		return s.startBackfill(ctx, acc, b)
	case !b.State.Over() && !closed: // also of one that is about to pause
		return s.tellBackfill(ctx, b, message.SignalPause, message.PauseRequest{})
	case !b.State.Resumable():
		return &RefusedError{Reason: fmt.Sprintf("backfill %s is %s", b.ID, b.State)}
	}
	err = s.Store.Backfills.Resume(ctx, b)
	if errors.Is(err, backfills.ErrGoesOn) {
		return s.goesOn(ctx, b.Account)
	}
	if err != nil {
		return err
	}
	b.State = backfill.Running
	return s.startBackfill(ctx, acc, b)
}

// StopBackfill ends a backfill after the call at hand. What it has read stays.
func (s *Starter) StopBackfill(ctx context.Context, b backfills.Backfill, by string) error {
	if b.State.Over() {
		return &RefusedError{Reason: fmt.Sprintf("backfill %s is %s", b.ID, b.State)}
	}
	err := s.tellBackfill(ctx, b, message.SignalStop, message.StopRequest{RunID: b.ID, By: by})
	var gone *serviceerror.NotFound
	if !errors.As(err, &gone) {
		return err
	}
	// Its workflow is gone, so nobody else ends it.
	if err := s.Store.Backfills.Mark(ctx, b.ID, backfill.Stopped); err != nil {
		return err
	}
	if err := s.Store.Runs.EndStarted(ctx, runs.Run{ID: b.ID, EndedAt: time.Now().UTC(), Counts: b.Counts}); err != nil {
		return fmt.Errorf("record that backfill %s has ended: %w", b.ID, err)
	}
	return s.PaceScans(ctx, b.Account)
}

func (s *Starter) tellBackfill(ctx context.Context, b backfills.Backfill, signal string, arg any) error {
	if err := s.Temporal.SignalWorkflow(ctx, message.BackfillWorkflowID(b.Account), "", signal, arg); err != nil {
		return fmt.Errorf("tell backfill %s: %w", b.ID, err)
	}
	return nil
}

// BackfillEnded waits until a backfill is over or paused, and calls show with its status meanwhile.
func (s *Starter) BackfillEnded(ctx context.Context, id string, show func(message.Status)) (backfills.Backfill, error) {
	for {
		b, err := s.Store.Backfills.Get(ctx, id)
		if err != nil || b.State.Over() || b.State == backfill.Paused {
			return b, err
		}
		if st, ok := s.Query(ctx, message.BackfillWorkflowID(b.Account)); ok && st.RunID == id {
			show(st)
		}
		if err := pause(ctx); err != nil {
			return b, fmt.Errorf("wait for backfill %s: %w", id, err)
		}
	}
}
