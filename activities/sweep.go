package activities

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// Sweep repairs what a crash between the store and Temporal may have left undone. The store is the truth;
// starting and signalling are hints, and this repeats those that were lost.
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

// SweepOnce repeats lost hints, starts lifecycles that are missing and wakes pushes for forgotten levels.
func (s *Sweep) SweepOnce(ctx context.Context, in message.SweepInput) (message.SweepResult, error) {
	var out message.SweepResult
	before := time.Now().UTC().Add(-in.OlderThan)
	var err error
	if out.Hinted, err = s.repeatHints(ctx, before); err != nil {
		return out, err
	}
	if out.Started, err = s.startMissing(ctx); err != nil {
		return out, err
	}
	if out.Unsent, err = s.tellUnsent(ctx, before); err != nil {
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
