package activities

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
)

// Sweep repairs what a crash between the store and Temporal may have left undone. The store is the truth;
// starting and signalling are hints, and this repeats those that were lost.
type Sweep struct {
	Store       *store.Store
	Connections Connections
	Caller      Caller
}

// Calls to the channels are kept for this long. One sweep forgets so many at most, in short transactions: the next
// goes on.
const (
	callsKept    = 30 * 24 * time.Hour
	forgetBatch  = 2_000
	forgetRounds = 25
)

// sweepBatch is how many orders are looked at in one query.
const sweepBatch = 500

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
	if _, err := s.Store.JudgeHeld(ctx, judgeAfter); err != nil {
		return out, err
	}
	accounts, err := s.Store.DirtyAccounts(ctx, before)
	if err != nil {
		return out, fmt.Errorf("find accounts with dirty levels: %w", err)
	}
	out.Woken = len(accounts)
	if err := s.Caller.WakeStock(ctx, accounts); err != nil {
		return out, fmt.Errorf("wake stock pushes: %w", err)
	}
	if err := s.wakePublications(ctx); err != nil {
		return out, err
	}
	out.Checked, err = s.checkLevels(ctx, in.Speed)
	return out, err
}

// wakePublications has the queues worked through that have runs in them: nobody else knows of one that was asked for by somebody who died before he
// could tell Temporal. Those of accounts that can't work wait.
func (s *Sweep) wakePublications(ctx context.Context) error {
	waiting, err := s.Store.Publications(ctx, "", "")
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
		through, err := s.Store.Account(ctx, p.Through)
		if err != nil {
			return fmt.Errorf("read account %s: %w", p.Through, err)
		}
		if through.Paused || !through.Enabled {
			continue
		}
		if err := s.Caller.WakePublication(ctx, p.Account, p.Endpoint); err != nil {
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
		acc, err := s.Store.Account(ctx, account)
		if err != nil {
			return checked, fmt.Errorf("read account %s: %w", account, err)
		}
		if acc.Paused || !acc.Enabled {
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
		due, err := s.Store.UncheckedLevels(ctx, account, before, 1)
		if err != nil {
			return false, err
		}
		if len(due) > 0 {
			return true, s.Caller.CheckLevels(ctx, account, settles)
		}
	}
	due, err := s.Store.AcceptedListings(ctx, account, before, 1)
	if err != nil || len(due) == 0 {
		return false, err
	}
	return true, s.Caller.CheckListings(ctx, account, settles)
}

func (s *Sweep) repeatHints(ctx context.Context, before time.Time) (int, error) {
	told := 0
	for {
		activity.RecordHeartbeat(ctx)
		hints, err := s.Store.Unhandled(ctx, before, sweepBatch)
		if err != nil {
			return told, fmt.Errorf("find hints not handled: %w", err)
		}
		delivered := s.Caller.Deliver(ctx, hints)
		if err := s.Store.MarkHandled(ctx, delivered); err != nil {
			return told, fmt.Errorf("mark hints as handled: %w", err)
		}
		told += len(delivered)
		if len(hints) < sweepBatch || len(delivered) == 0 {
			return told, nil
		}
	}
}

// startMissing compares the open orders with the running lifecycles. Visibility lags by seconds, so a
// lifecycle may be started that runs already: the server then answers with the one that runs.
func (s *Sweep) startMissing(ctx context.Context) (int, error) {
	running, err := s.Caller.RunningLifecycles(ctx)
	if err != nil {
		return 0, fmt.Errorf("list running lifecycles: %w", err)
	}
	started, alive := 0, make(map[string]bool, len(running))
	for after := int64(0); ; {
		activity.RecordHeartbeat(ctx)
		open, err := s.Store.OpenOrders(ctx, after, sweepBatch)
		if err != nil {
			return started, fmt.Errorf("list open orders: %w", err)
		}
		var missing []store.Hint
		for _, h := range open {
			after = h.Key.RowID
			id := message.OrderWorkflowID(h.Key.Account.ID, h.Key.OrderID)
			alive[id] = true
			if !running[id] {
				h.New = true
				missing = append(missing, h)
			}
		}
		delivered := s.Caller.Deliver(ctx, missing)
		if err := s.Store.MarkHandled(ctx, delivered); err != nil {
			return started, fmt.Errorf("mark hints as handled: %w", err)
		}
		started += len(delivered)
		if len(open) < sweepBatch {
			return started, s.tellEnded(ctx, running, alive)
		}
	}
}

// tellUnsent reminds lifecycles of packages that were processed in the store by an update whose workflow task
// never completed: the worker and its caller died in between, and nobody would ask again.
func (s *Sweep) tellUnsent(ctx context.Context, before time.Time) (int, error) {
	told := 0
	for after := int64(0); ; {
		activity.RecordHeartbeat(ctx)
		hints, err := s.Store.ForgottenPackages(ctx, before, after, sweepBatch)
		if err != nil {
			return told, fmt.Errorf("find packages that nobody sent: %w", err)
		}
		idle, err := s.withoutShipment(ctx, hints)
		if err != nil {
			return told, err
		}
		told += len(s.Caller.Deliver(ctx, idle))
		if len(hints) < sweepBatch {
			return told, nil
		}
		after = hints[len(hints)-1].Key.RowID
	}
}

// withoutShipment leaves out the orders whose shipment sync runs: their packages wait for the channel's budget,
// or behind one that is parked. Reminding them at every sweep would only fill their histories.
func (s *Sweep) withoutShipment(ctx context.Context, hints []store.Hint) ([]store.Hint, error) {
	var idle []store.Hint
	for _, h := range hints {
		runs, err := s.Caller.ShipmentRuns(ctx, h.Key)
		if err != nil {
			return nil, fmt.Errorf("look for the shipment sync of %s: %w", h.Key.OrderID, err)
		}
		if !runs {
			idle = append(idle, h)
		}
	}
	return idle, nil
}

// tellEnded tells the lifecycles that run for no open order how their order ended: the one that ended it has
// died before it could say so.
func (s *Sweep) tellEnded(ctx context.Context, running, alive map[string]bool) error {
	var ended []store.Hint
	for id := range running {
		account, orderID, ok := message.ParseOrderWorkflowID(id)
		if alive[id] || !ok {
			continue
		}
		rows, err := s.Store.FindOrders(ctx, store.OrderFilter{Account: account, Reference: orderID, Limit: 2})
		if err != nil {
			return fmt.Errorf("read order %s: %w", orderID, err)
		}
		for _, r := range rows {
			if r.Key.OrderID == orderID && r.State.Terminal() {
				ended = append(ended, store.Hint{Key: r.Key, State: r.State, Version: r.ChannelVersion})
			}
		}
	}
	s.Caller.Deliver(ctx, ended)
	return nil
}

// forgetCalls deletes the calls whose time is over.
func (s *Sweep) forgetCalls(ctx context.Context) error {
	for range forgetRounds {
		activity.RecordHeartbeat(ctx)
		n, err := s.Store.ForgetCalls(ctx, time.Now().UTC().Add(-callsKept), forgetBatch)
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

// retryResumed goes on with what was parked because its account was paused or observed, where the account works again: it
// parked while the account was being resumed, and nobody would tell it.
func (s *Sweep) retryResumed(ctx context.Context, before time.Time) (int, error) {
	parked, err := s.Store.ParkedList(ctx, "")
	if err != nil {
		return 0, fmt.Errorf("read what is parked: %w", err)
	}
	retried := 0
	for _, p := range parked {
		if p.Fault == nil || p.Fault.Code != CodePaused && p.Fault.Code != CodeObserving || p.Since.After(before) {
			continue
		}
		acc, err := s.Store.Account(ctx, p.Account)
		if err != nil {
			return retried, fmt.Errorf("read account %s: %w", p.Account, err)
		}
		if acc.Paused || !acc.Enabled || acc.Observing {
			continue
		}
		if err := s.Caller.Retry(ctx, p.WorkflowID); err != nil {
			return retried, err
		}
		retried++
	}
	return retried, nil
}
