package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
)

// Links imports the listings of channels.
type Links struct {
	Environment
	Pushes StockWaker
}

// ListingsInput is the input of ImportListings: which page to read next.
type ListingsInput struct {
	Account string         `json:"account"`
	RunID   string         `json:"runId"`
	Started time.Time      `json:"started"`
	Cursor  string         `json:"cursor,omitempty"` // empty: the first page
	Sofar   message.Counts `json:"sofar"`
}

// ListingsOutput is the result of one page.
type ListingsOutput struct {
	Fault  *channel.Fault `json:"fault,omitempty"`
	Next   string         `json:"next,omitempty"`  // empty: that was the last page
	Total  int            `json:"total,omitempty"` // of all pages, where the channel says
	Counts message.Counts `json:"counts"`          // of this page
	Gone   int            `json:"gone,omitempty"`  // on the last page: listings that the channel no longer shows
}

// Answered returns the fault of the call, if any.
func (o ListingsOutput) Answered() *channel.Fault { return o.Fault }

// codeRepeats is the fault code for a page whose next cursor is the cursor of the request.
const codeRepeats = "REPEATED_CURSOR"

// ImportListings reads one page of an account's listings and saves it in one transaction. After the last page it updates the
// links and wakes the pushes of links that changed.
func (l *Links) ImportListings(ctx context.Context, in ListingsInput) (ListingsOutput, error) {
	rec, fault, err := l.page(ctx, in.Account, channel.OpListings, runs.Run{ID: in.RunID, Kind: runs.RunLinks, StartedAt: in.Started}, in.Cursor)
	if err != nil || fault != nil {
		return ListingsOutput{Fault: fault}, err
	}
	look := l.look(rec.conn)
	page, fault, err := rec.listings(ctx, channel.ListingsQuery{Cursor: in.Cursor})
	if err != nil || fault != nil {
		return ListingsOutput{Fault: fault}, err
	}
	saved, err := l.Store.Links.SaveListings(ctx, links.ListingsPage{
		Account: in.Account, RunID: in.RunID, SeenAt: time.Now().UTC(), Look: look, Listings: page.Listings,
		RequestID: page.RequestID, Calls: rec.calls(), Last: page.Next == "",
	})
	if err != nil {
		return ListingsOutput{}, fmt.Errorf("save page of listings: %w", err)
	}
	out := ListingsOutput{Next: page.Next, Total: page.Total, Counts: saved.Counts, Gone: saved.Gone}
	if page.Next != "" {
		return out, nil
	}
	if saved.Dirty {
		wake(ctx, l.Pushes, in.Account)
	}
	if err := rec.end(ctx, in.Sofar.Add(saved.Counts)); err != nil {
		return ListingsOutput{}, err
	}
	return out, nil
}

// look returns when a channel is asked, now, and how long it may take to show things. A simulated one is as much quicker as its clock.
func (d Environment) look(conn channel.Connection) levels.Look {
	scaled := func(t time.Duration) time.Duration { return time.Duration(float64(t) / max(d.Speed, 1)) }
	look := levels.Look{AskedAt: time.Now().UTC(), ShowsWithin: max(leastCarriedOut, scaled(carriedOutWithin)), SalesWithin: max(leastCarriedOut, scaled(levels.SalesShowWithin))}
	if eventual, ok := conn.(channel.Eventual); ok {
		look.ShowsWithin = max(look.ShowsWithin, scaled(eventual.ShowsWithin()))
	}
	return look
}

// listings reads one page of listings, and returns a fault when its next cursor is the cursor of the request. The fault is
// already recorded.
func (r *record) listings(ctx context.Context, q channel.ListingsQuery) (channel.ListingsPage, *channel.Fault, error) {
	page, err := r.conn.Listings(r.ask(ctx), q)
	ctx, done := r.keep(ctx)
	defer done()
	if err == nil && page.Next != "" && page.Next == q.Cursor {
		f := channel.NewFault(channel.Unknown, string(channel.OpListings), "the next page has the cursor of this one")
		f.Code, f.RequestID = codeRepeats, page.RequestID
		err = f
	}
	if err != nil {
		fault, err := r.failed(ctx, err)
		return channel.ListingsPage{}, fault, err
	}
	return page, nil, nil
}

// EndImport records the end of an import that ended early with a fault.
func (l *Links) EndImport(ctx context.Context, in EndInput) error {
	return l.endRun(ctx, runs.RunLinks, in)
}
