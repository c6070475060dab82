package activities

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
)

// Sweep repairs what a crash between the store and Temporal may have left undone. The store is the truth;
// starting and signalling may be lost, and this delivers what is pending.
type Sweep struct {
	Desk
	Starter SweepStarter
}

// SweepStarter starts and signals again what a crash may have kept from being started or signalled.
type SweepStarter interface {
	LifecycleTeller
	StockWaker
	// RunningLifecycles returns the workflow ids of all order lifecycles that run.
	RunningLifecycles(ctx context.Context) (map[string]bool, error)
	// ShipmentRuns reports whether the order's shipment sync runs, be it parked.
	ShipmentRuns(ctx context.Context, order message.OrderKey) (bool, error)
	// Retry tells a parked workflow to try again.
	Retry(ctx context.Context, workflowID string) error
	// WakePublication has an account's queue for an endpoint worked through.
	WakePublication(ctx context.Context, account string, endpoint channel.Endpoint) error
	// CheckLevels has the account's levels and listings read back that were accepted longer ago than settles.
	CheckLevels(ctx context.Context, account string, settles time.Duration) error
	// CheckListings has the account's listings read back that were accepted longer ago than settles, and nothing else.
	CheckListings(ctx context.Context, account string, settles time.Duration) error
}

// Calls to the channels are kept for this long. One sweep forgets so many at most, in short transactions: the next
// goes on.
const (
	callsKept    = 30 * 24 * time.Hour
	forgetBatch  = 2_000
	forgetRounds = 25
)

// SweepOnce delivers what is pending in the outbox, starts lifecycles that are missing and wakes pushes for forgotten levels.
func (s *Sweep) SweepOnce(ctx context.Context, in message.SweepInput) (message.SweepResult, error) {
	var out message.SweepResult
	before := time.Now().UTC().Add(-in.OlderThan)
	var err error
	if out.Redelivered, err = s.redeliver(ctx, before); err != nil {
		return out, err
	}
	if out.Started, err = s.startMissing(ctx); err != nil {
		return out, err
	}
	if out.Unsent, err = s.redeliverUnsent(ctx, before); err != nil {
		return out, err
	}
	if out.Retried, err = s.retryResumed(ctx, before); err != nil {
		return out, err
	}
	if err := s.forgetCalls(ctx); err != nil {
		return out, err
	}
	if _, err := s.Store.Levels.JudgeHeld(ctx, judgeAfter); err != nil {
		return out, err
	}
	accounts, err := s.Store.Levels.DirtyAccounts(ctx, before)
	if err != nil {
		return out, fmt.Errorf("find accounts with dirty levels: %w", err)
	}
	out.Woken = len(accounts)
	if err := s.Starter.WakeStock(ctx, accounts); err != nil {
		return out, fmt.Errorf("wake stock pushes: %w", err)
	}
	if err := s.wakePublications(ctx); err != nil {
		return out, err
	}
	out.Checked, err = s.checkLevels(ctx, in.Speed)
	return out, err
}

// forgetCalls deletes the calls whose time is over.
func (s *Sweep) forgetCalls(ctx context.Context) error {
	for range forgetRounds {
		activity.RecordHeartbeat(ctx)
		n, err := s.Store.Runs.ForgetCalls(ctx, time.Now().UTC().Add(-callsKept), forgetBatch)
		if err != nil {
			return err
		}
		if n < forgetBatch {
			return nil
		}
	}
	return nil
}

// judgeAfter is how long an import gets for all its parts before the sweep judges what it made risky: it was killed, and
// nobody has run it again.
const judgeAfter = time.Hour

// working reads an account and reports whether it works: it is neither paused nor switched off.
func (s *Sweep) working(ctx context.Context, account string) (acc accounts.Account, works bool, err error) {
	if acc, err = s.Store.Accounts.Account(ctx, account); err != nil {
		return acc, false, fmt.Errorf("read account %s: %w", account, err)
	}
	return acc, !acc.Paused && acc.Enabled, nil
}

// wakePublications has the queues worked through that have runs in them: nobody else knows of one that was asked for by somebody who died before he
// could tell Temporal. Those of accounts that can't work wait.
func (s *Sweep) wakePublications(ctx context.Context) error {
	waiting, err := s.Store.Publications.List(ctx, "", "")
	if err != nil {
		return fmt.Errorf("read the queues of publications: %w", err)
	}
	last := ""
	for _, p := range waiting {
		id := message.PublicationWorkflowID(p.Account, p.Endpoint)
		if id == last {
			continue
		}
		last = id
		if _, works, err := s.working(ctx, p.Through); err != nil {
			return err
		} else if !works {
			continue
		}
		if err := s.Starter.WakePublication(ctx, p.Account, p.Endpoint); err != nil {
			return err
		}
	}
	return nil
}

// listingsSettle is how long after it was accepted a listing should show on a channel that says nothing else of itself.
const listingsSettle = time.Minute

// checkLevels has levels and listings read back that the channel accepted, once they should have settled: levels where the channel accepts
// them before they are live, listings everywhere.
func (s *Sweep) checkLevels(ctx context.Context, speed float64) (int, error) {
	checked := 0
	for account, conn := range s.Connections {
		acc, works, err := s.working(ctx, account)
		if err != nil {
			return checked, err
		}
		if !works {
			continue
		}
		settles, levels := listingsSettle, false
		if eventual, ok := conn.(channel.Eventual); ok {
			settles, levels = eventual.Settles(), acc.Endpoint != channel.Test // there a level is only tried
		}
		settles = time.Duration(float64(settles) / max(speed, 1))
		read, err := s.readBack(ctx, account, settles, levels)
		if err != nil {
			return checked, fmt.Errorf("have what %s accepted read back: %w", account, err)
		}
		if read {
			checked++
		}
	}
	return checked, nil
}

// readBack starts the account's one check of what waits to be read back, and reports whether anything does.
func (s *Sweep) readBack(ctx context.Context, account string, settles time.Duration, levels bool) (bool, error) {
	before := time.Now().Add(-settles)
	if levels {
		due, err := s.Store.Levels.UncheckedLevels(ctx, account, before, 1)
		if err != nil {
			return false, err
		}
		if len(due) > 0 {
			return true, s.Starter.CheckLevels(ctx, account, settles)
		}
	}
	due, err := s.Store.Publications.AcceptedListings(ctx, account, before, 1)
	if err != nil || len(due) == 0 {
		return false, err
	}
	return true, s.Starter.CheckListings(ctx, account, settles)
}

// retryResumed goes on with what was parked because its account was paused or observed, where the account works again: it
// parked while the account was being resumed, and nobody would tell it.
func (s *Sweep) retryResumed(ctx context.Context, before time.Time) (int, error) {
	parked, err := s.Store.Incidents.ParkedList(ctx, "")
	if err != nil {
		return 0, fmt.Errorf("read what is parked: %w", err)
	}
	retried := 0
	for _, p := range parked {
		if p.Fault == nil || p.Fault.Code != CodePaused && p.Fault.Code != CodeObserving || p.Since.After(before) {
			continue
		}
		acc, works, err := s.working(ctx, p.Account)
		if err != nil {
			return retried, err
		}
		if !works || acc.Observing {
			continue
		}
		if err := s.Starter.Retry(ctx, p.WorkflowID); err != nil {
			return retried, err
		}
		retried++
	}
	return retried, nil
}
