package aspects

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/towpath/towpath/internal/listing"
)

// fold returns an aspect's name for comparison, without case, spaces, hyphens and underscores, and with the American
// spelling of colour.
func fold(name string) string {
	return strings.ReplaceAll(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, name), "colour", "color")
}

// foldValue returns a value for comparison, without differences of case and spacing.
func foldValue(value string) string {
	return strings.ToLower(strings.Join(strings.Fields(value), " "))
}

// brands and partNumbers are the sites' folded names of these two aspects: the product has a field for the brand, and
// eBay for both.
var brands = []string{"brand", "marke", "marque", "marca", "merk", "marka"}

// identifiers are the folded names of aspects that a barcode satisfies.
var identifiers = []string{"ean", "upc", "isbn", "gtin"}

func isBrand(name string) bool { return slices.Contains(brands, fold(name)) }

// hasBrand reports whether the brand is checked as an aspect.
func hasBrand(aspects map[string][]string) bool {
	for name := range aspects {
		if isBrand(name) {
			return true
		}
	}
	return false
}

func isIdentifier(name string) bool { return slices.Contains(identifiers, fold(name)) }

// Fit returns a product with eBay's names and values: aspects and options as the category spells them, the brand
// among the aspects, the condition as in the Inventory API. What the category does not have stays unchanged; so does
// everything if c is nil. The given product is not changed.
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

// fitBrand puts the brand both into eBay's product field and among the aspects: eBay copies it only from the aspects
// to the field (Product.brand).
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

// nameOf returns the category's name of an aspect; an unknown one keeps its name, without surrounding spaces.
func (c *Category) nameOf(name string) string {
	if a, ok := c.Find(name); ok {
		return a.Name
	}
	return strings.TrimSpace(name)
}

// valueOf returns the category's spelling of a value.
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

// Condition returns eBay's word for a merchant's condition, LIKE_NEW for "like new"; empty is new. An unknown one
// stays unchanged.
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
