package products

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

// compare holds entries against what is stored. lock is what ends the statement that reads their SKUs.
func compare(ctx context.Context, read db.Reading, entries []catalogue.Product, lock string) (*catalogue.Comparison, error) {
	c := catalogue.Compare(entries)
	stored, err := readMarks(ctx, read, c.SKUs(), lock)
	if err != nil || !c.Skip(stored) {
		return c, err
	}
	if unspelled := c.Unspelled(); len(unspelled) > 0 {
		kin, of, err := readKin(ctx, read, unspelled)
		if err != nil {
			return nil, err
		}
		c.Respell(kin, of)
	}
	products, err := ReadProducts(ctx, read, c.Needs())
	if err != nil {
		return nil, err
	}
	c.Merge(products)
	return c, nil
}

// readMarks reads the marks of SKUs.
func readMarks(ctx context.Context, read db.Reading, skus []string, lock string) (map[string]catalogue.Marked, error) {
	out := make(map[string]catalogue.Marked, len(skus))
	err := read(ctx, `SELECT o.sku, o.product, o.hash FROM {{rows 1}} CROSS JOIN variants o WHERE o.sku = r.value`+lock,
		func(rows *sql.Rows) error {
			var sku string
			var m catalogue.Marked
			err := rows.Scan(&sku, &m.Product, &m.Mark)
			out[sku] = m
			return err
		}, db.Texts(skus))
	return out, err
}
