package activities

import (
	"cmp"
	"context"
	"fmt"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/message"
)

// Publication publishes listings to a channel. The store has the selection, the progress of each item and the channel's answers;
// only counts and cursors pass through the workflow.
type Publication struct {
	Environment
	Publications ChangePublisher
	Pushes       StockWaker
}

// ChangePublisher requests publications.
type ChangePublisher interface {
	// PublishChanged requests the publication of an account's changed listings, once per key.
	PublishChanged(ctx context.Context, account, key string) (run string, err error)
}

// TakeInput is the input of TakeRun.
type TakeInput struct {
	Account  string           `json:"account"`
	Endpoint channel.Endpoint `json:"endpoint"`
}

// Taken is the run to do next.
type Taken struct {
	RunID   string                    `json:"runId,omitempty"` // empty: the queue is empty
	Through message.Account           `json:"through,omitzero"`
	DryRun  bool                      `json:"dryRun,omitempty"`
	Changed bool                      `json:"changed,omitempty"` // only listings that changed since the channel accepted them
	Preview bool                      `json:"preview,omitempty"` // the channel validates and changes nothing
	Stopped bool                      `json:"stopped,omitempty"` // somebody has asked for the run to end
	Queued  int                       `json:"queued,omitempty"`  // runs that wait behind it
	Counts  message.PublicationCounts `json:"counts,omitzero"`   // so far, when an earlier history started the run
}

// TakeRun returns the oldest run that has not ended. A repeated call returns the same run.
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
		Preview: publication.Previews(in.Endpoint == channel.Test, through.Channel), Queued: max(len(queue)-1, 0), Counts: pub.Counts,
	}, nil
}

// SelectInput is the input of SelectGoods: which chunk of the selection is next.
type SelectInput struct {
	RunID string `json:"runId"`
	After string `json:"after,omitempty"` // empty: the first chunk
}

// Selected is the result of one chunk.
type Selected struct {
	Next  string `json:"next,omitempty"` // empty: that was the last chunk
	Items int    `json:"items"`
}

// selectChunk is how many products of a selection are saved in one transaction.
const selectChunk = 500

// SelectGoods saves which items a run has. It is idempotent.
func (p *Publication) SelectGoods(ctx context.Context, in SelectInput) (Selected, error) {
	next, n, err := p.Store.Publications.SelectGoods(ctx, in.RunID, in.After, selectChunk)
	if err != nil {
		return Selected{}, fmt.Errorf("select the items of run %s: %w", in.RunID, err)
	}
	return Selected{Next: next, Items: n}, nil
}

// counts reads the run's counts from the store. They are not added up here, so a repeated activity counts nothing twice.
func (p *Publication) counts(ctx context.Context, run string) (message.PublicationCounts, error) {
	pub, err := p.Store.Publications.Publication(ctx, run)
	return pub.Counts, err
}

// PublicationEnd is the input of EndPublication.
type PublicationEnd struct {
	RunID   string `json:"runId"`
	Stopped bool   `json:"stopped,omitempty"`
	By      string `json:"by,omitempty"` // who stopped it; empty: the store has the name, or nobody stopped it
}

// EndPublication records the end of a run. Unsent items of a stopped run are skipped. The levels of newly listed products are
// pushed.
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
	if pub.DryRun {
		if err := p.Store.Publications.HoldMany(ctx, in.RunID); err != nil {
			return pub.Counts, err
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

// stoppedBy returns the reason for items that were not sent.
func stoppedBy(name string) string {
	if name == "" {
		return "stopped"
	}
	return "stopped by " + name
}

// AskForChanged requests the publication of an account's changed listings, once per workflow run.
func (p *Publication) AskForChanged(ctx context.Context, in message.PublishChangedInput) (message.PublishChangedResult, error) {
	run, err := p.Publications.PublishChanged(ctx, in.Account, activity.GetInfo(ctx).WorkflowExecution.RunID)
	if err != nil {
		return message.PublishChangedResult{}, fmt.Errorf("request the publication of changed listings of %s: %w", in.Account, err)
	}
	return message.PublishChangedResult{RunID: run}, nil
}
