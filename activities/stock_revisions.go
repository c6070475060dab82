package activities

import (
	"context"
	"fmt"
	"math"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/levels"
)

// revisionLimit returns how often the channel lets a listing be revised; limited is false where it does not limit that.
func (d Environment) revisionLimit(kind channel.Kind) (limit stock.RevisionLimit, limited bool) {
	limit = stock.DayOf(kind.RevisionsADay(), d.Speed)
	return limit, limit.ADay > 0
}

// spend returns the levels that are to be in the next call, and counts the revisions that it takes; the others wait.
func (s *Stock) spend(ctx context.Context, rec *record, dirty []levels.DirtyLevel) ([]levels.DirtyLevel, error) {
	limit, limited := s.revisionLimit(rec.acc.Channel)
	if !limited {
		return dirty, nil
	}
	dirty, err := s.Store.Levels.SpendRevisions(ctx, rec.acc.ID, dirty, turnOf(rec.acc.Channel), limit, time.Now())
	if err != nil {
		return nil, fmt.Errorf("count revisions of %s: %w", rec.acc.ID, err)
	}
	return dirty, nil
}

// turnOf returns the calls of a turn of levels.
func turnOf(kind channel.Kind) stock.Turn {
	a, found := channel.AllowanceOf(kind, channel.OpLevels)
	if !found {
		return stock.Turn{Calls: 1, PerCall: math.MaxInt32}
	}
	calls := a.CallsATurn()
	return stock.Turn{Calls: calls, PerCall: a.Units / calls}
}

// usedUp notes until when a level waits of whose listing the channel takes no more revisions today.
func (s *Stock) usedUp(rec *record, pushes []levels.Push, answer channel.LevelsAnswer) {
	limit, limited := s.revisionLimit(rec.acc.Channel)
	if !limited {
		return
	}
	tooOften := map[string]bool{}
	for _, r := range answer.Results {
		tooOften[r.SKU] = r.UsedUp && r.Fault != nil
	}
	now := time.Now().UTC()
	for i := range pushes {
		if tooOften[pushes[i].ChannelSKU] {
			pushes[i].UsedUpAt, pushes[i].Until, pushes[i].Used = now, now.Add(limit.Hour), limit.ADay
		}
	}
}

// counting returns a context in which calls that write listings count the revisions that they make.
func (d Environment) counting(ctx context.Context, rec *record) context.Context {
	limit, limited := d.revisionLimit(rec.acc.Channel)
	if !limited {
		return ctx
	}
	return channel.WithRevisions(ctx, func(ctx context.Context, listings []string) ([]string, error) {
		return d.Store.Levels.CountRevisions(ctx, rec.acc.ID, listings, limit, time.Now())
	})
}

// revisionsKept is longer than revisions count: a day of 25 hours, and the hour in which it began.
const revisionsKept = 48 * time.Hour

// forgetRevisions deletes what does not count any more.
func (s *Sweep) forgetRevisions(ctx context.Context) error {
	for range forgetRounds {
		activity.RecordHeartbeat(ctx)
		n, err := s.Store.Levels.ForgetRevisions(ctx, time.Now().UTC().Add(-revisionsKept), forgetBatch)
		if err != nil || n < forgetBatch {
			return err
		}
	}
	return nil
}
