package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// LinksImport reads all listings of an account, page by page, and saves each page before it asks for the next. Listings are
// marked as gone and links are updated only after the last page, so an import that fails changes nothing that is pushed.
func LinksImport(ctx workflow.Context, in message.LinksImportInput) (message.LinksImportResult, error) {
	r, err := begin(ctx, "links", in.Versioned, in.Account, in.Policy)
	if err != nil {
		return message.LinksImportResult{}, err
	}
	r.goOn(in.RunID, in.Started)
	in.RunID, in.Started = r.id, r.started
	r.status.Progress = message.Progress{Done: in.Counts.Seen, Errors: in.Counts.Errors}
	l := &linksImport{accountRun: r, in: in}
	return l.run(ctx)
}

type linksImport struct {
	*accountRun
	in message.LinksImportInput // the input of the next history; updated after every page
}

func (l *linksImport) next() message.LinksImportInput { return l.in }

func (l *linksImport) run(ctx workflow.Context) (message.LinksImportResult, error) {
	for {
		page := activities.ListingsInput{Account: l.in.Account.ID, RunID: l.in.RunID, Started: l.in.Started, Cursor: l.in.Cursor, Sofar: l.in.Counts}
		out, err := call[activities.ListingsOutput](ctx, &l.caller, channel.OpListings, fmt.Sprintf("page %d of listings", l.in.Pages+1), message.ActivityImportListings, page)
		if err != nil {
			return l.result(0, nil), err
		}
		if out.Fault != nil {
			return l.endEarly(ctx, out.Fault)
		}
		l.count(ctx, out)
		if out.Next == "" {
			l.status.State = stateDone
			return l.result(out.Gone, nil), nil
		}
		if grown(ctx) {
			return l.result(0, nil), continueAsNew(ctx, l.next)
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

// endEarly ends the import and records its fault. Saved pages stay; the next import begins from the first page.
func (l *linksImport) endEarly(ctx workflow.Context, fault *channel.Fault) (message.LinksImportResult, error) {
	l.in.Counts.Errors++
	err := l.failed(ctx, fault, l.in.Counts, message.ActivityEndImport,
		fmt.Sprintf("No link was changed and no listing marked gone: `towpath links import --account %s` tries again.", l.in.Account.ID))
	return l.result(0, fault), err
}

func (l *linksImport) result(gone int, fault *channel.Fault) message.LinksImportResult {
	return message.LinksImportResult{RunID: l.in.RunID, Counts: l.in.Counts, Gone: gone, Fault: fault}
}
