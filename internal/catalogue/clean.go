package catalogue

import (
	"maps"
	"slices"
	"strings"
)

// CategorySign stands between the steps of a category's path.
const CategorySign = " > "

// Clean is the entry as it is kept: texts without space around them and with one kind of line end, category paths in one
// spelling, lists without empty members, and prices in order.
func (p Product) Clean() Product {
	p.Key, p.Title, p.Description = tidy(p.Key), tidy(p.Title), tidy(p.Description)
	p.Brand, p.Type = tidy(p.Brand), tidy(p.Type)
	p.Category = strings.Join(Steps(p.Category), CategorySign)
	p.Images, p.Options = tidyList(p.Images), tidyList(p.Options)
	p.Attributes = tidyAttributes(p.Attributes)
	variants := make([]Variant, len(p.Variants))
	for i, v := range p.Variants {
		variants[i] = v.clean()
	}
	p.Variants = variants
	return p
}

func (v Variant) clean() Variant {
	v.SKU, v.Title, v.Barcode = tidy(v.SKU), tidy(v.Title), tidy(v.Barcode)
	v.Images = tidyList(v.Images)
	options := make(map[string]string, len(v.Options))
	for name, value := range v.Options {
		if name, value = tidy(name), tidy(value); name != "" && value != "" {
			options[name] = value
		}
	}
	v.Options = nilIfEmpty(options)
	v.Prices = slices.Clone(v.Prices)
	slices.SortStableFunc(v.Prices, comparePrices)
	return v
}

// Steps are the steps of a category's path, from the root: "Kitchen > Mugs" is Kitchen, Mugs.
func Steps(path string) []string {
	return tidyList(strings.Split(path, strings.TrimSpace(CategorySign)))
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "")

func tidy(text string) string {
	return strings.ToValidUTF8(strings.TrimSpace(lineEnds.Replace(text)), "\uFFFD")
}

func tidyList(list []string) []string {
	var out []string
	for _, text := range list {
		if text = tidy(text); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

func tidyAttributes(given map[string][]string) map[string][]string {
	out := make(map[string][]string, len(given))
	for name, values := range given {
		if name = tidy(name); name != "" {
			out[name] = tidyList(values)
		}
	}
	return nilIfEmpty(out)
}

func nilIfEmpty[M ~map[K]V, K comparable, V any](m M) M {
	if len(m) == 0 {
		return nil
	}
	return maps.Clone(m)
}

// comparePrices orders prices by account: a variant has one price on each, and one for all others.
func comparePrices(a, b Price) int { return strings.Compare(a.Account, b.Account) }
