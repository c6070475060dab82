package activities

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
)

// Sweep repairs what a crash between the store and Temporal may have left undone: it starts workflows and sends signals that the
// store shows as pending.
type Sweep struct {
	Environment
	Starter SweepStarter
}

// SweepStarter starts and signals workflows.
type SweepStarter interface {
	LifecycleNotifier
	StockWaker
	// RunningLifecycles returns the workflow ids of all running order lifecycles.
	RunningLifecycles(ctx context.Context) (map[string]bool, error)
	// Sending reports whether a call for a package of the order is under way, or its packages wait behind a parked one.
	Sending(ctx context.Context, order message.OrderKey) (bool, error)
	// CancelOnChannel starts or wakes the workflow that cancels an order on its channel.
	CancelOnChannel(ctx context.Context, order message.OrderKey) error
	// TellCorrection starts the workflow that tells a channel the right tracking number of a package, unless it runs.
	TellCorrection(ctx context.Context, order message.OrderKey, packageID string) error
	// Retry lets a parked workflow try again.
	Retry(ctx context.Context, workflowID string) error
	// WakePublication starts or wakes the publication of an account's queue for an endpoint.
	WakePublication(ctx context.Context, account string, endpoint channel.Endpoint) error
	// FollowAccount pauses or unpauses the account's schedules as its row says.
	FollowAccount(ctx context.Context, account string, paused bool, note string) error
	// StartLostBackfills starts the workflows of backfills that run by their rows and have none.
	StartLostBackfills(ctx context.Context) error
	// CheckLevels starts a check of the account's levels and listings that were accepted longer ago than acceptedFor.
	CheckLevels(ctx context.Context, account string, acceptedFor time.Duration) error
	// ImportLinks starts an import of the account's listings, unless one is running.
	ImportLinks(ctx context.Context, account string) error
	// Compare starts a comparison of a window of the account with its channel, unless one is running.
	Compare(ctx context.Context, account string, window backfill.Range) error
	// KeepIncidents keeps the incidents that are judged anew each time, and forgets what was said of resolved ones.
	KeepIncidents(ctx context.Context) error
	// CheckListings starts a check of only the account's listings that were accepted longer ago than acceptedFor.
	CheckListings(ctx context.Context, account string, acceptedFor time.Duration) error
}

// SweepOnce delivers pending outbox entries, starts missing lifecycles and wakes pushes for dirty levels. Its duties run at the
// same time, so that none waits for another one, and one that fails holds up no other. What it can't deliver within sweepBudget is
// left to the next sweep: then the schedule's interval holds for every duty, however much is to be healed.
func (s *Sweep) SweepOnce(ctx context.Context, in message.SweepInput) (message.SweepResult, error) {
	var out message.SweepResult
	r := &sweepRound{Sweep: s, before: time.Now().UTC().Add(-in.OlderThan), until: time.Now().Add(sweepBudget)}
	err := sideBySide(ctx,
		counting(r.redeliver, &out.Redelivered),
		counting(r.startMissing, &out.Started),
		counting(r.redeliverUnsent, &out.Unsent),
		counting(r.retryResumed, &out.Retried),
		counting(r.wakeStock, &out.Woken),
		counting(func(ctx context.Context) (int, error) { return s.tellUnshown(ctx, in.Speed) }, &out.Unshown),
		counting(func(ctx context.Context) (int, error) { return s.checkLevels(ctx, in.Speed) }, &out.Checked),
		func(ctx context.Context) error { return r.tellCancels(ctx, in.Speed) },
		func(ctx context.Context) error { return s.cover(ctx, in.Speed) },
		func(ctx context.Context) error { return s.followListings(ctx, in.Speed) },
		func(ctx context.Context) error { return s.endUndone(ctx, in.Speed) },
		s.followAccounts, s.Starter.StartLostBackfills, s.Starter.KeepIncidents, s.decideHeld, s.releaseRefunded, s.releaseNotYet, s.wakePublications, s.countShipments, s.tellCorrections, s.forgetCalls, s.forgetLags, s.forgetRevisions, s.forgetBuyers,
	)
	return out, err
}

// followAccounts lets the schedules of each account run, or not, as its row says: a scan that never comes is missed by nobody.
func (s *Sweep) followAccounts(ctx context.Context) error {
	var errs []error
	for account := range s.Connections {
		activity.RecordHeartbeat(ctx)
		acc, err := s.Store.Accounts.Account(ctx, account)
		if err == nil && acc.Enabled {
			err = s.Starter.FollowAccount(ctx, account, acc.Paused, acc.PausedReason)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// decideAfter is the age at which the sweep checks an unfinished import for risky changes: it was killed, and nobody has started
// it again.
const decideAfter = time.Hour

// decideHeld checks unfinished imports for risky changes.
func (s *Sweep) decideHeld(ctx context.Context) error {
	_, err := s.Store.Levels.DecideHeld(ctx, decideAfter)
	return err
}

// wakeStock wakes the pushes of accounts with levels that have been dirty for a while, or have waited until now, and returns how many
// these are.
func (r *sweepRound) wakeStock(ctx context.Context) (int, error) {
	if _, err := r.Store.Levels.ReleaseLater(ctx, time.Now()); err != nil {
		return 0, err
	}
	accounts, err := r.Store.Levels.DirtyAccounts(ctx, r.before)
	if err != nil {
		return 0, fmt.Errorf("find accounts with dirty levels: %w", err)
	}
	if err := r.Starter.WakeStock(ctx, accounts); err != nil {
		return len(accounts), fmt.Errorf("wake stock pushes: %w", err)
	}
	return len(accounts), nil
}

// countShipments counts the runs of shipments, and settles those that send parked packages again.
func (s *Sweep) countShipments(ctx context.Context) error {
	accounts := slices.Sorted(maps.Keys(s.Connections))
	return errors.Join(s.Store.Packages.CountRuns(ctx, accounts, time.Now()), s.Store.Packages.SettleSyncs(ctx))
}

// tellCorrections starts the workflows that tell channels of corrected packages and that got lost, or whose package was corrected once more.
func (s *Sweep) tellCorrections(ctx context.Context) error {
	list, err := s.Store.Packages.Uncorrected(ctx, sweepBatch)
	for _, u := range list {
		err = errors.Join(err, s.Starter.TellCorrection(ctx, u.Order, u.PackageID))
	}
	return err
}

// working returns an account and reports whether it does a kind of work: neither is paused, and it is not switched off.
func (s *Sweep) working(ctx context.Context, id string, work account.Work) (acc accounts.Account, works bool, err error) {
	if acc, err = s.Store.Accounts.Account(ctx, id); err != nil {
		return acc, false, fmt.Errorf("read account %s: %w", id, err)
	}
	return acc, acc.Does(work), nil
}

// wakePublications wakes the publications of queues that have runs, because a crash may have prevented the signal after a
// request. Queues of accounts that do not work are left.
func (s *Sweep) wakePublications(ctx context.Context) error {
	waiting, err := s.Store.Publications.List(ctx, "", "")
	if err != nil {
		return fmt.Errorf("read the queues of publications: %w", err)
	}
	last := ""
	var errs []error
	for _, p := range waiting {
		id := message.PublicationWorkflowID(p.Account, p.Endpoint)
		if id == last {
			continue
		}
		last = id
		activity.RecordHeartbeat(ctx)
		_, works, err := s.working(ctx, p.Through, account.Listings)
		if err == nil && works {
			err = s.Starter.WakePublication(ctx, p.Account, p.Endpoint)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// retryResumed retries workflows that parked because their account was paused or only observing, when the account works again. It
// covers those that parked while the account was being resumed.
func (r *sweepRound) retryResumed(ctx context.Context) (int, error) {
	parked, err := r.Store.Incidents.ParkedList(ctx, "")
	if err != nil {
		return 0, fmt.Errorf("read what is parked: %w", err)
	}
	retried := 0
	var errs []error
	for _, p := range parked {
		if p.Fault == nil || p.Fault.Code != CodePaused && p.Fault.Code != CodeObserving || p.Since.After(r.before) {
			continue
		}
		activity.RecordHeartbeat(ctx)
		work := account.Shipments
		if p.Package == "" { // a cancellation
			work = account.Orders
		}
		acc, works, err := r.working(ctx, p.Account, work)
		if err == nil && works && !acc.Observing {
			if err = r.Starter.Retry(ctx, p.WorkflowID); err == nil {
				retried++
			}
		}
		errs = append(errs, err)
	}
	return retried, errors.Join(errs...)
}
