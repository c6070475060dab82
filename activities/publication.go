package activities

import (
	"cmp"
	"context"
	"fmt"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
)

// Publication takes goods to a channel: what is to be published, how far each item has come and what the channel said of it stand in
// the store; its activities hand counts and cursors to the workflow.
type Publication struct {
	Desk
	Publications ChangePublisher
	Pushes       StockWaker
}

// ChangePublisher asks for publications.
type ChangePublisher interface {
	// PublishChanged asks for the publication of what has changed of an account's goods, once per key.
	PublishChanged(ctx context.Context, account, key string) (run string, err error)
}

// TakeInput asks for the next run of an account's queue.
type TakeInput struct {
	Account  string           `json:"account"`
	Endpoint channel.Endpoint `json:"endpoint"`
}

// Taken is the run that is to be worked through.
type Taken struct {
	RunID   string                    `json:"runId,omitempty"` // empty: the queue is empty
	Through message.Account           `json:"through,omitzero"`
	DryRun  bool                      `json:"dryRun,omitempty"`
	Changed bool                      `json:"changed,omitempty"` // only what has changed since the channel accepted it
	Preview bool                      `json:"preview,omitempty"` // the channel validates, and writes nothing
	Stopped bool                      `json:"stopped,omitempty"` // somebody has asked for its end
	Queued  int                       `json:"queued,omitempty"`  // runs that wait behind it
	Counts  message.PublicationCounts `json:"counts,omitzero"`   // so far: it may have begun before
}

// TakeRun takes the oldest run that has not ended. Repeated, it takes the same.
func (p *Publication) TakeRun(ctx context.Context, in TakeInput) (Taken, error) {
	pub, found, err := p.Store.Publications.NextPublication(ctx, in.Account, in.Endpoint)
	if err != nil || !found {
		return Taken{}, err
	}
	through, err := p.Store.Accounts.Account(ctx, pub.Through)
	if err != nil {
		return Taken{}, fmt.Errorf("read account %s: %w", pub.Through, err)
	}
	if err := p.Store.Publications.BeginPublication(ctx, pub.ID, activity.GetInfo(ctx).WorkflowExecution.ID); err != nil {
		return Taken{}, fmt.Errorf("begin run %s: %w", pub.ID, err)
	}
	queue, err := p.Store.Publications.List(ctx, in.Account, in.Endpoint)
	if err != nil {
		return Taken{}, fmt.Errorf("read the queue of %s: %w", in.Account, err)
	}
	return Taken{
		RunID: pub.ID, Through: through.Account, DryRun: pub.DryRun, Changed: pub.Selection.Changed, Stopped: pub.Stopped,
		Preview: previews(through, in.Endpoint), Queued: max(len(queue)-1, 0), Counts: pub.Counts,
	}, nil
}

// previews reports whether a run on the test endpoint only asks the channel to validate: Amazon's test is a preview on its production host.
// On the other channels it is a place of its own, where listings are made.
func previews(through accounts.Account, endpoint channel.Endpoint) bool {
	return endpoint == channel.Test && through.Channel == channel.Amazon
}

// SelectInput asks for the next chunk of a run's selection.
type SelectInput struct {
	RunID string `json:"runId"`
	After string `json:"after,omitempty"` // empty: the first chunk
}

// Selected is what a chunk came to.
type Selected struct {
	Next  string `json:"next,omitempty"` // empty: that was the last chunk
	Items int    `json:"items"`
}

// selectChunk is how many of a selection's products are written in one transaction.
const selectChunk = 500

// SelectGoods writes down which items a run has. Repeated, it writes the same.
func (p *Publication) SelectGoods(ctx context.Context, in SelectInput) (Selected, error) {
	next, n, err := p.Store.Publications.SelectGoods(ctx, in.RunID, in.After, selectChunk)
	if err != nil {
		return Selected{}, fmt.Errorf("select goods of run %s: %w", in.RunID, err)
	}
	return Selected{Next: next, Items: n}, nil
}

// counts are the run's as they stand now. They are read and not added up: an activity that is repeated after a crash counts nothing twice.
func (p *Publication) counts(ctx context.Context, run string) (message.PublicationCounts, error) {
	pub, err := p.Store.Publications.Publication(ctx, run)
	return pub.Counts, err
}

// PublicationEnd ends a run.
type PublicationEnd struct {
	RunID   string `json:"runId"`
	Stopped bool   `json:"stopped,omitempty"`
	By      string `json:"by,omitempty"` // who stopped it; empty: the store knows, or nobody does
}

// EndPublication records the end of a run. Of a stopped one, what was not sent is skipped. The levels of what is listed now are pushed.
func (p *Publication) EndPublication(ctx context.Context, in PublicationEnd) (message.PublicationCounts, error) {
	pub, err := p.Store.Publications.Publication(ctx, in.RunID)
	if err != nil {
		return pub.Counts, err
	}
	if in.Stopped {
		if _, err := p.Store.Publications.SkipRest(ctx, in.RunID, stoppedBy(cmp.Or(in.By, pub.StoppedBy))); err != nil {
			return pub.Counts, fmt.Errorf("skip the rest of run %s: %w", in.RunID, err)
		}
	}
	counts, err := p.Store.Publications.EndPublication(ctx, in.RunID, nil)
	if err != nil {
		return counts, fmt.Errorf("record end of run %s: %w", in.RunID, err)
	}
	if counts.Done > 0 && !pub.DryRun {
		wake(ctx, p.Pushes, pub.Through)
	}
	return counts, nil
}

// stoppedBy is the reason of what was not sent.
func stoppedBy(name string) string {
	if name == "" {
		return "stopped"
	}
	return "stopped by " + name
}

// AskForChanged asks for the publication of what has changed of an account's goods. Repeated by the same workflow, it asks once.
func (p *Publication) AskForChanged(ctx context.Context, in message.PublishChangedInput) (message.PublishChangedResult, error) {
	run, err := p.Publications.PublishChanged(ctx, in.Account, activity.GetInfo(ctx).WorkflowExecution.RunID)
	if err != nil {
		return message.PublishChangedResult{}, fmt.Errorf("ask for what has changed of %s: %w", in.Account, err)
	}
	return message.PublishChangedResult{RunID: run}, nil
}
