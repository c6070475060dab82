package activities

import (
	"context"
	"fmt"
	"math"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// PlanInput asks for the next batches of a run.
type PlanInput struct {
	RunID   string            `json:"runId"`
	Through string            `json:"through"`
	Preview bool              `json:"preview,omitempty"`
	After   string            `json:"after,omitempty"` // empty: from the first product
	SKUs    int               `json:"skus,omitempty"`  // of a batch, and Op: as the plan before said
	Op      channel.Operation `json:"op,omitempty"`
}

// SubmitPlan is which batches go to the channel next.
type SubmitPlan struct {
	Handles []string          `json:"handles,omitempty"` // with the first batches: what was sent before and has no answer yet
	Batches []SubmitBatch     `json:"batches,omitempty"`
	SKUs    int               `json:"skus,omitempty"` // of a batch at most
	Op      channel.Operation `json:"op,omitempty"`   // the budget that they draw on
	Next    string            `json:"next,omitempty"` // empty: there are no more
}

// SubmitBatch is a part of a run's goods that go to the channel in one turn.
type SubmitBatch struct {
	After string `json:"after,omitempty"`
	Until string `json:"until"`
	SKUs  int    `json:"skus"`
}

// batchesPlanned is how many batches are planned at a time.
const batchesPlanned = 40

// PlanSubmit divides what is to be sent into batches as the channel wants them: products are never divided.
func (p *Publication) PlanSubmit(ctx context.Context, in PlanInput) (SubmitPlan, error) {
	plan := SubmitPlan{SKUs: in.SKUs, Op: in.Op}
	var err error
	if in.After == "" {
		if plan.Handles, err = p.Store.Publications.PendingHandles(ctx, in.RunID, "", ""); err != nil {
			return SubmitPlan{}, fmt.Errorf("read what was sent: %w", err)
		}
	}
	if plan.SKUs == 0 {
		if plan.SKUs, plan.Op, err = p.load(ctx, in); err != nil || plan.SKUs == 0 {
			return plan, err
		}
	}
	for after := in.After; len(plan.Batches) < batchesPlanned; {
		until, n, err := p.Store.Publications.ToSubmit(ctx, in.RunID, after, plan.SKUs)
		if err != nil {
			return SubmitPlan{}, err
		}
		if until == "" {
			return plan, nil
		}
		plan.Batches = append(plan.Batches, SubmitBatch{After: after, Until: until, SKUs: n})
		after, plan.Next = until, until
	}
	return plan, nil
}

// load asks the adapter how it wants what is left; 0 SKUs when nothing is.
func (p *Publication) load(ctx context.Context, in PlanInput) (skus int, op channel.Operation, err error) {
	_, left, err := p.Store.Publications.ToSubmit(ctx, in.RunID, in.After, math.MaxInt32)
	if err != nil || left == 0 {
		return 0, "", err
	}
	conn, ok := p.Connections[in.Through]
	if !ok {
		return 1, channel.OpPublish, nil // the batch's own call says what is the matter
	}
	skus, op = conn.Load(left, in.Preview)
	return max(skus, 1), op, nil
}

// SubmitInput asks for a batch to be sent, or what became of one that was.
type SubmitInput struct {
	RunID   string            `json:"runId"`
	Seller  string            `json:"seller"`  // the account whose goods they are
	Through string            `json:"through"` // the account that speaks
	Preview bool              `json:"preview,omitempty"`
	After   string            `json:"after,omitempty"`
	Until   string            `json:"until,omitempty"`
	SKUs    int               `json:"skus,omitempty"`
	Op      channel.Operation `json:"op,omitempty"`
	Pending string            `json:"pending,omitempty"` // of an outcome: the handle
}

// SubmitOutput is what a batch came to.
type SubmitOutput struct {
	Fault   *channel.Fault            `json:"fault,omitempty"`   // what is pending of the batch is to be sent again, if the policy lets it
	Pending string                    `json:"pending,omitempty"` // the channel is still at it: ask SubmissionOutcome
	Again   *channel.Fault            `json:"again,omitempty"`   // the batch has come on, and some of its items are to be sent in another round: why
	Counts  message.PublicationCounts `json:"counts,omitzero"`   // of the run so far
}

// Answered is the fault that the call ended with, if any.
func (o SubmitOutput) Answered() *channel.Fault { return o.Fault }

// SubmitGoods sends a batch and saves what the channel says of each SKU. Killed between the two it is repeated: what was answered is not
// sent again, and what was sent is looked at first: see lookAgain. A fault that another attempt may cure leaves its items pending.
func (p *Publication) SubmitGoods(ctx context.Context, in SubmitInput) (SubmitOutput, error) {
	op := in.Op
	if in.Preview {
		op = channel.OpCheck // nothing is written: an account that observes may do it
	}
	rec, fault, err := p.open(ctx, in.Through, op, runs.Run{ID: in.RunID})
	if err != nil || fault != nil {
		return SubmitOutput{Fault: fault}, err
	}
	s := &submitting{Publication: p, in: in, rec: rec, sent: map[string]publications.SentSKU{}}
	if fault, more, err := s.lookAgain(ctx); err != nil || fault != nil || more {
		if err != nil {
			return SubmitOutput{}, err
		}
		return s.cut(ctx, fault) // more: the rest is the next round's
	}
	drafts, known, err := s.drafts(ctx)
	if err != nil {
		return SubmitOutput{}, err
	}
	if len(drafts) == 0 {
		return s.save(ctx)
	}
	if err := s.sending(ctx, drafts); err != nil {
		return SubmitOutput{}, err
	}
	rec.about.Budget = in.Op
	answer, err := rec.conn.Submit(rec.ask(ctx), drafts, in.Preview, known)
	if err != nil {
		f := channel.AsFault(err, string(in.Op))
		if !unknown(f) {
			if err := s.notSent(ctx, s.noted); err != nil {
				return SubmitOutput{}, err
			}
		}
		fault, err := rec.failed(ctx, f)
		return SubmitOutput{Fault: fault}, err
	}
	s.answered(answer)
	return s.save(ctx)
}

// drafts composes what is to be sent anew: goods that have changed since the check so that they can't be sent any more are told.
func (s *submitting) drafts(ctx context.Context) ([]listing.Draft, definitions, error) {
	rows, err := s.Store.Publications.GoodsBetween(ctx, s.in.RunID, s.in.After, s.in.Until)
	if err != nil {
		return nil, nil, err
	}
	goods, gone := compose(rows, listing.Seller{Account: s.in.Seller, Channel: string(s.rec.acc.Channel)})
	s.verdicts = gone
	var drafts []listing.Draft
	for _, g := range goods {
		if d := s.draft(g); len(d.Product.Variants) > 0 {
			drafts = append(drafts, d)
		}
	}
	known, err := s.kept(ctx, scope(s.rec.acc), wants(s.rec.conn, goods))
	return drafts, known, err
}

// draft is what of a product is to be sent.
func (s *submitting) draft(g good) listing.Draft {
	wanted := g.wanted()
	key, catalogueKey := g.Composed.Product.Key, g.Goods.Product.Key
	plans := make(map[string]string, len(wanted)+1)
	for channelSKU := range wanted {
		sku := g.SKUs[channelSKU]
		issues := together(g.Issues[channelSKU], nil)
		if g.failed {
			issues = together(issues, g.Issues[key])
		}
		if listing.Failed(issues) {
			s.verdicts = append(s.verdicts, publications.ItemVerdict{Product: catalogueKey, SKU: sku, Step: listing.Validated, Issues: issues})
			delete(wanted, channelSKU)
			continue
		}
		if plan := g.Plans[sku]; plan != "" { // none: the adapter decided nothing about it
			plans[channelSKU] = plan
		}
		s.sent[channelSKU] = publications.SentSKU{ChannelSKU: channelSKU, Product: catalogueKey, SKU: sku}
	}
	if len(wanted) == 0 {
		return listing.Draft{}
	}
	// Only a parent that goes to the channel itself has a plan: what is not sent has no place in what a handle is of.
	if _, isVariant := g.SKUs[key]; !isVariant && g.Plans[""] != "" {
		plans[key] = g.Plans[""]
		s.sent[key] = publications.SentSKU{ChannelSKU: key, Product: catalogueKey}
	}
	return listing.Draft{Product: g.Composed.Product.Only(func(sku string) bool { return wanted[sku] }), Plans: plans}
}
