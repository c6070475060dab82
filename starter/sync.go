package starter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
)

// pollEvery is how often a waiting caller checks again; nextPush is how often it finds no push for levels that wait for one before it
// takes them for given up.
const (
	pollEvery = 250 * time.Millisecond
	nextPush  = 12
)

// SyncOrders starts the order scan of an account now, or after the one that is running, which stops waiting for another attempt. The
// channel is asked even if it has asked to wait. With wait it returns the first run that started after the call and has ended.
func (s *Starter) SyncOrders(ctx context.Context, id string, wait bool) (*runs.Run, error) {
	acc, err := s.syncable(ctx, id, account.Orders)
	if err != nil {
		return nil, err
	}
	if err := s.askNow(ctx, acc.ID, runs.RunOrders, s.scans(ctx, acc.ID)...); err != nil {
		return nil, err
	}
	asked := time.Now().UTC()
	h := s.Temporal.ScheduleClient().GetHandle(ctx, message.OrdersScheduleID(acc.ID))
	if err := h.Trigger(ctx, client.ScheduleTriggerOptions{Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE}); err != nil {
		return nil, fmt.Errorf("trigger order scan of %s: %w", id, err)
	}
	if !wait {
		return nil, nil
	}
	return s.waitForRun(ctx, runs.RunFilter{Kind: runs.RunOrders, Account: acc.ID, Limit: 5}, asked)
}

// SyncStock wakes the stock push of an account, ends its wait for another attempt, and sends refused levels again. With wait it
// returns when nothing is dirty, or when the push has given up.
func (s *Starter) SyncStock(ctx context.Context, id string, wait bool) error {
	acc, err := s.syncable(ctx, id, account.Stock)
	if err != nil {
		return err
	}
	if _, err := s.Store.Levels.RetryPushes(ctx, acc.ID); err != nil {
		return fmt.Errorf("mark refused levels of %s to be sent again: %w", acc.ID, err)
	}
	if err := s.Store.Runs.ForgetWait(ctx, acc.ID, runs.RunStock); err != nil {
		return fmt.Errorf("let stock of %s ask again: %w", acc.ID, err)
	}
	if err := s.WakeStock(ctx, []string{acc.ID}); err != nil {
		return err
	}
	s.endWaits(ctx, message.StockWorkflowID(acc.ID))
	for again := 0; wait; {
		closed, err := s.Closed(ctx, message.StockWorkflowID(acc.ID))
		if err != nil {
			return err
		}
		if closed {
			// What was sold meanwhile is being sent by the next push, unless this one has given up.
			left, err := s.Store.Levels.SendableCount(ctx, acc.ID)
			if again++; err != nil || left == 0 || again > nextPush {
				return err
			}
		}
		if err := pause(ctx); err != nil {
			return fmt.Errorf("wait for stock push of %s: %w", acc.ID, err)
		}
	}
	return nil
}

// syncable returns an account that is not paused, nor is the kind of work that is to be done.
func (s *Starter) syncable(ctx context.Context, id string, work account.Work) (accounts.Account, error) {
	acc, err := s.Store.Accounts.Account(ctx, id)
	if err != nil {
		return acc, &UsageError{Problem: fmt.Sprintf("no account %q: `towpath accounts` lists them", id)}
	}
	if acc.Paused {
		return acc, &RefusedError{Reason: fmt.Sprintf("account %s is paused (%s): `towpath accounts resume %s` first", acc.ID, acc.PausedReason, acc.ID)}
	}
	if p, paused := acc.Pauses(work); paused {
		return acc, &RefusedError{Reason: fmt.Sprintf("%s of %s is paused (%s): `towpath accounts resume %s --only %s` first", work, acc.ID, p.Reason, acc.ID, work)}
	}
	return acc, nil
}

func (s *Starter) waitForRun(ctx context.Context, f runs.RunFilter, after time.Time) (*runs.Run, error) {
	for {
		list, err := s.Store.Runs.List(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("read runs: %w", err)
		}
		for _, r := range list {
			if r.StartedAt.After(after) && !r.EndedAt.IsZero() {
				return &r, nil
			}
		}
		if err := pause(ctx); err != nil {
			return nil, fmt.Errorf("wait for the run to end: %w", err)
		}
	}
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pollEvery):
		return nil
	}
}

// Resume lets a paused account work again if test, which asks the channel, succeeds: all of it, but for the kinds of work that were paused by
// themselves while the whole account was, too; of one that is not paused as a whole, these kinds. Parked work of the account is signalled to continue.
func (s *Starter) Resume(ctx context.Context, id string, test func(context.Context) error) error {
	acc, err := s.Store.Accounts.Account(ctx, id)
	if err != nil {
		return fmt.Errorf("resume account %s: %w", id, err)
	}
	if err := test(ctx); err != nil {
		return fmt.Errorf("account %s stays paused: %w", id, err)
	}
	if _, err := s.Store.Accounts.Resume(ctx, id); err != nil {
		return fmt.Errorf("resume account %s: %w", id, err)
	}
	return s.resumeWork(ctx, id, slices.DeleteFunc(account.Works(), func(w account.Work) bool {
		_, alone := acc.Pauses(w)
		return acc.Paused && alone
	}))
}

// ResumeWork lets kinds of work of an account continue that were paused by themselves, if test, which asks the channel, succeeds. What waited because of
// that is signalled to continue. A *RefusedError means that the whole account is paused.
func (s *Starter) ResumeWork(ctx context.Context, id string, works []account.Work, test func(context.Context) error) error {
	acc, err := s.Store.Accounts.Account(ctx, id)
	if err != nil {
		return fmt.Errorf("resume account %s: %w", id, err)
	}
	if acc.Paused {
		return &RefusedError{Reason: fmt.Sprintf("account %s is paused as a whole (%s): `towpath accounts resume %s`", id, acc.PausedReason, id)}
	}
	if err := test(ctx); err != nil {
		return fmt.Errorf("account %s stays as it is, %s: %w", id, cmp.Or(acc.PausedText(), "nothing paused"), err)
	}
	return s.resumeWork(ctx, id, works)
}

// resumeWork lets kinds of work continue, and all that waited with them.
func (s *Starter) resumeWork(ctx context.Context, id string, works []account.Work) error {
	var kinds []runs.RunKind
	for _, w := range works {
		if _, err := s.Store.Accounts.ResumeWork(ctx, id, w); err != nil {
			return fmt.Errorf("resume %s of %s: %w", w, id, err)
		}
		kinds = append(kinds, runs.RunKind(w))
	}
	if len(works) == len(account.Works()) {
		kinds = nil // of every kind
	}
	if err := s.Store.Runs.ForgetWait(ctx, id, kinds...); err != nil {
		return fmt.Errorf("resume account %s: %w", id, err)
	}
	if err := s.FollowAccount(ctx, id, false, ""); err != nil {
		return fmt.Errorf("resume account %s: %w", id, err)
	}
	s.endWaits(ctx, s.waiting(ctx, id)...)
	var errs []error
	if slices.Contains(works, account.Shipments) || slices.Contains(works, account.Orders) {
		errs = append(errs, s.retryWaiting(ctx, id, works))
	}
	if slices.Contains(works, account.Stock) {
		errs = append(errs, s.resendForbidden(ctx, id), s.WakeStock(ctx, []string{id}))
	}
	if slices.Contains(works, account.Listings) {
		errs = append(errs, s.wakePublications(ctx, id))
	}
	return errors.Join(errs...)
}

// retryWaiting signals the parked packages (shipments) and cancellations (orders) of an account.
func (s *Starter) retryWaiting(ctx context.Context, id string, works []account.Work) error {
	parked, err := s.Store.Incidents.ParkedList(ctx, id)
	if err != nil {
		return fmt.Errorf("read what is parked on %s: %w", id, err)
	}
	var errs []error
	for _, p := range parked {
		work := account.Shipments
		if p.Package == "" {
			work = account.Orders
		}
		if slices.Contains(works, work) {
			errs = append(errs, s.Retry(ctx, p.WorkflowID))
		}
	}
	return errors.Join(errs...)
}

// resendForbidden marks the levels to be sent again that the channel refused because the account was not allowed to set any.
func (s *Starter) resendForbidden(ctx context.Context, id string) error {
	refused, err := s.Store.Levels.RefusedLevels(ctx)
	for _, r := range refused {
		if err != nil {
			break
		}
		if r.Account == id && s.forbids(ctx, r) {
			_, err = s.Store.Levels.RetryRefused(ctx, id, r.Code, nil, r.Levels)
		}
	}
	return err
}

// forbids reports whether levels were refused to the account, not for what they are.
func (s *Starter) forbids(ctx context.Context, r levels.Refused) bool {
	a, _, err := s.Store.Affected(ctx, incident.Name{Kind: incident.Refused, Account: r.Account, Code: r.Code}, 0)
	if err != nil || a.FaultID == "" {
		return false
	}
	f, err := s.Store.Runs.Fault(ctx, a.FaultID)
	return err == nil && f.Forbids()
}

// waiting returns the ids of the account's workflows that may wait for another attempt. Shipments are signalled where they are parked.
func (s *Starter) waiting(ctx context.Context, account string) []string {
	ids := []string{
		message.StockWorkflowID(account), message.LinksWorkflowID(account), message.LevelsWorkflowID(account), message.MigrationWorkflowID(account),
	}
	for _, endpoint := range []channel.Endpoint{channel.Production, channel.Test} {
		ids = append(ids, message.PublicationWorkflowID(account, endpoint))
	}
	return append(ids, s.scans(ctx, account)...)
}

// Pause stops all work for an account until it is resumed.
func (s *Starter) Pause(ctx context.Context, id, reason string) error {
	if _, err := s.Store.Accounts.Pause(ctx, id, reason); err != nil {
		return fmt.Errorf("pause account %s: %w", id, err)
	}
	return s.AccountPaused(ctx, id, reason)
}

// PauseWork stops kinds of work of an account until they are resumed, while the others go on.
func (s *Starter) PauseWork(ctx context.Context, id string, works []account.Work, reason string) error {
	for _, w := range works {
		if _, err := s.Store.Accounts.PauseWork(ctx, id, w, reason); err != nil {
			return fmt.Errorf("pause %s of %s: %w", w, id, err)
		}
	}
	acc, err := s.Store.Accounts.Account(ctx, id)
	if err != nil {
		return fmt.Errorf("pause %v of %s: %w", works, id, err)
	}
	return s.FollowAccount(ctx, id, acc.Paused, acc.PausedReason)
}
