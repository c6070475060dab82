package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// OrderSync scans an account for orders changed since the watermark, page by page, and saves each page in one transaction before
// it asks for the next. A scan that fails records its fault and leaves the watermark, so the next scan starts from the same
// point.
func OrderSync(ctx workflow.Context, in message.OrderSyncInput) (message.OrderSyncResult, error) {
	r, err := begin(ctx, "orders", in.Versioned, in.Account, in.Policy)
	if err != nil {
		return message.OrderSyncResult{}, err
	}
	s := &orderSync{accountRun: r, in: in}
	return s.run(ctx)
}

type orderSync struct {
	*accountRun
	in     message.OrderSyncInput
	counts message.Counts
}

func (s *orderSync) run(ctx workflow.Context) (message.OrderSyncResult, error) {
	page := activities.PageInput{Account: s.in.Account.ID, RunID: s.id, Started: s.started, OpenOnly: s.in.OpenOnly}
	for n := 1; ; n++ {
		page.Sofar = s.counts
		out, err := call[activities.PageOutput](ctx, &s.caller, channel.OpOrders, fmt.Sprintf("page %d of orders", n), message.ActivitySyncOrdersPage, page)
		if err != nil {
			return s.result(nil), err
		}
		if out.Fault != nil {
			s.counts.Errors++
			return s.result(out.Fault), s.failed(ctx, out.Fault, s.counts, message.ActivityEndScan, "Nothing is lost: the next scan goes on from the same watermark.")
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

func (s *orderSync) show(ctx workflow.Context, pages int) {
	s.status.Progress = message.Progress{Done: s.counts.Seen, Errors: s.counts.Errors}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("%s: %s seen, %d saved, %d unchanged, %d skipped, %d parked",
		plural(pages, "page"), plural(s.counts.Seen, "order"), s.counts.Saved, s.counts.Same, s.counts.Skipped, s.counts.Unlinked))
}

func (s *orderSync) result(fault *channel.Fault) message.OrderSyncResult {
	return message.OrderSyncResult{RunID: s.id, Counts: s.counts, Fault: fault}
}
