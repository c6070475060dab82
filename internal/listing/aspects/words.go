package aspects

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/towpath/towpath/internal/listing"
)

// fold makes the names of aspects comparable: case, spaces, hyphens and underscores do not count, nor the American spelling of colour.
func fold(name string) string {
	return strings.ReplaceAll(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, name), "colour", "color")
}

// foldValue makes values comparable: case and the number of spaces do not count.
func foldValue(value string) string {
	return strings.ToLower(strings.Join(strings.Fields(value), " "))
}

// brands and partNumbers are what the sites call these two aspects, folded: the product has a field for the one, and eBay for both.
var brands = []string{"brand", "marke", "marque", "marca", "merk", "marka"}

// identifiers are the aspects, folded, that a barcode answers.
var identifiers = []string{"ean", "upc", "isbn", "gtin"}

func isBrand(name string) bool { return slices.Contains(brands, fold(name)) }

// hasBrand tells whether the brand is judged among the aspects.
func hasBrand(aspects map[string][]string) bool {
	for name := range aspects {
		if isBrand(name) {
			return true
		}
	}
	return false
}

func isIdentifier(name string) bool { return slices.Contains(identifiers, fold(name)) }

// Fit gives a product in eBay's words: aspects and options by the names and values that the category has for them, the brand among the
// aspects, the condition as the Inventory API spells it. What the category does not know stays as it is, and so does everything where c
// is nil. The product that is given is not changed.
func Fit(p listing.Product, c *Category) listing.Product {
	p.Condition = Condition(p.Condition)
	aspects := make(map[string][]string, len(p.Aspects)+1)
	for _, name := range slices.Sorted(maps.Keys(p.Aspects)) {
		called := c.nameOf(name)
		for _, value := range p.Aspects[name] {
			if value = c.valueOf(called, value); value != "" && !slices.Contains(aspects[called], value) {
				aspects[called] = append(aspects[called], value)
			}
		}
	}
	p.Brand, aspects = fitBrand(p.Brand, aspects, c)
	p.Aspects = aspects
	options := make([]string, len(p.Options))
	for i, name := range p.Options {
		options[i] = c.nameOf(name)
	}
	p.Options = options
	variants := slices.Clone(p.Variants)
	for i, v := range variants {
		variants[i].Options = make(map[string]string, len(v.Options))
		for name, value := range v.Options {
			called := c.nameOf(name)
			variants[i].Options[called] = c.valueOf(called, value)
		}
	}
	p.Variants = variants
	return p
}

// fitBrand has the brand both where eBay's product has a field for it and among the aspects: eBay copies it from there to here, and
// not the other way round (Product.brand).
func fitBrand(brand string, aspects map[string][]string, c *Category) (string, map[string][]string) {
	for name, values := range aspects {
		if isBrand(name) && len(values) > 0 {
			if brand == "" {
				brand = values[0]
			}
			return brand, aspects
		}
	}
	switch {
	case brand == "":
		return brand, aspects
	case c == nil:
		aspects["Brand"] = []string{brand}
		return brand, aspects
	}
	for _, a := range c.Aspects {
		if isBrand(a.Name) {
			aspects[a.Name] = []string{c.valueOf(a.Name, brand)}
			break
		}
	}
	return brand, aspects
}

// nameOf is what the category calls an aspect; what it does not know keeps its name, without spaces around.
func (c *Category) nameOf(name string) string {
	if a, ok := c.Find(name); ok {
		return a.Name
	}
	return strings.TrimSpace(name)
}

// valueOf is how the category spells a value.
func (c *Category) valueOf(name, value string) string {
	if a, ok := c.Find(name); ok {
		if v, known := a.Value(value); known {
			return v.Text
		}
		if name := country(value, c.Marketplace); name != "" && a.Closed {
			if v, known := a.Value(name); known {
				return v.Text
			}
		}
	}
	return strings.TrimSpace(value)
}

// Condition is a merchant's word for a condition as eBay spells it, "like new" as LIKE_NEW; empty is new. What eBay has no such word for stays
// as it is.
func Condition(word string) string {
	if word == "" {
		return "NEW"
	}
	for _, known := range conditionOfID {
		if fold(known) == fold(word) {
			return known
		}
	}
	return word
}
