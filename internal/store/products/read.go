package products

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

// kinship is what the catalogue has that is spelled otherwise.
type kinship struct {
	folded  map[string][]string
	numbers map[string][]string
	of      map[string]string // SKU to the key of its product
}

func (k *kinship) read(ctx context.Context, read db.Reading, folded, numbers []string) error {
	var err error
	if k.folded, err = k.by(ctx, read, `o.folded`, folded); err != nil {
		return err
	}
	k.numbers, err = k.by(ctx, read, `o.number <> '' AND o.number`, numbers)
	return err
}

func (k *kinship) by(ctx context.Context, read db.Reading, column string, values []string) (map[string][]string, error) {
	out := make(map[string][]string)
	if len(values) == 0 {
		return out, nil
	}
	slices.Sort(values)
	err := read(ctx, `SELECT r.value, o.sku, o.product FROM {{rows 1}} CROSS JOIN variants o WHERE `+column+` = r.value ORDER BY o.sku`,
		func(rows *sql.Rows) error {
			var value, sku, product string
			err := rows.Scan(&value, &sku, &product)
			out[value], k.of[sku] = append(out[value], sku), product
			return err
		}, db.Texts(slices.Compact(values)))
	return out, err
}

func (k *kinship) kin(sku string) catalogue.Kin {
	kin := catalogue.Kin{Folded: k.folded[catalogue.Fold(sku)]}
	if n := catalogue.Number(sku); n != "" {
		kin.Numbers = k.numbers[n]
	}
	return kin
}

// load reads what the catalogue has of the entries' products and SKUs.
func (c *comparison) load(ctx context.Context) error {
	keys := make(map[string]bool)
	for _, i := range c.pending {
		e := c.entries[i]
		if e.Key != "" {
			keys[e.Key] = true
		}
		for _, v := range e.Variants {
			if key, known := c.known[v.SKU]; known {
				keys[key], c.stored.Of[v.SKU] = true, key
			} else if e.Key == "" {
				keys[v.SKU] = true // the product that it would make may be there
			}
		}
	}
	return c.loadProducts(ctx, slices.Sorted(maps.Keys(keys)))
}

func (c *comparison) loadProducts(ctx context.Context, keys []string) error {
	products, err := ReadProducts(ctx, c.read, keys)
	if err != nil {
		return err
	}
	for _, p := range products {
		c.stored.Products[p.Key] = p
		for _, v := range p.Variants {
			c.stored.Of[v.SKU] = p.Key
		}
	}
	return nil
}

// ReadProducts reads whole products by key, sorted by key.
func ReadProducts(ctx context.Context, read db.Reading, keys []string) ([]catalogue.Product, error) {
	var out []catalogue.Product
	at := make(map[string]int)
	err := read(ctx, `SELECT o.key, o.title, o.description, o.brand, o.category, o.type, o.images, o.options, o.attributes
		FROM {{rows 1}} CROSS JOIN products o WHERE o.key = r.value ORDER BY o.key`, func(rows *sql.Rows) error {
		p, err := scanProduct(rows)
		at[p.Key] = len(out)
		out = append(out, p)
		return err
	}, db.Texts(keys))
	if err != nil || len(out) == 0 {
		return nil, err
	}
	err = readVariants(ctx, read, `o.product`, keys, func(v catalogue.Variant, key string) {
		if i, ok := at[key]; ok {
			out[i].Variants = append(out[i].Variants, out[i].WithoutMadeTitle(v))
		}
	})
	return out, err
}

func scanProduct(rows *sql.Rows) (catalogue.Product, error) {
	var p catalogue.Product
	var images, options, attributes string
	err := rows.Scan(&p.Key, &p.Title, &p.Description, &p.Brand, &p.Category, &p.Type, &images, &options, &attributes)
	if err != nil {
		return p, err
	}
	if err := db.FromJSON(images, &p.Images, options, &p.Options, attributes, &p.Attributes); err != nil {
		return p, fmt.Errorf("product %q: %w", p.Key, err)
	}
	return p, nil
}

// readVariants reads variants with their prices, by SKU or by product, in the order of their places.
func readVariants(ctx context.Context, read db.Reading, column string, values []string, take func(v catalogue.Variant, product string)) error {
	var all []catalogue.Variant
	var products []string
	at := make(map[string]int)
	err := read(ctx, `SELECT o.sku, o.title, o.product, o.barcode, o.options, o.weight, o.images
		FROM {{rows 1}} CROSS JOIN variants o WHERE `+column+` = r.value ORDER BY o.product, o.position, o.sku`, func(rows *sql.Rows) error {
		var v catalogue.Variant
		var product, options, images string
		if err := rows.Scan(&v.SKU, &v.Title, &product, &v.Barcode, &options, &v.WeightGrams, &images); err != nil {
			return err
		}
		at[v.SKU] = len(all)
		all, products = append(all, v), append(products, product)
		if err := db.FromJSON(options, &all[len(all)-1].Options, images, &all[len(all)-1].Images); err != nil {
			return fmt.Errorf("SKU %q: %w", v.SKU, err)
		}
		return nil
	}, db.Texts(values))
	if err != nil || len(all) == 0 {
		return err
	}
	err = read(ctx, `SELECT p.sku, p.account, p.currency, p.amount FROM {{rows 1}} CROSS JOIN variants o JOIN prices p ON p.sku = o.sku
		WHERE `+column+` = r.value ORDER BY p.sku, p.account`, func(rows *sql.Rows) error {
		var sku string
		var p catalogue.Price
		err := rows.Scan(&sku, &p.Account, &p.Currency, &p.Amount)
		if i, ok := at[sku]; ok {
			all[i].Prices = append(all[i].Prices, p)
		}
		return err
	}, db.Texts(values))
	for i, v := range all {
		take(v, products[i])
	}
	return err
}
