package console

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/starter"
)

// productRow is a SKU of the catalogue with where it is sold.
type productRow struct {
	products.VariantRow
	*products.Offered
}

// Accounts returns the accounts that list the SKU, each once.
func (r productRow) Accounts() (list []string) {
	for _, l := range r.Offered.Links {
		list = append(list, l.Account)
	}
	return slices.Compact(list)
}

// productColumns are the columns that the catalogue can be sorted by.
var productColumns = map[string]columnWays{
	"SKU":     {first: string(products.BySKU), other: string(products.BySKU), rising: true},
	"Changed": {first: string(products.ChangedLast), other: string(products.ChangedFirst)},
}

func (c *console) products(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	l, views := newList[productRow](in, "SKUs"), words(catalogue.Views())
	f := products.VariantFilter{
		Search: l.search("search", "SKU, title, barcode, brand or product"), Category: l.search("category", "Category begins with"),
		View: catalogue.View(in.choice("show", views)), After: in.mark(), Limit: l.limit(),
	}
	l.columns = productColumns
	f.Sort = products.VariantSort(l.sort(words(products.VariantSorts())...))
	if in.err != nil {
		return view{}, in.err
	}
	counts, err := c.variants.get(f.Search+f.Category, func() (map[string]int, error) {
		found, err := c.starter.Store.Products.VariantCounts(ctx, f)
		return byWord(found), err
	})
	if err != nil {
		return view{}, err
	}
	l.tabs("show", string(f.View), "all", views, counts)
	found, err := c.starter.Store.Products.VariantRows(ctx, f)
	if err != nil {
		return view{}, err
	}
	skus := make([]string, len(found))
	for i, v := range found {
		skus[i] = v.SKU
	}
	offered, err := c.starter.Store.Products.Offered(ctx, skus)
	if err != nil {
		return view{}, err
	}
	rows := make([]productRow, len(found))
	for i, v := range found {
		rows[i] = productRow{v, offered[v.SKU]}
	}
	l.fill(rows, func(r productRow) string { return r.SKU })
	return view{Title: "Products", Section: "Products", Template: "products", Data: l}, nil
}

// productPage is one product with its variants.
type productPage struct {
	catalogue.Product
	Rows      []variantRow
	Facts     []starter.Setting
	Published lastOutcomes
}

type variantRow struct {
	catalogue.Variant
	*products.Offered
	Name   string
	Values string // of the product's options
}

func (c *console) product(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	sku := in.text("sku")
	if in.err != nil {
		return view{}, in.err
	}
	product, err := c.starter.Store.Products.ProductOf(ctx, sku)
	if err != nil {
		return view{}, err
	}
	skus := make([]string, len(product.Variants))
	for i, v := range product.Variants {
		skus[i] = v.SKU
	}
	offered, err := c.starter.Store.Products.Offered(ctx, skus)
	if err != nil {
		return view{}, err
	}
	p := productPage{Product: product, Facts: productFacts(product)}
	if p.Published, err = c.lastOutcomes(ctx, skus...); err != nil {
		return view{}, err
	}
	for _, v := range product.Variants {
		row := variantRow{Variant: v, Offered: offered[v.SKU], Name: product.TitleOf(v)}
		for i, o := range product.Options {
			if i > 0 {
				row.Values += ", "
			}
			row.Values += v.Options[o]
		}
		p.Rows = append(p.Rows, row)
	}
	return view{Title: product.Title, Section: "Products", Template: "product", Data: p}, nil
}

// productFacts are the known facts about a product, in words.
func productFacts(p catalogue.Product) (facts []starter.Setting) {
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, starter.Setting{Name: name, Value: value})
		}
	}
	add("Brand", p.Brand)
	add("Category", p.Category)
	add("Type", p.Type)
	for _, name := range slices.Sorted(maps.Keys(p.Attributes)) {
		add(name, strings.Join(p.Attributes[name], ", "))
	}
	return facts
}
