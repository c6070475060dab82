package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
)

// Orders reads orders from channels and saves them.
type Orders struct {
	Environment
	Lifecycles LifecycleNotifier
	Pushes     StockWaker
	Scans      ScanPacer
}

// PageInput is the input of SyncOrdersPage: which page to read next.
type PageInput struct {
	Account  string         `json:"account"`
	RunID    string         `json:"runId"`
	Started  time.Time      `json:"started"`
	OpenOnly bool           `json:"openOnly,omitempty"`
	Cursor   string         `json:"cursor,omitempty"` // empty: the first page
	Since    time.Time      `json:"since,omitzero"`   // from the output of the first page
	Sofar    message.Counts `json:"sofar"`
}

// PageOutput is the result of one page.
type PageOutput struct {
	Fault *channel.Fault `json:"fault,omitempty"`
	Next  string         `json:"next,omitempty"` // empty: that was the last page
	// How the first page was requested; the later pages must use the same values.
	Since    time.Time      `json:"since,omitzero"`
	OpenOnly bool           `json:"openOnly,omitempty"`
	Counts   message.Counts `json:"counts"` // of this page
}

// Answered returns the fault of the call, if any.
func (o PageOutput) Answered() *channel.Fault { return o.Fault }

// clockMargin is the largest expected difference between a channel's clock and ours.
const clockMargin = 10 * time.Minute

// SyncOrdersPage reads one page of orders, saves it in one transaction, and signals the lifecycles. Signals that fail are
// repeated by the sweep: the saved rows are the truth.
func (o *Orders) SyncOrdersPage(ctx context.Context, in PageInput) (PageOutput, error) {
	rec, fault, err := o.page(ctx, in.Account, channel.OpOrders, runs.Run{ID: in.RunID, Kind: runs.RunOrders, StartedAt: in.Started}, in.Cursor)
	if err != nil || fault != nil {
		return PageOutput{Fault: fault}, err
	}
	query := o.query(rec.acc, in)
	page, err := rec.conn.Orders(rec.ask(ctx), query)
	kept, done := rec.keep(ctx)
	defer done()
	if err != nil {
		fault, err := rec.failed(kept, err)
		return PageOutput{Fault: fault}, err
	}
	out, err := o.save(kept, rec, in, query, page)
	if err != nil || out.Next != "" {
		return out, err
	}
	return o.endPages(ctx, rec, in, out)
}

// endPages tries orders again that are set aside, after the last page, and ends the run.
func (o *Orders) endPages(ctx context.Context, rec *record, in PageInput, out PageOutput) (PageOutput, error) {
	retried, err := o.retryAside(ctx, rec, in.RunID)
	if err != nil {
		return PageOutput{}, err
	}
	out.Counts = out.Counts.Add(retried)
	ctx, done := rec.keep(ctx)
	defer done()
	if err := rec.end(ctx, in.Sofar.Add(out.Counts)); err != nil {
		return PageOutput{}, err
	}
	return out, o.rescanned(ctx, in.Account)
}

func (o *Orders) save(ctx context.Context, rec *record, in PageInput, q channel.OrdersQuery, page channel.OrdersPage) (PageOutput, error) {
	last := page.Next == ""
	page.Watermark = watermark(rec.acc, in, page)
	saved, err := o.Store.Orders.SavePage(ctx, orders.Page{
		Account: in.Account, RunID: in.RunID, SeenAt: time.Now().UTC(),
		Orders: page.Orders, Aside: page.Aside, Withheld: page.Withheld, With: programVersion, RequestID: page.RequestID, Calls: rec.calls(),
		Last: last, OldWatermark: rec.acc.Watermark, NewWatermark: page.Watermark,
	})
	if err != nil {
		return PageOutput{}, fmt.Errorf("save page of orders: %w", err)
	}
	if err := o.deliverPage(ctx, saved); err != nil {
		return PageOutput{}, err
	}
	return PageOutput{Next: page.Next, Since: q.Since, OpenOnly: q.OpenOnly, Counts: saved.Counts}, nil
}

// rescanned wakes the stock push of the account if levels of it have waited for this scan.
func (o *Orders) rescanned(ctx context.Context, account string) error {
	waited, err := o.Store.Levels.Rescanned(ctx, account)
	if err != nil {
		return err
	}
	if waited {
		wake(ctx, o.Pushes, account)
	}
	return nil
}

// watermark returns where the next scan begins. A scan of open orders does not see what was shipped or cancelled since the last
// scan, so it leaves the watermark, except for a new account: there the next scan begins at the start of this one, less
// clockMargin.
func watermark(acc accounts.Account, in PageInput, page channel.OrdersPage) time.Time {
	switch {
	case acc.Watermark.IsZero() && page.Watermark.IsZero():
		return in.Started.Add(-clockMargin)
	case acc.Watermark.IsZero() || !in.OpenOnly:
		return page.Watermark
	}
	return time.Time{}
}

// deliverPage delivers the outbox entries of a saved page and wakes the stock pushes.
func (o *Orders) deliverPage(ctx context.Context, saved orders.PageResult) error {
	wake(ctx, o.Pushes, saved.Dirty...)
	_, err := o.deliver(ctx, o.Lifecycles, saved.Outbox)
	return err
}

func (o *Orders) query(acc accounts.Account, in PageInput) channel.OrdersQuery {
	if in.Cursor != "" {
		return channel.OrdersQuery{Since: in.Since, OpenOnly: in.OpenOnly, Cursor: in.Cursor}
	}
	if in.OpenOnly || acc.Watermark.IsZero() {
		return channel.OrdersQuery{Since: in.Started.Add(-order.ConnectWindow), OpenOnly: true}
	}
	return channel.OrdersQuery{Since: acc.Watermark}
}

// EndScan records the end of a scan that ended early with a fault.
func (o *Orders) EndScan(ctx context.Context, in EndInput) error {
	return o.endRun(ctx, runs.RunOrders, in)
}

// RefreshInput is the input of RefreshOrder.
type RefreshInput struct {
	Order message.OrderKey `json:"order"`
	RunID string           `json:"runId"`
}

// RefreshOutput is the result of RefreshOrder.
type RefreshOutput struct {
	Fault *channel.Fault `json:"fault,omitempty"`
}

// Answered returns the fault of the call, if any.
func (o RefreshOutput) Answered() *channel.Fault { return o.Fault }

// RefreshOrder reads one order from the channel and saves it as a scan would. It is used when the channel refuses a call because
// the order has changed there.
func (o *Orders) RefreshOrder(ctx context.Context, in RefreshInput) (RefreshOutput, error) {
	account := in.Order.Account.ID
	rec, fault, err := o.open(ctx, account, channel.OpOrder, runs.Run{ID: in.RunID})
	if err != nil || fault != nil {
		return RefreshOutput{Fault: fault}, err
	}
	rec.about.OrderID = in.Order.RowID
	page := orders.Page{Account: account, RunID: in.RunID, With: programVersion}
	ord, err := rec.conn.Order(rec.ask(ctx), in.Order.OrderID)
	ctx, done := rec.keep(ctx)
	defer done()
	switch aside := channel.AsOrderError(err); {
	case aside != nil:
		page.Aside = []*channel.OrderError{aside}
	case err != nil:
		fault, err := rec.failed(ctx, err)
		return RefreshOutput{Fault: fault}, err
	default:
		page.Orders = []order.Snapshot{ord}
	}
	page.SeenAt, page.RequestID, page.Calls = time.Now().UTC(), rec.requestID(), rec.calls()
	saved, saveErr := o.Store.Orders.SavePage(ctx, page)
	if saveErr != nil {
		return RefreshOutput{}, fmt.Errorf("save order %s: %w", in.Order.OrderID, saveErr)
	}
	if err != nil {
		return RefreshOutput{Fault: channel.AsFault(err, string(channel.OpOrder))}, nil
	}
	return RefreshOutput{}, o.deliverPage(ctx, saved)
}

// Lifecycle changes one order in the store. Its activities are local: short, idempotent, and without channel calls.
type Lifecycle struct {
	Store  *store.Store
	Pushes StockWaker
}

// ChangeInput names the order and the saved package or cancellation.
type ChangeInput struct {
	Order message.OrderKey `json:"order"`
	ID    string           `json:"id"` // package id or cancellation id
}

// ProcessPackage deducts the units of a saved package from stock.
func (l *Lifecycle) ProcessPackage(ctx context.Context, in ChangeInput) (message.OrderResult, error) {
	out, err := l.Store.Packages.ProcessPackage(ctx, in.Order.RowID, in.ID)
	if errors.Is(err, store.ErrNotFound) {
		return message.OrderResult{Refused: notSaved("package", in.ID)}, nil
	}
	if err != nil {
		return message.OrderResult{}, fmt.Errorf("process package %s: %w", in.ID, err)
	}
	return l.done(ctx, out)
}

// CancelOrder applies a saved cancellation.
func (l *Lifecycle) CancelOrder(ctx context.Context, in ChangeInput) (message.OrderResult, error) {
	out, err := l.Store.Orders.ApplyCancellation(ctx, in.Order.RowID, in.ID)
	if errors.Is(err, store.ErrNotFound) {
		return message.OrderResult{Refused: notSaved("cancellation", in.ID)}, nil
	}
	if err != nil {
		return message.OrderResult{}, fmt.Errorf("apply cancellation %s: %w", in.ID, err)
	}
	return l.done(ctx, out)
}

// notSaved returns the refusal of a request that the store does not have: no repetition cures that.
func notSaved(what, id string) string {
	return fmt.Sprintf("the store has no %s %q of this order: ask again, which saves it first", what, id)
}

// done wakes the stock pushes of the levels that changed. The sweep repeats a wake that fails.
func (l *Lifecycle) done(ctx context.Context, out orders.Outcome) (message.OrderResult, error) {
	result := message.OrderResult{State: out.State, Refused: out.Refused}
	if len(out.Dirty) > 0 {
		if err := l.Pushes.WakeStock(ctx, out.Dirty); err != nil {
			return result, fmt.Errorf("wake stock pushes: %w", err)
		}
	}
	return result, nil
}
