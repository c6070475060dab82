// Package giftshop makes a merchant's catalogue from a real retailer's order book: articles whose codes share a stem
// (85123A, 85123B) are variants of one product. On request it adds defects and lists which check finds each on which
// channel. Titles, codes and prices are the book's; all else is invented.
package giftshop

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/simulator/book"
)

// Options are the size of the catalogue and the number of defects.
type Options struct {
	Products int // at most; 0 = all that the book has
	Defects  int // of each kind; every defect has a product of its own
}

// Range is the goods, those with a defect among them.
type Range struct {
	Products []catalogue.Product // by key
	Defects  []Defect            // by kind, then key
}

// Of returns the catalogue: families first, since they are fewer, then single articles. It fails if the book has too
// few articles for the defects.
func Of(plan *book.Plan, o Options) (Range, error) {
	all := families(plan.Products)
	if o.Products > 0 && len(all) > o.Products {
		all = all[:o.Products]
	}
	r := Range{}
	for i, f := range all {
		r.Products = append(r.Products, f.product(i))
	}
	slices.SortFunc(r.Products, func(a, b catalogue.Product) int { return strings.Compare(a.Key, b.Key) })
	err := r.plant(o.Defects)
	return r, err
}

// SKUs returns the SKUs of all goods, sorted.
func (r Range) SKUs() []string {
	var skus []string
	for _, p := range r.Products {
		skus = append(skus, skusOf(p)...)
	}
	slices.Sort(skus)
	return skus
}

func skusOf(p catalogue.Product) []string {
	skus := make([]string, len(p.Variants))
	for i, v := range p.Variants {
		skus[i] = v.SKU
	}
	return skus
}

// CSV returns the catalogue in Towpath's own form (docs/files.md).
func (r Range) CSV() ([]byte, error) {
	names := r.attributes()
	header := []string{"product", "SKU", "title", "category", "brand", "description", "images", "option " + option, "barcode", "weight grams", "price"}
	for _, name := range names {
		header = append(header, "attribute "+name)
	}
	rows := [][]string{header}
	for _, p := range r.Products {
		for i, v := range p.Variants {
			row := []string{p.Key, v.SKU, "", "", "", "", "", v.Options[option], v.Barcode, strconv.Itoa(v.WeightGrams), ""}
			if len(v.Prices) > 0 {
				row[10] = money.Format(v.Prices[0].Amount, v.Prices[0].Currency) + " " + v.Prices[0].Currency
			}
			if i == 0 {
				row[2], row[3], row[4], row[5], row[6] = p.Title, p.Category, p.Brand, p.Description, strings.Join(p.Images, " ")
			}
			for _, name := range names {
				value := ""
				if i == 0 {
					value = strings.Join(p.Attributes[name], "; ")
				}
				row = append(row, value)
			}
			rows = append(rows, row)
		}
	}
	return table(rows)
}

// Stock returns this number of units of each SKU at a location, in Towpath's own form.
func (r Range) Stock(location string, units int) ([]byte, error) {
	rows := [][]string{{"SKU", "location", "on hand"}}
	for _, sku := range r.SKUs() {
		rows = append(rows, []string{sku, location, strconv.Itoa(units)})
	}
	return table(rows)
}

func (r Range) attributes() []string {
	names := make(map[string]bool)
	for _, p := range r.Products {
		for name := range p.Attributes {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func table(rows [][]string) ([]byte, error) {
	var text bytes.Buffer
	if err := csv.NewWriter(&text).WriteAll(rows); err != nil {
		return nil, fmt.Errorf("write the gift shop's catalogue: %w", err)
	}
	return text.Bytes(), nil
}
