package merchantfile

import "github.com/towpath/towpath/internal/catalogue"

// Linnworks lets its user choose the columns of an export; these are the names it offers ("Stock Level" and
// "Inventory import" in its documentation).
var linnworksFormats = []definition{{
	Format: Format{
		ID: "linnworks-stock", Title: "Linnworks' stock export", Holds: []Kind{Catalogue, Stock},
		Use: "give it to: towpath catalog import, or towpath stock import",
	},
	needs: [][]string{need("sku"), need("item title", "barcode number", "minimum level", "bin rack"), need("stock level", "available")},
	bind:  bindLinnworks,
}}

type linnworks struct{ sku, title, barcode, level, location column }

// bindLinnworks: "Stock Level" is what stands in a location, open orders included; "Available" is without them.
func bindLinnworks(h *header, _ Options) shape {
	f := &linnworks{
		sku: h.find("sku"), title: h.find("item title"), barcode: h.find("barcode number", "barcode"),
		level: h.find("stock level", "available"), location: h.find("location"),
	}
	means := OnHand
	if plain(f.level.name) == "available" {
		means = Available
	}
	return shape{
		key:  func(r row) string { return r.get(f.sku) }, // a row for each location
		last: f.level, numbers: []column{f.level}, products: f.read,
		stock: func(p *page, rows []row, hand func(StockRow) error) error {
			return p.counts(rows, f.sku, f.location, f.level, means, hand)
		},
	}
}

func (f *linnworks) read(p *page, rows []row) (product, bool) {
	r := rows[0]
	if r.get(f.sku) == "" {
		p.wrong(r.line, f.sku, "it is empty", "a SKU")
		return product{}, false
	}
	before := p.report.Wrong
	v := catalogue.Variant{SKU: p.sku(r, f.sku), Barcode: p.barcode(r, f.barcode, r.get(f.barcode))}
	if v.SKU != "" {
		p.once(r, f.sku, v.SKU, "")
	}
	one := product{line: r.line, Product: catalogue.Product{Title: r.get(f.title), Variants: []catalogue.Variant{v}}}
	return one, p.report.Wrong == before
}
