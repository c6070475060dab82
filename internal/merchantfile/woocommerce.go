package merchantfile

import (
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

var wooFormats = []definition{{
	Format: Format{
		ID: "woocommerce-products", Title: "WooCommerce's product export", Holds: []Kind{Catalogue, Stock},
		Use: "give it to: towpath catalog import, or towpath stock import",
	},
	needs: [][]string{need("type"), need("sku"), need("name"), need("regular price", "stock", "parent"), need("id", "published", "in stock?")},
	bind:  bindWoo,
}}

// wooWeights are the possible units of weights by the column's name, in grams.
var wooWeights = map[string]float64{"weight (kg)": 1000, "weight (g)": 1, "weight (lbs)": 453.59237, "weight (oz)": 28.349523125}

// wooAttributes is the greatest number of attribute columns.
const wooAttributes = 50

type wooProducts struct {
	id, kind, sku, code, name, short, text, stock, weight, price, categories, images, parent, brands, tags column
	names, values                                                                                          []column
	unit                                                                                                   float64
	currency, account                                                                                      string
}

func bindWoo(h *header, o Options) shape {
	none := column{at: -1}
	f := &wooProducts{weight: none, price: none, currency: o.Currency, account: o.Account}
	h.use(Catalogue, Stock)
	f.kind, f.sku, f.name = h.find("type"), h.find("sku"), h.find("name")
	h.use(Stock)
	f.stock = h.find("stock")
	h.use(Catalogue)
	f.id, f.parent, f.code = h.find("id"), h.find("parent"), h.find("gtin, upc, ean, or isbn")
	f.short, f.text = h.find("short description"), h.find("description")
	f.categories, f.images, f.brands, f.tags = h.find("categories"), h.find("images"), h.find("brands"), h.find("tags")
	for name, unit := range wooWeights {
		if h.has(name) {
			f.weight, f.unit = h.find(name), unit
		}
	}
	for i := 1; i <= wooAttributes; i++ {
		n := "attribute " + strconv.Itoa(i)
		if !h.has(n + " name") {
			break
		}
		f.names, f.values = append(f.names, h.find(n+" name")), append(f.values, h.find(n+" value(s)"))
	}
	s := shape{key: f.family, last: f.name, products: f.read, stock: f.count}
	s.priced(h, o, &f.price, "regular price")
	s.numbers = []column{f.stock, f.weight, f.price}
	if !f.stock.there() {
		s.lacks = map[Kind]string{Stock: "it was exported without the column Stock"}
	}
	return s
}

// is reports whether a row has a type; it may have several: "simple, virtual".
func (f *wooProducts) is(r row, kind string) bool {
	for _, word := range list(r.get(f.kind), ",") {
		if strings.EqualFold(word, kind) {
			return true
		}
	}
	return false
}

// family returns the common key of a product and its variations: the product's SKU, or else its id.
func (f *wooProducts) family(r row) string {
	switch {
	case f.is(r, "variation"):
		return r.get(f.parent)
	case f.is(r, "variable"):
		return first(r.get(f.sku), "id:"+r.get(f.id))
	}
	return ""
}

// get returns a cell without the apostrophe that WooCommerce puts before what looks like a formula.
func (f *wooProducts) get(r row, c column) string { return withoutApostrophe(r.get(c)) }

// wooList returns a cell's values, separated by commas; a comma in a value has a backslash before it.
func wooList(text string) []string {
	var values []string
	for _, part := range list(strings.ReplaceAll(text, `\,`, "\x00"), ",") {
		values = append(values, strings.ReplaceAll(part, "\x00", ","))
	}
	return values
}

func (f *wooProducts) read(p *page, rows []row) (product, bool) {
	before := p.report.Wrong
	head := rows[0]
	for _, r := range rows {
		if f.is(r, "variable") {
			head = r
		}
	}
	if f.is(head, "grouped") || f.is(head, "external") {
		p.skip(head.line, f.get(head, f.name), "it is "+quote(head.get(f.kind))+": nothing of it is in stock here")
		return product{}, false
	}
	one := product{line: rows[0].line, Product: catalogue.Product{
		Key: f.family(head), Title: f.get(head, f.name), Description: first(f.get(head, f.text), f.get(head, f.short)),
		Images: wooList(head.get(f.images)), Brand: f.get(head, f.brands),
	}}
	if all := wooList(head.get(f.categories)); len(all) > 0 {
		one.Category = all[0]
	}
	f.attributes(&one, head)
	for _, r := range rows {
		if f.is(r, "variable") {
			continue
		}
		if r.get(f.sku) == "" {
			p.skip(r.line, f.get(r, f.name), "it has no SKU: give it one in WooCommerce, and export again")
			continue
		}
		f.variant(p, &one, r)
	}
	return one, p.report.Wrong == before && len(one.Variants) > 0
}

// attributes reads the attributes. Those with several values are the options of the variations; the others are facts.
func (f *wooProducts) attributes(one *product, head row) {
	for i, c := range f.names {
		name, values := f.get(head, c), wooList(f.get(head, f.values[i]))
		switch {
		case name == "" || len(values) == 0:
		case f.is(head, "variable") || f.is(head, "variation"):
			one.Options = append(one.Options, name)
		default:
			one.Attributes = put(one.Attributes, name, values)
		}
	}
	if tags := wooList(f.get(head, f.tags)); len(tags) > 0 {
		one.Attributes = put(one.Attributes, "Tags", tags)
	}
}

func (f *wooProducts) variant(p *page, one *product, r row) {
	v := catalogue.Variant{SKU: p.skuText(r, f.sku, f.get(r, f.sku)), Barcode: p.barcode(r, f.code, f.get(r, f.code))}
	if v.SKU != "" {
		p.once(r, f.sku, v.SKU, "")
	}
	if f.is(r, "variation") {
		v.Images = wooList(r.get(f.images))
		for i, c := range f.names {
			if value := f.get(r, f.values[i]); f.get(r, c) != "" && value != "" {
				v.Options = put(v.Options, f.get(r, c), value)
			}
		}
	}
	v.WeightGrams = p.weight(r, f.weight, f.unit)
	if price, ok := p.price(r, f.price, f.get(r, f.price), f.account, f.currency); ok {
		v.Prices = []catalogue.Price{price}
	}
	one.Variants = append(one.Variants, v)
}

// count reads the quantities that the shop can still sell.
func (f *wooProducts) count(p *page, rows []row, hand func(StockRow) error) error {
	for _, r := range rows {
		s := StockRow{Line: r.line, SKU: f.get(r, f.sku), Means: Available}
		switch {
		case f.is(r, "variable"):
			s.Skip = "it stands for its variations, which have stock of their own"
		case f.is(r, "grouped") || f.is(r, "external"):
			s.Skip = "it is " + quote(r.get(f.kind)) + ": nothing of it is in stock here"
		case s.SKU == "":
			s.Skip = "it has no SKU"
		case strings.EqualFold(r.get(f.stock), "parent"):
			s.Skip = "its stock is counted for all variations together: which of them are there can't be known"
		case r.get(f.stock) == "":
			s.Skip = "WooCommerce does not count its stock"
		default:
			if s.SKU = p.skuText(r, f.sku, s.SKU); s.SKU == "" || !p.once(r, f.sku, s.SKU, "") {
				continue
			}
		}
		if err := p.unitsOrSkip(r, f.stock, s, hand); err != nil {
			return err
		}
	}
	return nil
}
