package activities

import (
	"context"
	"time"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/coverages"
	"github.com/towpath/towpath/internal/store/runs"
)

// Coverage compares what channels have with what is here.
type Coverage struct{ Environment }

// CodeNoIDs is the code of a comparison with a channel whose adapter lists no ids.
const CodeNoIDs = "NO_ORDER_IDS"

// ListIDsInput is the input of ListOrderIDs: a page of a window.
type ListIDsInput struct {
	Account string            `json:"account"`
	RunID   string            `json:"runId"`
	Started time.Time         `json:"started"`
	Window  backfill.Range    `json:"window"`
	Budget  channel.Operation `json:"budget"`
	Cursor  string            `json:"cursor,omitempty"` // empty: the first page
}

// ListIDsOutput is the result of one page.
type ListIDsOutput struct {
	Fault *channel.Fault `json:"fault,omitempty"`
	Next  string         `json:"next,omitempty"`  // empty: that was the last page
	Wait  time.Duration  `json:"wait,omitempty"`  // before the next call
	Found int            `json:"found,omitempty"` // orders on this page
	// Unknown is set when the channel gave no list: what it has of the window is not known.
	Unknown bool `json:"unknown,omitempty"`
}

// Answered returns the fault of the call, if any.
func (o ListIDsOutput) Answered() *channel.Fault { return o.Fault }

// ListOrderIDs reads a page of the ids of the orders that the channel has of a window, and keeps it. It may be repeated.
func (c *Coverage) ListOrderIDs(ctx context.Context, in ListIDsInput) (ListIDsOutput, error) {
	rec, fault, err := c.page(ctx, in.Account, in.Budget, runs.Run{ID: in.RunID, Kind: runs.RunCoverage, StartedAt: in.Started}, in.Cursor)
	if err != nil || fault != nil {
		return ListIDsOutput{Fault: fault}, err
	}
	page, err := orderIDs(rec.ask(ctx), rec.conn, in)
	kept, done := rec.keep(ctx)
	defer done()
	if err != nil {
		fault, err := rec.failed(kept, err)
		return ListIDsOutput{Fault: fault}, err
	}
	if err := c.Store.Coverage.SavePage(kept, in.Account, in.RunID, in.Cursor == "", page.Orders, rec.calls()); err != nil {
		return ListIDsOutput{}, err
	}
	return ListIDsOutput{Next: page.Next, Wait: page.Wait, Found: len(page.Orders), Unknown: page.Unknown}, nil
}

func orderIDs(ctx context.Context, conn channel.Connection, in ListIDsInput) (channel.IDsPage, error) {
	lister, ok := conn.(channel.Enumerator)
	if !ok {
		return channel.IDsPage{}, channel.Refusal(channel.Config, string(in.Budget), CodeNoIDs, "the adapter lists no ids of orders")
	}
	return lister.OrderIDs(ctx, channel.IDsQuery{From: in.Window.From, Until: in.Window.To, Cursor: in.Cursor})
}

// SettleInput is the input of SettleCoverage.
type SettleInput struct {
	Account message.Account `json:"account"`
	RunID   string          `json:"runId"`
	Started time.Time       `json:"started"`
	Window  backfill.Range  `json:"window"`
	Listed  int             `json:"listed,omitempty"`  // orders on the pages that were read
	Unknown bool            `json:"unknown,omitempty"` // the channel gave no list
}

// SettleCoverage compares the ids that were read of a window with the orders that are here, and ends the run. A window of which the channel
// gave no list is noted as not known. It may be repeated.
func (c *Coverage) SettleCoverage(ctx context.Context, in SettleInput) (message.Counts, error) {
	counts, err := c.Store.Coverage.Settle(ctx, in.Account.ID, coverages.Reading{Run: in.RunID, Window: in.Window, Listed: in.Listed, Unknown: in.Unknown})
	if err != nil {
		return counts, err
	}
	return counts, c.EndCoverage(ctx, EndInput{Account: in.Account, RunID: in.RunID, Started: in.Started, Counts: counts})
}

// EndCoverage records the end of a comparison. After one that failed the sweep waits before it begins the next.
func (c *Coverage) EndCoverage(ctx context.Context, in EndInput) error {
	if in.Fault != nil {
		if err := c.Store.Coverage.Tried(ctx, in.Account.ID); err != nil {
			return err
		}
	}
	return c.endRun(ctx, runs.RunCoverage, in)
}
