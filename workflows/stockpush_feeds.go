package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// pendingWait is the wait before the channel is asked for the result of a feed.
const pendingWait = 15 * time.Second

// feedQuestions says when the results of feeds are asked for: ever less often, until another one is sent.
type feedQuestions struct {
	first  time.Duration // the wait before the first question
	wait   time.Duration // the wait before the next one
	at     time.Time     // when it is asked; zero: no feed was known so far
	faults int           // questions in a row that met a fault
}

// due reports whether it is time to ask about feeds.
func (q *feedQuestions) due(ctx workflow.Context, feeds []message.Feed) bool {
	switch {
	case len(feeds) == 0:
		q.at = time.Time{}
		return false
	case q.at.IsZero():
		q.sent(ctx)
	}
	return !workflow.Now(ctx).Before(q.at)
}

// sent notes that a feed was sent.
func (q *feedQuestions) sent(ctx workflow.Context) {
	q.wait = q.first
	q.at = workflow.Now(ctx).Add(q.wait)
}

// asked notes that all were asked about; the next question is not before atLeast is over.
func (q *feedQuestions) asked(ctx workflow.Context, atLeast time.Duration) {
	q.wait = min(2*q.wait, pendingGrowth*q.first)
	q.at = workflow.Now(ctx).Add(max(q.wait, atLeast))
}

// ask asks once about each feed. After a fault it asks again at the next turn, as often as the policy allows: nothing else waits for
// the answer.
func (p *stockPush) ask(ctx workflow.Context, plan activities.Plan) (activities.Plan, *channel.Fault, error) {
	var failed *channel.Fault
	for _, f := range plan.Feeds {
		in := p.input(0)
		in.Pending = f.Handle
		out, err := once[activities.PushOutput](ctx, &p.caller, channel.OpFeedRead, "outcome of feed "+f.Handle, message.ActivityLevelsOutcome, in)
		if err != nil {
			return plan, nil, err
		}
		if out.Fault != nil {
			failed = out.Fault
		}
		if out.Pending != "" && out.Fault != nil {
			continue // nothing is known
		}
		p.count(ctx, out.Counts)
		plan = out.Next
	}
	if failed == nil {
		p.feeds.faults = 0
		p.feeds.asked(ctx, 0)
		return plan, nil, nil
	}
	p.feeds.faults++
	wait, again := p.policy.Next(p.feeds.faults, failed)
	if !again {
		return plan, failed, nil
	}
	p.feeds.asked(ctx, wait)
	return plan, nil, nil
}

// idle waits until it is time to ask about feeds, or a wake or a retry arrives; woken says that there may be levels to send.
func (p *stockPush) idle(ctx workflow.Context) (woken bool, err error) {
	tctx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(tctx, p.feeds.at.Sub(workflow.Now(ctx)), workflow.TimerOptions{Summary: p.status.WaitingFor})
	workflow.NewSelector(ctx).
		AddFuture(timer, func(workflow.Future) {}).
		AddReceive(p.wake, func(ch workflow.ReceiveChannel, _ bool) { woken = ch.ReceiveAsync(nil) }).
		AddReceive(p.interrupt, func(ch workflow.ReceiveChannel, _ bool) {
			ch.ReceiveAsync(nil)
			p.feeds.at = workflow.Now(ctx)
		}).
		Select(ctx)
	return woken, ctx.Err()
}

// inFeeds returns on what the channel works.
func inFeeds(feeds []message.Feed) string {
	n := 0
	for _, f := range feeds {
		n += f.Levels
	}
	if len(feeds) == 1 {
		return fmt.Sprintf("feed %s (%s)", feeds[0].Handle, plural(n, "level"))
	}
	return fmt.Sprintf("%d feeds (%s)", len(feeds), plural(n, "level"))
}
