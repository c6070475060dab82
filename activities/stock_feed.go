package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/levels"
)

// LevelsOutcome asks for the result of a feed.
func (s *Stock) LevelsOutcome(ctx context.Context, in PushInput) (PushOutput, error) {
	rec, fault, err := s.open(ctx, in.Account, channel.OpFeedRead, in.run())
	if err != nil || fault != nil {
		return PushOutput{Fault: fault}, err
	}
	pushes, err := s.Store.Levels.PendingPushes(ctx, in.Account, in.Pending)
	if err != nil {
		return PushOutput{}, fmt.Errorf("read pushes pending under %s: %w", in.Pending, err)
	}
	skus := make([]string, len(pushes))
	for i, p := range pushes {
		skus[i] = p.ChannelSKU
	}
	answer, err := rec.conn.LevelsOutcome(rec.ask(ctx), in.Pending, skus)
	ctx, done := rec.keep(ctx)
	defer done()
	return s.recordAnswer(ctx, rec, in, pushes, sighting{}, answer, err)
}

// noAnswer records a call that failed as a whole. A feed whose result the channel will never say is given up.
func (s *Stock) noAnswer(ctx context.Context, rec *record, in PushInput, pushes []levels.Push, callErr error) (PushOutput, error) {
	fault, err := rec.failed(ctx, callErr)
	if err != nil {
		return PushOutput{}, err
	}
	switch {
	case in.Pending == "":
		err = s.behind(ctx, in.Account, fault, pushes)
	case fault.Class == channel.Missing || fault.Class == channel.Invalid || overdue(pushes):
		return s.giveUp(ctx, rec, in, fault)
	case fault.Forbids():
		err = s.Store.Levels.FeedRefused(ctx, in.Account, in.Pending)
	}
	return PushOutput{Fault: fault, Pending: in.Pending}, err
}

// overdue reports whether a feed was sent so long ago that the channel will say nothing of it any more. One without levels is, too.
func overdue(pushes []levels.Push) bool {
	return len(pushes) == 0 || time.Since(pushes[0].SentAt) > stock.FeedLasts
}

// giveUp forgets a feed without a result: its levels are sent again.
func (s *Stock) giveUp(ctx context.Context, rec *record, in PushInput, fault *channel.Fault) (PushOutput, error) {
	if err := s.Store.Levels.ForgetFeed(ctx, in.Account, in.Pending); err != nil {
		return PushOutput{}, fmt.Errorf("give up feed %s: %w", in.Pending, err)
	}
	return s.finish(ctx, rec, in, PushOutput{Fault: fault})
}

// CodeFeedLost is the fault code of a feed that the channel has not finished in stock.FeedLasts.
const CodeFeedLost = "feed-lost"

// wait saves what was sent as pending until the channel reports the result, and plans what can be sent meanwhile.
func (s *Stock) wait(ctx context.Context, rec *record, in PushInput, pushes []levels.Push, handle string) (PushOutput, error) {
	var err error
	if in.Pending == "" {
		for i := range pushes {
			pushes[i].RequestID = rec.requestID()
		}
		err = s.Store.Levels.SavePendingPushes(ctx, in.Account, handle, pushes, rec.calls()...)
	} else {
		err = s.Store.Runs.SaveCalls(ctx, rec.calls())
	}
	if err != nil {
		return PushOutput{}, fmt.Errorf("save pushes pending under %s: %w", handle, err)
	}
	if overdue(pushes) {
		f := channel.NewFault(channel.Unavailable, string(channel.OpFeedRead), "the channel has not finished feed "+handle+": its levels are sent again")
		f.Code = CodeFeedLost
		if err := rec.refused(ctx, f); err != nil {
			return PushOutput{}, err
		}
		return s.giveUp(ctx, rec, in, f)
	}
	next, err := s.PlanPush(ctx, in.Account)
	return PushOutput{Pending: handle, Next: next}, err
}
