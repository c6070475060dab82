package amazon

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// The operations of a submission, in a feed's words.
const (
	updating = "UPDATE" // the whole item: what is not submitted is gone
	patching = "PATCH"
)

const parentOf = "child_parent_sku_relationship"

// submission is one write of an item: a put, a patch, or a feed's message.
type submission struct {
	SKU         string    `json:"sku"`
	Operation   string    `json:"operationType"`
	ProductType string    `json:"productType"`
	Attributes  submitted `json:"attributes"`
	Patches     []patchOp `json:"patches"`
}

// accept checks submissions one after the other and accepts those without errors, unless it is a preview. It returns
// the issues of each.
func (s *server) accept(ctx context.Context, operation string, preview bool, all ...submission) ([][]issue, error) {
	sh, err := s.knownOf(ctx, all)
	if err != nil {
		return nil, err
	}
	answers := make([][]issue, len(all))
	for n, one := range all {
		j := &check{server: s, known: sh, operation: operation, preview: preview, submission: one}
		if err := j.run(); err != nil {
			return nil, err
		}
		answers[n] = j.issues
	}
	if preview {
		return answers, nil
	}
	return answers, s.save(ctx, sh)
}

// check checks one submission.
type check struct {
	submission
	server    *server
	known     *known
	operation string // by which call it came
	preview   bool
	issues    []issue
}

func (j *check) add(found *issue) { j.issues = append(j.issues, *found) }

func (j *check) strikes(kind faults.Kind) bool {
	return j.server.options.Injector.Strikes(kind, j.operation)
}

func (j *check) run() error {
	there, exists := j.current()
	if j.Operation == patching {
		switch {
		case !exists || j.strikes(faults.ProductGone):
			j.add(issueOf(market.ErrNoListing))
			return nil
		case j.onlyStock():
			j.setQuantity()
			return nil
		}
	}
	d, err := j.server.library.find(j.ProductType)
	if err != nil {
		return err
	}
	if d == nil {
		j.add(noSuchType(j.ProductType))
		return nil
	}
	after, concerned := j.Attributes, []string(nil) // of a put everything is checked
	switch j.Operation {
	case updating:
	case patching:
		var found *issue
		if after, found = d.patched(there, j.Patches); found != nil {
			j.add(found)
			return nil
		}
		for _, p := range j.Patches {
			concerned = append(concerned, p.attribute())
		}
	default:
		j.add(attributeIssue("This marketplace does UPDATE and PATCH only."))
		return nil
	}
	if !exists {
		there = nil
	}
	j.issues = d.violations(after, there, concerned)
	if refusedBy(j.issues) {
		return nil
	}
	if after.text("parentage_level") == "parent" {
		j.parent(after)
		return nil
	}
	j.offered(after)
	return nil
}

// current returns the marketplace's attributes of the item.
func (j *check) current() (submitted, bool) {
	if l, ok := j.known.listings[j.SKU]; ok {
		return j.server.contentOf(l).Attributes, true
	}
	p, ok := j.known.parents[j.SKU]
	return maps.Clone(p.Attributes), ok
}

// onlyStock reports whether a patch changes only the quantity.
func (j *check) onlyStock() bool {
	return !slices.ContainsFunc(j.Patches, func(p patchOp) bool { return p.attribute() != availability })
}

// setQuantity accepts a patch of the quantity. It accepts any existing product type, and the one that the listing had
// before there were definitions.
func (j *check) setQuantity() {
	l, sold := j.known.listings[j.SKU]
	d, _ := j.server.library.find(j.ProductType)
	patch := j.Patches[0]
	var value []stock
	text, _ := json.Marshal(patch.Value)
	_ = json.Unmarshal(text, &value)
	switch {
	case !sold:
		j.add(issueOf(market.ErrNoListing))
	case d == nil && j.ProductType != l.Ref:
		j.add(noSuchType(j.ProductType))
	case len(j.Patches) != 1 || !slices.Contains([]string{"merge", "replace", "add"}, patch.Op) || len(value) != 1:
		j.add(attributeIssue("Only one fulfillment_availability can be set here.", availability))
	case value[0].Channel != "DEFAULT" || value[0].Quantity == nil || *value[0].Quantity < 0:
		j.add(attributeIssue("fulfillment_availability needs the channel DEFAULT and a quantity of 0 or more.", availability))
	case l.FBA:
		j.add(issueOf(market.ErrFBA))
	case !j.strikes(faults.NeverLive):
		j.known.quantities = append(j.known.quantities, market.QuantityChange{SKU: j.SKU, Quantity: *value[0].Quantity})
	}
}

// parent accepts a parent item of variations. It has no offer.
func (j *check) parent(after submitted) {
	if _, sold := j.known.listings[j.SKU]; sold {
		j.add(attributeIssue("The SKU is that of a listing that can be bought.", "parentage_level"))
		return
	}
	if j.strikes(faults.NeverLive) {
		return
	}
	now := j.server.options.Now().UTC()
	p, known := j.known.parents[j.SKU]
	if !known {
		p = parent{SKU: j.SKU, CreatedAt: now}
	}
	p.ProductType, p.Attributes, p.LiveAt = j.ProductType, after, j.server.live().UTC()
	j.known.putParent(p)
}

func noSuchType(productType string) *issue {
	return attributeIssue(fmt.Sprintf("The product type '%s' is not supported in this marketplace.", productType), "product_type")
}
