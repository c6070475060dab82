package shop

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/listing"
)

// options checks the options.
func (c *check) options() {
	if n := len(c.Options); n > c.rules.MaxOptions {
		c.wrong(note{code: listing.CodeOptionsWrong, pointer: "/productOptions", want: fmt.Sprintf("at most %d options", c.rules.MaxOptions)},
			"the product has %d options (%s); the shop allows %d", n, clip(strings.Join(c.Options, ", ")), c.rules.MaxOptions)
	}
	for i, name := range c.Options {
		at := fmt.Sprintf("/productOptions/%d/name", i)
		same := func(other string) bool { return strings.EqualFold(strings.TrimSpace(other), strings.TrimSpace(name)) }
		switch {
		case strings.TrimSpace(name) == "":
			c.wrong(note{code: listing.CodeOptionsWrong, pointer: at, want: "a name"}, "option %d has no name", i+1)
		case slices.ContainsFunc(c.Options[:i], same):
			c.wrong(note{code: listing.CodeOptionsWrong, pointer: at, want: "each option once"}, "the option %q is there twice", clip(name))
		}
		c.bounded(at, "option's name", name)
	}
	if len(c.Options) == 0 && len(c.Variants) > 1 {
		c.wrong(note{code: listing.CodeOptionsWrong, pointer: "/productOptions", want: "what the variants differ in, e.g. Colour or Size"},
			"the product has %d variants and says nothing that they differ in", len(c.Variants))
	}
}

// variants checks each variant.
func (c *check) variants() {
	if len(c.Variants) == 0 {
		c.wrong(note{code: listing.CodeAttributeMissing, pointer: "/variants", want: "at least one"}, "the product has no variant")
	}
	twice := map[string]int{}
	for i, v := range c.Variants {
		c.identity(i, v, twice)
		if v.Price <= 0 {
			c.wrongAt(i, note{code: listing.CodePriceMissing, pointer: "/price", want: "a price above 0 in " + c.rules.Currency}, "it has no price; Shopify would give it away")
		}
		c.values(i, v)
	}
	c.alike()
	c.spellings()
}

// spellings finds values that differ only in case: Shopify treats them as one value.
func (c *check) spellings() {
	for n, name := range c.Options {
		known := map[string]string{}
		spelling := func(value string) string {
			key := strings.ToLower(strings.TrimSpace(value))
			if known[key] == "" {
				known[key] = value
			}
			return known[key]
		}
		for _, w := range c.found.Variants {
			if !c.isOurs(w) {
				spelling(w.Options[name])
			}
		}
		for i, v := range c.Variants {
			alike := slices.ContainsFunc(c.issues[v.SKU], func(i listing.Issue) bool { return i.Code == listing.CodeVariantsAlike })
			if value := v.Options[name]; spelling(value) != value && value != "" && !alike {
				c.wrongAt(i, note{code: listing.CodeOptionsWrong, pointer: fmt.Sprintf("/optionValues/%d/name", n), want: spelling(value)},
					"its %s is spelt %q, and another variant's %q: to Shopify they are one value", clip(name), clip(value), clip(spelling(value)))
			}
		}
	}
}

// identity checks the variant's SKU and barcode.
func (c *check) identity(i int, v listing.Variant, seen map[string]int) {
	first, again := seen[v.SKU]
	seen[v.SKU] = i
	switch n := utf8.RuneCountInString(v.SKU); {
	case strings.TrimSpace(v.SKU) == "":
		c.wrongAt(i, note{code: listing.CodeSKUWrong, pointer: "/sku", want: "a SKU"}, "variant %d has no SKU, so that nobody could keep its stock", i+1)
	case again:
		c.wrongAt(i, note{code: listing.CodeSKUWrong, pointer: "/sku", want: "a SKU of its own"}, "variants %d and %d have the same SKU", first+1, i+1)
	case n > maxName:
		c.wrongAt(i, note{code: listing.CodeSKUWrong, pointer: "/sku", want: atMost(maxName)}, "the SKU has %d characters; Shopify allows %d", n, maxName)
	}
	if n := utf8.RuneCountInString(v.Barcode); n > maxName {
		c.wrongAt(i, note{code: listing.CodeIdentifierWrong, pointer: "/barcode", want: atMost(maxName)}, "the barcode has %d characters; Shopify allows %d", n, maxName)
	}
}

// values checks the variant's value of each option.
func (c *check) values(i int, v listing.Variant) {
	for n, name := range c.Options {
		value, at := v.Options[name], fmt.Sprintf("/optionValues/%d/name", n)
		switch length := utf8.RuneCountInString(value); {
		case strings.TrimSpace(value) == "":
			c.wrongAt(i, note{code: listing.CodeOptionsWrong, pointer: at, want: "a value of " + clip(name)}, "it has no %s, in which the product's variants differ", clip(name))
		case length > maxName:
			c.wrongAt(i, note{code: listing.CodeValueTooLong, pointer: at, want: atMost(maxName)}, "its %s has %d characters; Shopify allows %d", clip(name), length, maxName)
		}
	}
	for _, name := range sortedKeys(v.Options) {
		if len(c.Options) > 0 && !slices.Contains(c.Options, name) && v.Options[name] != "" {
			c.wrongAt(i, note{severity: listing.Warning, code: listing.CodeOptionsWrong, pointer: "/optionValues", want: "values of the product's options only"},
				"its %s is left out: the product's variants differ in %s", clip(name), clip(strings.Join(c.Options, ", ")))
		}
	}
}

// alike finds variants with the same value of every option. Only a person knows which of them is wrong, so none is
// sent.
func (c *check) alike() {
	places := map[string][]int{}
	for i, v := range c.Variants {
		if key, whole := c.label(v.Options); whole {
			places[key] = append(places[key], i)
		}
	}
	for _, key := range sortedKeys(places) {
		all := places[key]
		for n, i := range all {
			if len(all) > 1 {
				other := c.Variants[all[(n+1)%len(all)]].SKU
				c.wrongAt(i, note{code: listing.CodeVariantsAlike, pointer: "/optionValues", want: "values that no other variant has"},
					"it is described as %s is: %s", clip(other), clip(c.described(c.Variants[i])))
			}
		}
	}
}

// described returns a variant's values as buyers read them.
func (c *check) described(v listing.Variant) string {
	values := make([]string, len(c.Options))
	for i, name := range c.Options {
		values[i] = v.Options[name]
	}
	return strings.Join(values, " / ")
}

// label returns a variant's values for comparison; Shopify ignores case. whole is false when a value is missing,
// which is reported elsewhere.
func (c *check) label(options map[string]string) (key string, whole bool) {
	values := make([]string, len(c.Options))
	for i, name := range c.Options {
		if values[i] = strings.ToLower(strings.TrimSpace(options[name])); values[i] == "" {
			return "", false
		}
	}
	return strings.Join(values, "\x00"), len(values) > 0
}
