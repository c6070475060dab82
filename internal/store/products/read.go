package products

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

// readKin finds SKUs that equal the given ones except for spelling, and the keys of their products.
func readKin(ctx context.Context, read db.Reading, skus []string) (kin map[string]catalogue.Kin, of map[string]string, err error) {
	var folds, numbers []string
	for _, sku := range skus {
		folds = append(folds, catalogue.Fold(sku))
		if n := catalogue.Number(sku); n != "" {
			numbers = append(numbers, n)
		}
	}
	of = map[string]string{}
	folded, err := readAlike(ctx, read, `o.folded`, folds, of)
	if err != nil {
		return nil, nil, err
	}
	numbered, err := readAlike(ctx, read, `o.number <> '' AND o.number`, numbers, of)
	if err != nil {
		return nil, nil, err
	}
	kin = make(map[string]catalogue.Kin, len(skus))
	for _, sku := range skus {
		kin[sku] = catalogue.Kin{Folded: folded[catalogue.Fold(sku)], Numbers: numbered[catalogue.Number(sku)]}
	}
	return kin, of, nil
}

// readAlike finds SKUs by a column and collects the keys of their products.
func readAlike(ctx context.Context, read db.Reading, column string, values []string, of map[string]string) (map[string][]string, error) {
	out := make(map[string][]string)
	if len(values) == 0 {
		return out, nil
	}
	slices.Sort(values)
	err := read(ctx, `SELECT r.value, o.sku, o.product FROM {{rows 1}} CROSS JOIN variants o WHERE `+column+` = r.value ORDER BY o.sku`,
		func(rows *sql.Rows) error {
			var value, sku, product string
			err := rows.Scan(&value, &sku, &product)
			out[value], of[sku] = append(out[value], sku), product
			return err
		}, db.Texts(slices.Compact(values)))
	return out, err
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
			out[i].Variants = append(out[i].Variants, out[i].WithoutDerivedTitle(v))
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
	err := read(ctx, `SELECT o.sku, o.title, o.product, o.barcode, o.options, o.weight, o.images, o.cost, o.cost_currency
		FROM {{rows 1}} CROSS JOIN variants o WHERE `+column+` = r.value ORDER BY o.product, o.position, o.sku`, func(rows *sql.Rows) error {
		var v catalogue.Variant
		var product, options, images string
		if err := rows.Scan(&v.SKU, &v.Title, &product, &v.Barcode, &options, &v.WeightGrams, &images, &v.Cost.Amount, &v.Cost.Currency); err != nil {
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
