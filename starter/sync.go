package starter

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
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
func (s *Starter) SyncOrders(ctx context.Context, account string, wait bool) (*runs.Run, error) {
	acc, err := s.syncable(ctx, account)
	if err != nil {
		return nil, err
	}
	if err := s.askNow(ctx, acc.ID, runs.RunOrders, s.scans(ctx, acc.ID)...); err != nil {
		return nil, err
	}
	asked := time.Now().UTC()
	h := s.Temporal.ScheduleClient().GetHandle(ctx, message.OrdersScheduleID(acc.ID))
	if err := h.Trigger(ctx, client.ScheduleTriggerOptions{Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE}); err != nil {
		return nil, fmt.Errorf("trigger order scan of %s: %w", account, err)
	}
	if !wait {
		return nil, nil
	}
	return s.waitForRun(ctx, runs.RunFilter{Kind: runs.RunOrders, Account: acc.ID, Limit: 5}, asked)
}

// SyncStock wakes the stock push of an account, ends its wait for another attempt, and sends refused levels again. With wait it
// returns when nothing is dirty, or when the push has given up.
func (s *Starter) SyncStock(ctx context.Context, account string, wait bool) error {
	acc, err := s.syncable(ctx, account)
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

func (s *Starter) syncable(ctx context.Context, account string) (accounts.Account, error) {
	acc, err := s.Store.Accounts.Account(ctx, account)
	if err != nil {
		return acc, &UsageError{Problem: fmt.Sprintf("no account %q: `towpath accounts` lists them", account)}
	}
	if acc.Paused {
		return acc, &RefusedError{Reason: fmt.Sprintf("account %s is paused (%s): `towpath accounts resume %s` first", acc.ID, acc.PausedReason, acc.ID)}
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

// Resume lets a paused account work again if test, which asks the channel, succeeds. Parked work of the account is signalled to
// continue.
func (s *Starter) Resume(ctx context.Context, account string, test func(context.Context) error) error {
	if err := test(ctx); err != nil {
		return fmt.Errorf("account %s stays paused: %w", account, err)
	}
	if _, err := s.Store.Accounts.Resume(ctx, account); err != nil {
		return fmt.Errorf("resume account %s: %w", account, err)
	}
	if err := s.Store.Runs.ForgetWait(ctx, account); err != nil {
		return fmt.Errorf("resume account %s: %w", account, err)
	}
	if err := s.accountResumed(ctx, account); err != nil {
		return fmt.Errorf("resume account %s: %w", account, err)
	}
	parked, err := s.Store.Incidents.ParkedList(ctx, account)
	if err != nil {
		return fmt.Errorf("read what is parked on %s: %w", account, err)
	}
	s.endWaits(ctx, s.waiting(ctx, account)...)
	var errs []error
	for _, p := range parked {
		errs = append(errs, s.Retry(ctx, p.WorkflowID))
	}
	return errors.Join(append(errs, s.WakeStock(ctx, []string{account}), s.wakePublications(ctx, account))...)
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
func (s *Starter) Pause(ctx context.Context, account, reason string) error {
	if _, err := s.Store.Accounts.Pause(ctx, account, reason); err != nil {
		return fmt.Errorf("pause account %s: %w", account, err)
	}
	return s.AccountPaused(ctx, account, reason)
}
