package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// search reads the next page of the window at hand. A window with more orders than a search shows, or whose search the channel ends, is
// halved and begun anew: what was read of it is known then.
func (b *backfilling) search(ctx workflow.Context) (more bool, fault *channel.Fault, err error) {
	window, more := b.in.Walk.Window()
	if !more {
		return false, nil, nil
	}
	in := activities.BackfillPageInput{
		Account: b.account.ID, RunID: b.id, Records: b.in.Records, Window: window, Cursor: b.in.Cursor, Took: b.in.Took, Sofar: b.in.Counts,
	}
	out, err := call[activities.BackfillOutput](ctx, &b.caller, channel.OpOrders, "orders of "+window.String(), message.ActivityBackfillPage, in)
	b.worked(ctx)
	if err != nil {
		return true, nil, err
	}
	if f := out.Fault; f != nil {
		tooMany := f.Class == channel.Limit || f.Class == channel.Invalid && b.in.Cursor != ""
		if tooMany && b.halve() {
			return true, nil, b.turn(ctx)
		}
		return true, f, nil
	}
	b.in.Counts, b.in.Found, b.in.Cursor = b.in.Counts.Add(out.Counts), b.in.Found+out.Found, out.Next
	switch {
	case out.Next == "":
		b.in.Walk = b.in.Walk.Passed(b.in.Found, b.in.Search)
		b.in.Found = 0
		if _, more = b.in.Walk.Window(); !more {
			return false, nil, nil
		}
	case max(out.Total, b.in.Found) > b.in.Search.Most:
		b.halve()
	}
	return true, nil, b.turn(ctx)
}

// halve begins half of the window at hand; it reports whether that was possible.
func (b *backfilling) halve() bool {
	half, ok := b.in.Walk.Halved()
	if ok {
		b.in.Walk, b.in.Cursor, b.in.Found = half, "", 0
	}
	return ok
}

// report asks the channel for the next order of the report that may be open, or saves the next rows.
func (b *backfilling) report(ctx workflow.Context) (more bool, fault *channel.Fault, err error) {
	if len(b.in.Ask) > 0 {
		id := b.in.Ask[0]
		out, err := call[activities.BackfillOutput](ctx, &b.caller, channel.OpOrder, "order "+id, message.ActivityBackfillOrder,
			activities.BackfillOrderInput{Account: b.account.ID, RunID: b.id, OrderID: id})
		b.worked(ctx)
		if err != nil || out.Fault != nil {
			return true, out.Fault, err
		}
		b.in.Ask, b.in.Counts = b.in.Ask[1:], b.in.Counts.Add(out.Counts)
		return true, nil, nil
	}
	if b.in.Row >= b.in.Rows {
		return false, nil, nil
	}
	in := activities.BackfillRowsInput{Account: b.account.ID, RunID: b.id, Row: b.in.Row, Took: b.in.Took, Sofar: b.in.Counts}
	out, err := local[activities.BackfillOutput](ctx, fmt.Sprintf("orders of the report from %d on", b.in.Row+1), message.ActivityBackfillRows, in)
	b.worked(ctx)
	if err != nil || out.Fault != nil {
		return true, out.Fault, err
	}
	b.in.Counts, b.in.Row, b.in.Ask = b.in.Counts.Add(out.Counts), out.Row, out.Ask
	return out.Found > 0, nil, nil
}

// readRows returns how many rows of the report need no further call: the last ones are read again after a stop.
func (b *backfilling) readRows() int {
	if len(b.in.Ask) > 0 {
		return 0 // the store has the position before them
	}
	return b.in.Row
}

// show says in the status and in the Web UI how far it is.
func (b *backfilling) show(ctx workflow.Context) {
	share, what, n := b.in.Walk.Share(), "read up to "+b.in.Walk.Position.UTC().Format("2 Jan 2006 15:04"), b.in.Counts
	progress := message.Progress{Done: n.Seen, Errors: n.Errors}
	if b.in.Rows > 0 {
		share, what = float64(b.in.Row)/float64(b.in.Rows), fmt.Sprintf("%d of %s of the report read", b.in.Row, plural(b.in.Rows, "order"))
		progress.Total = b.in.Rows
	}
	b.status.RunID, b.status.Progress, b.status.Read = b.id, progress, &n
	b.status.Step = fmt.Sprintf("%d%%", int(100*share))
	b.status.Left = backfill.Left(share, b.in.Took)
	left := ""
	if b.status.Left > 0 {
		left = fmt.Sprintf(", about %s left", b.status.Left.Round(time.Second))
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("%d%%, %s%s: %s, %d new or changed, %d over or left out, %d known, %s",
		int(100*share), what, left, plural(n.Seen, "order"), n.Saved, n.Skipped, n.Same, plural(n.Errors, "error")))
}
