// Package activities holds the side effects of the workflows: one struct per area, with what it needs
// injected. Activities that speak to a channel return a classified fault as a value, never as an error, so
// that the workflow's policy decides about another attempt; an error means that the store or the worker
// itself failed, and the server tries again without using up an attempt.
package activities

import (
	"context"
	"fmt"

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

// Connections are the open connections by account.
type Connections map[string]channel.Connection

// Desk is what every activity that speaks for an account needs: its settings, its connection, and what to
// do when the channel no longer accepts it.
type Desk struct {
	Store       *store.Store
	Connections Connections
	Schedules   SchedulePauser
}

// Codes of the faults with which an account refuses work before any call is made.
const (
	CodePaused  = "account-paused"  // paused by a person or by the channel's refusal, or switched off
	CodeUnknown = "account-unknown" // not in the accounts file of this worker
	// CodeObserving is the fault of what would write to the channel of an account that only observes.
	CodeObserving = incident.CodeObserving
)

// connection answers the account's connection, or the fault that keeps it from being used.
func (d Desk) connection(ctx context.Context, account string, op channel.Operation) (accounts.Account, channel.Connection, *channel.Fault, error) {
	acc, err := d.Store.Accounts.Account(ctx, account)
	if err != nil {
		return acc, nil, nil, fmt.Errorf("read account %s: %w", account, err)
	}
	if acc.Paused || !acc.Enabled {
		return acc, nil, channel.Refusal(channel.Config, string(op), CodePaused, acc.PausedReason), nil
	}
	if acc.Observing && writes(op) {
		return acc, nil, channel.Refusal(channel.Config, string(op), CodeObserving, "account "+account+" observes: nothing is written to its channel before it goes live"), nil
	}
	conn, ok := d.Connections[account]
	if !ok {
		return acc, nil, channel.Refusal(channel.Config, string(op), CodeUnknown, "account "+account+" is not in the accounts file of this worker"), nil
	}
	return acc, conn, nil, nil
}

// writes reports whether an operation changes something on the channel. What it does not know it takes for one that
// does: an operation that is added later must not slip past an account that observes. A migration is none: a person has agreed to it
// listing by listing, and prices, quantities and texts stay as they are (docs/decisions/018).
func writes(op channel.Operation) bool {
	switch op {
	case channel.OpOrders, channel.OpOrder, channel.OpListings, channel.OpFeedRead, channel.OpMigrate, channel.OpCheck, channel.OpDefine:
		return false
	}
	return true
}

// saveFaults keeps the faults' raw words, with the calls that came to them, and pauses the account when its grant is gone: every further
// call would only fail, and some channels lock out sellers whose calls keep failing.
func (d Desk) saveFaults(ctx context.Context, account string, calls []runs.Call, faults ...*channel.Fault) error {
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

func (d Desk) pause(ctx context.Context, account string, f *channel.Fault) error {
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
