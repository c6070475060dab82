package shop

import (
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/listing"
)

// shelf judges the product beside what the shop has: variants of it that are not ours stay, and count.
func (c *check) shelf() {
	for i, v := range c.Variants {
		if at, taken := c.found.Elsewhere[v.SKU]; taken {
			c.wrongAt(i, note{code: listing.CodeSKUElsewhere, pointer: "/sku", want: "one product of the shop with all its variants"},
				"the shop has the SKU in another product, %q (%s); publishing would list it twice", clip(at.Title), clip(at.Handle))
		}
	}
	var others []Variant
	ours := 0
	for _, w := range c.found.Variants {
		if c.isOurs(w) {
			ours++
		} else {
			others = append(others, w)
		}
	}
	if c.found.Exists && ours == 0 && len(others) > 0 {
		c.wrong(note{code: listing.CodeHandleTaken, pointer: "/handle", want: "another key, or a product in the shop that has one of these SKUs"},
			"the shop has a product of the handle %q with none of these SKUs (but %s); publishing would write over it", clip(c.found.Handle), clip(others[0].SKU))
		return
	}
	if n := len(c.Variants) + len(others); n > c.rules.MaxVariants {
		c.wrong(note{code: listing.CodeTooManyVariants, pointer: "/variants", want: fmt.Sprintf("at most %d variants", c.rules.MaxVariants)},
			"the product would have %d variants, %d of them the shop's own; the shop takes %d", n, len(others), c.rules.MaxVariants)
	}
	c.beside(others)
}

// beside holds the variants against those of the shop that stay.
func (c *check) beside(others []Variant) {
	names := c.Options
	if len(names) == 0 {
		names = []string{DefaultOption}
	}
	labels := map[string]string{}
	for _, w := range others {
		if !sameNames(w.Options, names) {
			c.wrong(note{code: listing.CodeOptionsWrong, pointer: "/productOptions", want: "the options that the shop's product has"},
				"the shop's product has the variant %q, which differs in %v; these variants differ in %v", clip(w.SKU), sortedKeys(w.Options), names)
			return
		}
		if key, whole := c.label(w.Options); whole {
			labels[key] = w.SKU
		}
	}
	for i, v := range c.Variants {
		key, _ := c.label(v.Options)
		if sku, taken := labels[key]; taken {
			c.wrongAt(i, note{code: listing.CodeVariantsAlike, pointer: "/optionValues", want: "values that no other variant has"},
				"the shop's product has a variant that is described so already, %q", clip(sku))
		}
	}
	if len(c.Options) == 0 && len(c.Variants) > 0 && len(others) > 0 {
		c.wrongAt(0, note{code: listing.CodeVariantsAlike, pointer: "/optionValues", want: "options that tell the variants apart"},
			"the shop's product is one thing, %q, and this would be a second one without anything to tell them apart", clip(others[0].SKU))
	}
}

// The option that a product of one variant has in Shopify, and its value.
const (
	DefaultOption = "Title"
	DefaultValue  = "Default Title"
)

// isOurs tells whether one of the variants stands for the shop's: by its SKU, or by its options where that has no SKU.
func (c *check) isOurs(w Variant) bool {
	return slices.ContainsFunc(c.Variants, func(v listing.Variant) bool {
		if w.SKU != "" {
			return v.SKU == w.SKU
		}
		if len(c.Options) == 0 {
			return w.Options[DefaultOption] == DefaultValue
		}
		return sameNames(w.Options, c.Options) && maps.Equal(w.Options, v.Options)
	})
}

func sameNames(values map[string]string, names []string) bool {
	for _, name := range names {
		if _, there := values[name]; !there {
			return false
		}
	}
	return len(values) == len(names)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
