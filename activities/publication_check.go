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

// checkBatch is how many products one call checks; adapters can read that many within their deadline.
const checkBatch = 100

// reasonUnchanged is the reason for items that a run of changes leaves out.
const reasonUnchanged = "nothing has changed since the channel accepted it"

// CheckGoodsInput is the input of CheckGoods: which products of a run are next.
type CheckGoodsInput struct {
	RunID   string `json:"runId"`
	Seller  string `json:"seller"`          // the account whose listings they are
	Through string `json:"through"`         // the account whose connection is used
	After   string `json:"after,omitempty"` // empty: from the first one
	DryRun  bool   `json:"dryRun,omitempty"`
	Changed bool   `json:"changed,omitempty"` // skip items that the channel has accepted unchanged
	// Resigned continues without definitions that can't be fetched: each product that needs one gets an issue.
	Resigned bool `json:"resigned,omitempty"`
}

// CheckGoodsOutput is the result of one batch.
type CheckGoodsOutput struct {
	Fault     *channel.Fault            `json:"fault,omitempty"`
	Undefined bool                      `json:"undefined,omitempty"` // the fault comes from fetching a definition
	Until     string                    `json:"until,omitempty"`     // where the batch ends, also after a fault; empty: after the last product
	Last      bool                      `json:"last,omitempty"`      // there are no more
	Checked   int                       `json:"checked,omitempty"`   // items of the batch
	Counts    message.PublicationCounts `json:"counts,omitzero"`     // of the run so far
}

// Answered is the fault that the call ended with, if any.
func (o CheckGoodsOutput) Answered() *channel.Fault { return o.Fault }

// CheckGoods validates a batch of products against the channel's definitions and its current listings, and saves the issues of
// each. It changes nothing on the channel. A repeated call looks only at items without a result.
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
	same     []publications.ItemVerdict // items that the channel already shows as wanted: accepted without being sent
	out      CheckGoodsOutput
}

func (c *checking) run(ctx context.Context) (CheckGoodsOutput, error) {
	asking := c.rec.ask(ctx)
	known, fault, err := c.define(ctx, asking)
	if err != nil {
		return CheckGoodsOutput{}, err
	}
	c.out.Undefined = fault != nil
	var checked []listing.Checked
	if fault == nil {
		checked, fault = c.ask(asking, known)
	}
	ctx, done := c.rec.keep(ctx)
	defer done()
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
		c.verdictsOf(g, answer)
	}
	return c.save(ctx)
}

// ask calls the adapter to check the products.
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
		err = fmt.Errorf("the adapter was asked to check %d products and returned %d", len(products), len(checked))
	}
	return checked, channel.AsFault(err, string(channel.OpCheck))
}

// verdictsOf turns our issues and the adapter's into verdicts for a product. When the product as a whole fails, its variants without a
// verdict of their own fail too.
func (c *checking) verdictsOf(g good, answer listing.Checked) {
	key := g.Composed.Product.Key
	issues := func(reference string) []listing.Issue { return together(g.Issues[reference], answer.Issues[reference]) }
	whole := issues(key)
	failed := listing.Failed(whole)
	_, isVariant := g.SKUs[key]
	if g.allEnded() {
		if failed = false; !isVariant {
			c.verdicts = append(c.verdicts, publications.ItemVerdict{Product: g.Goods.Product.Key, Step: listing.Validated, Skipped: reasonEnded})
		}
	} else if !isVariant || failed {
		c.verdicts = append(c.verdicts, publications.ItemVerdict{Product: g.Goods.Product.Key, Step: listing.Validated, Issues: whole, Plan: answer.Plans[key]})
	}
	// While the product itself has to be sent, its variants are sent with it.
	alone := isVariant || answer.Plans[key] == "" || answer.Same[key]
	wanted := g.wanted()
	for _, v := range g.Composed.Product.Variants {
		if !wanted[v.SKU] {
			continue
		}
		own := publications.ItemVerdict{Product: g.Goods.Product.Key, SKU: g.SKUs[v.SKU], Step: listing.Validated, Issues: issues(v.SKU), Plan: answer.Plans[v.SKU], Hash: g.Hashes[v.SKU], Marks: g.Marks[v.SKU]}
		left, is := g.leftOut(own.SKU)
		switch {
		case is:
			own = left
		case failed && (v.SKU == key || !listing.Failed(own.Issues)):
			continue
		case !listing.Failed(own.Issues) && c.in.Changed && g.Accepted[own.SKU].Hash == own.Hash:
			own.Skipped, own.Unchanged = reasonUnchanged, true
			own.Braked.Check = listing.PriceFine
		case !listing.Failed(own.Issues):
			g.brake(&own, v)
		}
		c.verdicts = append(c.verdicts, own)
		if answer.Same[v.SKU] && alone && !c.in.DryRun && own.Skipped == "" && !listing.Failed(own.Issues) {
			link := g.Links[own.SKU]
			c.same = append(c.same, publications.ItemVerdict{Product: own.Product, SKU: own.SKU, Step: listing.Accepted, ChannelSKU: v.SKU, Ref: link.ListingRef})
		}
	}
}

// together merges our issues with the adapter's. Where both report the same problem, ours wins.
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

// save saves the verdicts. Items that the channel already shows as wanted are saved as accepted.
func (c *checking) save(ctx context.Context) (CheckGoodsOutput, error) {
	if _, err := c.Store.Publications.SaveChecks(ctx, c.in.RunID, c.verdicts); err != nil {
		return CheckGoodsOutput{}, fmt.Errorf("save the results of the check: %w", err)
	}
	if len(c.same) > 0 {
		if _, err := c.Store.Publications.SaveAnswers(ctx, c.in.RunID, c.same); err != nil {
			return CheckGoodsOutput{}, fmt.Errorf("save which items are already listed: %w", err)
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
