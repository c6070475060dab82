package catalogue

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/money"
)

// Limits of an entry, for texts in characters. They are the widest of any channel; narrower ones are checked when
// publishing.
const (
	MaxVariants    = 2_048      // of a product: Shopify's since 2025
	MaxSKU         = 255        // Shopify's
	MaxKey         = 255        //
	MaxTitle       = 500        //
	MaxDescription = 200_000    //
	MaxWord        = 255        // brand, type, option, attribute
	MaxImages      = 250        // of a product, and of a variant
	MaxAddress     = 2_048      // of an image
	MaxSteps       = 10         // of a category
	MaxOptions     = 10         //
	MaxAttributes  = 500        //
	MaxGrams       = 10_000_000 // ten tonnes
	MaxAmount      = 1e12       // minor units
)

// Check returns all mistakes of an entry, without lines. The entry must be Clean.
func (p Product) Check() []Mistake {
	c := checker{}
	c.text("product", p.Key, MaxKey)
	c.text("title", p.Title, MaxTitle)
	c.text("description", p.Description, MaxDescription)
	c.text("brand", p.Brand, MaxWord)
	c.text("type", p.Type, MaxWord)
	c.category(p.Category)
	c.images(p.Images)
	c.options(p)
	c.attributes(p.Attributes)
	switch n := len(p.Variants); {
	case n == 0:
		c.add("SKU", fmt.Sprintf("product %q has no variant", p.Key), "one at least, with a SKU")
	case n > MaxVariants:
		c.add("SKU", fmt.Sprintf("product %q has %d variants", p.Key, n), fmt.Sprintf("%d at most, as many as Shopify allows", MaxVariants))
	}
	if p.Title == "" && p.Key == "" && len(p.Variants) == 0 {
		return c.mistakes
	}
	for _, v := range p.Variants {
		c.variant(v)
	}
	c.duplicates(p)
	return c.mistakes
}

type checker struct{ mistakes []Mistake }

func (c *checker) add(column, what, want string) {
	c.mistakes = append(c.mistakes, Mistake{Column: column, What: what, Want: want})
}

func (c *checker) text(column, text string, most int) {
	if n := utf8.RuneCountInString(text); n > most {
		c.add(column, fmt.Sprintf("%s has %d characters", shown(text), n), fmt.Sprintf("%d at most", most))
	}
}

// name checks a name that may become the name of a column.
func (c *checker) name(column, name string) {
	c.text(column, name, MaxWord)
	if strings.ContainsFunc(name, unicode.IsControl) {
		c.add(column, shown(name)+" holds a line end or another control character", "one line of text")
	}
}

func (c *checker) variant(v Variant) {
	switch {
	case v.SKU == "":
		c.add("SKU", "it is empty", "a SKU for every variant")
	case strings.ContainsFunc(v.SKU, unicode.IsControl):
		c.add("SKU", shown(v.SKU)+" holds a line end or another control character", "one line of text")
	}
	c.text("SKU", v.SKU, MaxSKU)
	c.text("variant title", v.Title, MaxTitle)
	if err := CheckGTIN(v.Barcode); err != nil {
		c.add("barcode", err.Error(), "a GTIN (EAN, UPC) of 8, 12, 13 or 14 digits, or nothing")
	}
	if v.WeightGrams < 0 || v.WeightGrams > MaxGrams {
		c.add("weight grams", fmt.Sprintf("SKU %q weighs %d g", v.SKU, v.WeightGrams), fmt.Sprintf("0 to %d", MaxGrams))
	}
	c.images(v.Images)
	c.prices(v)
	c.cost(v)
}

func (c *checker) prices(v Variant) {
	for i, p := range v.Prices {
		if _, ok := money.Digits(p.Currency); !ok {
			c.add("price", fmt.Sprintf("%q is no currency", p.Currency), "a code of ISO 4217, such as GBP, EUR or JPY")
		}
		if p.Amount < 0 || p.Amount > MaxAmount {
			c.add("price", fmt.Sprintf("SKU %q costs %s %s", v.SKU, money.Format(p.Amount, p.Currency), p.Currency), "0 or more, and no more than anybody pays")
		}
		if i > 0 && comparePrices(v.Prices[i-1], p) == 0 {
			c.add("price", fmt.Sprintf("SKU %q has two prices for the same account, %s and %s", v.SKU, v.Prices[i-1], p), "one")
		}
	}
}

func (c *checker) cost(v Variant) {
	if v.Cost == (Cost{}) {
		return
	}
	if _, ok := money.Digits(v.Cost.Currency); !ok {
		c.add("cost", fmt.Sprintf("%q is no currency", v.Cost.Currency), "a code of ISO 4217, such as GBP, EUR or JPY")
	}
	if v.Cost.Amount <= 0 || v.Cost.Amount > MaxAmount {
		c.add("cost", fmt.Sprintf("SKU %q has the cost %s", v.SKU, v.Cost), "more than 0, and no more than anybody pays")
	}
}

func (c *checker) category(path string) {
	steps := Steps(path)
	if len(steps) > MaxSteps {
		c.add("category", fmt.Sprintf("%s has %d steps", shown(path), len(steps)), fmt.Sprintf("%d at most, such as Kitchen > Mugs", MaxSteps))
	}
	for _, step := range steps {
		c.text("category", step, MaxWord)
	}
}

func (c *checker) images(list []string) {
	if len(list) > MaxImages {
		c.add("images", fmt.Sprintf("%d images", len(list)), fmt.Sprintf("%d at most", MaxImages))
	}
	for _, address := range list {
		if strings.ContainsFunc(address, unicode.IsSpace) || len(address) > MaxAddress {
			c.add("images", shown(address)+" is no address of an image", "an address without spaces (%20), such as https://shop.example/mug.jpg")
		}
	}
}

func (c *checker) attributes(all map[string][]string) {
	if len(all) > MaxAttributes {
		c.add("attribute", fmt.Sprintf("%d attributes", len(all)), fmt.Sprintf("%d at most", MaxAttributes))
	}
	for name, values := range all {
		c.name("attribute", name)
		for _, value := range values {
			c.text("attribute "+name, value, MaxTitle)
		}
	}
}

// options checks each variant's options against the product's.
func (c *checker) options(p Product) {
	if len(p.Options) > MaxOptions {
		c.add("option", fmt.Sprintf("%d options", len(p.Options)), fmt.Sprintf("%d at most", MaxOptions))
	}
	for _, name := range p.Options {
		c.name("option", name)
	}
	for _, v := range p.Variants {
		for _, name := range p.Options {
			if v.Options[name] == "" {
				c.add("option "+name, fmt.Sprintf("SKU %q has no %s", v.SKU, name), "a value, since the other variants of the product have one")
			}
			c.text("option "+name, v.Options[name], MaxWord)
		}
		for name := range v.Options {
			if !slices.Contains(p.Options, name) {
				c.add("option "+name, fmt.Sprintf("SKU %q has a %s", v.SKU, name), "none, or one on the first row of the product")
			}
		}
	}
}

// duplicates finds variants without any difference.
func (c *checker) duplicates(p Product) {
	seen := make(map[string]string, len(p.Variants))
	skus := make(map[string]string, len(p.Variants))
	for _, v := range p.Variants {
		if other, ok := skus[Fold(v.SKU)]; ok && v.SKU != "" {
			c.add("SKU", fmt.Sprintf("%q and %q of one product are the same but for capitals and spaces", other, v.SKU), "each SKU once")
			continue
		}
		skus[Fold(v.SKU)] = v.SKU
		values := p.values(v)
		if len(p.Variants) < 2 || len(values) == 0 {
			continue
		}
		key := strings.Join(values, "\x00")
		if other, ok := seen[key]; ok {
			c.add("option "+p.Options[0], fmt.Sprintf("SKUs %q and %q are both %s", other, v.SKU, strings.Join(values, ", ")), "variants that differ in an option")
		}
		seen[key] = v.SKU
	}
}

// values returns a variant's options in the product's order.
func (p Product) values(v Variant) []string {
	var out []string
	for _, name := range p.Options {
		if value := v.Options[name]; value != "" {
			out = append(out, value)
		}
	}
	return out
}

// mostShown limits a text quoted in a message.
const mostShown = 60

func shown(text string) string {
	if r := []rune(text); len(r) > mostShown {
		text = string(r[:mostShown]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
