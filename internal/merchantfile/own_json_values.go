package merchantfile

import (
	"errors"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/money"
)

// JSONCatalogue is the whole form, for programs that write it.
type JSONCatalogue struct {
	Products []JSONProduct   `json:"products"`
	Kits     []catalogue.Kit `json:"kits,omitempty"`
}

// JSONProduct is a product of the form.
type JSONProduct struct {
	catalogue.Product
	Variants []JSONVariant `json:"variants"`
}

// JSONVariant is one SKU of the form.
type JSONVariant struct {
	catalogue.Variant
	Prices []JSONPrice `json:"prices,omitempty"`
	Cost   *JSONCost   `json:"cost,omitempty"`
}

// JSONCost is what a unit of a SKU costs the merchant, with the digits of its currency: "4.20".
type JSONCost struct {
	Currency string `json:"currency"`
	Amount   string `json:"amount"`
}

// JSONPrice is a SKU's price, for all accounts or for one. The amount has the digits of its currency: "9.95".
type JSONPrice struct {
	Account  string `json:"account,omitempty"`
	Currency string `json:"currency"`
	Amount   string `json:"amount"`
}

func (j jsonReader) product(p *page, hand func(*page, product) error) error {
	var value JSONProduct
	r, ok, err := j.value(p, &value)
	if err != nil || !ok {
		return err
	}
	before := p.report.Wrong
	one := product{line: r.line, Product: value.Product}
	if len(value.Variants) == 0 {
		p.wrong(r.line, named("variants"), "product "+quote(first(value.Key, value.Title))+" has none", "one variant or more")
	}
	for _, v := range value.Variants {
		p.variantOfJSON(r, &one, v)
	}
	p.manyVariants(one)
	if p.report.Wrong > before {
		return nil
	}
	return hand(p, one)
}

func (p *page) variantOfJSON(r row, one *product, v JSONVariant) {
	sku := named("sku")
	if v.SKU == "" {
		p.wrong(r.line, sku, "a variant has none", "a SKU")
		return
	}
	v.Variant.SKU = p.skuText(r, sku, strings.TrimSpace(v.SKU))
	if v.Variant.SKU != "" {
		p.once(r, sku, v.Variant.SKU, "")
	}
	v.Barcode = p.barcode(r, named("barcode"), v.Barcode)
	if v.WeightGrams < 0 || v.WeightGrams > maxGrams {
		p.wrong(r.line, named("weightGrams"), fmt.Sprintf("%d is no weight", v.WeightGrams), "0 or more, and less than 100 tonnes")
	}
	for _, price := range v.Prices {
		amount, err := money.Parse(price.Amount, price.Currency)
		if err != nil || amount < 0 {
			p.wrong(r.line, named("prices"), fmt.Sprintf("%s %s of %s is no price", quote(price.Amount), quote(price.Currency), quote(v.SKU)),
				`an amount of 0 or more with a point, and a code of ISO 4217: "9.95" and "GBP"`)
			continue
		}
		v.Variant.Prices = append(v.Variant.Prices, catalogue.Price{Account: price.Account, Currency: price.Currency, Amount: amount})
	}
	if v.Cost != nil {
		amount, err := money.Parse(v.Cost.Amount, v.Cost.Currency)
		if err != nil || amount <= 0 {
			p.wrong(r.line, named("cost"), fmt.Sprintf("%s %s of %s is no cost", quote(v.Cost.Amount), quote(v.Cost.Currency), quote(v.SKU)),
				`an amount above 0 with a point, and a code of ISO 4217: "4.20" and "GBP"`)
		}
		v.Variant.Cost = catalogue.Cost{Currency: v.Cost.Currency, Amount: amount}
	}
	one.Variants = append(one.Variants, v.Variant)
}

// kit reads a kit. Its SKU may be described among the products; else it is a product of its own here.
func (j jsonReader) kit(p *page, hand func(*page, product) error) error {
	var value catalogue.Kit
	r, ok, err := j.value(p, &value)
	if err != nil || !ok {
		return err
	}
	before := p.report.Wrong
	if value.SKU == "" || len(value.Parts) == 0 {
		p.wrong(r.line, named("kits"), "a kit has no SKU or no parts", `{"sku": "GIFT", "parts": [{"sku": "MUG-BLU", "quantity": 2}]}`)
		return nil
	}
	value.SKU = p.skuText(r, named("sku"), strings.TrimSpace(value.SKU))
	for _, part := range value.Parts {
		if catalogue.Fold(part.SKU) == catalogue.Fold(value.SKU) {
			p.wrong(r.line, named("parts"), "kit "+quote(value.SKU)+" is a part of itself", "parts that are other SKUs")
		} else if part.SKU == "" || part.Quantity < 1 || part.Quantity > maxQuantity {
			p.wrong(r.line, named("parts"), fmt.Sprintf("%d of %s in kit %s", part.Quantity, quote(part.SKU), quote(value.SKU)), "1 or more of a SKU")
		}
	}
	if p.report.Wrong > before {
		return nil
	}
	one := product{line: r.line, kits: []catalogue.Kit{value}}
	if _, described := p.skus[catalogue.Fold(value.SKU)+"\x00"]; !described {
		p.once(r, named("sku"), value.SKU, "")
		one.Product = catalogue.Product{Title: value.Title, Variants: []catalogue.Variant{{SKU: value.SKU}}}
	}
	return hand(p, one)
}

// value reads one value. A value that does not fit the form is a mistake, and reading continues; invalid JSON ends
// it.
func (j jsonReader) value(p *page, to any) (row, bool, error) {
	line, err := j.Value(to)
	r := row{line: line}
	var other *document.ValueError
	switch {
	case err == nil:
		return r, true, nil
	case errors.As(err, &other) && other.Got == "":
		p.wrong(line, named(other.Field), "the form has no such field", "a field of docs/files.md")
	case errors.As(err, &other):
		p.wrong(line, named(strings.ReplaceAll(other.Field, "Variant.", "")), "it is a JSON "+other.Got, "a JSON "+other.Want)
	default:
		return r, false, j.fault(err)
	}
	return r, false, nil
}

// named returns the column of a mistake in a file without columns.
func named(name string) column { return column{at: -1, name: name} }
