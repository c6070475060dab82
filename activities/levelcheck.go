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

// Levels reads back what a channel has accepted: with some, accepted means queued, and a few changes never become live.
type Levels struct{ Desk }

// CheckInput asks for the next levels to be read back.
type CheckInput struct {
	Account string              `json:"account"`
	RunID   string              `json:"runId"`
	Started time.Time           `json:"started"`
	Settles time.Duration       `json:"settles"` // levels accepted longer ago than this should show
	Sofar   message.CheckCounts `json:"sofar"`
}

// CheckOutput is what reading them back came to.
type CheckOutput struct {
	Fault  *channel.Fault      `json:"fault,omitempty"`
	Counts message.CheckCounts `json:"counts"`
	More   bool                `json:"more,omitempty"` // others wait to be read back
}

// Answered is the fault that the call ended with, if any.
func (o CheckOutput) Answered() *channel.Fault { return o.Fault }

// CheckLevels reads back one call's worth of levels. What the channel shows otherwise is pushed anew.
func (l *Levels) CheckLevels(ctx context.Context, in CheckInput) (CheckOutput, error) {
	acc, conn, fault, err := l.connection(ctx, in.Account, channel.OpListings)
	if err != nil || fault != nil {
		return CheckOutput{Fault: fault}, err
	}
	run := l.run(ctx, acc, in)
	if err := l.Store.StartRun(ctx, run); err != nil {
		return CheckOutput{}, fmt.Errorf("record start of run: %w", err)
	}
	accepted, err := l.Store.UncheckedLevels(ctx, in.Account, time.Now().Add(-in.Settles), channel.MaxListed)
	if err != nil {
		return CheckOutput{}, fmt.Errorf("read accepted levels: %w", err)
	}
	out := CheckOutput{More: len(accepted) == channel.MaxListed}
	if len(accepted) > 0 {
		var f *channel.Fault
		if out.Counts, f, err = l.readBack(ctx, acc, conn, in, accepted); err != nil || f != nil {
			return CheckOutput{Fault: f}, err
		}
	}
	if out.More {
		return out, nil
	}
	run.EndedAt, run.Counts = time.Now().UTC(), in.Sofar.Add(out.Counts).Run()
	if err := l.Store.EndRun(ctx, run); err != nil {
		return CheckOutput{}, fmt.Errorf("record end of run: %w", err)
	}
	return out, nil
}

// readBack asks for the listings of the levels and saves what they show.
func (l *Levels) readBack(ctx context.Context, acc store.Account, conn channel.Connection, in CheckInput, accepted []store.AcceptedLevel) (message.CheckCounts, *channel.Fault, error) {
	skus := make([]string, len(accepted))
	for i, a := range accepted {
		skus[i] = a.ChannelSKU
	}
	ctx, made := gather(ctx, store.Call{Account: acc.ID, Endpoint: acc.Endpoint, Budget: channel.OpListings, RunID: in.RunID})
	page, err := readListings(ctx, conn, channel.ListingsQuery{SKUs: skus})
	if err != nil {
		f := channel.AsFault(err, string(channel.OpListings))
		return message.CheckCounts{}, f, l.recordWith(ctx, in.Account, made.list(), f)
	}
	counts, err := l.Store.SaveShown(ctx, in.Account, in.RunID, shownLevels(accepted, page.Listings), made.list()...)
	if err != nil {
		return counts, nil, fmt.Errorf("save what the channel shows: %w", err)
	}
	if counts.Missed > 0 {
		if err := l.Caller.WakeStock(ctx, []string{in.Account}); err != nil {
			activity.GetLogger(ctx).Warn("Stock push not woken; the sweep will.", "error", err)
		}
	}
	return counts, nil, nil
}

// shownLevels finds for each accepted level what the channel shows of it. Of several listings of one SKU the one counts
// that shows the level.
func shownLevels(accepted []store.AcceptedLevel, listings []channel.Listed) []store.ShownLevel {
	out := make([]store.ShownLevel, len(accepted))
	place := make(map[string]int, len(accepted))
	for i, a := range accepted {
		out[i] = store.ShownLevel{AcceptedLevel: a, Missing: true}
		place[a.ChannelSKU] = i
	}
	for _, s := range listings {
		i, ok := place[s.SKU]
		if !ok || !out[i].Missing && out[i].Shown == out[i].Quantity {
			continue
		}
		out[i].Missing, out[i].Shown, out[i].Fulfils = false, s.Quantity, s.ChannelFulfils
	}
	return out
}

// EndCheck records the end of a check that a fault cut short.
func (l *Levels) EndCheck(ctx context.Context, in EndInput) error {
	return l.end(ctx, store.RunLevels, in)
}

func (l *Levels) run(ctx context.Context, acc store.Account, in CheckInput) store.Run {
	return store.Run{
		ID: in.RunID, Kind: store.RunLevels, Account: acc.ID, Endpoint: acc.Endpoint,
		WorkflowID: activity.GetInfo(ctx).WorkflowExecution.ID, StartedAt: in.Started,
	}
}
