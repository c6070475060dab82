package shop

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/listing"
)

// stock checks the product against the shop's: the shop's other variants stay and count.
func (c *check) stock() {
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
		c.wrong(note{code: listing.CodeHandleInUse, pointer: "/handle", want: "another key, or a product in the shop that has one of these SKUs"},
			"the shop has a product of the handle %q with none of these SKUs (but %s); publishing would write over it", clip(c.found.Handle), clip(others[0].SKU))
		return
	}
	if n := len(c.Variants) + len(others); n > c.rules.MaxVariants {
		c.wrong(note{code: listing.CodeTooManyVariants, pointer: "/variants", want: fmt.Sprintf("at most %d variants", c.rules.MaxVariants)},
			"the product would have %d variants, %d of them the shop's own; the shop allows %d", n, len(others), c.rules.MaxVariants)
	}
	c.beside(others)
}

// beside checks the variants against those of the shop that stay.
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
		c.wrongAt(0, note{code: listing.CodeVariantsAlike, pointer: "/optionValues", want: "options that distinguish the variants"},
			"the shop's product is one thing, %q, and this would be a second one that nothing distinguishes from it", clip(others[0].SKU))
	}
}

// The option that a product of one variant has in Shopify, and its value.
const (
	DefaultOption = "Title"
	DefaultValue  = "Default Title"
)

// isOurs reports whether one of the variants is the shop's variant: by its SKU, or by its options if that has no SKU.
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

// texts checks the product's texts.
func (c *check) texts() {
	if strings.TrimSpace(c.Title) == "" {
		c.wrong(note{code: listing.CodeAttributeMissing, pointer: "/title", want: "a title of 1 to 255 characters"}, "the product has no title")
	}
	c.bounded("/title", "title", c.Title)
	c.bounded("/vendor", "brand", c.Brand)
	c.bounded("/productType", "type", c.Type)
	c.bounded("/handle", "handle that the product's key makes", c.found.Handle)
	if c.found.Handle == "" {
		c.wrong(note{code: listing.CodeWrongFormat, pointer: "/handle", want: "a key with a letter from a to z or a digit"},
			"the product's key %q has neither, so that Shopify's address of the product can't be made of it", clip(c.Key))
	}
	if n := len(c.Description); n > maxDescription {
		c.wrong(note{code: listing.CodeValueTooLong, pointer: "/descriptionHtml", want: fmt.Sprintf("at most %d bytes", maxDescription)},
			"the description has %d bytes; Shopify allows %d", n, maxDescription)
	} else if part := active(c.Description); part != "" {
		c.wrong(note{severity: listing.Warning, code: listing.CodeHTMLNotAllowed, pointer: "/descriptionHtml", want: "HTML without scripts"},
			"the description has %q; Shopify keeps HTML, but no scripts", clip(part))
	}
}

// tags checks the tags made from the aspects, with others' tags that stay.
func (c *check) tags() {
	total := 0
	for _, tag := range c.found.Tags {
		if name, _, named := strings.Cut(tag, ": "); !named || c.Aspects[name] == nil {
			total++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Aspects)) {
		for _, value := range c.Aspects[name] {
			if n := utf8.RuneCountInString(name + ": " + value); n > maxName {
				c.wrong(note{code: listing.CodeValueTooLong, pointer: fmt.Sprintf("/tags/%d", total), want: atMost(maxName)},
					"the tag %q has %d characters; Shopify allows %d", clip(name+": "+value), n, maxName)
			}
			total++
		}
	}
	if total > maxTags && !c.rules.Plus && len(c.Aspects) > 0 {
		c.wrong(note{code: listing.CodeTooManyValues, pointer: "/tags", want: fmt.Sprintf("at most %d tags", maxTags)},
			"the product would have %d tags with those that the shop gave it; a shop on the plan %s allows %d", total, c.rules.Plan, maxTags)
	}
}

// collections checks the wanted collections.
func (c *check) collections() {
	for i, id := range c.Collections {
		n := note{code: listing.CodeCollectionMissing, pointer: fmt.Sprintf("/collections/%d", i), want: "a collection that the shop has"}
		byRule, there := c.found.Collections[id]
		switch {
		case !there:
			c.wrong(n, "the shop has no collection %s", clip(id))
		case byRule:
			n.severity, n.code, n.want = listing.Warning, listing.CodeCollectionByRule, "a collection that is filled by hand"
			c.wrong(n, "the rules of collection %s decide what is in it; the product can't be put there", clip(id))
		}
	}
}

// files checks the pictures. A variant's picture gives an issue of the variant.
func (c *check) files() {
	seen := map[string]bool{}
	for i, source := range c.Images {
		if why := unreachable(source); why != "" && !seen[source] {
			c.wrong(note{code: listing.CodeImageWrong, pointer: fmt.Sprintf("/files/%d/originalSource", i), want: wantImage}, "the picture %q %s", clip(source), why)
		}
		seen[source] = true
	}
	for i, v := range c.Variants {
		for _, source := range v.Images {
			if why := unreachable(source); why != "" {
				c.wrongAt(i, note{code: listing.CodeImageWrong, pointer: "/file/originalSource", want: wantImage}, "the picture %q %s", clip(source), why)
			}
			seen[source] = true
		}
	}
	if len(seen) > maxFiles {
		c.wrong(note{code: listing.CodeImageWrong, pointer: "/files", want: fmt.Sprintf("at most %d pictures", maxFiles)},
			"the product has %d pictures with those of its variants; Shopify allows %d", len(seen), maxFiles)
	}
}

const wantImage = "an address that begins with https:// and that anybody can open"

// unreachable returns why Shopify could not fetch a picture; empty if its address looks right.
func unreachable(source string) string {
	u, err := url.Parse(source)
	switch {
	case err != nil, u.Host == "", strings.ContainsAny(source, " \t\r\n"):
		return "is no address"
	case u.Scheme != "https":
		return "is not at an https address"
	case u.User != nil:
		return "has a password in its address"
	}
	return ""
}
