package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
)

// Levels reads back what a channel has accepted: on some channels accepted means queued, and some changes never become live.
type Levels struct {
	Environment
	Pushes StockWaker
}

// CheckInput is the input of CheckLevels.
type CheckInput struct {
	Account     string              `json:"account"`
	RunID       string              `json:"runId"`
	Started     time.Time           `json:"started"`
	ShowsWithin time.Duration       `json:"settles"` // check levels that were accepted longer ago than this
	Sofar       message.CheckCounts `json:"sofar"`
}

// CheckOutput is the result of CheckLevels.
type CheckOutput struct {
	Fault  *channel.Fault      `json:"fault,omitempty"`
	Counts message.CheckCounts `json:"counts"`
	More   bool                `json:"more,omitempty"` // more levels wait to be checked
}

// Answered returns the fault of the call, if any.
func (o CheckOutput) Answered() *channel.Fault { return o.Fault }

// CheckLevels reads back one call's worth of levels. Levels that the channel does not show are marked to be pushed again.
func (l *Levels) CheckLevels(ctx context.Context, in CheckInput) (CheckOutput, error) {
	rec, fault, err := l.check(ctx, in.Account, in.RunID, in.Started)
	if err != nil || fault != nil {
		return CheckOutput{Fault: fault}, err
	}
	accepted, err := l.toRead(ctx, rec.conn, in.Account, time.Now().Add(-in.ShowsWithin), channel.MaxListed)
	if err != nil {
		return CheckOutput{}, fmt.Errorf("read accepted levels: %w", err)
	}
	out := CheckOutput{More: len(accepted) == channel.MaxListed}
	if len(accepted) > 0 {
		if out.Counts, fault, err = l.readBack(ctx, rec, accepted); err != nil || fault != nil {
			return CheckOutput{Fault: fault}, err
		}
	}
	if out.More {
		return out, nil
	}
	if err := rec.end(ctx, in.Sofar.Add(out.Counts).Run()); err != nil {
		return CheckOutput{}, err
	}
	return out, nil
}

// toRead returns accepted levels that are to be read back: all of them where accepted is not live yet, elsewhere those that may
// have been overwritten by a call that was given up and carried out late.
func (d Environment) toRead(ctx context.Context, conn channel.Connection, account string, acceptedBefore time.Time, limit int) ([]levels.AcceptedLevel, error) {
	if _, eventual := conn.(channel.Eventual); eventual {
		return d.Store.Levels.UncheckedLevels(ctx, account, acceptedBefore, limit)
	}
	return d.Store.Levels.DoubtedLevels(ctx, account, acceptedBefore, limit)
}

// check opens the record of a check. Checks of levels and of listings are parts of one run.
func (l *Levels) check(ctx context.Context, account, id string, started time.Time) (*record, *channel.Fault, error) {
	return l.begin(ctx, account, channel.OpListings, runs.Run{ID: id, Kind: runs.RunLevels, StartedAt: started})
}

// readBack reads the listings of the levels and saves what they show.
func (l *Levels) readBack(ctx context.Context, rec *record, accepted []levels.AcceptedLevel) (message.CheckCounts, *channel.Fault, error) {
	skus := make([]string, len(accepted))
	for i, a := range accepted {
		skus[i] = a.ChannelSKU
	}
	look := l.look(rec.conn)
	page, fault, err := rec.listings(ctx, channel.ListingsQuery{SKUs: skus})
	if err != nil || fault != nil {
		return message.CheckCounts{}, fault, err
	}
	counts, err := l.Store.Levels.SaveShown(ctx, rec.acc.ID, rec.run.ID, look, shownLevels(accepted, page.Listings), rec.calls()...)
	if err != nil {
		return counts, nil, fmt.Errorf("save what the channel shows: %w", err)
	}
	if counts.Missed > 0 {
		wake(ctx, l.Pushes, rec.acc.ID)
	}
	return counts, nil, nil
}

// shownLevels returns what the channel shows for each accepted level. When several listings have the same SKU, one that shows the
// level wins.
func shownLevels(accepted []levels.AcceptedLevel, listings []channel.Listed) []levels.ShownLevel {
	out := make([]levels.ShownLevel, len(accepted))
	place := make(map[string]int, len(accepted))
	for i, a := range accepted {
		out[i] = levels.ShownLevel{AcceptedLevel: a, Missing: true}
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

// EndCheck records the end of a check that ended early with a fault.
func (l *Levels) EndCheck(ctx context.Context, in EndInput) error {
	return l.endRun(ctx, runs.RunLevels, in)
}
