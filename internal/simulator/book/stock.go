package book

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// products returns every article in any row of the book, also those that are only adjusted or returned.
func (b *Book) products() []Product {
	seen := map[string]*article{}
	for _, inv := range b.invoices {
		sold := inv.kind() == kindOrder
		for _, r := range inv.rows {
			if r.class != classProduct {
				continue
			}
			a := seen[r.sku]
			if a == nil {
				a = &article{codes: map[string]int{}, titles: map[string]int{}, prices: map[int64]int{}}
				seen[r.sku] = a
			}
			a.add(r, sold)
		}
	}
	list := make([]Product, 0, len(seen))
	for _, sku := range slices.Sorted(maps.Keys(seen)) {
		a := seen[sku]
		title, ok := mostUsual(a.titles)
		if !ok {
			title = sku
		}
		price, _ := mostUsual(a.prices)
		list = append(list, Product{SKU: sku, Title: title, UnitPrice: price, Codes: slices.Sorted(maps.Keys(a.codes))})
	}
	return list
}

// article counts how often the book gives a product each code, title and price.
type article struct {
	codes, titles map[string]int
	prices        map[int64]int
}

// soldWeight makes one order line count more than all other rows: stock takers write "damaged" or "wet" instead of a
// title, and C lines have old prices.
const soldWeight = MaxRows + 1

func (a *article) add(r row, sold bool) {
	weight := 1
	if sold {
		weight = soldWeight
	}
	a.codes[r.code]++
	if r.title != "" {
		a.titles[r.title] += weight
	}
	if r.price > 0 {
		a.prices[r.price] += weight
	}
}

// mostUsual returns the key counted most often, the smallest of several.
func mostUsual[K cmp.Ordered](counts map[K]int) (best K, ok bool) {
	for k, n := range counts {
		if !ok || n > counts[best] || n == counts[best] && k < best {
			best, ok = k, true
		}
	}
	return best, ok
}

// openStock sets the stock at the start of the book. Ample is demand plus everything that stock takes will find
// missing, so stock can't fall below 0 in any order of events. Tight opens some SKUs with 60% of their demand
// (missing units still covered) and receives the rest later.
func (p *planner) openStock(from, to time.Time) {
	demand, missing := map[string]int{}, map[string]int{}
	for _, e := range p.plan.Events {
		switch {
		case e.Kind == Place:
			for _, l := range e.Order.Lines {
				demand[l.SKU] += l.Quantity
			}
		case e.Kind == Adjust && e.Delta < 0:
			missing[e.SKU] -= e.Delta
		}
	}
	tight := map[string]bool{}
	if p.options.Stock == StockTight {
		tight = tightSKUs(demand)
	}
	for _, product := range p.plan.Products {
		sku := product.SKU
		units := demand[sku]
		if tight[sku] {
			units = (demand[sku]*6 + 5) / 10
			if later := demand[sku] - units; later > 0 {
				p.add(Event{At: receiptTime(sku, from, to), Kind: Receipt, SKU: sku, Quantity: later})
				p.counts().Receipts++
			}
		}
		p.plan.Opening = append(p.plan.Opening, Opening{SKU: sku, Units: units + missing[sku]})
	}
}

// tightSKUs returns 30% of the sold SKUs, chosen by their hash.
func tightSKUs(demand map[string]int) map[string]bool {
	skus := slices.SortedFunc(maps.Keys(demand), func(a, b string) int {
		return cmp.Or(cmp.Compare(hash(a), hash(b)), cmp.Compare(a, b))
	})
	chosen := map[string]bool{}
	for _, sku := range skus[:(len(skus)*3+5)/10] {
		chosen[sku] = true
	}
	return chosen
}

// receiptTime spreads receipts between half and nine tenths of the book's time: late enough for a shortage before,
// early enough for sales after.
func receiptTime(sku string, from, to time.Time) time.Time {
	percent := 50 + int64(hash(sku)>>8%41)
	return from.Add(time.Duration(int64(to.Sub(from)) / 100 * percent)).Truncate(time.Minute)
}
