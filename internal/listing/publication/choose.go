package publication

import (
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/listing"
)

// reasonUnmanaged is why goods with a listing that the channel's API can't see are left out: publishing would create
// a second one.
const reasonUnmanaged = "its listing was made elsewhere: bring it in first with towpath links migrate"

// Chosen is a variant that a selection selects.
type Chosen struct {
	Product, ProductTitle string
	Category              string // of the product; empty: it has none
	SKU, Title            string
	Unmanaged             bool // the channel's API does not know its listing
}

// Items returns the items of a run for variants, which are given product by product: each category before its
// products, each product before its variants.
func Items(chosen []Chosen) []Item {
	var out []Item
	categories, product := map[string]bool{}, ""
	for _, g := range chosen {
		if g.Category != "" && !categories[g.Category] {
			categories[g.Category] = true
			out = append(out, Item{Kind: listing.KindCategory, Reference: g.Category, Status: Pending})
		}
		if g.Product != product {
			product = g.Product
			out = append(out, Item{Kind: listing.KindProduct, Reference: g.Product, Parent: g.Category, Title: g.ProductTitle, Status: Pending})
		}
		v := Item{Kind: listing.KindVariant, Reference: g.SKU, Parent: g.Product, Title: g.Title, Status: Pending}
		if g.Unmanaged {
			v.Status, v.Reason = Skipped, reasonUnmanaged
		}
		out = append(out, v)
	}
	return out
}

// NotInCatalogue returns the item of something selected that the catalogue does not have: an error, so that nobody
// thinks it was published.
func NotInCatalogue(kind listing.Kind, reference string) Item {
	word := string(kind)
	if kind == listing.KindVariant {
		word = "sku"
	}
	return Item{
		Kind: kind, Reference: reference, Status: Error, Stage: listing.Validation, Code: CodeNotInCatalogue, Issues: []listing.Issue{{
			Stage: listing.Validation, Severity: listing.Error, Code: CodeNotInCatalogue,
			Message: fmt.Sprintf("the catalogue has no %s %q", word, reference), Want: "one of the catalogue: towpath catalog list",
		}},
	}
}

// Submit moves sent variants (by SKU) and their products to the step Submitted. Items that have moved on meanwhile
// stay unchanged.
func Submit(items []*Item, skus, products map[string]bool) {
	for _, i := range items {
		sent := i.Kind == listing.KindVariant && skus[i.Reference] || i.Kind == listing.KindProduct && products[i.Reference]
		if sent && i.Status == Pending && listing.Submitted.After(i.Step) {
			i.reach(listing.Submitted)
		}
	}
}

// SendAgain resets sent variants, so that they wait to be sent again. Those answered meanwhile stay unchanged.
func SendAgain(items []*Item) {
	for _, i := range items {
		if ToAnswer().Of(i) {
			i.reach(listing.Validated)
		}
	}
}

// Batch is what goes to a channel in one turn: whole products, one after the other, as long as their SKUs fit.
type Batch struct {
	Until string // the key of the last product; empty: there is none
	SKUs  int    // the parents of families counted
	full  bool
}

// Add adds a product with this number of variants to a batch of at most `most` SKUs. One product is always accepted,
// whatever its size; after one that did not fit, none is.
func (b *Batch) Add(product string, variants, most int) {
	if variants > 1 {
		variants++ // the parent
	}
	if b.full = b.full || b.Until != "" && b.SKUs+variants > most; !b.full {
		b.Until, b.SKUs = product, b.SKUs+variants
	}
}

// Wanted splits the selected SKUs of a product into those that it still has, in its own order, and those that it no
// longer has, by SKU.
func Wanted(p catalogue.Product, selected []string) (wanted, missing []string) {
	left := make(map[string]bool, len(selected))
	for _, sku := range selected {
		left[sku] = true
	}
	for _, v := range p.Variants {
		if left[v.SKU] {
			wanted = append(wanted, v.SKU)
			delete(left, v.SKU)
		}
	}
	return wanted, slices.Sorted(maps.Keys(left))
}
