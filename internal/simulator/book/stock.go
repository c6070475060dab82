package book

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// products lists every article that any row of the book names, also those that
// are only adjusted or only taken back.
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

// soldWeight lets one order line outvote every other kind of row: stock takers
// write "damaged" or "wet" where the title belongs, and C lines carry old prices.
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

// mostUsual gives the key counted most often, the smallest of several.
func mostUsual[K cmp.Ordered](counts map[K]int) (best K, ok bool) {
	for k, n := range counts {
		if !ok || n > counts[best] || n == counts[best] && k < best {
			best, ok = k, true
		}
	}
	return best, ok
}

// openStock sets what is on hand when the book begins. Ample is demand plus
// everything that stock takes will find missing, so true stock can't fall below
// 0 in whatever order the events come. Tight opens some SKUs at 60% of their
// demand (the missing units still covered) and receives the rest later.
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

// tightSKUs chooses 30% of the SKUs that are sold, by their hash.
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

// receiptTime spreads goods-in over the book between half and nine tenths of its
// time: late enough to run short before, early enough to sell afterwards.
func receiptTime(sku string, from, to time.Time) time.Time {
	percent := 50 + int64(hash(sku)>>8%41)
	return from.Add(time.Duration(int64(to.Sub(from)) / 100 * percent)).Truncate(time.Minute)
}
