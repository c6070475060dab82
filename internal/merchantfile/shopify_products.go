package merchantfile

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

// shopifyFormats are the files of Shopify's admin. The product file has two headers: the export's, and that of the
// template of 2025, which other programs also write.
var shopifyFormats = []definition{
	{
		Format: Format{
			ID: "shopify-products", Title: "Shopify's product export", Holds: []Kind{Catalogue, Stock},
			Use: "give it to: towpath catalog import, or towpath stock import",
		},
		needs: [][]string{need("handle"), need("variant sku")},
		bind:  bindShopifyProducts,
	},
	{
		Format: Format{
			ID: "shopify-product-template", Title: "Shopify's product template", Holds: []Kind{Catalogue, Stock},
			Use: "give it to: towpath catalog import, or towpath stock import",
		},
		needs: [][]string{need("url handle"), need("sku")},
		bind:  bindShopifyProducts,
	},
	shopifyInventory,
	shopifyInventoryByLocation,
}

// shopifyOptions is how many options a product of Shopify can have.
const shopifyOptions = 3

// shopifyProducts is the product file's columns.
type shopifyProducts struct {
	handle, title, body, vendor, category, kind, tags column
	sku, barcode, grams, quantity, tracker, giftCard  column
	price, cost                                       column
	image, variantImage                               column
	names, values                                     [shopifyOptions]column
	fields                                            []column // metafields
	currency, account                                 string
}

func bindShopifyProducts(h *header, o Options) shape {
	f := &shopifyProducts{price: column{at: -1}, cost: column{at: -1}, currency: o.Currency, account: o.Account}
	h.use(Stock)
	f.quantity = h.find("variant inventory qty", "inventory quantity")
	f.tracker = h.find("variant inventory tracker", "inventory tracker")
	h.use(Catalogue, Stock)
	f.handle, f.title, f.sku = h.find("handle", "url handle"), h.find("title"), h.find("variant sku", "sku")
	h.use(Catalogue)
	f.body, f.vendor, f.category = h.find("body (html)", "description"), h.find("vendor"), h.find("product category")
	f.kind, f.tags, f.giftCard = h.find("type"), h.find("tags"), h.find("gift card")
	f.barcode, f.grams = h.find("variant barcode", "barcode"), h.find("variant grams", "weight value (grams)")
	f.image, f.variantImage = h.find("image src", "product image url"), h.find("variant image", "variant image url")
	for i := range shopifyOptions {
		n := "option" + strconv.Itoa(i+1)
		f.names[i], f.values[i] = h.find(n+" name"), h.find(n+" value")
	}
	for i, name := range h.names {
		if before, _, ok := strings.Cut(name, " (product.metafields."); ok {
			c := h.claim(i)
			c.rest = before
			f.fields = append(f.fields, c)
		}
	}
	s := shape{
		key: func(r row) string { return r.get(f.handle) }, last: f.handle, products: f.read, stock: f.count,
	}
	s.priced(h, o, &f.price, "variant price", "price")
	s.inCurrency(h, o, "costs", &f.cost, "cost per item")
	s.numbers = []column{f.grams, f.price, f.cost, f.quantity}
	if !f.quantity.there() {
		s.lacks = map[Kind]string{Stock: "a shop with several locations exports products without quantities; give its inventory export"}
	}
	return s
}

// priced finds the price column of a file without a currency.
func (s *shape) priced(h *header, o Options, c *column, names ...string) {
	s.inCurrency(h, o, "prices", c, names...)
}

// inCurrency finds a column of amounts of a file without a currency.
func (s *shape) inCurrency(h *header, o Options, what string, c *column, names ...string) {
	switch {
	case !h.has(names...):
	case o.Currency != "":
		*c = h.find(names...)
	default:
		s.notes = append(s.notes, "its "+what+" are left out: the file does not say their currency")
	}
}

// bare returns a cell without the apostrophe that Shopify's product export puts before every SKU, barcode and
// metafield of digits only, and before what looks like a formula. Other exports have the same SKU without it. In '90s
// Tee it belongs to the title. Guard adds it in Towpath's own files.
func (r row) bare(c column) string { return withoutApostrophe(r.get(c)) }

func withoutApostrophe(text string) string {
	rest, ok := strings.CutPrefix(text, "'")
	if ok && rest != "" && (digitsOnly(rest) || strings.ContainsRune("=+-@", rune(rest[0]))) {
		return rest
	}
	return text
}

// isVariant reports whether a row is a variant and not only another picture, which up to four fifths of all rows are.
func (f *shopifyProducts) isVariant(r row) bool {
	return r.get(f.values[0]) != "" || r.get(f.sku) != ""
}

// read returns a product for its rows. Facts of the product are on one of them, in the export the first.
func (f *shopifyProducts) read(p *page, rows []row) (product, bool) {
	before := p.report.Wrong
	one := product{line: rows[0].line, Product: catalogue.Product{Key: rows[0].get(f.handle)}}
	if one.Key == "" {
		p.wrong(rows[0].line, f.handle, "it is empty", "the product's handle on every row")
		return one, false
	}
	for _, r := range rows {
		if r.get(f.title) != "" && one.Title == "" {
			f.head(&one, r)
		}
		if image := r.get(f.image); image != "" {
			one.Images = append(one.Images, image)
		}
		if strings.EqualFold(r.get(f.giftCard), "true") {
			p.skip(r.line, one.Key, "it is a gift card: there is no stock of it")
			return one, false
		}
	}
	if one.Title == "" {
		p.wrong(rows[0].line, f.title, "no row of product "+quote(one.Key)+" has a title", "a title on the product's first row")
	}
	for _, r := range rows {
		if f.isVariant(r) {
			f.variant(p, &one, r)
		}
	}
	return one, p.report.Wrong == before && len(one.Variants) > 0
}

func (f *shopifyProducts) head(one *product, r row) {
	one.Title, one.Description, one.Brand = r.bare(f.title), r.get(f.body), r.bare(f.vendor)
	one.Category, one.Type = r.get(f.category), r.bare(f.kind)
	for i := range shopifyOptions {
		// A product without options has the one option Title with the one value Default Title.
		if name := r.get(f.names[i]); name != "" && r.get(f.values[i]) != "Default Title" {
			one.Options = append(one.Options, name)
		}
	}
	for _, c := range f.fields {
		var values []string
		for _, value := range list(r.get(c), ";") {
			values = append(values, withoutApostrophe(value))
		}
		if len(values) > 0 {
			one.Attributes = put(one.Attributes, c.rest, values)
		}
	}
	if tags := list(r.get(f.tags), ","); len(tags) > 0 {
		one.Attributes = put(one.Attributes, "Tags", tags)
	}
}

func (f *shopifyProducts) variant(p *page, one *product, r row) {
	if r.get(f.sku) == "" {
		p.skip(r.line, f.label(*one, r), "it has no SKU: give it one in Shopify, and export again")
		return
	}
	text := r.bare(f.sku)
	v := catalogue.Variant{SKU: p.skuText(r, f.sku, text), Barcode: p.barcode(r, f.barcode, r.bare(f.barcode))}
	if v.SKU != "" {
		p.once(r, f.sku, v.SKU, "")
	}
	for i := range min(shopifyOptions, len(one.Options)) {
		if value := r.bare(f.values[i]); value != "" {
			v.Options = put(v.Options, one.Options[i], value)
		}
	}
	if image := r.get(f.variantImage); image != "" {
		v.Images = []string{image}
	}
	v.WeightGrams = p.weight(r, f.grams, 1)
	if price, ok := p.price(r, f.price, r.bare(f.price), f.account, f.currency); ok {
		v.Prices = []catalogue.Price{price}
	}
	v.Cost = p.cost(r, f.cost, r.bare(f.cost), f.currency)
	one.Variants = append(one.Variants, v)
}

// label returns a name for a variant without a SKU.
func (f *shopifyProducts) label(one product, r row) string {
	if value := r.get(f.values[0]); value != "" && value != "Default Title" {
		return fmt.Sprintf("%s, %s", first(one.Title, one.Key), value)
	}
	return first(one.Title, one.Key)
}

// count reads the quantities that the shop can still sell.
func (f *shopifyProducts) count(p *page, rows []row, hand func(StockRow) error) error {
	for _, r := range rows {
		if !f.isVariant(r) {
			continue
		}
		s := StockRow{Line: r.line, Means: Available}
		switch {
		case r.get(f.sku) == "":
			s.Skip = "the variant has no SKU"
		case f.tracker.there() && r.get(f.tracker) == "":
			s.SKU, s.Skip = r.bare(f.sku), "Shopify does not count this variant's stock"
		default:
			if s.SKU = p.skuText(r, f.sku, r.bare(f.sku)); s.SKU == "" || !p.once(r, f.sku, s.SKU, "") {
				continue
			}
		}
		if err := p.unitsOrSkip(r, f.quantity, s, hand); err != nil {
			return err
		}
	}
	return nil
}
