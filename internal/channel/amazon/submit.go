package amazon

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

const (
	opPutListing = "putListingsItem"
	requirements = "LISTING" // both product facts and sales terms

	itemsAtOnce = 5               // what one turn of OpPublish sends: see channel.Allowances
	feedGoods   = 5000            // items of one feed: about 15 MB with texts; a level has only 200 bytes
	margin      = 2 * time.Second // no call begins so close to the deadline

	codeNotSent = "NOT_SENT_YET"
	codePlan    = "PLAN_UNREADABLE"

	codeNoRevising = "REVISING_NOT_PERMITTED"
)

// Load sends few items one by one and many as a feed. A preview always goes one by one: feeds can't be validated.
func (c *client) Load(n int, preview bool) (int, channel.Operation) {
	if n > c.feedAbove && !preview && !c.previews() {
		return min(n, feedGoods), channel.OpFeed
	}
	return min(max(n, 0), itemsAtOnce), channel.OpPublish
}

// submissionItem is one SKU of a submission with its plan and attributes.
type submissionItem struct {
	sku         string
	parent      bool
	attributes  producttype.Attributes
	plan        plan
	productType string
	family      string // the parent's SKU; empty = it has none
}

// Submit puts new items and patches existing ones, parents first: few one after the other, more than FeedAbove as a
// feed. Accepted means queued, not live. A lost answer is harmless: sending the same again changes nothing, even if
// Amazon then works on two feeds. With preview, and on a test endpoint, Amazon only validates.
func (c *client) Submit(ctx context.Context, drafts []listing.Draft, preview bool, definitions channel.Definitions) (channel.Publication, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	submissionItems, out, fault := c.submissionItems(drafts, definitions)
	if fault != nil {
		return channel.Publication{}, fault
	}
	if preview = preview || c.previews(); len(submissionItems) > c.feedAbove && !preview {
		return c.submitByFeed(ctx, submissionItems, out)
	}
	return c.submitEach(ctx, submissionItems, out, preview)
}

// submissionItems returns the items to send, parents first. SKUs with nothing to send get their result at once.
func (c *client) submissionItems(drafts []listing.Draft, definitions channel.Definitions) (all []submissionItem, out channel.Publication, fault *channel.Fault) {
	var children []submissionItem
	for _, d := range drafts {
		rules, err := rulesOf(definitions.Definition(d.Product.Type))
		if err != nil || rules == nil {
			return nil, out, channel.Refusal(channel.Config, opPutListing, "definition-missing", fmt.Sprintf("there is no definition of the product type %q", d.Product.Type))
		}
		plans, listed, err := plansOf(d)
		if err != nil {
			return nil, out, channel.Refusal(channel.Unknown, opPutListing, codePlan, err.Error())
		}
		for _, i := range rules.Write(d.Product, c.place(listed)) {
			p, planned := plans[i.SKU]
			if !planned { // its check found nothing to send
				out.Results = append(out.Results, channel.VariantResult{SKU: i.SKU, Ref: d.Product.Type, Step: stepSame})
				continue
			}
			if p.Op == planPatch && !c.account.Listings.Revise { // the setting has changed since the check
				out.Results = append(out.Results, c.withdrawn(i.SKU, d.Product.Type))
				continue
			}
			e := submissionItem{sku: i.SKU, parent: i.Parent, attributes: i.Attributes, plan: p, productType: d.Product.Type}
			if e.parent {
				all = append(all, e)
				continue
			}
			if len(d.Product.Options) > 0 {
				e.family = d.Product.Key
			}
			children = append(children, e)
		}
	}
	return append(all, children...), out, nil
}

// withdrawn returns the result of an item whose change was planned while the account was allowed to make it.
func (c *client) withdrawn(sku, productType string) channel.VariantResult {
	issues := c.permitted(sku)
	for i := range issues {
		issues[i].Stage = listing.Response
	}
	return channel.VariantResult{SKU: sku, Ref: productType, Issues: issues,
		Fault: channel.Refusal(channel.Config, opPatch, codeNoRevising, "Amazon has the listing, and the account may not change it")}
}

// plansOf returns a draft's plans and the SKUs that Amazon already has.
func plansOf(d listing.Draft) (plans map[string]plan, listed map[string]bool, err error) {
	plans, listed = make(map[string]plan, len(d.Plans)), map[string]bool{}
	for sku, text := range d.Plans {
		if text == "" { // nothing to change at Amazon
			listed[sku] = true
			continue
		}
		if plans[sku], err = parsePlan(text); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", sku, err)
		}
		listed[sku] = plans[sku].Op == planPatch
	}
	return plans, listed, nil
}

// stepSame is the step of an item without changes.
const stepSame = "unchanged"

// submitEach sends item after item. It stops before the deadline and at a failure that the next item would meet as
// well (see refusals). Children are not sent if their parent was refused.
func (c *client) submitEach(ctx context.Context, submissionItems []submissionItem, out channel.Publication, preview bool) (channel.Publication, error) {
	var stopped *channel.Fault
	met := refusals{client: c}
	lost := map[string]*channel.Fault{} // parents that were not accepted
	for n, e := range submissionItems {
		r := channel.VariantResult{SKU: e.sku, Ref: e.productType}
		switch parent := lost[e.family]; {
		case stopped == nil && nearly(ctx):
			stopped = channel.Refusal(channel.Unavailable, opPutListing, codeNotSent, "the time for one turn was over before it was sent")
			fallthrough
		case stopped != nil:
			r.Fault = unsent(stopped)
		case e.family != "" && parent != nil:
			r.Fault = parent.Unsent()
			r.Issues = withoutParent(e, parent)
		default:
			c.send(ctx, e, preview, &r)
			if stopped = met.stops(ctx, r.Fault); stopped != nil && n == 0 && len(out.Results) == 0 {
				return channel.Publication{}, stopped
			}
			if stopped != nil && ofTheAccount(stopped) {
				r.Fault = unsent(stopped)
			}
		}
		if e.parent && r.Fault != nil {
			lost[e.sku] = r.Fault
		}
		if r.RequestID != "" {
			out.RequestID = r.RequestID
		}
		out.Results = append(out.Results, r)
	}
	return out, nil
}

// nearly reports whether a context's deadline is too near to begin a call.
func nearly(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && time.Until(deadline) < margin
}

// unsent returns the fault of an item that was not sent because of another item's failure.
func unsent(f *channel.Fault) *channel.Fault {
	other := f.Unsent()
	if other.Class == channel.Config && f.Status == http.StatusForbidden { // the account was refused, not this item
		other.Class = channel.Unavailable
	}
	return other
}

// withoutParent returns the issue that explains why a child was not sent.
func withoutParent(e submissionItem, parent *channel.Fault) []listing.Issue {
	if !parent.Permanent() {
		return nil
	}
	return []listing.Issue{{
		Stage: listing.Response, Severity: listing.Error, Code: "product-failed", RequestID: parent.RequestID,
		Message: fmt.Sprintf("Amazon refused the parent %s, so %s was not sent", e.family, e.sku), Want: "the parent as Amazon wants it: see its own error",
	}}
}
