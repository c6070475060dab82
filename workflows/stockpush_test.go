package workflows_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/workflows"
)

// feedShop is a store with levels to send, and a channel that takes its time with feeds.
type feedShop struct {
	*testsuite.TestWorkflowEnvironment
	free, ahead int
	feeds       []message.Feed
	does        []string // what was done, in order
	asked       []time.Time
	outcome     func(n int) activities.PushOutput // of the nth question
}

func newFeedShop(t *testing.T) *feedShop {
	t.Helper()
	s := &feedShop{TestWorkflowEnvironment: newEnv(t)}
	var a *activities.Stock
	s.OnActivity(a.PlanPush, mock.Anything, mock.Anything).Return(func(context.Context, string) (activities.Plan, error) { return s.plan(), nil })
	s.OnActivity(a.PushLevels, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.PushInput) (activities.PushOutput, error) {
		switch {
		case in.Ahead:
			s.does = append(s.does, fmt.Sprintf("ahead %d", in.Size))
			s.ahead -= in.Size
		case in.Size > 250:
			s.does = append(s.does, fmt.Sprintf("feed %d", in.Size))
			s.free -= in.Size
			s.feeds = append(s.feeds, message.Feed{Handle: fmt.Sprintf("feed-%d", len(s.feeds)+1), Levels: in.Size})
			return activities.PushOutput{Pending: s.feeds[len(s.feeds)-1].Handle, Next: s.plan()}, nil
		default:
			s.does = append(s.does, fmt.Sprintf("patch %d", in.Size))
			s.free -= in.Size
		}
		return activities.PushOutput{Counts: message.PushCounts{Pushed: in.Size}, Next: s.plan()}, nil
	}).Maybe()
	s.OnActivity(a.LevelsOutcome, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.PushInput) (activities.PushOutput, error) {
		s.asked = append(s.asked, s.Now())
		out := s.outcome(len(s.asked))
		if out.Pending != "" {
			out.Pending = in.Pending
		} else {
			s.does = append(s.does, "result of "+in.Pending)
			s.feeds = s.feeds[1:]
		}
		out.Next = s.plan()
		return out, nil
	}).Maybe()
	return s
}

func (s *feedShop) plan() activities.Plan {
	plan := activities.Plan{Dirty: s.free + s.ahead, Feeds: append([]message.Feed(nil), s.feeds...)}
	switch {
	case s.ahead > 0:
		plan.Ahead, plan.Size, plan.Op = true, min(s.ahead, 5), channel.OpLevels
	case s.free > 250:
		plan.Size, plan.Op = s.free, channel.OpFeed
	case s.free > 0:
		plan.Size, plan.Op = min(s.free, 5), channel.OpLevels
	}
	return plan
}

// later wakes the push after some time, when more is to be sent.
func (s *feedShop) later(d time.Duration, free, ahead int) {
	s.RegisterDelayedCallback(func() {
		s.free, s.ahead = s.free+free, s.ahead+ahead
		s.SignalWorkflow(message.SignalWake, nil)
	}, d)
}

func (s *feedShop) push(t *testing.T) message.StockPushInput {
	t.Helper()
	in := message.StockPushInput{Versioned: workflows.Current(message.WorkflowStockPush), Account: account, Policy: policies(t).Stock}
	s.ExecuteWorkflow(workflows.StockPush, in)
	return in
}

var stillWorking = activities.PushOutput{Pending: "still"}

// Issue 12, point 6: while a feed is queued, other levels go by patch, what was sold goes ahead of the feed, and many go as the next
// feed. The status says both.
func TestAQueuedFeedHoldsUpNothingElse(t *testing.T) {
	t.Parallel()
	s := newFeedShop(t)
	s.free = 300
	s.outcome = func(n int) activities.PushOutput {
		if n < 8 {
			return stillWorking
		}
		return activities.PushOutput{Counts: message.PushCounts{Pushed: 300}}
	}
	s.later(time.Minute, 7, 0)
	s.later(2*time.Minute, 0, 1)
	s.later(3*time.Minute, 400, 0)
	var said []string
	for _, at := range []time.Duration{30 * time.Second, 200 * time.Second} {
		s.RegisterDelayedCallback(func() { said = append(said, status(t, s.TestWorkflowEnvironment).WaitingFor) }, at)
	}
	s.push(t)
	require.NoError(t, s.GetWorkflowError())
	require.Equal(t, []string{"feed 300", "patch 5", "patch 2", "ahead 1", "feed 400", "result of feed-1", "result of feed-2"}, s.does)
	require.Equal(t, []string{"feed feed-1 (300 levels)", "2 feeds (700 levels)"}, said)
	var out message.StockPushResult
	require.NoError(t, s.GetWorkflowResult(&out))
	require.Equal(t, 7+1+300+300, out.Pushed)
}

// While it sends, the status says on what the channel works.
func TestTheStatusShowsAFeedWhileOthersAreSent(t *testing.T) {
	t.Parallel()
	s := newFeedShop(t)
	s.feeds = []message.Feed{{Handle: "feed-1", Levels: 300}}
	s.free = 2
	s.outcome = func(int) activities.PushOutput { return activities.PushOutput{} }
	said := ""
	s.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		if info.ActivityType.Name == string(message.ActivityPushLevels) {
			said = status(t, s.TestWorkflowEnvironment).WaitingFor
		}
	})
	s.push(t)
	require.NoError(t, s.GetWorkflowError())
	require.Equal(t, "feed feed-1 (300 levels), sends others", said)
}

// The questions about a feed become rarer, the history goes on in a new one, and that asks about the feed that the store knows.
func TestAFeedIsWaitedForAcrossHistories(t *testing.T) {
	t.Parallel()
	s := newFeedShop(t)
	s.free = 300
	s.outcome = func(n int) activities.PushOutput {
		if n == 9 {
			s.SetContinueAsNewSuggested(true)
		}
		return stillWorking
	}
	s.push(t)
	var goOn *workflow.ContinueAsNewError
	require.ErrorAs(t, s.GetWorkflowError(), &goOn)
	require.Equal(t, 2*time.Minute, s.asked[8].Sub(s.asked[7]))
	var next message.StockPushInput
	require.NoError(t, decoded(goOn, &next))
	require.Empty(t, next.Pending)

	again := newFeedShop(t)
	again.feeds = s.feeds
	again.outcome = func(int) activities.PushOutput { return activities.PushOutput{Counts: message.PushCounts{Pushed: 300}} }
	again.ExecuteWorkflow(workflows.StockPush, next)
	require.NoError(t, again.GetWorkflowError())
	require.Equal(t, []string{"result of feed-1"}, again.does)
	var out message.StockPushResult
	require.NoError(t, again.GetWorkflowResult(&out))
	require.Equal(t, next.RunID, out.RunID)
}

// A question that fails holds up nothing, and is repeated as often as the policy allows.
func TestAQuestionAboutAFeedThatFailsHoldsUpNothing(t *testing.T) {
	t.Parallel()
	s := newFeedShop(t)
	s.free = 300
	s.outcome = func(int) activities.PushOutput { return activities.PushOutput{Pending: "still", Fault: busy} }
	s.later(20*time.Second, 3, 0)
	var a *activities.Stock
	s.OnActivity(a.EndPush, mock.Anything, mock.Anything).Return(nil).Once()
	s.push(t)
	require.NoError(t, s.GetWorkflowError())
	require.Equal(t, []string{"feed 300", "patch 3"}, s.does)
	require.Len(t, s.asked, policies(t).Stock.Attempts)
	var out message.StockPushResult
	require.NoError(t, s.GetWorkflowResult(&out))
	require.Equal(t, busy, out.Fault)
}

// A feed whose result is a fault is not asked about again: its levels are in the next plan.
func TestAFeedThatFailedIsSentAgain(t *testing.T) {
	t.Parallel()
	s := newFeedShop(t)
	s.free = 300
	s.outcome = func(int) activities.PushOutput {
		s.free = 3
		return activities.PushOutput{Fault: busy}
	}
	s.push(t)
	require.NoError(t, s.GetWorkflowError())
	require.Equal(t, []string{"feed 300", "result of feed-1", "patch 3"}, s.does)
}

// A retry ends the wait for a feed.
func TestARetryAsksAboutAFeedAtOnce(t *testing.T) {
	t.Parallel()
	s := newFeedShop(t)
	s.free = 300
	s.outcome = func(n int) activities.PushOutput {
		if n < 6 {
			return stillWorking
		}
		return activities.PushOutput{}
	}
	began := s.Now()
	s.RegisterDelayedCallback(func() { s.SignalWorkflow(message.SignalRetry, nil) }, 5*time.Second)
	s.push(t)
	require.NoError(t, s.GetWorkflowError())
	require.Equal(t, 5*time.Second, s.asked[0].Sub(began))
}
