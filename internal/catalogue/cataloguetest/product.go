// Package cataloguetest generates catalogues for property tests.
package cataloguetest

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/catalogue"
)

var (
	// word has texts that are difficult for CSV, JSON and spreadsheets.
	word = rapid.SampledFrom([]string{"Blue", "12\" x 18\"", "a, b", "'90s Tee", "Ö", "two\nlines", "=1+1", "000731", "1.234,56", "Stove \"safe\"", "tab\there"})
	line = rapid.SampledFrom([]string{"Blue", "12\" x 18\"", "a, b", "'90s Tee", "Ö", "Clay", "1.234,56", "S/M", "x+y"})
	code = rapid.SampledFrom([]string{"", "5010000000011", "96385074", "036000291452"})
)

// Product generates one valid, clean product with the key. Any field except its SKUs may be empty.
func Product(t *rapid.T, key string) catalogue.Product {
	maybe := func(g *rapid.Generator[string], label string) string {
		if rapid.Bool().Draw(t, label+"?") {
			return g.Draw(t, label)
		}
		return ""
	}
	p := catalogue.Product{
		Key: key, Title: maybe(word, "title"), Description: maybe(word, "description"), Brand: maybe(line, "brand"), Type: maybe(line, "type"),
		Category: rapid.SampledFrom([]string{"", "Kitchen", "Kitchen > Mugs", "Garden, big > Ö"}).Draw(t, "category"),
		Images:   rapid.SampledFrom([][]string{nil, {"https://x.example/1.jpg"}, {"https://x.example/2.jpg", "https://x.example/3,4.jpg"}}).Draw(t, "images"),
	}
	if rapid.Bool().Draw(t, "attributes?") {
		p.Attributes = map[string][]string{line.Draw(t, "name"): {line.Draw(t, "value")}, "Two": {"a", "b " + line.Draw(t, "second")}}
	}
	n := rapid.IntRange(1, 3).Draw(t, "variants")
	if n > 1 {
		p.Options = rapid.SampledFrom([][]string{{"Colour"}, {"Size", "Colour"}, {"Colour", "Size"}}).Draw(t, "options")
	}
	for i := range n {
		v := catalogue.Variant{SKU: fmt.Sprintf("%s-%d", key, i), Title: maybe(word, "own title"), Barcode: code.Draw(t, "barcode"),
			WeightGrams: rapid.IntRange(0, 5000).Draw(t, "grams")}
		for _, name := range p.Options {
			if v.Options == nil {
				v.Options = map[string]string{}
			}
			v.Options[name] = fmt.Sprint(line.Draw(t, "option"), " ", i)
		}
		if rapid.Bool().Draw(t, "cost?") {
			v.Cost = catalogue.Cost{Currency: "GBP", Amount: rapid.Int64Range(1, 1e9).Draw(t, "cost")}
		}
		if rapid.Bool().Draw(t, "prices?") {
			v.Prices = []catalogue.Price{{Currency: "GBP", Amount: rapid.Int64Range(0, 1e9).Draw(t, "price")},
				{Account: "shop-jp", Currency: "JPY", Amount: rapid.Int64Range(0, 1e6).Draw(t, "yen")}}
		}
		p.Variants = append(p.Variants, v)
	}
	return p.Clean()
}
