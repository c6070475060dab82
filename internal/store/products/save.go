package products

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

// MaxEntries limits the products of one call, and MaxEntryVariants their variants, so that a transaction does not block others
// for long.
const (
	MaxEntries       = 1_000
	MaxEntryVariants = 4_096
)

// CompareCatalogue returns what SaveCatalogue would do with Clean entries, without writing.
func (s *Store) CompareCatalogue(ctx context.Context, entries []catalogue.Product) ([]catalogue.Result, error) {
	if err := checkEntries(entries); err != nil {
		return nil, err
	}
	c, err := compare(ctx, s.Read, entries, "")
	if err != nil {
		return nil, fmt.Errorf("compare with the catalogue: %w", err)
	}
	return c.Results, nil
}

// SaveCatalogue saves entries in one transaction: products, variants, prices and categories. Empty fields keep their values. An
// unchanged entry is recognised by its digest and not written, so entries may be saved repeatedly. The number of statements does
// not depend on the number of entries.
func (s *Store) SaveCatalogue(ctx context.Context, entries []catalogue.Product) ([]catalogue.Result, error) {
	if err := checkEntries(entries); err != nil {
		return nil, err
	}
	var results []catalogue.Result
	err := s.Write(ctx, "save the catalogue", func(ctx context.Context, t *db.Tx) error {
		c, err := compare(ctx, t.Query, entries, " ORDER BY o.sku {{lock o}}")
		if err != nil {
			return err
		}
		results = c.Results
		return writeCatalogue(ctx, t, c.Rows())
	})
	return results, err
}

func checkEntries(entries []catalogue.Product) error {
	variants := 0
	for _, e := range entries {
		variants += len(e.Variants)
	}
	if len(entries) > MaxEntries || variants > MaxEntryVariants {
		return fmt.Errorf("%d products with %d variants at once; at most %d with %d are accepted: hand over fewer", len(entries), variants, MaxEntries, MaxEntryVariants)
	}
	return nil
}

// writeCatalogue writes what a comparison found to be new or changed.
func writeCatalogue(ctx context.Context, t *db.Tx, rows catalogue.Rows) error {
	w := catalogueRows{rows}
	if len(w.Variants) == 0 {
		return nil
	}
	for _, step := range []func(context.Context, *db.Tx) error{
		w.writeCategories, w.writeProducts, w.writeVariants, w.writePrices, w.dropEmptied,
	} {
		if err := step(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// catalogueRows are the rows of a comparison to be written.
type catalogueRows struct{ catalogue.Rows }

// categoryRow is a row of categories.
type categoryRow struct {
	Path   string `db:"path"`
	Parent string `db:"parent"`
	Name   string `db:"name"`
}

// productRow is a row of products.
type productRow struct {
	Key         string `db:"key"`
	Title       string `db:"title"`
	Description string `db:"description"`
	Brand       string `db:"brand"`
	Category    string `db:"category"`
	Type        string `db:"type"`
	Images      string `db:"images"`
	Options     string `db:"options"`
	Attributes  string `db:"attributes"`
}

// variantRow is a row of variants.
type variantRow struct {
	SKU      string `db:"sku"`
	Title    string `db:"title"`
	Product  string `db:"product"`
	Position int    `db:"position"`
	Barcode  string `db:"barcode"`
	Options  string `db:"options"`
	Weight   int    `db:"weight"`
	Images   string `db:"images"`
	Folded   string `db:"folded"`
	Number   string `db:"number"`
	Hash     string `db:"hash"`
}

// priceRow is a row of prices.
type priceRow struct {
	SKU      string `db:"sku"`
	Account  string `db:"account"`
	Currency string `db:"currency"`
	Amount   int64  `db:"amount"`
}

func (w catalogueRows) writeCategories(ctx context.Context, t *db.Tx) error {
	if len(w.Categories) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO categories ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}} WHERE true
		ON CONFLICT (path) DO NOTHING`, db.RowsBy(db.SortedValues(w.Categories), func(c catalogue.Category) categoryRow { return categoryRow(c) }))
	return err
}

func (w catalogueRows) writeProducts(ctx context.Context, t *db.Tx) error {
	if len(w.Products) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO products ({{columns 1}}, changed_at) SELECT {{values 1}}, CAST($2 AS BIGINT) FROM {{rows 1}} WHERE true
		ON CONFLICT (key) DO UPDATE SET title = excluded.title, description = excluded.description, brand = excluded.brand,
			category = excluded.category, type = excluded.type, images = excluded.images, options = excluded.options,
			attributes = excluded.attributes, changed_at = excluded.changed_at`,
		db.RowsBy(db.SortedValues(w.Products), func(p catalogue.Product) productRow {
			return productRow{p.Key, p.Title, p.Description, p.Brand, p.Category, p.Type, db.JSONList(p.Images), db.JSONList(p.Options), db.JSONMap(p.Attributes)}
		}), t.Now)
	return err
}

func (w catalogueRows) writeVariants(ctx context.Context, t *db.Tx) error {
	_, err := t.Exec(ctx, `INSERT INTO variants ({{columns 1}}, changed_at) SELECT {{values 1}}, CAST($2 AS BIGINT) FROM {{rows 1}} WHERE true
		ON CONFLICT (sku) DO UPDATE SET title = excluded.title, product = excluded.product, position = excluded.position,
			barcode = excluded.barcode, options = excluded.options, weight = excluded.weight, images = excluded.images,
			folded = excluded.folded, number = excluded.number, hash = excluded.hash, changed_at = excluded.changed_at`,
		db.RowsBy(db.SortedValues(w.Variants), func(r catalogue.VariantRow) variantRow {
			return variantRow{r.SKU, r.Title, r.Product, r.Position, r.Barcode, db.JSONMap(r.Options), r.WeightGrams, db.JSONList(r.Images),
				catalogue.Fold(r.SKU), catalogue.Number(r.SKU), r.Mark}
		}), t.Now)
	return err
}

func (w catalogueRows) writePrices(ctx context.Context, t *db.Tx) error {
	var rows []priceRow
	for _, v := range db.SortedValues(w.Variants) {
		for _, p := range v.Prices {
			rows = append(rows, priceRow{v.SKU, p.Account, p.Currency, p.Amount})
		}
	}
	for batch := range slices.Chunk(rows, db.BatchRows) {
		_, err := t.Exec(ctx, `INSERT INTO prices ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}} WHERE true
			ON CONFLICT (sku, account) DO UPDATE SET currency = excluded.currency, amount = excluded.amount
			WHERE prices.amount <> excluded.amount OR prices.currency <> excluded.currency`, db.RowsOf(batch))
		if err != nil {
			return err
		}
	}
	return nil
}

// dropEmptied drops products whose last SKU has moved to another.
func (w catalogueRows) dropEmptied(ctx context.Context, t *db.Tx) error {
	if len(w.Left) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `DELETE FROM products WHERE key IN (SELECT r.value FROM {{rows 1}})
		AND NOT EXISTS (SELECT 1 FROM variants v WHERE v.product = products.key)`, db.Texts(w.Left))
	return err
}

// compare compares entries with the stored ones. lock is appended to the statement that reads their SKUs.
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
