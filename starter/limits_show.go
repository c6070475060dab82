package starter

import (
	"context"
	"fmt"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/runs"
)

// Limit is one account's budget for one operation, and its use. A rate counts turns: activities that each make the calls of its
// Allowance.
type Limit struct {
	Account string `json:"account"`
	channel.Allowance
	Rate     float64                `json:"rate"`               // turns per second that apply
	Source   accounts.RateSource    `json:"source"`             //
	SetAt    time.Time              `json:"setAt,omitzero"`     // when it was set, by hand or by the accounts file
	Observed []channel.ObservedRate `json:"observed,omitempty"` // the rates that the channel last reported

	Used      int     `json:"used"`      // turns in the last minute
	UsedCalls int     `json:"usedCalls"` // calls of these turns, including those for tokens
	Share     float64 `json:"share"`     // part of the budget in use; a burst may exceed 1 for a moment
	Throttled int     `json:"throttled"` // calls in the last hour that the channel throttled
	Allowed   float64 `json:"-"`         // turns in a minute that Share refers to

	Waiting   int    `json:"waiting"`      // what waits for this operation, according to the store
	Of        string `json:"of,omitempty"` // what is waiting: levels, feeds, packages or scans
	WaitTurns int    `json:"waitTurns"`    // turns needed for it
	// Shared means that a backfill takes every second turn of the scans.
	Shared bool `json:"shared,omitempty"`
}

// Queue is one channel's task queue, for all accounts together.
type Queue struct {
	Channel  channel.Kind  `json:"channel"`
	Name     string        `json:"name"`
	Waiting  int64         `json:"waiting"`  // number of calls, estimated: the server (1.32) counts a queue's tasks again after each reload
	Oldest   time.Duration `json:"oldest"`   // how long the first of them has waited, approximate
	Added    float64       `json:"added"`    // calls per second added in the last half minute
	Done     float64       `json:"done"`     // calls per second taken by workers
	Pollers  int           `json:"pollers"`  // workers that polled in the last minutes; 0: no worker is running
	Override int           `json:"override"` // rates that are not the published ones
}

// Limits returns the limits of one account, or of all when account is empty.
func (s *Starter) Limits(ctx context.Context, account string) ([]Limit, error) {
	if account != "" {
		if _, err := s.Store.Accounts.Account(ctx, account); err != nil {
			return nil, &UsageError{Problem: fmt.Sprintf("no account %q: `towpath accounts` lists them", account)}
		}
	}
	limits, err := s.rates(ctx, account)
	if err != nil {
		return nil, err
	}
	backlogs, err := s.Store.Backlogs(ctx)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	minute, err := s.Store.Runs.Used(ctx, now.Add(-time.Minute))
	if err != nil {
		return nil, err
	}
	hour, err := s.Store.Runs.Used(ctx, now.Add(-time.Hour))
	if err != nil {
		return nil, err
	}
	for i := range limits {
		l := &limits[i]
		l.wait(backlogs[l.Account])
		l.use(minute, s.Speed)
		l.Throttled = useOf(hour, l).Throttled
		if l.Operation == channel.OpOrders && l.Schedule {
			if l.Shared, err = s.Store.Backfills.TakesTurns(ctx, l.Account); err != nil {
				return nil, err
			}
		}
	}
	return limits, nil
}

// use sets how much of the budget was used in the last minute.
func (l *Limit) use(minute []runs.Use, speed float64) {
	use := useOf(minute, l)
	l.Used, l.UsedCalls = use.Draws, use.Calls
	l.Allowed = l.allowed() * max(speed, 1) * time.Minute.Seconds()
	l.Share = float64(use.Draws) / l.Allowed
}

// Busiest returns of each account the budget of which the greatest share was used in the last minute; an account that made no call is missing.
func (s *Starter) Busiest(ctx context.Context) (map[string]Limit, error) {
	limits, err := s.rates(ctx, "")
	if err != nil {
		return nil, err
	}
	minute, err := s.Store.Runs.Used(ctx, time.Now().Add(-time.Minute))
	if err != nil {
		return nil, err
	}
	out := map[string]Limit{}
	for i := range limits {
		l := &limits[i]
		if l.use(minute, s.Speed); l.Used > 0 && l.Share > out[l.Account].Share {
			out[l.Account] = *l
		}
	}
	return out, nil
}

// allowed returns the rate that Share refers to: the published rate where a schedule already keeps to the budget.
func (l *Limit) allowed() float64 {
	if l.Schedule {
		return l.Calls[0].PerSecond
	}
	return l.Rate
}

// useOf returns the use of a limit.
func useOf(list []runs.Use, l *Limit) runs.Use {
	i := slices.IndexFunc(list, func(u runs.Use) bool { return u.Account == l.Account && u.Budget == l.Operation })
	if i < 0 {
		return runs.Use{}
	}
	return list[i]
}

// feedAbove is the number of levels that Amazon's adapter sends as a feed, unless an account says otherwise.
const feedAbove = 250

// wait sets how much of the account's backlog waits for the operation.
func (l *Limit) wait(b store.Backlog) {
	feed := l.Channel == channel.Amazon && b.Levels > feedAbove
	switch l.Operation {
	case channel.OpLevels:
		if l.Of = "levels"; !feed {
			l.Waiting = b.Levels
		}
	case channel.OpFeed:
		if l.Of = "levels"; feed {
			l.Waiting = b.Levels
		}
	case channel.OpFeedRead:
		l.Waiting, l.Of = b.Feeds, "feeds"
	case channel.OpShipment:
		l.Waiting, l.Of = b.Packages, "packages"
	case channel.OpOrders:
		l.Waiting, l.Of = b.Scans, "scans"
	case channel.OpOrder, channel.OpCancel, channel.OpListings, channel.OpPublish, channel.OpCheck, channel.OpDefine, channel.OpMigrate, channel.OpReport:
	}
	l.WaitTurns = l.Waiting
	if l.Of == "levels" {
		l.WaitTurns = (l.Waiting + l.Units - 1) / l.Units
	}
}

// Queues returns what waits on each channel's queue.
func (s *Starter) Queues(ctx context.Context, namespace string) ([]Queue, error) {
	var out []Queue
	for _, k := range channel.Kinds() {
		d, err := s.Temporal.WorkflowService().DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
			Namespace: namespace, TaskQueue: &taskqueuepb.TaskQueue{Name: message.ChannelQueue(k)},
			TaskQueueType: enumspb.TASK_QUEUE_TYPE_ACTIVITY, ReportStats: true, ReportConfig: true,
		})
		if err != nil {
			return nil, fmt.Errorf("describe queue %s: %w", message.ChannelQueue(k), err)
		}
		st := d.GetStats()
		out = append(out, Queue{
			Channel: k, Name: message.ChannelQueue(k), Waiting: st.GetApproximateBacklogCount(),
			Oldest: st.GetApproximateBacklogAge().AsDuration(), Added: float64(st.GetTasksAddRate()), Done: float64(st.GetTasksDispatchRate()),
			Pollers: len(d.GetPollers()), Override: len(d.GetConfig().GetFairnessWeightOverrides()),
		})
	}
	return out, nil
}
