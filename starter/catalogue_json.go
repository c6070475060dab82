package starter

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/money"
)

// ExportCatalogueJSON writes the whole catalogue in Towpath's JSON form, one product per line. Importing the file again changes
// nothing. It keeps one page of products and all kits in memory.
func (s *Starter) ExportCatalogueJSON(ctx context.Context, to io.Writer) error {
	out := bufio.NewWriter(to)
	mark := "{\"products\": [\n"
	write := func(value any) error {
		text, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("write the catalogue: %w", err)
		}
		_, _ = out.WriteString(mark)
		_, err = out.Write(text)
		mark = ",\n"
		return err
	}
	if err := s.Store.Products.EachProduct(ctx, func(p catalogue.Product) error { return write(jsonProduct(p)) }); err != nil {
		return err
	}
	if mark != ",\n" {
		_, _ = out.WriteString(mark)
	}
	mark = "\n], \"kits\": [\n"
	kits, err := s.Store.Products.Kits(ctx)
	if err != nil {
		return err
	}
	for _, k := range kits {
		k.Title = "" // its SKU is among the products
		if err := write(k); err != nil {
			return err
		}
	}
	if mark != ",\n" {
		_, _ = out.WriteString(mark)
	}
	_, _ = out.WriteString("\n]}\n")
	return out.Flush()
}

func jsonProduct(p catalogue.Product) merchantfile.JSONProduct {
	one := merchantfile.JSONProduct{Product: p, Variants: []merchantfile.JSONVariant{}}
	one.Product.Variants = nil
	for _, v := range p.Variants {
		shown := merchantfile.JSONVariant{Variant: v}
		shown.Variant.Prices, shown.Variant.Cost = nil, catalogue.Cost{}
		for _, price := range v.Prices {
			shown.Prices = append(shown.Prices, merchantfile.JSONPrice{
				Account: price.Account, Currency: price.Currency, Amount: money.Format(price.Amount, price.Currency),
			})
		}
		if v.Cost.Known() {
			shown.Cost = &merchantfile.JSONCost{Currency: v.Cost.Currency, Amount: money.Format(v.Cost.Amount, v.Cost.Currency)}
		}
		one.Variants = append(one.Variants, shown)
	}
	return one
}
