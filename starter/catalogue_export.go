package starter

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

// maxExportColumns is the most columns that Towpath's CSV reader accepts.
const maxExportColumns = 2_000

// errNotCSV is wrapped in errors about data that the CSV form can't hold.
var errNotCSV = errors.New("the CSV form can't hold this: export as JSON with -o json")

// ExportCatalogue writes the whole catalogue in Towpath's CSV form, one row per SKU. Importing the file again changes nothing. It
// keeps one page of products in memory. Data that CSV can't hold is an error.
func (s *Starter) ExportCatalogue(ctx context.Context, out io.Writer) error {
	kits, err := s.kitsBySKU(ctx)
	if err != nil {
		return err
	}
	e := catalogueCSV{kits: kits}
	if err := s.Store.Products.EachProduct(ctx, e.meet); err != nil {
		return err
	}
	if err := e.head(out); err != nil {
		return err
	}
	if err := s.Store.Products.EachProduct(ctx, e.product); err != nil {
		return err
	}
	e.out.Flush()
	return e.out.Error()
}

func (s *Starter) kitsBySKU(ctx context.Context) (map[string]catalogue.Kit, error) {
	all, err := s.Store.Products.Kits(ctx)
	if err != nil {
		return nil, err
	}
	kits := make(map[string]catalogue.Kit, len(all))
	for _, k := range all {
		kits[k.SKU] = k
	}
	return kits, nil
}

// catalogueCSV writes the CSV form. Options, attributes and prices become columns, which are collected before the first row is
// written.
type catalogueCSV struct {
	kits                          map[string]catalogue.Kit
	options, attributes, accounts []string // accounts with prices; the empty one is the price for all others
	seen                          map[string]bool
	out                           *csv.Writer
}

// meet collects the columns of a product.
func (e *catalogueCSV) meet(p catalogue.Product) error {
	if e.seen == nil {
		e.seen = make(map[string]bool)
	}
	note := func(kind, name string, to *[]string) {
		if key := kind + "\x00" + name; !e.seen[key] {
			e.seen[key] = true
			*to = append(*to, name)
		}
	}
	for _, name := range p.Options {
		note("option", name, &e.options)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Attributes)) {
		note("attribute", name, &e.attributes)
	}
	for _, v := range p.Variants {
		for _, price := range v.Prices {
			note("price", price.Account, &e.accounts)
		}
	}
	return nil
}

// fixedColumns are the columns of every file.
var fixedColumns = []string{
	"product", "sku", "title", "variant title", "description", "brand", "category", "type", "images", "variant images", "barcode", "weight grams", "cost", "kit parts",
}

func (e *catalogueCSV) head(out io.Writer) error {
	slices.Sort(e.attributes)
	slices.Sort(e.accounts)
	head := slices.Clone(fixedColumns)
	for _, account := range e.accounts {
		head = append(head, strings.TrimSpace("price "+account))
	}
	for _, name := range e.options {
		head = append(head, "option "+name)
	}
	for _, name := range e.attributes {
		head = append(head, "attribute "+name)
	}
	spelled := make(map[string]string, len(head))
	for _, name := range head {
		key := strings.Join(strings.Fields(strings.ToLower(name)), " ")
		if other, twice := spelled[key]; twice {
			return fmt.Errorf("columns %q and %q differ only in capitals and spaces: %w", other, name, errNotCSV)
		}
		spelled[key] = name
	}
	if len(head) > maxExportColumns {
		return fmt.Errorf("the products have %d attributes, options and prices, which would be as many columns: %w", len(head)-len(fixedColumns), errNotCSV)
	}
	e.out = csv.NewWriter(out)
	return e.out.Write(head)
}

// product writes a row for each variant. Data of the product itself is on the first row.
func (e *catalogueCSV) product(p catalogue.Product) error {
	for n, v := range p.Variants {
		parts, err := e.parts(v.SKU)
		if err != nil {
			return err
		}
		row := []string{p.Key, v.SKU, "", v.Title, "", "", "", "", "", strings.Join(v.Images, " "), v.Barcode, gramsText(v.WeightGrams), v.Cost.String(), parts}
		if n == 0 {
			copy(row[2:3], []string{p.Title})
			copy(row[4:9], []string{p.Description, p.Brand, p.Category, p.Type, strings.Join(p.Images, " ")})
		}
		for _, account := range e.accounts {
			row = append(row, priceOf(v, account))
		}
		for _, name := range e.options {
			row = append(row, v.Options[name])
		}
		for _, name := range e.attributes {
			row = append(row, attributeText(p, name, n == 0))
		}
		if err := e.out.Write(row); err != nil {
			return fmt.Errorf("write the catalogue: %w", err)
		}
	}
	return nil
}

func (e *catalogueCSV) parts(sku string) (string, error) {
	kit, ok := e.kits[sku]
	if !ok {
		return "", nil
	}
	for _, p := range kit.Parts {
		if strings.Contains(p.SKU, " + ") {
			return "", fmt.Errorf("kit %q has the part %q with \" + \" in it: %w", sku, p.SKU, errNotCSV)
		}
	}
	return kit.PartsText(), nil
}

func gramsText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func priceOf(v catalogue.Variant, account string) string {
	for _, p := range v.Prices {
		if p.Account == account {
			return p.String()
		}
	}
	return ""
}

// attributeText returns an attribute's values in one cell, separated by semicolons; a semicolon in a value is doubled.
func attributeText(p catalogue.Product, name string, first bool) string {
	if !first {
		return ""
	}
	values := make([]string, len(p.Attributes[name]))
	for i, v := range p.Attributes[name] {
		values[i] = strings.ReplaceAll(v, ";", ";;")
	}
	return strings.Join(values, "; ")
}
