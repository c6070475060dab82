package publication

import (
	"fmt"

	"github.com/towpath/towpath/internal/listing"
)

// reasonUnmanaged is why goods are left out whose listing the channel's API does not know: publishing would make a second one.
const reasonUnmanaged = "its listing was made elsewhere: bring it in first with towpath links migrate"

// Chosen is a variant that a selection selects.
type Chosen struct {
	Product, ProductTitle string
	Category              string // of the product; empty: it has none
	SKU, Title            string
	Unmanaged             bool // the channel's API does not know its listing
}

// Items are those that a run gets of variants, which come product by product: each category before its products, each product before its
// variants.
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

// NotInCatalogue is the item of something that a selection names and the catalogue does not have: it is in error, so that nobody thinks it was
// published.
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
