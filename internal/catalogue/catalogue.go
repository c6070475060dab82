// Package catalogue has the rules for a merchant's own goods: when an entry is valid, what an import changes, what a
// kit contains. It is pure: no database, HTTP or Temporal.
//
// A product has a key and one variant or more; a variant is one SKU; a kit is a SKU made of others.
package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/money"
)

// Product is one product with its variants.
type Product struct {
	Key         string              `json:"key"`                   // the merchant's own name for it: a Shopify handle, a parent SKU; empty: the file has none
	Title       string              `json:"title"`                 //
	Description string              `json:"description,omitempty"` // text or HTML, as it was given
	Brand       string              `json:"brand,omitempty"`       //
	Category    string              `json:"category,omitempty"`    // a path: "Kitchen > Mugs"
	Type        string              `json:"type,omitempty"`        // a channel's word for what it is
	Images      []string            `json:"images,omitempty"`      // addresses
	Options     []string            `json:"options,omitempty"`     // what the variants differ in: Colour, Size; empty: one variant
	Attributes  map[string][]string `json:"attributes,omitempty"`  // further facts by name: Material = [Oak]; a name without values removes it
	Variants    []Variant           `json:"variants"`              //
}

// Variant is one SKU.
type Variant struct {
	SKU         string            `json:"sku"`
	Title       string            `json:"title,omitempty"`       // empty: the product's, with the options' values
	Barcode     string            `json:"barcode,omitempty"`     // a GTIN of 8, 12, 13 or 14 digits
	Options     map[string]string `json:"options,omitempty"`     // one value for each option of the product
	WeightGrams int               `json:"weightGrams,omitempty"` // 0 = not known
	Images      []string          `json:"images,omitempty"`
	Prices      []Price           `json:"prices,omitempty"`
	Cost        Cost              `json:"cost,omitzero"` // not known: nothing is compared with it
}

// Price is the price of a variant.
type Price struct {
	Account  string `json:"account,omitempty"` // empty: every account that has no price of its own
	Currency string `json:"currency"`          // ISO 4217
	Amount   int64  `json:"amount"`            // minor units of the currency
}

// Cost is what one unit of a variant costs the merchant: for each a price below it is a loss. The price brake compares prices with it.
type Cost struct {
	Currency string `json:"currency"` // ISO 4217; empty: not known
	Amount   int64  `json:"amount"`   // minor units of the currency
}

// Known reports whether there is a cost.
func (c Cost) Known() bool { return c.Currency != "" }

// String returns the cost with its currency: "4.20 GBP"; empty when it is not known.
func (c Cost) String() string {
	if !c.Known() {
		return ""
	}
	return money.Format(c.Amount, c.Currency) + " " + c.Currency
}

// Kit is a SKU that is packed from others.
type Kit struct {
	SKU   string `json:"sku"`
	Title string `json:"title,omitempty"`
	Parts []Part `json:"parts"`
}

// Part is the quantity of a SKU in a kit.
type Part struct {
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"` // 1 or more
}

// Contents are the parts of kits by SKU, down to physical SKUs.
type Contents map[string][]Part

// Add adds a part to a kit. One with quantity 0 was removed from it, and is left out.
func (c Contents) Add(kit string, p Part) {
	if p.Quantity > 0 {
		c[kit] = append(c[kit], p)
	}
}

// Of returns the contents of one unit of a SKU: a kit's parts, or the SKU itself.
func (c Contents) Of(sku string) []Part {
	if parts := c[sku]; len(parts) > 0 {
		return parts
	}
	return []Part{{SKU: sku, Quantity: 1}}
}

// ChangedAt returns when the entry of a variant changed last, its product included.
func ChangedAt(variant, product time.Time) time.Time {
	if product.After(variant) {
		return product
	}
	return variant
}

// Shown returns the images shown for a variant of a product: its own, then those of the product, each once.
func (v Variant) Shown(p Product) []string { return tidyList(slices.Concat(v.Images, p.Images)) }

// Mistake is a mistake at one place of a file, with what would be right.
type Mistake struct {
	Line   int    `json:"line"`             // of the file, the first is 1; 0: not of one line
	Column string `json:"column,omitempty"` // as the file names it
	What   string `json:"what"`
	Want   string `json:"want,omitempty"`
}

// Error returns the mistake in one line: "line 7, column SKU: it is empty; want a SKU".
func (m Mistake) Error() string {
	var b strings.Builder
	if m.Line > 0 {
		fmt.Fprintf(&b, "line %d", m.Line)
	}
	if m.Column != "" {
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "column %s", m.Column)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(m.What)
	if m.Want != "" {
		b.WriteString("; want " + m.Want)
	}
	return b.String()
}

// TitleOf returns a variant's title: its own, or the product's with the options' values.
func (p Product) TitleOf(v Variant) string {
	if v.Title != "" {
		return v.Title
	}
	title := p.Title
	if title == "" {
		title = v.SKU
	}
	if len(p.Options) == 0 {
		return title
	}
	return strings.Join(append([]string{title}, p.values(v)...), ", ")
}

// WithoutDerivedTitle is a variant without the title that TitleOf makes of its product's: it is stored, so that lists need
// not look at products, and made anew when the product changes.
func (p Product) WithoutDerivedTitle(v Variant) Variant {
	if given := v.Title; given != "" {
		if v.Title = ""; p.TitleOf(v) != given {
			v.Title = given
		}
	}
	return v
}

// String returns the price with its currency: "12.50 GBP".
func (p Price) String() string { return money.Format(p.Amount, p.Currency) + " " + p.Currency }

func joined(list []string) string { return strings.Join(list, ", ") }

func pairs(options map[string]string) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(options)) {
		out = append(out, name+"="+options[name])
	}
	return joined(out)
}

func grams(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d g", n)
}

func skusOf(p Product) []string {
	out := make([]string, len(p.Variants))
	for i, v := range p.Variants {
		out[i] = v.SKU
	}
	return out
}

// sameMembers reports whether two lists have the same members in any order.
func sameMembers(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// Mark returns a hash of the entry's contents.
func (p Product) Mark() string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // texts and whole numbers only: a mistake in this package
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// PartsText returns a kit's parts: "2 x MUG-BLU + 1 x TOW-S".
func (k Kit) PartsText() string {
	parts := make([]string, len(k.Parts))
	for i, p := range k.Parts {
		parts[i] = fmt.Sprintf("%d x %s", p.Quantity, p.SKU)
	}
	return strings.Join(parts, " + ")
}
