package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// Coverage compares which orders an account's channel lists of a window with those that are here: it reads their ids page by page,
// behind the live work of the account, and has the store compare them. The sweep starts it when an hour has settled, and a backfill
// where orders are missing. The ids stay in the store.
func Coverage(ctx workflow.Context, in message.CoverageInput) (message.CoverageResult, error) {
	r, err := begin(ctx, "coverage", in.Versioned, in.Account, in.Policy)
	if err != nil {
		return message.CoverageResult{}, err
	}
	r.behind = true
	c := &covering{accountRun: r, in: in}
	return c.run(ctx)
}

type covering struct {
	*accountRun
	in      message.CoverageInput
	counts  message.Counts
	unknown bool // the channel gave no list
}

func (c *covering) run(ctx workflow.Context) (message.CoverageResult, error) {
	fault, err := c.list(ctx)
	switch {
	case err != nil:
		return c.result(nil), err
	case fault != nil:
		c.counts.Errors++
		return c.result(fault), c.failed(ctx, fault, c.counts, message.ActivityEndCoverage, "Nothing was judged: the next check compares these hours, too.")
	}
	in := activities.SettleInput{Account: c.account, RunID: c.id, Started: c.started, Window: c.in.Window, Listed: c.counts.Seen, Unknown: c.unknown}
	if c.counts, err = local[message.Counts](ctx, "compare them with what is here", message.ActivitySettleCoverage, in); err != nil {
		return c.result(nil), err
	}
	c.status.State = stateDone
	if c.unknown {
		c.show(ctx, "the channel gave no list: what it has is not known, and the next check asks again")
		return c.result(nil), nil
	}
	c.show(ctx, fmt.Sprintf("%s listed, %d missing here", plural(c.counts.Seen, "order"), c.counts.Seen-c.counts.Same))
	return c.result(nil), nil
}

// list has the ids of the window read into the store.
func (c *covering) list(ctx workflow.Context) (*channel.Fault, error) {
	page := activities.ListIDsInput{Account: c.account.ID, RunID: c.id, Started: c.started, Window: c.in.Window, Budget: c.in.Budget}
	for n := 1; ; n++ {
		out, err := call[activities.ListIDsOutput](ctx, &c.caller, c.in.Budget, fmt.Sprintf("page %d of order ids", n), message.ActivityListOrderIDs, page)
		if err != nil || out.Fault != nil {
			return out.Fault, err
		}
		c.counts.Seen += out.Found
		c.show(ctx, plural(c.counts.Seen, "order")+" listed so far")
		if out.Next == "" {
			c.unknown = out.Unknown
			return nil, nil
		}
		page.Cursor = out.Next
		if out.Wait > 0 {
			if err := c.pause(ctx, out.Wait, "the channel's report"); err != nil {
				return nil, err
			}
		}
	}
}

func (c *covering) show(ctx workflow.Context, what string) {
	c.status.RunID, c.status.Progress.Done = c.id, c.counts.Seen
	workflow.SetCurrentDetails(ctx, c.in.Window.String()+": "+what)
}

func (c *covering) result(fault *channel.Fault) message.CoverageResult {
	return message.CoverageResult{RunID: c.id, Counts: c.counts, Fault: fault}
}
