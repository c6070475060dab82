package publication

import (
	"cmp"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/listing"
)

// Name is something that a selection names.
type Name struct {
	Kind listing.Kind
	Text string // a SKU, a product's key or a category's path
}

// Names returns what a selection's lists name, each once, by kind and text.
func Names(sel listing.Selection) []Name {
	var names []Name
	for kind, list := range map[listing.Kind][]string{listing.KindVariant: sel.SKUs, listing.KindProduct: sel.Products, listing.KindCategory: sel.Categories} {
		for _, text := range list {
			names = append(names, Name{kind, text})
		}
	}
	slices.SortFunc(names, func(a, b Name) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text)) })
	return slices.Compact(names)
}

// Missing returns the items of names that the catalogue does not have, given those that it has.
func Missing(names, found []Name) []Item {
	known := make(map[Name]bool, len(found))
	for _, n := range found {
		known[n] = true
	}
	var out []Item
	for _, n := range names {
		if !known[n] {
			out = append(out, NotInCatalogue(n.Kind, n.Text))
		}
	}
	return out
}

// Candidate is a variant that a selection may select, with what the account's endpoint knows of it.
type Candidate struct {
	Chosen
	Accepted   int64     // the item with which it was accepted last; 0: none so far
	ReadAt     time.Time // when what was accepted was read from the catalogue
	VariantAt  time.Time // last change of the variant
	ProductAt  time.Time // last change of its product
	SettingsAt time.Time // last change since then of the account's settings that hold for its category; zero: none
	Ended      Status    // of its last item that ended done or in error; empty: there is none
}

// changed reports whether something that its listing is made of is newer than what was accepted.
func (c Candidate) changed() bool {
	return c.Accepted == 0 || c.VariantAt.After(c.ReadAt) || c.ProductAt.After(c.ReadAt) || c.SettingsAt.After(c.ReadAt)
}

// Selector says which variants a selection selects.
type Selector struct {
	sel   listing.Selection
	named map[Name]bool
}

// NewSelector returns the selector of a selection.
func NewSelector(sel listing.Selection) Selector {
	s := Selector{sel, map[Name]bool{}}
	for _, n := range Names(sel) {
		s.named[n] = true
	}
	return s
}

// Selects reports whether a variant is selected: it is named, or nothing is; and it has changed, or its last run ended in error,
// where the selection wants only such ones.
func (s Selector) Selects(c Candidate) bool {
	return s.names(c) && (!s.sel.Changed || c.changed()) && (!s.sel.Errors || c.Ended == Error)
}

// names reports whether the lists name a variant, its product or a category that it is in. The empty category has the goods
// without one.
func (s Selector) names(c Candidate) bool {
	return len(s.named) == 0 || s.named[Name{listing.KindVariant, c.SKU}] || s.named[Name{listing.KindProduct, c.Product}] ||
		slices.ContainsFunc(s.sel.Categories, func(path string) bool {
			return path == c.Category || path != "" && listing.Within(c.Category, path)
		})
}

// Chunk is the part of a selection that is saved at once: whole products, one after the other.
type Chunk struct {
	Goods []Chosen
	Next  string // the key of the last product looked at, behind which the next chunk begins; empty: it is the last one
}

// NewChunk returns the chunk of candidates, which are given product by product: the variants of the next products, and at most so
// many of both. The last product of as many variants as were asked for may be cut off, so it is left for the next chunk.
func NewChunk(candidates []Candidate, products, variants int, selector Selector) Chunk {
	keys := make([]string, 0, len(candidates))
	for _, c := range candidates {
		keys = append(keys, c.Product)
	}
	keys = slices.Compact(keys)
	var out Chunk
	last := ""
	switch n := len(keys); {
	case len(candidates) == variants && n > 1:
		out.Next, last = keys[n-2], keys[n-1]
	case n == products && n > 0:
		out.Next = keys[n-1]
	}
	for _, c := range candidates {
		if selector.Selects(c) && (last == "" || c.Product != last) {
			out.Goods = append(out.Goods, c.Chosen)
		}
	}
	return out
}
