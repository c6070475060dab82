package merchantfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

// ownFormats are Towpath's own forms, described in docs/files.md.
var ownFormats = []definition{
	{
		Format: Format{ID: "towpath-catalogue", Title: "Towpath's catalogue form", Holds: []Kind{Catalogue}, Use: "give it to: towpath catalog import"},
		needs:  [][]string{need("sku"), need("title"), need("product", "kit parts", "attribute", "price", "barcode", "category", "description", "brand")},
		never:  []string{"handle", "url handle", "item title", "stock level"},
		bind:   bindOwnCatalogue,
	},
	{
		Format: Format{ID: "towpath-packages", Title: "Towpath's packages form", Holds: []Kind{Packages}, Use: "give it to: towpath process --file"},
		needs:  [][]string{need("order"), need("carrier"), need("tracking", "tracking number")},
		bind:   bindOwnPackages,
	},
	{
		Format: Format{ID: "towpath-stock", Title: "Towpath's stock form", Holds: []Kind{Stock}, Use: "give it to: towpath stock import"},
		needs:  [][]string{need("sku"), need("on hand", "available")},
		never:  []string{"asin", "handle"},
		bind:   bindOwnStock,
	},
	{
		Format: Format{ID: "towpath-stock", Title: "Towpath's stock form", Holds: []Kind{Stock}, Use: "give it to: towpath stock import"},
		needs:  [][]string{need("sku"), need("quantity")},
		only:   []string{"sku", "location", "quantity", "title", "note", ""},
		bind:   bindOwnStock,
	},
}

// ownCatalogue is the form's columns.
type ownCatalogue struct {
	product, sku, title, variant, description, brand, category, kind column
	images, pictures, barcode, grams, currency, cost, parts          column
	options, attributes, prices                                      []column
	fallback                                                         string // currency
}

func bindOwnCatalogue(h *header, o Options) shape {
	h.use(Catalogue)
	f := &ownCatalogue{
		product: h.find("product"), sku: h.find("sku"), title: h.find("title"), variant: h.find("variant title"),
		description: h.find("description"), brand: h.find("brand"), category: h.find("category"), kind: h.find("type"),
		images: h.find("images"), pictures: h.find("variant images"), barcode: h.find("barcode"), grams: h.find("weight grams"), currency: h.find("currency"), cost: h.find("cost"),
		parts: h.find("kit parts"), options: h.beginning("option"), attributes: h.beginning("attribute"),
		prices: h.beginning("price"), fallback: o.Currency,
	}
	if all := h.find("price"); all.there() {
		f.prices = append([]column{all}, f.prices...)
	}
	return shape{
		key:  func(r row) string { return r.get(f.product) },
		last: f.sku, numbers: append([]column{f.grams, f.cost}, f.prices...), products: f.read,
	}
}

// read returns a product for its rows. Facts of the product are on its first row and may be repeated.
func (f *ownCatalogue) read(p *page, rows []row) (product, bool) {
	first := rows[0]
	one := product{line: first.line, Product: catalogue.Product{
		Key: first.get(f.product), Title: first.get(f.title), Description: first.get(f.description), Brand: first.get(f.brand),
		Category: first.get(f.category), Type: first.get(f.kind), Images: list(first.get(f.images), " "),
	}}
	for _, c := range f.attributes {
		if values := semicolons(first.get(c)); len(values) > 0 {
			one.Attributes = put(one.Attributes, c.rest, values)
		}
	}
	for _, c := range f.options {
		if slices.ContainsFunc(rows, func(r row) bool { return r.get(c) != "" }) {
			one.Options = append(one.Options, c.rest)
		}
	}
	good := true
	for _, r := range rows {
		good = f.addVariant(p, &one, r) && good
	}
	return one, good && len(one.Variants) > 0
}

// addVariant adds the variant of one row.
func (f *ownCatalogue) addVariant(p *page, one *product, r row) bool {
	if r.get(f.sku) == "" {
		p.wrong(r.line, f.sku, "it is empty", "a SKU on every row")
		return false
	}
	before := p.report.Wrong
	v := catalogue.Variant{SKU: p.sku(r, f.sku), Title: r.get(f.variant), Barcode: p.barcode(r, f.barcode, r.get(f.barcode))}
	if v.SKU != "" {
		p.once(r, f.sku, v.SKU, "")
	}
	for _, name := range []struct {
		c    column
		have string
	}{{f.title, one.Title}, {f.category, one.Category}, {f.brand, one.Brand}} {
		if text := r.get(name.c); text != "" && text != name.have {
			p.wrong(r.line, name.c, fmt.Sprintf("%s, but line %d says %s of the same product", quote(text), one.line, quote(name.have)), "one of the two")
		}
	}
	for _, c := range f.options {
		if value := r.get(c); value != "" {
			v.Options = put(v.Options, c.rest, value)
		}
	}
	v.WeightGrams, v.Images = p.weight(r, f.grams, 1), list(r.get(f.pictures), " ")
	currency := r.get(f.currency)
	if currency == "" {
		currency = f.fallback
	}
	for _, c := range f.prices {
		if price, ok := p.price(r, c, r.get(c), c.rest, currency); ok {
			v.Prices = append(v.Prices, price)
		}
	}
	v.Cost = p.cost(r, f.cost, r.get(f.cost), currency)
	if text := r.get(f.parts); text != "" {
		if parts, ok := p.parts(r, f.parts, text, v.SKU); ok {
			one.kits = append(one.kits, catalogue.Kit{SKU: v.SKU, Title: first(v.Title, one.Title), Parts: parts})
		}
	}
	one.Variants = append(one.Variants, v)
	return p.report.Wrong == before
}

// parts reads "2 x MUG-BLU + 1 x TOW-S".
func (p *page) parts(r row, c column, text, kit string) ([]catalogue.Part, bool) {
	const want = "parts such as 2 x MUG-BLU + 1 x TOW-S"
	var parts []catalogue.Part
	for _, piece := range strings.Split(text, " + ") {
		count, sku, ok := strings.Cut(strings.TrimSpace(piece), " x ")
		n, err := strconv.Atoi(strings.TrimSpace(count))
		sku = strings.TrimSpace(sku)
		if !ok || err != nil || n < 1 || n > maxQuantity || sku == "" {
			p.wrong(r.line, c, quote(piece)+" is no part", want)
			return nil, false
		}
		if catalogue.Fold(sku) == catalogue.Fold(kit) {
			p.wrong(r.line, c, fmt.Sprintf("kit %s is a part of itself", quote(kit)), "parts that are other SKUs")
			return nil, false
		}
		parts = append(parts, catalogue.Part{SKU: sku, Quantity: n})
	}
	return parts, true
}
