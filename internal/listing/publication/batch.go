package publication

import (
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
)

// Batch is what goes to a channel in one turn: whole products, one after the other, as far as their SKUs fit.
type Batch struct {
	Until string // the key of the last product; empty: there is none
	SKUs  int    // the parents of families counted
	full  bool
}

// Add takes a product with so many variants into a batch of at most so many SKUs. One product is taken whatever its size; behind one that did
// not fit none is taken.
func (b *Batch) Add(product string, variants, most int) {
	if variants > 1 {
		variants++ // the parent
	}
	if b.full = b.full || b.Until != "" && b.SKUs+variants > most; !b.full {
		b.Until, b.SKUs = product, b.SKUs+variants
	}
}

// Wanted divides SKUs that were selected of a product into those that it still has, in its own order, and those that have left it, by SKU.
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
