package amazon

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/producttype"
)

const (
	checkedData = "summaries,attributes,fulfillmentAvailability"
	longestSKU  = 40 // characters
)

// Check reads the products' listings, 20 SKUs per call, and compares them with their definitions. A new item is
// checked as a whole; of an existing one only the changes are, since Amazon accepted the rest before and somebody
// else may have written it.
func (c *client) Check(ctx context.Context, products []channel.Product, definitions channel.Definitions) ([]listing.Checked, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	all := make([]listing.Checked, len(products))
	var skus []string
	for n, p := range products {
		all[n] = listing.Checked{Issues: map[string][]listing.Issue{}, Plans: map[string]string{}, Same: map[string]bool{}}
		skus = append(skus, badSKUs(p, all[n].Issues)...)
	}
	there, fault := c.there(ctx, skus)
	if fault != nil {
		return nil, fault
	}
	for n, p := range products {
		if p.Type == "" { // whoever built the product has reported it
			continue
		}
		rules, err := rulesOf(definitions.Definition(p.Type))
		if err != nil || rules == nil {
			against(all[n].Issues, p.Key, "definition-missing", "a product type of the marketplace; if it is one, publish again later", noDefinition(p.Type, err))
			continue
		}
		listed := make(map[string]bool, len(there))
		for sku := range there {
			listed[sku] = true
		}
		for _, i := range rules.Write(p, c.place(listed)) {
			c.check(rules, i, there, &all[n])
		}
	}
	return all, nil
}

// place returns the marketplace in which the account lists.
func (c *client) place(listed map[string]bool) producttype.Place {
	return producttype.Place{Marketplace: c.account.Marketplace, Listed: listed}
}

func noDefinition(productType string, err error) string {
	if err != nil {
		return fmt.Sprintf("Amazon's definition of the product type %s can't be used: %s", productType, bounded(err.Error(), 300))
	}
	return fmt.Sprintf("Amazon's definition of the product type %s could not be fetched", bounded(productType, 60))
}

func against(issues map[string][]listing.Issue, reference, code, want, message string) {
	issues[reference] = append(issues[reference], listing.Issue{
		Stage: listing.Validation, Severity: listing.Error, Code: code, Message: message, Want: want,
	})
}

// badSKUs adds issues for invalid SKUs and returns the valid ones.
func badSKUs(p channel.Product, issues map[string][]listing.Issue) (good []string) {
	seen := map[string]bool{}
	look := func(sku string) {
		switch want := fmt.Sprintf("1 to %d characters", longestSKU); {
		case strings.TrimSpace(sku) == "" || len(sku) > longestSKU:
			against(issues, sku, "sku-wrong", want, fmt.Sprintf("Amazon accepts no SKU like %q", bounded(sku, 100)))
		case seen[sku]:
			against(issues, sku, "sku-wrong", "a different SKU for each variant and for the product", fmt.Sprintf("the product has the SKU %s twice", sku))
		default:
			good = append(good, sku)
		}
		seen[sku] = true
	}
	if len(p.Options) > 0 {
		look(p.Key) // it becomes the SKU of the variants' parent
	}
	for _, v := range p.Variants {
		look(v.SKU)
	}
	return good
}

// there returns Amazon's items with these SKUs, by SKU.
func (c *client) there(ctx context.Context, skus []string) (map[string]wireListing, *channel.Fault) {
	if len(skus) == 0 {
		return nil, nil
	}
	found, _, fault := c.lookUp(ctx, skus, checkedData)
	if fault != nil {
		return nil, fault
	}
	there := make(map[string]wireListing, len(found))
	for _, l := range found {
		there[l.SKU] = l
	}
	return there, nil
}

// check checks one item and plans its changes.
func (c *client) check(rules *producttype.Definition, i producttype.Item, there map[string]wireListing, into *listing.Checked) {
	into.Issues[i.SKU] = append(into.Issues[i.SKU], i.Issues...)
	now, exists := there[i.SKU]
	if !exists {
		into.Issues[i.SKU] = append(into.Issues[i.SKU], rules.Validate(i.Attributes, nil)...)
		into.Plans[i.SKU] = plan{Op: planPut}.String()
		return
	}
	p, differs := c.changes(rules, i.Attributes, now)
	if !differs {
		into.Same[i.SKU] = true
		return
	}
	listed := listedOf(now)
	after := rules.Merge(listed, i.Attributes)
	for _, name := range p.Delete {
		delete(after, name)
	}
	concerned := slices.Concat(p.Merge, p.Replace, p.Delete)
	found := slices.DeleteFunc(rules.Validate(after, listed), func(i listing.Issue) bool {
		return !slices.ContainsFunc(namesOf(i), func(name string) bool { return slices.Contains(concerned, name) })
	})
	into.Issues[i.SKU] = append(append(into.Issues[i.SKU], c.permitted(i.SKU)...), found...)
	into.Plans[i.SKU] = p.String()
}

// namesOf returns the attributes that an issue is about.
func namesOf(i listing.Issue) []string {
	if len(i.Attributes) > 0 {
		return i.Attributes
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(i.Pointer, attributesPath), "/")
	return []string{name}
}

// permitted returns the issues of changing a listing that the account's settings forbid; nil if they allow it.
func (c *client) permitted(sku string) []listing.Issue {
	if c.account.Listings.Revise {
		return nil
	}
	return []listing.Issue{{
		Stage: listing.Validation, Severity: listing.Error, Code: "not-permitted",
		Message: fmt.Sprintf("Amazon has a listing of %s, and the account may not change it", sku), Want: "revise: true in the account's listings",
	}}
}
