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

// PlanInput is the input of PlanSubmit.
type PlanInput struct {
	RunID   string            `json:"runId"`
	Through string            `json:"through"`
	Preview bool              `json:"preview,omitempty"`
	After   string            `json:"after,omitempty"` // empty: from the first product
	SKUs    int               `json:"skus,omitempty"`  // batch size; SKUs and Op come from the first plan
	Op      channel.Operation `json:"op,omitempty"`
}

// SubmitPlan lists the next batches to send.
type SubmitPlan struct {
	Handles []string          `json:"handles,omitempty"` // in the first plan only: handles of submissions without an answer
	Batches []SubmitBatch     `json:"batches,omitempty"`
	SKUs    int               `json:"skus,omitempty"` // the largest size of a batch
	Op      channel.Operation `json:"op,omitempty"`   // the operation whose budget the calls use
	Next    string            `json:"next,omitempty"` // empty: there are no more
}

// SubmitBatch is a part of a run's items that is sent together.
type SubmitBatch struct {
	After string `json:"after,omitempty"`
	Until string `json:"until"`
	SKUs  int    `json:"skus"`
}

// batchesPlanned is how many batches one plan has at most.
const batchesPlanned = 40

// PlanSubmit divides the items that are due into batches of the channel's preferred size. A product is never divided. A round's first plan holds
// prices of which too many change at once.
func (p *Publication) PlanSubmit(ctx context.Context, in PlanInput) (SubmitPlan, error) {
	plan := SubmitPlan{SKUs: in.SKUs, Op: in.Op}
	var err error
	if in.After == "" {
		if err := p.Store.Publications.HoldMany(ctx, in.RunID); err != nil {
			return SubmitPlan{}, err
		}
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

// load returns the adapter's preferred batch size for what is left, or 0 when nothing is.
func (p *Publication) load(ctx context.Context, in PlanInput) (skus int, op channel.Operation, err error) {
	_, left, err := p.Store.Publications.ToSubmit(ctx, in.RunID, in.After, math.MaxInt32)
	if err != nil || left == 0 {
		return 0, "", err
	}
	conn, ok := p.Connections[in.Through]
	if !ok {
		return 1, channel.OpPublish, nil // the call of the batch itself will return the fault
	}
	skus, op = conn.Load(left, in.Preview)
	return max(skus, 1), op, nil
}

// SubmitInput is the input of SubmitGoods and SubmissionOutcome.
type SubmitInput struct {
	RunID   string            `json:"runId"`
	Seller  string            `json:"seller"`  // the account whose listings they are
	Through string            `json:"through"` // the account whose connection is used
	Preview bool              `json:"preview,omitempty"`
	After   string            `json:"after,omitempty"`
	Until   string            `json:"until,omitempty"`
	SKUs    int               `json:"skus,omitempty"`
	Op      channel.Operation `json:"op,omitempty"`
	Pending string            `json:"pending,omitempty"` // for SubmissionOutcome: the handle
}

// SubmitOutput is the result of SubmitGoods and SubmissionOutcome.
type SubmitOutput struct {
	Fault   *channel.Fault            `json:"fault,omitempty"`   // the batch's pending items are to be sent again if the policy allows it
	Pending string                    `json:"pending,omitempty"` // the channel is still working: call SubmissionOutcome with this handle
	Again   *channel.Fault            `json:"again,omitempty"`   // the batch made progress, and some items must be sent in another round because of this fault
	Counts  message.PublicationCounts `json:"counts,omitzero"`   // of the run so far
}

// Answered returns the fault of the call, if any.
func (o SubmitOutput) Answered() *channel.Fault { return o.Fault }

// SubmitGoods sends a batch and saves the channel's answer for each SKU. After a crash between the two it is repeated: answered
// items are not sent again, and sent items are checked first (see lookAgain). A fault that another attempt may cure leaves its
// items pending.
func (p *Publication) SubmitGoods(ctx context.Context, in SubmitInput) (SubmitOutput, error) {
	op := in.Op
	if in.Preview {
		op = channel.OpCheck // changes nothing, so an account that only observes may do it
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
		return s.cut(ctx, fault) // if more is true, the next round checks the rest
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
	answer, err := rec.conn.Submit(p.counting(rec.ask(ctx), rec), drafts, in.Preview, known)
	ctx, done := rec.keep(ctx)
	defer done()
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

// drafts composes what is to be sent. Products that have changed since the check and are now invalid get an issue instead.
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

// draft returns the part of a product that is to be sent.
func (s *submitting) draft(g good) listing.Draft {
	wanted := g.wanted()
	key, catalogueKey := g.Composed.Product.Key, g.Goods.Product.Key
	plans := make(map[string]string, len(wanted)+1)
	keptBack := g.keptBack(wanted)
	for channelSKU := range wanted {
		sku := g.SKUs[channelSKU]
		if verdict, is := keptBack[channelSKU]; is {
			s.verdicts = append(s.verdicts, verdict)
			delete(wanted, channelSKU)
			continue
		}
		issues := together(g.Issues[channelSKU], nil)
		if g.failed {
			issues = together(issues, g.Issues[key])
		}
		if listing.Failed(issues) {
			s.verdicts = append(s.verdicts, publications.ItemVerdict{Product: catalogueKey, SKU: sku, Step: listing.Validated, Issues: issues})
			delete(wanted, channelSKU)
			continue
		}
		if plan := g.Plans[sku]; plan != "" { // without a plan the adapter has not decided anything about it
			plans[channelSKU] = plan
		}
		s.sent[channelSKU] = publications.SentSKU{ChannelSKU: channelSKU, Product: catalogueKey, SKU: sku}
	}
	if len(wanted) == 0 {
		return listing.Draft{}
	}
	// Only a parent that is itself sent to the channel has a plan. What is not sent must not be saved under a handle.
	if _, isVariant := g.SKUs[key]; !isVariant && g.Plans[""] != "" {
		plans[key] = g.Plans[""]
		s.sent[key] = publications.SentSKU{ChannelSKU: key, Product: catalogueKey}
	}
	return listing.Draft{Product: g.Composed.Product.Only(func(sku string) bool { return wanted[sku] }), Plans: plans}
}
