package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// OrderSync scans one account's orders: every order changed since the watermark, page by page, each page
// saved in one transaction before the next is asked for. A scan that fails ends with its fault recorded;
// the watermark has not moved, so the next one goes on where the last good one stopped.
func OrderSync(ctx workflow.Context, in message.OrderSyncInput) (message.OrderSyncResult, error) {
	s := &orderSync{
		in:      in,
		runID:   workflow.GetInfo(ctx).WorkflowExecution.RunID,
		started: workflow.Now(ctx).UTC(),
		status:  message.Status{Kind: "orders", Account: in.Account.ID, Endpoint: in.Account.Endpoint, State: stateRunning},
	}
	if err := s.setup(ctx); err != nil {
		return message.OrderSyncResult{}, err
	}
	return s.run(ctx)
}

type orderSync struct {
	in      message.OrderSyncInput
	runID   string
	started time.Time
	counts  message.Counts
	status  message.Status
}

func (s *orderSync) setup(ctx workflow.Context) error {
	return workflow.SetQueryHandler(ctx, message.QueryStatus, func() (message.Status, error) { return s.status, nil })
}

func (s *orderSync) run(ctx workflow.Context) (message.OrderSyncResult, error) {
	var a *activities.Orders
	c := &caller{account: s.in.Account, policy: s.in.Policy, status: &s.status}
	page := activities.PageInput{Account: s.in.Account.ID, RunID: s.runID, Started: s.started, OpenOnly: s.in.OpenOnly}
	for n := 1; ; n++ {
		page.Sofar = s.counts
		out, err := call[activities.PageOutput](ctx, c, channel.OpOrders, fmt.Sprintf("page %d of orders", n), a.SyncOrdersPage, page)
		if err != nil {
			return s.result(nil), err
		}
		if out.Fault != nil {
			return s.failed(ctx, out.Fault)
		}
		s.counts = s.counts.Add(out.Counts)
		s.show(ctx, n)
		if out.Next == "" {
			s.status.State = stateDone
			return s.result(nil), nil
		}
		page.Cursor, page.Since, page.OpenOnly = out.Next, out.Since, out.OpenOnly
	}
}

// failed records the run's end and completes: the schedule tries again, and the account's health tells
// an operator when it happens too often.
func (s *orderSync) failed(ctx workflow.Context, fault *channel.Fault) (message.OrderSyncResult, error) {
	var a *activities.Orders
	s.counts.Errors++
	s.status.State = stateFailed
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("Ended early: **%s**. Nothing is lost: the next scan goes on from the same watermark.", faultWords(fault)))
	_, err := local[struct{}](ctx, "record the end of the run", a.EndScan, activities.EndInput{
		Account: s.in.Account, RunID: s.runID, Started: s.started, Counts: s.counts, Fault: fault,
	})
	return s.result(fault), err
}

func (s *orderSync) show(ctx workflow.Context, pages int) {
	s.status.Progress = message.Progress{Done: s.counts.Seen, Errors: s.counts.Errors}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("%s: %s seen, %d saved, %d unchanged, %d skipped, %d parked",
		plural(pages, "page"), plural(s.counts.Seen, "order"), s.counts.Saved, s.counts.Same, s.counts.Skipped, s.counts.Parked))
}

func (s *orderSync) result(fault *channel.Fault) message.OrderSyncResult {
	return message.OrderSyncResult{RunID: s.runID, Counts: s.counts, Fault: fault}
}
