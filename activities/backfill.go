package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/backfills"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
)

// ScanPacer sets the interval of an account's order scans.
type ScanPacer interface {
	// PaceScans sets it to what the store's backfills leave: twice as long while one searches and scans use the whole budget.
	PaceScans(ctx context.Context, account string) error
}

// BackfillPageInput is the input of BackfillPage: a page of one window.
type BackfillPageInput struct {
	Account string           `json:"account"`
	RunID   string           `json:"runId"`
	Records backfill.Records `json:"records"`
	Window  backfill.Range   `json:"window"`
	Cursor  string           `json:"cursor,omitempty"` // empty: the first page of the window
	Took    time.Duration    `json:"took,omitempty"`
	Sofar   message.Counts   `json:"sofar"`
}

// BackfillOutput is the result of one step of a backfill.
type BackfillOutput struct {
	Fault  *channel.Fault `json:"fault,omitempty"`
	Next   string         `json:"next,omitempty"`  // empty: that was the last page of the window
	Total  int            `json:"total,omitempty"` // in the window, where the channel says
	Found  int            `json:"found,omitempty"` // on this page
	Counts message.Counts `json:"counts"`          // of this step
	Row    int            `json:"row,omitempty"`   // of a report: how many orders were read
	Ask    []string       `json:"ask,omitempty"`   // of a report: orders that the channel is to be asked for
}

// Answered returns the fault of the call, if any.
func (o BackfillOutput) Answered() *channel.Fault { return o.Fault }

// BackfillPage reads one page of past orders and saves it in one transaction, as a scan does; orders that are over become history.
// The account's watermark stays where it is.
func (o *Orders) BackfillPage(ctx context.Context, in BackfillPageInput) (BackfillOutput, error) {
	rec, fault, err := o.open(ctx, in.Account, channel.OpOrders, runs.Run{ID: in.RunID})
	if err != nil || fault != nil {
		return BackfillOutput{Fault: fault}, err
	}
	query := channel.OrdersQuery{Since: in.Window.From, Until: in.Window.To, Created: in.Records == backfill.Orders, Cursor: in.Cursor}
	page, err := rec.conn.Orders(rec.ask(ctx), query)
	kept, done := rec.keep(ctx)
	defer done()
	if err != nil {
		fault, err := rec.failed(kept, err)
		return BackfillOutput{Fault: fault}, err
	}
	reading := order.Reading{Backfill: true, KnownOnly: in.Records == backfill.Shipments}
	counts, err := o.keepPast(kept, orders.Page{
		Account: in.Account, RunID: in.RunID, Orders: page.Orders, Aside: page.Aside, Withheld: page.Withheld, Reading: reading,
		RequestID: page.RequestID, Calls: rec.calls(),
	})
	if err != nil {
		return BackfillOutput{}, err
	}
	at := backfills.Progress{ID: in.RunID, Position: in.Window.From, Took: in.Took, Counts: in.Sofar.Add(counts)}
	if page.Next == "" {
		at.Position = in.Window.To
	}
	out := BackfillOutput{Next: page.Next, Total: page.Total, Found: len(page.Orders) + len(page.Aside), Counts: counts}
	return out, o.Store.Backfills.Moved(kept, at)
}

// keepPast saves past orders, starts the lifecycles of those that are open, and returns what became of them.
func (o *Orders) keepPast(ctx context.Context, page orders.Page) (message.Counts, error) {
	page.SeenAt, page.With = time.Now().UTC(), programVersion
	saved, err := o.Store.Orders.SavePage(ctx, page)
	if err != nil {
		return message.Counts{}, fmt.Errorf("save past orders: %w", err)
	}
	return saved.Counts, o.deliverPage(ctx, saved)
}

// BackfillOrderInput is the input of BackfillOrder.
type BackfillOrderInput struct {
	Account string `json:"account"`
	RunID   string `json:"runId"`
	OrderID string `json:"orderId"` // the channel's
}

// noLonger is the reason for an order of a report that its channel does not have.
const noLonger = "the channel does not show it any more"

// BackfillOrder reads an order of a report that may be open from its channel, and saves it as a scan would: a report has neither line
// ids nor buyers.
func (o *Orders) BackfillOrder(ctx context.Context, in BackfillOrderInput) (BackfillOutput, error) {
	rec, fault, err := o.open(ctx, in.Account, channel.OpOrder, runs.Run{ID: in.RunID})
	if err != nil || fault != nil {
		return BackfillOutput{Fault: fault}, err
	}
	page := orders.Page{Account: in.Account, RunID: in.RunID, Reading: order.Reading{Backfill: true}}
	found, err := rec.conn.Order(rec.ask(ctx), in.OrderID)
	kept, done := rec.keep(ctx)
	defer done()
	page.RequestID, page.Calls = rec.requestID(), rec.calls()
	f, aside := channel.AsFault(err, string(channel.OpOrder)), channel.AsOrderError(err)
	switch {
	case aside != nil:
		page.Aside = []*channel.OrderError{aside}
	case err == nil:
		page.Orders = []order.Snapshot{found}
	case f.Class == channel.Missing, f.Class == channel.Invalid: // the next one may be there
		return o.notShown(kept, rec, in, f)
	default:
		fault, err := rec.failed(kept, err)
		return BackfillOutput{Fault: fault}, err
	}
	counts, err := o.keepPast(kept, page)
	return BackfillOutput{Counts: counts}, err
}

// notShown records that the channel does not have an order of a report, or refuses its id.
func (o *Orders) notShown(ctx context.Context, rec *record, in BackfillOrderInput, f *channel.Fault) (BackfillOutput, error) {
	item := runs.Item{RunID: in.RunID, Type: "order", Reference: in.OrderID, Status: runs.ItemSkipped, Reason: noLonger, RequestID: f.RequestID, At: time.Now().UTC()}
	counts := message.Counts{Seen: 1, Skipped: 1}
	if f.Class == channel.Invalid {
		item.Status, item.Reason, item.FaultID = runs.ItemError, "the channel refuses its id", f.ID
		counts = message.Counts{Seen: 1, Errors: 1}
		if _, err := rec.failed(ctx, f); err != nil {
			return BackfillOutput{}, err
		}
	} else if err := o.Store.Runs.SaveCalls(ctx, rec.calls()); err != nil {
		return BackfillOutput{}, err
	}
	return BackfillOutput{Counts: counts}, o.Store.Runs.SaveItems(ctx, []runs.Item{item})
}

// BackfillRowsInput is the input of BackfillRows: where to go on in a report.
type BackfillRowsInput struct {
	Account string         `json:"account"`
	RunID   string         `json:"runId"`
	Row     int            `json:"row"`
	Took    time.Duration  `json:"took,omitempty"`
	Sofar   message.Counts `json:"sofar"`
}

// CodeNoRows is the code of a backfill whose report is not in the store: a database that was restored has lost it.
const CodeNoRows = "REPORT_ROWS_GONE"

// rowsAtOnce is how many orders of a report are read at once.
const rowsAtOnce = 100

// BackfillRows saves the next orders of a report that are over as history, and returns those that may be open and are not known: the
// channel is to be asked for them. Known orders stay as they are. It is called while there are orders left: without any in the store it
// returns a fault.
func (o *Orders) BackfillRows(ctx context.Context, in BackfillRowsInput) (BackfillOutput, error) {
	if err := o.Store.Backfills.Moved(ctx, backfills.Progress{ID: in.RunID, Row: in.Row, Took: in.Took, Counts: in.Sofar}); err != nil {
		return BackfillOutput{}, err
	}
	bodies, err := o.Store.Backfills.Rows(ctx, in.RunID, in.Row, rowsAtOnce)
	if err != nil {
		return BackfillOutput{}, err
	}
	if len(bodies) == 0 {
		f := channel.Refusal(channel.Missing, string(channel.OpOrder), CodeNoRows, fmt.Sprintf("the store has no order of the report from %d on", in.Row+1))
		f.Hit.RunID = in.RunID
		return BackfillOutput{Fault: f}, o.saveFaults(ctx, in.Account, nil, f)
	}
	list, ids := make([]order.Snapshot, len(bodies)), make([]string, len(bodies))
	for i, body := range bodies {
		if err := json.Unmarshal([]byte(body), &list[i]); err != nil {
			return BackfillOutput{}, fmt.Errorf("read order %d of the report of backfill %s: %w", in.Row+i+1, in.RunID, err)
		}
		ids[i] = list[i].ID
	}
	acc, err := o.Store.Accounts.Account(ctx, in.Account)
	if err != nil {
		return BackfillOutput{}, err
	}
	known, err := o.Store.Backfills.Known(ctx, in.Account, ids)
	if err != nil {
		return BackfillOutput{}, err
	}
	policy, out := acc.OrderPolicy(), BackfillOutput{Row: in.Row + len(bodies), Found: len(bodies)}
	page := orders.Page{Account: in.Account, RunID: in.RunID, Reading: order.Reading{Backfill: true, Report: true}}
	for _, s := range list {
		if !known[s.ID] && policy.Skips(s) == "" {
			out.Ask = append(out.Ask, s.ID)
			continue
		}
		page.Orders = append(page.Orders, s)
	}
	if out.Counts, err = o.keepPast(ctx, page); err != nil {
		return BackfillOutput{}, err
	}
	return out, nil
}

// MarkBackfillInput is the input of MarkBackfill.
type MarkBackfillInput struct {
	EndInput
	State backfill.Standing `json:"state"`
	Row   int               `json:"row,omitempty"` // of a report: how many orders need no further call
	Took  time.Duration     `json:"took,omitempty"`
}

// MarkBackfill records that a backfill runs, is paused or has ended, with its counts, and gives the scans the turns that it takes or
// has left.
func (o *Orders) MarkBackfill(ctx context.Context, in MarkBackfillInput) error {
	run := ours(ctx, in.Account, runs.Run{ID: in.RunID, Kind: runs.RunBackfill, StartedAt: in.Started})
	if err := o.Store.Runs.StartRun(ctx, run); err != nil {
		return fmt.Errorf("record start of backfill: %w", err)
	}
	if err := o.Store.Backfills.Moved(ctx, backfills.Progress{ID: in.RunID, Row: in.Row, Took: in.Took, Counts: in.Counts}); err != nil {
		return err
	}
	if err := o.Store.Backfills.Mark(ctx, in.RunID, in.State); err != nil {
		return err
	}
	if in.State.Over() {
		if err := o.endRun(ctx, runs.RunBackfill, in.EndInput); err != nil {
			return err
		}
	}
	return o.Scans.PaceScans(ctx, in.Account.ID)
}
