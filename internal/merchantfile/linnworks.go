package merchantfile

import (
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

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

type linnworks struct {
	sku, title, barcode, level, location, cost column
	currency                                   string // of the costs
}

// bindLinnworks finds the columns. "Stock Level" is what is in a location, including open orders; "Available" is
// without them.
func bindLinnworks(h *header, o Options) shape {
	f := &linnworks{cost: column{at: -1}, currency: o.Currency}
	h.use(Catalogue, Stock)
	f.sku = h.find("sku")
	h.use(Catalogue)
	f.title, f.barcode = h.find("item title"), h.find("barcode number", "barcode")
	h.use(Stock)
	f.level, f.location = h.find("stock level", "available"), h.find("location")
	means := OnHand
	if plain(f.level.name) == "available" {
		means = Available
	}
	s := shape{
		key:  func(r row) string { return r.get(f.sku) }, // a row for each location
		last: f.level, products: f.read,
		stock: func(p *page, rows []row, hand func(StockRow) error) error {
			for _, r := range rows {
				if err := f.count(p, r, means, hand); err != nil {
					return err
				}
			}
			return nil
		},
	}
	h.use(Catalogue)
	s.inCurrency(h, o, "costs", &f.cost, "purchase price", "unit cost")
	s.numbers = []column{f.level, f.cost}
	return s
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
	v.Cost = p.cost(r, f.cost, r.get(f.cost), f.currency)
	one := product{line: r.line, Product: catalogue.Product{Title: r.get(f.title), Variants: []catalogue.Variant{v}}}
	return one, p.report.Wrong == before
}

// count reads a row's quantity. A location named after FBA is in Amazon's warehouses, which Linnworks shows beside
// the merchant's own.
func (f *linnworks) count(p *page, r row, means Means, hand func(StockRow) error) error {
	for _, word := range strings.Fields(r.get(f.location)) {
		if strings.EqualFold(word, "FBA") {
			return hand(StockRow{
				Line: r.line, SKU: r.get(f.sku), Location: r.get(f.location), Means: means, Skip: "Amazon keeps this stock (location " + r.get(f.location) + ")",
			})
		}
	}
	return p.count(r, f.sku, f.location, f.level, means, hand)
}
