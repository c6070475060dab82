package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
)

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
