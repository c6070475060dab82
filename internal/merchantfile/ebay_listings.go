package merchantfile

import (
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

var ebayFormats = []definition{{
	Format: Format{
		ID: "ebay-active-listings", Title: "eBay's active listings report", Holds: []Kind{Catalogue, Stock, Listings},
		Use: "give it to: towpath catalog import, towpath stock import, or towpath links import --account A --file",
	},
	needs: [][]string{need("item number"), need("custom label (sku)"), need("available quantity")},
	bind:  bindEbayListings,
}}

type ebayListings struct {
	item, title, variation, sku, quantity, format, currency, price, site column
	codes                                                                []column
	account                                                              string
}

func bindEbayListings(h *header, o Options) shape {
	f := &ebayListings{account: o.Account}
	h.use(Catalogue, Stock, Listings)
	f.item, f.sku, f.variation = h.find("item number"), h.find("custom label (sku)"), h.find("variation details")
	h.use(Stock, Listings)
	f.quantity = h.find("available quantity")
	h.use(Catalogue, Listings)
	f.title, f.currency = h.find("title"), h.find("currency")
	h.use(Listings)
	f.format, f.site = h.find("format"), h.find("listing site")
	h.use(Catalogue)
	f.price = h.find("current price", "start price")
	for _, name := range []string{"p:ean", "p:upc", "p:isbn"} {
		f.codes = append(f.codes, h.find(name))
	}
	return shape{
		key: func(r row) string { return r.get(f.item) }, last: f.quantity, numbers: []column{f.quantity, f.price},
		products: f.read, stock: f.count, listing: f.list,
	}
}

// parent returns the index of the row that represents a listing with variations: the one with several values
// (Colour=Blue;Red), else the one without a SKU, else the first. It returns -1 for a listing with one row.
func (f *ebayListings) parent(rows []row) int {
	if len(rows) == 1 {
		return -1
	}
	for i, r := range rows {
		if strings.Contains(r.get(f.variation), ";") {
			return i
		}
	}
	for i, r := range rows {
		if r.get(f.sku) == "" {
			return i
		}
	}
	return 0
}

// options reads Colour=Blue|Size=S.
func (f *ebayListings) options(r row) (names []string, values map[string]string) {
	for _, part := range list(r.get(f.variation), "|") {
		if name, value, ok := strings.Cut(part, "="); ok {
			names = append(names, strings.TrimSpace(name))
			values = put(values, strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	return names, values
}

// read returns a product for a listing. Listings of the same SKU are one product.
func (f *ebayListings) read(p *page, rows []row) (product, bool) {
	before := p.report.Wrong
	parent := f.parent(rows)
	head := rows[max(parent, 0)]
	one := product{line: rows[0].line, Product: catalogue.Product{Title: head.get(f.title)}}
	if parent >= 0 {
		one.Key = head.get(f.item)
		one.Options, _ = f.options(head)
	}
	for i, r := range rows {
		if i == parent {
			continue
		}
		if r.get(f.sku) == "" {
			p.skip(r.line, strings.TrimSpace(r.get(f.title)+" "+r.get(f.variation)), "it has no custom label (SKU): give it one on eBay, and export again")
			continue
		}
		if v, ok := f.variant(p, r); ok {
			one.Variants = append(one.Variants, v)
		}
	}
	return one, p.report.Wrong == before && len(one.Variants) > 0
}

func (f *ebayListings) variant(p *page, r row) (catalogue.Variant, bool) {
	v := catalogue.Variant{SKU: p.sku(r, f.sku)}
	if v.SKU == "" || p.again(r, v.SKU) || !p.once(r, f.sku, v.SKU, "") {
		return v, false
	}
	_, v.Options = f.options(r)
	for _, c := range f.codes {
		// "Does not apply" and its translations mean no barcode at eBay.
		if text := r.get(c); v.Barcode == "" && text != "" && strings.ContainsAny(text, "0123456789") && catalogue.CheckGTIN(text) == nil {
			v.Barcode = text
		}
	}
	if price, ok := p.price(r, f.price, r.get(f.price), f.account, r.get(f.currency)); ok {
		v.Prices = []catalogue.Price{price}
	}
	return v, true
}

// again reports whether the same SKU was in another listing, and notes that this one is left out.
func (p *page) again(r row, sku string) bool {
	first, met := p.skus[catalogue.Fold(sku)+"\x00"]
	if !met || first.sku != sku {
		return false
	}
	p.skip(r.line, sku, fmt.Sprintf("line %d lists the same SKU: the product is read from there", first.line))
	return true
}

// count reads the quantities of items that can be bought. The quantity of a listing with variations is only their
// sum.
func (f *ebayListings) count(p *page, rows []row, hand func(StockRow) error) error {
	parent := f.parent(rows)
	for i, r := range rows {
		s := StockRow{Line: r.line, Means: Available}
		switch {
		case i == parent:
			s.Skip = "it stands for the listing: its quantity is the sum of its variations"
		case r.get(f.sku) == "":
			s.Skip = "it has no custom label (SKU)"
		default:
			if s.SKU = p.sku(r, f.sku); s.SKU == "" || !f.sameCount(p, r, &s) {
				continue
			}
		}
		if err := p.unitsOrSkip(r, f.quantity, s, hand); err != nil {
			return err
		}
	}
	return nil
}

// sameCount requires the same quantity for a SKU listed twice: otherwise it is unknown which one is the stock.
func (f *ebayListings) sameCount(p *page, r row, s *StockRow) bool {
	key := catalogue.Fold(s.SKU) + "\x00"
	first, met := p.skus[key]
	if !met || first.sku != s.SKU {
		if !p.once(r, f.sku, s.SKU, "") {
			return false
		}
		p.quantities[key] = strings.Clone(r.get(f.quantity))
		return true
	}
	if have := p.quantities[key]; have != r.get(f.quantity) {
		p.wrong(r.line, f.quantity, fmt.Sprintf("%s of %s, and line %d lists %s of the same SKU", quote(r.get(f.quantity)), quote(s.SKU), first.line, quote(have)),
			"one of the two: count the shelf, and give the count in Towpath's stock form")
		return false
	}
	s.Skip = fmt.Sprintf("line %d lists the same SKU with the same quantity", first.line)
	return true
}

func (f *ebayListings) list(p *page, rows []row) []ListingRow {
	parent := f.parent(rows)
	var all []ListingRow
	for i, r := range rows {
		before := p.report.Wrong
		l := ListingRow{
			Line: r.line, ListingID: p.id(r, f.item), Title: r.get(f.title), Variation: r.get(f.variation), Format: r.get(f.format),
			Site: r.get(f.site), Currency: r.get(f.currency), Parent: i == parent, Quantity: UnknownQuantity,
		}
		if l.ListingID == "" && p.report.Wrong == before {
			p.wrong(r.line, f.item, "it is empty", "eBay's item number")
		}
		if r.get(f.sku) != "" {
			l.SKU = p.sku(r, f.sku)
		}
		if r.get(f.quantity) != "" {
			l.Quantity, _ = p.quantity(r, f.quantity)
		}
		if p.report.Wrong == before {
			all = append(all, l)
		}
	}
	return all
}
