package activities

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/version"
)

// programVersion is noted with an order that is set aside: another version of the program tries it again.
var programVersion = func() string { v := version.Of("towpath"); return v.Version + " " + v.Commit }()

// How much of what is set aside one scan tries again. Reading from bytes costs nothing; asking uses the budget of the scan.
const (
	asidePerScan = 100
	askedPerScan = 5
	asideTime    = 8 * time.Second // for reading them all
	asideSaves   = 5 * time.Second // that saving them may take, before the activity's time is over
)

// retryAside tries orders again that are set aside and due, after the last page of a scan: from the bytes that are kept, or by asking the
// channel for the order. It returns the counts of what could be saved. A fault ends it; the scan is not affected, and the next one goes on.
func (o *Orders) retryAside(ctx context.Context, rec *record, runID string) (message.Counts, error) {
	if end, ok := ctx.Deadline(); ok && time.Until(end) < asideTime+asideSaves {
		return message.Counts{}, nil // the page took long: the next scan has time
	}
	due, err := o.Store.Aside.Due(ctx, rec.acc.ID, programVersion, asidePerScan)
	if err != nil || len(due) == 0 {
		return message.Counts{}, err
	}
	ids := make([]int64, len(due))
	for i, d := range due {
		ids[i] = d.ID
	}
	bodies, err := o.Store.Aside.Open(ctx, ids)
	if err != nil {
		// The others are read, and these can still be asked for.
		activity.GetLogger(ctx).Warn("Orders that are set aside can't be opened.", "account", rec.acc.ID, "error", err)
	}
	r := &asideRetry{record: rec, bodies: bodies}
	call, cancel := context.WithTimeout(rec.ask(ctx), asideTime)
	defer cancel()
	for _, d := range due {
		if r.one(call, d); r.over {
			break
		}
	}
	ctx, done := rec.keep(ctx)
	defer done()
	return o.saveRetried(ctx, rec, runID, r)
}

// asideRetry collects what became of orders that were tried again.
type asideRetry struct {
	*record
	bodies map[int64][]byte
	asked  int
	over   bool // the channel answers no more calls now

	saved []order.Snapshot
	aside []*channel.OrderError // again
	tried []int64
	gone  []int64 // entries that need no one any more
}

// one tries one order: it is read from its bytes, unless a further call is missing or a person wants the channel asked.
func (r *asideRetry) one(ctx context.Context, d aside.Order) {
	var o order.Snapshot
	err := error(d.Fault)
	var decoded *channel.OrderError
	if body := r.bodies[d.ID]; body != nil && !d.Unfinished {
		o, err = r.conn.Decode(ctx, body)
		decoded = channel.AsOrderError(err)
	}
	asks := err != nil && d.OrderID != "" && (d.Unfinished || d.Asked)
	if asks {
		if r.asked++; r.asked > askedPerScan {
			return // the next scan asks
		}
		o, err = r.conn.Order(ctx, d.OrderID)
	}
	fault := channel.AsFault(err, string(channel.OpOrder))
	again := channel.AsOrderError(err)
	shown := again != nil && again.ID == d.OrderID && d.OrderID != "" && again != decoded
	switch {
	case err == nil:
		r.saved = append(r.saved, o)
		if d.OrderID != o.ID {
			r.gone = append(r.gone, d.ID)
		}
	case shown: // by the channel, as unreadable as before
		r.aside, r.tried = append(r.aside, again), append(r.tried, d.ID)
	case again == nil && fault.Class == channel.Missing && asks && fault.Operation != further(d):
		r.gone = append(r.gone, d.ID)
	default:
		r.over = again == nil && (fault.Class == channel.Throttled || fault.Class == channel.Auth || ctx.Err() != nil)
		r.tried = append(r.tried, d.ID)
	}
}

// further returns the further call that failed for an order that can be read; empty for any other. When it finds nothing, the channel may
// have the order all the same.
func further(d aside.Order) string {
	if !d.Unfinished || d.Fault == nil {
		return ""
	}
	return d.Fault.Operation
}

// saveRetried saves what became of the orders.
func (o *Orders) saveRetried(ctx context.Context, rec *record, runID string, r *asideRetry) (message.Counts, error) {
	saved, err := o.Store.Orders.SavePage(ctx, orders.Page{
		Account: rec.acc.ID, RunID: runID, SeenAt: time.Now().UTC(), Orders: r.saved, Aside: r.aside, With: programVersion,
		RequestID: rec.requestID(), Calls: rec.calls(),
	})
	if err != nil {
		return message.Counts{}, fmt.Errorf("save orders that were set aside: %w", err)
	}
	if err := o.Store.Aside.Remove(ctx, rec.acc.ID, r.gone); err != nil {
		return message.Counts{}, err
	}
	if err := o.Store.Aside.Tried(ctx, rec.acc.ID, r.tried, programVersion); err != nil {
		return message.Counts{}, err
	}
	return saved.Counts, o.deliverPage(ctx, saved)
}
