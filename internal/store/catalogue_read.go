package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
)

// kinship is what the catalogue has that is spelled otherwise.
type kinship struct {
	folded  map[string][]string
	numbers map[string][]string
	of      map[string]string // SKU to the key of its product
}

func (k *kinship) read(ctx context.Context, read reading, folded, numbers []string) error {
	var err error
	if k.folded, err = k.by(ctx, read, `o.folded`, folded); err != nil {
		return err
	}
	k.numbers, err = k.by(ctx, read, `o.number <> '' AND o.number`, numbers)
	return err
}

func (k *kinship) by(ctx context.Context, read reading, column string, values []string) (map[string][]string, error) {
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
		}, texts(slices.Compact(values)))
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
	products, err := readProducts(ctx, c.read, keys)
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

// readProducts reads whole products by key, sorted by key.
func readProducts(ctx context.Context, read reading, keys []string) ([]catalogue.Product, error) {
	var out []catalogue.Product
	at := make(map[string]int)
	err := read(ctx, `SELECT o.key, o.title, o.description, o.brand, o.category, o.type, o.images, o.options, o.attributes
		FROM {{rows 1}} CROSS JOIN products o WHERE o.key = r.value ORDER BY o.key`, func(rows *sql.Rows) error {
		p, err := scanProduct(rows)
		at[p.Key] = len(out)
		out = append(out, p)
		return err
	}, texts(keys))
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
	if err := fromJSON(images, &p.Images, options, &p.Options, attributes, &p.Attributes); err != nil {
		return p, fmt.Errorf("product %q: %w", p.Key, err)
	}
	return p, nil
}

// readVariants reads variants with their prices, by SKU or by product, in the order of their places.
func readVariants(ctx context.Context, read reading, column string, values []string, take func(v catalogue.Variant, product string)) error {
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
		if err := fromJSON(options, &all[len(all)-1].Options, images, &all[len(all)-1].Images); err != nil {
			return fmt.Errorf("SKU %q: %w", v.SKU, err)
		}
		return nil
	}, texts(values))
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
	}, texts(values))
	for i, v := range all {
		take(v, products[i])
	}
	return err
}

// fromJSON reads the texts of lists and maps, in pairs of text and target. An empty one is nil.
func fromJSON(pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		text, ok := pairs[i].(string)
		if !ok || text == "[]" || text == "{}" {
			continue
		}
		if err := json.Unmarshal([]byte(text), pairs[i+1]); err != nil {
			return fmt.Errorf("read %q: %w", text, err)
		}
	}
	return nil
}

func jsonList(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	return jsonText(list)
}

func jsonMap[V any](m map[string]V) string {
	if len(m) == 0 {
		return "{}"
	}
	return jsonText(m)
}

func jsonText(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // texts only: a mistake in this package
	}
	return string(text)
}
