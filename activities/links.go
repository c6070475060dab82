package activities

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
)

// Links reads from channels what they offer.
type Links struct{ Desk }

// ListingsInput asks for the next page of an import.
type ListingsInput struct {
	Account string         `json:"account"`
	RunID   string         `json:"runId"`
	Started time.Time      `json:"started"`
	Cursor  string         `json:"cursor,omitempty"` // empty: the first page
	Sofar   message.Counts `json:"sofar"`
}

// ListingsOutput is what a page of listings came to.
type ListingsOutput struct {
	Fault  *channel.Fault `json:"fault,omitempty"`
	Next   string         `json:"next,omitempty"`  // empty: that was the last page
	Total  int            `json:"total,omitempty"` // of all pages, where the channel says
	Counts message.Counts `json:"counts"`          // of this page
	Gone   int            `json:"gone,omitempty"`  // on the last page: listings that the channel shows no more
}

// Answered is the fault that the call ended with, if any.
func (o ListingsOutput) Answered() *channel.Fault { return o.Fault }

// codeRepeats is the fault of a channel that answers a page with the cursor that it was asked with.
const codeRepeats = "REPEATED_CURSOR"

// ImportListings reads one page of an account's listings and saves it in one transaction. With the last page the links
// follow their listings, and pushes are woken for those that changed.
func (l *Links) ImportListings(ctx context.Context, in ListingsInput) (ListingsOutput, error) {
	acc, conn, fault, err := l.connection(ctx, in.Account, channel.OpListings)
	if err != nil || fault != nil {
		return ListingsOutput{Fault: fault}, err
	}
	run := l.run(ctx, acc, in)
	if in.Cursor == "" {
		if err := l.Store.StartRun(ctx, run); err != nil {
			return ListingsOutput{}, fmt.Errorf("record start of run: %w", err)
		}
	}
	ctx, made := gather(ctx, store.Call{Account: acc.ID, Endpoint: acc.Endpoint, Budget: channel.OpListings, RunID: in.RunID})
	page, err := readListings(ctx, conn, channel.ListingsQuery{Cursor: in.Cursor})
	if err != nil {
		f := channel.AsFault(err, string(channel.OpListings))
		return ListingsOutput{Fault: f}, l.recordWith(ctx, in.Account, made.list(), f)
	}
	saved, err := l.Store.SaveListings(ctx, store.ListingsPage{
		Account: in.Account, RunID: in.RunID, SeenAt: time.Now().UTC(), Listings: page.Listings,
		RequestID: page.RequestID, Calls: made.list(), Last: page.Next == "",
	})
	if err != nil {
		return ListingsOutput{}, fmt.Errorf("save page of listings: %w", err)
	}
	out := ListingsOutput{Next: page.Next, Total: page.Total, Counts: saved.Counts, Gone: saved.Gone}
	if page.Next != "" {
		return out, nil
	}
	if saved.Dirty {
		if err := l.Caller.WakeStock(ctx, []string{in.Account}); err != nil {
			activity.GetLogger(ctx).Warn("Stock push not woken; the sweep will.", "error", err)
		}
	}
	run.EndedAt, run.Counts = time.Now().UTC(), in.Sofar.Add(saved.Counts)
	if err := l.Store.EndRun(ctx, run); err != nil {
		return ListingsOutput{}, fmt.Errorf("record end of run: %w", err)
	}
	return out, nil
}

// readListings reads one page, and refuses one that would be read again and again.
func readListings(ctx context.Context, conn channel.Connection, q channel.ListingsQuery) (channel.ListingsPage, error) {
	page, err := conn.Listings(ctx, q)
	if err == nil && page.Next != "" && page.Next == q.Cursor {
		f := channel.NewFault(channel.Unknown, string(channel.OpListings), "the next page has the cursor of this one")
		f.Code, f.RequestID = codeRepeats, page.RequestID
		return page, f
	}
	return page, err
}

// EndImport records the end of an import that a fault cut short.
func (l *Links) EndImport(ctx context.Context, in EndInput) error {
	return l.end(ctx, store.RunLinks, in)
}

func (l *Links) run(ctx context.Context, acc store.Account, in ListingsInput) store.Run {
	return store.Run{
		ID: in.RunID, Kind: store.RunLinks, Account: acc.ID, Endpoint: acc.Endpoint,
		WorkflowID: activity.GetInfo(ctx).WorkflowExecution.ID, StartedAt: in.Started,
	}
}
