package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
)

func (p *Program) catalogShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show SKU|PRODUCT",
		Short: "Show one product with its SKUs, prices, costs and kits",
		Long: "Shows the product with the SKU or the key: its data, its SKUs with their prices and what they cost you, and the kits that contain them\n" +
			"or their parts.",
		Example: "  towpath catalog show MUG-BLU\n  towpath catalog show mug -o json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(pf *platform.Platform) error { return p.showProduct(cmd.Context(), pf, args[0]) })
		},
	}
}

func (p *Program) showProduct(ctx context.Context, pf *platform.Platform, name string) error {
	product, err := pf.Store.Products.ProductOf(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return usagef("no SKU and no product %q: `towpath catalog list --search %s` looks for it", name, shellWord(name))
	}
	if err != nil {
		return err
	}
	kits, err := pf.Store.Products.Kits(ctx)
	if err != nil {
		return err
	}
	kits = slices.DeleteFunc(kits, func(k catalogue.Kit) bool { return !concerns(k, product) })
	shown := struct {
		Product catalogue.Product `json:"product"`
		Kits    []catalogue.Kit   `json:"kits"` // that are SKUs of the product, or have one as a part
	}{product, filled(kits)}
	return p.print(shown, func(pg *page) { pg.product(product, kits) })
}

// concerns reports whether a kit is a SKU of the product or contains one.
func concerns(k catalogue.Kit, p catalogue.Product) bool {
	return slices.ContainsFunc(p.Variants, func(v catalogue.Variant) bool {
		return v.SKU == k.SKU || slices.ContainsFunc(k.Parts, func(part catalogue.Part) bool { return part.SKU == v.SKU })
	})
}

func (pg *page) product(p catalogue.Product, kits []catalogue.Kit) {
	pg.title("Product " + p.Key)
	rows := [][]cell{words("title", cut(p.Title, 76))}
	for _, fact := range [][2]string{
		{"description", cut(strings.Join(strings.Fields(p.Description), " "), 76)}, {"brand", cut(p.Brand, 76)},
		{"category", cut(p.Category, 76)}, {"type", cut(p.Type, 76)}, {"options", cut(strings.Join(p.Options, ", "), 76)},
	} {
		if fact[1] != "" {
			rows = append(rows, words(fact[0], fact[1]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Attributes)) {
		rows = append(rows, words(cut(name, 20), cut(strings.Join(p.Attributes[name], ", "), 76)))
	}
	if len(p.Images) > 0 {
		rows = append(rows, words("images", fmt.Sprintf("%d, the first %s", len(p.Images), cut(p.Images[0], 60))))
	}
	pg.table(nil, rows)
	pg.section("SKUs")
	table := make([][]cell, len(p.Variants))
	for i, v := range p.Variants {
		weight := ""
		if v.WeightGrams > 0 {
			weight = fmt.Sprintf("%d g", v.WeightGrams)
		}
		table[i] = []cell{word(v.SKU), word(v.Barcode), amount(weight), word(cut(pricesText(v), 24)), amount(v.Cost.String()), word(cut(p.TitleOf(v), 26)).prose()}
	}
	pg.table([]string{"SKU", "BARCODE", "WEIGHT", "PRICE", "COST", "TITLE"}, table)
	pg.accountPrices(p)
	if len(kits) > 0 {
		pg.section("Kits")
		for _, k := range kits {
			pg.line("  %s = %s", k.SKU, k.PartsText())
		}
	}
	pg.line("\nStock: `towpath stock %s`", shellWord(p.Variants[0].SKU))
}

// pricesText returns the price for every account without one of its own.
func pricesText(v catalogue.Variant) string {
	for _, price := range v.Prices {
		if price.Account == "" {
			return price.String()
		}
	}
	return ""
}

func (pg *page) accountPrices(p catalogue.Product) {
	var rows [][]cell
	for _, v := range p.Variants {
		for _, price := range v.Prices {
			if price.Account != "" {
				rows = append(rows, []cell{word("  " + v.SKU), word(price.Account), amount(price.String())})
			}
		}
	}
	if len(rows) > 0 {
		pg.section("Prices of single accounts")
		pg.table([]string{"  SKU", "ACCOUNT", "PRICE"}, rows)
	}
}
