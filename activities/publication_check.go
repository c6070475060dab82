package activities

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
)

// checkBatch is how many products are checked in one turn: what the channels let an adapter read within its deadline.
const checkBatch = 100

// reasonUnchanged is why a run of what has changed leaves goods out.
const reasonUnchanged = "nothing has changed since the channel accepted it"

// CheckGoodsInput asks for the check of the next products of a run.
type CheckGoodsInput struct {
	RunID   string `json:"runId"`
	Seller  string `json:"seller"`          // the account whose goods they are
	Through string `json:"through"`         // the account that speaks
	After   string `json:"after,omitempty"` // empty: from the first one
	DryRun  bool   `json:"dryRun,omitempty"`
	Changed bool   `json:"changed,omitempty"` // skip what the channel has accepted so before
	// Resigned says that definitions that can't be had are done without: the goods that need them get an issue each.
	Resigned bool `json:"resigned,omitempty"`
}

// CheckGoodsOutput is what a batch came to.
type CheckGoodsOutput struct {
	Fault     *channel.Fault            `json:"fault,omitempty"`
	Undefined bool                      `json:"undefined,omitempty"` // the fault is that of fetching a definition
	Until     string                    `json:"until,omitempty"`     // where the batch ends, also after a fault; empty: behind the last product
	Last      bool                      `json:"last,omitempty"`      // there are no more
	Checked   int                       `json:"checked,omitempty"`   // items of the batch
	Counts    message.PublicationCounts `json:"counts,omitzero"`     // of the run so far
}

// Answered is the fault that the call ended with, if any.
func (o CheckGoodsOutput) Answered() *channel.Fault { return o.Fault }

// CheckGoods holds a batch of products to the channel's definitions and to what it lists of them, and saves what is wrong with each.
// It writes nothing to the channel. Repeated, it looks only at what has no verdict yet.
func (p *Publication) CheckGoods(ctx context.Context, in CheckGoodsInput) (CheckGoodsOutput, error) {
	rec, fault, err := p.open(ctx, in.Through, channel.OpCheck, runs.Run{ID: in.RunID})
	if err != nil || fault != nil {
		return CheckGoodsOutput{Fault: fault}, err
	}
	rows, next, err := p.Store.Publications.GoodsToCheck(ctx, in.RunID, in.After, checkBatch)
	if err != nil {
		return CheckGoodsOutput{}, err
	}
	goods, verdicts := compose(rows, listing.Seller{Account: in.Seller, Channel: string(rec.acc.Channel)})
	c := &checking{Publication: p, in: in, rec: rec, goods: goods, verdicts: verdicts, out: CheckGoodsOutput{Until: next, Last: next == ""}}
	return c.run(ctx)
}

// checking is the check of one batch.
type checking struct {
	*Publication
	in       CheckGoodsInput
	rec      *record
	goods    []good
	verdicts []publications.ItemVerdict // first those that need no check
	same     []publications.ItemVerdict // what the channel lists so already: accepted without being sent
	out      CheckGoodsOutput
}

func (c *checking) run(ctx context.Context) (CheckGoodsOutput, error) {
	ctx = c.rec.ask(ctx)
	known, fault, err := c.define(ctx)
	if err != nil {
		return CheckGoodsOutput{}, err
	}
	c.out.Undefined = fault != nil
	var checked []listing.Checked
	if fault == nil {
		checked, fault = c.ask(ctx, known)
	}
	if fault != nil {
		c.out.Fault, err = c.rec.failed(ctx, fault)
		return c.out, err
	}
	at := 0
	for _, g := range c.goods {
		var answer listing.Checked
		if !g.failed {
			answer, at = checked[at], at+1
		}
		c.judge(g, answer)
	}
	return c.save(ctx)
}

// ask has the adapter check what can be checked.
func (c *checking) ask(ctx context.Context, known definitions) ([]listing.Checked, *channel.Fault) {
	var products []listing.Product
	for _, g := range c.goods {
		if !g.failed {
			products = append(products, g.Composed.Product)
		}
	}
	if len(products) == 0 {
		return nil, nil
	}
	checked, err := c.rec.conn.Check(ctx, products, known)
	if err == nil && len(checked) != len(products) {
		err = fmt.Errorf("%d products were checked, %d are answered", len(products), len(checked))
	}
	return checked, channel.AsFault(err, string(channel.OpCheck))
}

// judge makes verdicts of what we and the adapter say of a product. A product that fails as a whole takes those variants with it that
// nothing else is said of.
func (c *checking) judge(g good, answer listing.Checked) {
	key := g.Composed.Product.Key
	issues := func(reference string) []listing.Issue { return together(g.Issues[reference], answer.Issues[reference]) }
	whole := issues(key)
	failed := listing.Failed(whole)
	_, isVariant := g.SKUs[key]
	if !isVariant || failed {
		c.verdicts = append(c.verdicts, publications.ItemVerdict{Product: g.Goods.Product.Key, Step: listing.Validated, Issues: whole, Plan: answer.Plans[key]})
	}
	// While the product itself has something to be sent, its variants go with it.
	alone := isVariant || answer.Plans[key] == "" || answer.Same[key]
	wanted := g.wanted()
	for _, v := range g.Composed.Product.Variants {
		if !wanted[v.SKU] {
			continue
		}
		own := publications.ItemVerdict{Product: g.Goods.Product.Key, SKU: g.SKUs[v.SKU], Step: listing.Validated, Issues: issues(v.SKU), Plan: answer.Plans[v.SKU], Hash: g.Hashes[v.SKU]}
		switch {
		case failed && (v.SKU == key || !listing.Failed(own.Issues)):
			continue
		case !listing.Failed(own.Issues) && c.in.Changed && g.Accepted[own.SKU] == own.Hash:
			own.Skipped = reasonUnchanged
		}
		c.verdicts = append(c.verdicts, own)
		if answer.Same[v.SKU] && alone && !c.in.DryRun && own.Skipped == "" && !listing.Failed(own.Issues) {
			link := g.Links[own.SKU]
			c.same = append(c.same, publications.ItemVerdict{Product: own.Product, SKU: own.SKU, Step: listing.Accepted, ChannelSKU: v.SKU, Ref: link.ListingRef})
		}
	}
}

// together are our own issues and the adapter's; of what both say of the same thing, ours.
func together(ours, adapters []listing.Issue) []listing.Issue {
	all := slices.Clone(ours)
	for _, i := range adapters {
		i.Stage = cmp.Or(i.Stage, listing.Validation)
		said := func(o listing.Issue) bool { return o.Code == i.Code }
		if !slices.ContainsFunc(ours, said) {
			all = append(all, i)
		}
	}
	return all
}

// save keeps the verdicts. What is there already as wanted is accepted without being sent.
func (c *checking) save(ctx context.Context) (CheckGoodsOutput, error) {
	if _, err := c.Store.Publications.SaveChecks(ctx, c.in.RunID, c.verdicts); err != nil {
		return CheckGoodsOutput{}, fmt.Errorf("save what was checked: %w", err)
	}
	if len(c.same) > 0 {
		if _, err := c.Store.Publications.SaveAnswers(ctx, c.in.RunID, c.same); err != nil {
			return CheckGoodsOutput{}, fmt.Errorf("save what is listed already: %w", err)
		}
	}
	if err := c.Store.Runs.SaveCalls(ctx, c.rec.calls()); err != nil {
		return CheckGoodsOutput{}, fmt.Errorf("save calls: %w", err)
	}
	var err error
	c.out.Checked = len(c.verdicts)
	c.out.Counts, err = c.counts(ctx, c.in.RunID)
	return c.out, err
}
