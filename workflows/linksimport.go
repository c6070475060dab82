package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// LinksImport reads all that an account offers on its channel, page by page, each saved before the next is asked for.
// Only when the last page is saved are listings marked gone and do links follow theirs: an import that fails
// changes nothing that is pushed.
func LinksImport(ctx workflow.Context, in message.LinksImportInput) (message.LinksImportResult, error) {
	l := &linksImport{
		in:     in,
		status: message.Status{Kind: "links", Account: in.Account.ID, Endpoint: in.Account.Endpoint, State: stateRunning},
	}
	if in.RunID == "" {
		l.in.RunID, l.in.Started = workflow.GetInfo(ctx).WorkflowExecution.RunID, workflow.Now(ctx).UTC()
	}
	if err := l.setup(ctx); err != nil {
		return message.LinksImportResult{}, err
	}
	return l.run(ctx)
}

type linksImport struct {
	in     message.LinksImportInput // what a continue-as-new goes on with: moved on with every page
	status message.Status
}

func (l *linksImport) setup(ctx workflow.Context) error {
	l.status.Progress = message.Progress{Done: l.in.Counts.Seen, Errors: l.in.Counts.Errors}
	return workflow.SetQueryHandler(ctx, message.QueryStatus, func() (message.Status, error) { return l.status, nil })
}

func (l *linksImport) run(ctx workflow.Context) (message.LinksImportResult, error) {
	var a *activities.Links
	c := &caller{account: l.in.Account, policy: l.in.Policy, status: &l.status}
	for {
		page := activities.ListingsInput{Account: l.in.Account.ID, RunID: l.in.RunID, Started: l.in.Started, Cursor: l.in.Cursor, Sofar: l.in.Counts}
		out, err := call[activities.ListingsOutput](ctx, c, channel.OpListings, fmt.Sprintf("page %d of listings", l.in.Pages+1), a.ImportListings, page)
		if err != nil {
			return l.result(0, nil), err
		}
		if out.Fault != nil {
			return l.failed(ctx, out.Fault)
		}
		l.count(ctx, out)
		if out.Next == "" {
			l.status.State = stateDone
			return l.result(out.Gone, nil), nil
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return l.result(0, nil), workflow.NewContinueAsNewError(ctx, LinksImport, l.in)
		}
	}
}

func (l *linksImport) count(ctx workflow.Context, out activities.ListingsOutput) {
	l.in.Cursor, l.in.Counts, l.in.Pages = out.Next, l.in.Counts.Add(out.Counts), l.in.Pages+1
	n := l.in.Counts
	l.status.Progress = message.Progress{Done: n.Seen, Total: out.Total, Errors: n.Errors}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("%s: %s seen, %d new or changed, %d unchanged, %d without SKU, %d gone",
		plural(l.in.Pages, "page"), plural(n.Seen, "listing"), n.Saved, n.Same, n.Skipped, out.Gone))
}

// failed records the run's end and completes: what was read stays, and another import begins anew.
func (l *linksImport) failed(ctx workflow.Context, fault *channel.Fault) (message.LinksImportResult, error) {
	var a *activities.Links
	l.in.Counts.Errors++
	l.status.State = stateFailed
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("Ended early: **%s**. No link was changed and no listing marked gone: `towpath links import --account %s` tries again.",
		faultWords(fault), l.in.Account.ID))
	_, err := local[struct{}](ctx, "record the end of the run", a.EndImport, activities.EndInput{
		Account: l.in.Account, RunID: l.in.RunID, Started: l.in.Started, Counts: l.in.Counts, Fault: fault,
	})
	return l.result(0, fault), err
}

func (l *linksImport) result(gone int, fault *channel.Fault) message.LinksImportResult {
	return message.LinksImportResult{RunID: l.in.RunID, Counts: l.in.Counts, Gone: gone, Fault: fault}
}
