package main

import (
	"github.com/spf13/cobra"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/wording"
)

func (p *Program) catalogCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "catalog",
		Short: "Your own products, SKUs and kits: import, list, show, export",
		Long: "The catalogue is what you sell: products with their SKUs, prices and kits. `import` reads the file that your\n" +
			"shop or stock system exports; `export` writes it as a file that `import` reads.",
		Example: "  towpath catalog import products_export.csv --dry-run\n  towpath catalog list --search mug\n  towpath catalog export --out catalogue.csv",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usagef("choose one: catalog import, list, show or export")
		},
	}
	c.AddCommand(p.catalogImportCommand(), p.catalogListCommand(), p.catalogShowCommand(), p.catalogExportCommand())
	return c
}

func (p *Program) catalogListCommand() *cobra.Command {
	var filter products.VariantFilter
	kits := false
	c := &cobra.Command{
		Use:   "list",
		Short: "List SKUs of the catalogue",
		Long: "Lists SKUs, sorted. PRICE is the price for every account without a price of its own. LINKS is how many listings\n" +
			"are linked to the SKU; a SKU without links is sold nowhere.",
		Example: "  towpath catalog list --search mug\n  towpath catalog list --kits\n  towpath catalog list --limit 100 --after MUG-RED -o json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkLimit(filter.Limit); err != nil {
				return err
			}
			if kits {
				filter.View = catalogue.ViewKits
			}
			return p.with(cmd.Context(), func(pf *platform.Platform) error {
				counts, err := pf.Store.Products.CatalogueCounts(cmd.Context())
				if err != nil {
					return err
				}
				rows, err := pf.Store.Products.VariantRows(cmd.Context(), filter)
				if err != nil {
					return err
				}
				return p.printVariants(rows, counts, filter)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&filter.Search, "search", "", "only SKUs with this text in SKU, title, barcode, brand or product")
	f.BoolVar(&kits, "kits", false, "only kits")
	f.IntVar(&filter.Limit, "limit", pageSize, "how many to list")
	f.StringVar(&filter.After, "after", "", "continue after this SKU, as shown at the end of a list")
	return c
}

func (p *Program) printVariants(rows []products.VariantRow, counts products.CatalogueCounts, filter products.VariantFilter) error {
	shown := struct {
		Catalogue products.CatalogueCounts `json:"catalogue"`
		SKUs      []products.VariantRow    `json:"skus"`
		After     string                   `json:"after,omitempty"` // for the next page; empty = there is none
	}{Catalogue: counts, SKUs: filled(rows)}
	if len(rows) == filter.Limit {
		shown.After = rows[len(rows)-1].SKU
	}
	return p.print(shown, func(pg *page) {
		switch {
		case counts.Variants == 0:
			pg.sentence("", wording.NoSKUs.AtAll)
		case len(rows) == 0:
			pg.line("%s It has %s.", wording.NoSKUs.Fits, wording.Plural(counts.Variants, "SKU"))
		default:
			pg.variants(rows, counts)
		}
		if shown.After != "" {
			pg.line("\nMore: the same command with --after %s", shellWord(shown.After))
		}
	})
}

func (pg *page) variants(rows []products.VariantRow, counts products.CatalogueCounts) {
	pg.line("%s of %s, %s", wording.Plural(counts.Variants, "SKU"), wording.Plural(counts.Products, "product"), wording.Plural(counts.Kits, "kit"))
	table := make([][]cell, len(rows))
	for i, r := range rows {
		price, kit := "", ""
		if r.Price != nil {
			price = r.Price.String()
		}
		if r.Parts > 0 {
			kit = "kit of " + wording.Plural(r.Parts, "part")
		}
		table[i] = []cell{word(r.SKU), word(r.Product), amount(price), number(r.Links), word(kit), word(cut(r.Title, 30)).prose()}
	}
	pg.table([]string{"SKU", "PRODUCT", "PRICE", "LINKS", "KIT", "TITLE"}, table)
}
