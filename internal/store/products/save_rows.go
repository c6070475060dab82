package products

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

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
	Cost     int64  `db:"cost"`
	CostIn   string `db:"cost_currency"`
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
	return insertProducts(ctx, t, `UPDATE SET title = excluded.title, description = excluded.description, brand = excluded.brand,
			category = excluded.category, type = excluded.type, images = excluded.images, options = excluded.options,
			attributes = excluded.attributes, changed_at = excluded.changed_at`, db.RowsBy(db.SortedValues(w.Products), rowOfProduct))
}

func rowOfProduct(p catalogue.Product) productRow {
	return productRow{p.Key, p.Title, p.Description, p.Brand, p.Category, p.Type, db.JSONList(p.Images), db.JSONList(p.Options), db.JSONMap(p.Attributes)}
}

// insertProducts inserts rows of products, and does with those that are there what the text says.
func insertProducts(ctx context.Context, t *db.Tx, known string, rows *db.RowTable) error {
	_, err := t.Exec(ctx, `INSERT INTO products ({{columns 1}}, changed_at) SELECT {{values 1}}, CAST($2 AS BIGINT) FROM {{rows 1}} WHERE true
		ON CONFLICT (key) DO `+known, rows, t.Now)
	return err
}

// writeVariants writes the variants. Those that are as they were keep the time of their last change: their listings are not to be published again.
func (w catalogueRows) writeVariants(ctx context.Context, t *db.Tx) error {
	var altered, same []catalogue.VariantRow
	for _, row := range db.SortedValues(w.Variants) {
		if row.Altered {
			altered = append(altered, row)
		} else {
			same = append(same, row)
		}
	}
	const update = `UPDATE SET title = excluded.title, product = excluded.product, position = excluded.position,
			barcode = excluded.barcode, options = excluded.options, weight = excluded.weight, images = excluded.images,
			folded = excluded.folded, number = excluded.number, hash = excluded.hash,
			cost = excluded.cost, cost_currency = excluded.cost_currency`
	if err := insertVariants(ctx, t, update+`, changed_at = excluded.changed_at`, db.RowsBy(altered, rowOfVariant)); err != nil {
		return err
	}
	if err := insertVariants(ctx, t, update, db.RowsBy(same, rowOfVariant)); err != nil {
		return err
	}
	titles := make(map[string]string, len(w.Variants))
	for _, row := range w.Variants {
		titles[row.SKU] = row.Title
	}
	return writeWords(ctx, t, titles)
}

func rowOfVariant(r catalogue.VariantRow) variantRow {
	return variantRow{r.SKU, r.Title, r.Product, r.Position, r.Barcode, db.JSONMap(r.Options), r.WeightGrams, db.JSONList(r.Images),
		catalogue.Fold(r.SKU), catalogue.Number(r.SKU), r.Mark, r.Cost.Amount, r.Cost.Currency}
}

// insertVariants inserts rows of variants, and does with those that are there what the text says.
func insertVariants(ctx context.Context, t *db.Tx, known string, rows *db.RowTable) error {
	_, err := t.Exec(ctx, `INSERT INTO variants ({{columns 1}}, changed_at) SELECT {{values 1}}, CAST($2 AS BIGINT) FROM {{rows 1}} WHERE true
		ON CONFLICT (sku) DO `+known, rows, t.Now)
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

// dropEmptied drops products whose last SKU has moved to another, unless one has moved to them meanwhile.
func (w catalogueRows) dropEmptied(ctx context.Context, t *db.Tx) error {
	if len(w.Emptied) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `DELETE FROM products WHERE key IN (SELECT r.value FROM {{rows 1}})
		AND NOT EXISTS (SELECT 1 FROM variants v WHERE v.product = products.key)`, db.Texts(w.Emptied))
	return err
}
