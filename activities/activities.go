// Package activities holds the side effects of the workflows: one struct per area, with its dependencies injected. Activities
// that call a channel return a classified fault as part of their result, so that the workflow's policy decides about another
// attempt. They return an error only when the store or the worker itself failed; the Temporal server then retries.
package activities

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/runs"
)

// SchedulePauser stops an account's schedules. Every group that calls a channel needs it: the channel may refuse the account at any call.
type SchedulePauser interface {
	// AccountPaused stops the account's schedules, with the note that they show.
	AccountPaused(ctx context.Context, account, note string) error
}

// Connections maps an account's id to its open connection.
type Connections map[string]channel.Connection

// Environment is what every activity that works for an account needs: its settings, its connection, and how to pause it when the channel
// refuses its credentials.
type Environment struct {
	Store       *store.Store
	Connections Connections
	Schedules   SchedulePauser
	Speed       float64 // how many times faster than real time simulated marketplaces run; 0 = 1
}

// Codes of the faults that stop an operation before any call is made.
const (
	CodePaused  = incident.CodePaused // paused by a person or after the channel's refusal, or switched off
	CodeUnknown = "account-unknown"   // not in the accounts file of this worker
	CodeWaits   = "asked-to-wait"     // the channel has asked to wait with such runs, and that time is not over
	// CodeObserving is the fault code for an operation that would write to the channel of an account that only observes.
	CodeObserving = incident.CodeObserving
)

// connection returns the account's connection, or the fault that forbids its use.
func (d Environment) connection(ctx context.Context, id string, op channel.Operation) (accounts.Account, channel.Connection, *channel.Fault, error) {
	acc, err := d.Store.Accounts.Account(ctx, id)
	if err != nil {
		return acc, nil, nil, fmt.Errorf("read account %s: %w", id, err)
	}
	if !acc.Runs() {
		return acc, nil, channel.Refusal(channel.Config, string(op), CodePaused, acc.PausedReason), nil
	}
	if p, paused := acc.Pauses(account.WorkOf(op)); paused {
		return acc, nil, channel.Refusal(channel.Config, string(op), CodePaused, string(p.Work)+" paused: "+p.Reason), nil
	}
	if acc.Observing && writes(op) && (op != channel.OpLevels || !acc.SendsLevels()) {
		return acc, nil, channel.Refusal(channel.Config, string(op), CodeObserving, "account "+id+" observes: nothing is written to its channel before it goes live"), nil
	}
	conn, ok := d.Connections[id]
	if !ok {
		return acc, nil, channel.Refusal(channel.Config, string(op), CodeUnknown, "account "+id+" is not in the accounts file of this worker"), nil
	}
	return acc, conn, nil, nil
}

// writes reports whether an operation changes something on the channel. It returns true for unknown operations, so that a new one
// can't pass an account that only observes. A migration does not count: a person has confirmed each listing, and prices,
// quantities and texts stay as they are (docs/decisions/018).
func writes(op channel.Operation) bool {
	switch op {
	case channel.OpOrders, channel.OpOrder, channel.OpListings, channel.OpFeedRead, channel.OpMigrate, channel.OpCheck, channel.OpDefine, channel.OpReport:
		return false
	}
	return true
}

// saveFaults saves the faults with the calls that met them, and pauses the account when its credentials are no longer valid:
// further calls would fail, and some channels block sellers whose calls keep failing.
func (d Environment) saveFaults(ctx context.Context, account string, calls []runs.Call, faults ...*channel.Fault) error {
	if len(faults) == 0 {
		return nil
	}
	if err := d.Store.Runs.SaveFaults(ctx, account, faults, calls...); err != nil {
		return fmt.Errorf("save faults of %s: %w", account, err)
	}
	for _, f := range faults {
		if f.Class == channel.Auth {
			return d.pause(ctx, account, f)
		}
	}
	return nil
}

// forbidden pauses the kind of work that an account's settings on its channel forbid, whatever it is about: each further call would be refused, too.
// One order that is refused may be odd by itself, so with calls about one thing several must wait for the same reason.
func (r *record) forbidden(ctx context.Context, f *channel.Fault) error {
	work := account.WorkOf(r.about.Budget)
	if work == "" || !f.Forbids() {
		return nil
	}
	if work == account.Orders && r.run.Kind != runs.RunOrders {
		return nil // what a backfill or a coverage check may not read says nothing of new orders: not to read them would oversell
	}
	if aboutOne(r.about.Budget) {
		n, err := r.Store.Incidents.ParkedWith(ctx, r.acc.ID, incident.CodeOf(f.Code, string(f.Class)))
		if err != nil || n < forbiddenAfter {
			return err
		}
	}
	if _, err := r.Store.Accounts.PauseWork(ctx, r.acc.ID, work, "the channel forbids it: "+f.Error()); err != nil {
		return fmt.Errorf("pause %s of %s: %w", work, r.acc.ID, err)
	}
	return nil
}

// forbiddenAfter is how many packages must wait after the same refusal before all are held.
const forbiddenAfter = 3

// aboutOne reports whether the calls of an operation are about one order each.
func aboutOne(op channel.Operation) bool {
	return op == channel.OpOrder || op == channel.OpShipment || op == channel.OpCancel
}

func (d Environment) pause(ctx context.Context, account string, f *channel.Fault) error {
	reason := "the channel refuses the account's credentials: " + f.Error()
	changed, err := d.Store.Accounts.Pause(ctx, account, reason)
	if err != nil {
		return fmt.Errorf("pause account %s: %w", account, err)
	}
	if !changed {
		return nil
	}
	if err := d.Schedules.AccountPaused(ctx, account, reason); err != nil {
		return fmt.Errorf("pause schedules of %s: %w", account, err)
	}
	return nil
}
