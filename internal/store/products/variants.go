// Package products stores the merchant's catalogue: products, variants, prices, categories, kits with their parts, product types
// per account, and the channels' definitions of them. Its tables are products, variants, prices, categories, kits, kit_parts,
// type_settings, definitions and title_words. It imports the rooms up to levels, because a changed kit makes levels dirty.
package products

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
)

// Store stores the catalogue. It is safe for concurrent use.
type Store struct {
	*db.DB
	accounts *accounts.Store
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d, accounts: accounts.New(d)} }

// Variant is a SKU of the merchant's own catalogue, as lists show it.
type Variant struct {
	SKU   string `json:"sku"`
	Title string `json:"title"`
}

// SaveVariants saves SKUs with only their titles, each as its own product; a known SKU gets the new title. SaveCatalogue saves
// whole products.
func (s *Store) SaveVariants(ctx context.Context, variants []Variant) error {
	unique := map[string]catalogue.Titled{}
	for _, v := range variants {
		if err := catalogue.Titled(v).Check(); err != nil {
			return fmt.Errorf("save variants: %w", err)
		}
		unique[v.SKU] = catalogue.Titled(v)
	}
	return s.Write(ctx, "save variants", func(ctx context.Context, t *db.Tx) error {
		for batch := range slices.Chunk(db.SortedValues(unique), db.BatchRows) {
			if err := insertProducts(ctx, t, `UPDATE SET title = excluded.title`, db.RowsBy(batch, productOfTitled)); err != nil {
				return err
			}
			if err := insertVariants(ctx, t, `UPDATE SET title = excluded.title, hash = excluded.hash, changed_at = excluded.changed_at
				WHERE variants.title <> excluded.title`, db.RowsBy(batch, variantOfTitled)); err != nil {
				return err
			}
			titles := make(map[string]string, len(batch))
			for _, v := range batch {
				titles[v.SKU] = v.Title
			}
			if err := writeWords(ctx, t, titles); err != nil {
				return err
			}
		}
		return nil
	})
}

func productOfTitled(v catalogue.Titled) productRow { return rowOfProduct(v.Product()) }

func variantOfTitled(v catalogue.Titled) variantRow { return rowOfVariant(v.Row()) }

// SKUs lists every SKU of the catalogue.
func (s *Store) SKUs(ctx context.Context) ([]string, error) {
	var out []string
	err := s.Read(ctx, `SELECT sku FROM variants ORDER BY sku`, func(rows *sql.Rows) error {
		var sku string
		err := rows.Scan(&sku)
		out = append(out, sku)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list SKUs: %w", err)
	}
	return out, nil
}

// Variant returns a SKU; ErrNotFound when the catalogue does not have it.
func (s *Store) Variant(ctx context.Context, sku string) (Variant, error) {
	v, found := Variant{}, false
	err := s.Read(ctx, `SELECT sku, title FROM variants WHERE sku = $1`, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&v.SKU, &v.Title)
	}, sku)
	if err == nil && !found {
		err = db.ErrNotFound
	}
	if err != nil {
		return Variant{}, fmt.Errorf("variant %q: %w", sku, err)
	}
	return v, nil
}

// KnownSKUs returns which of the SKUs the catalogue has, and which of them are kits.
func (s *Store) KnownSKUs(ctx context.Context, skus []string) (known, kits map[string]bool, err error) {
	known, kits = map[string]bool{}, map[string]bool{}
	err = s.Read(ctx, `SELECT v.sku, CASE WHEN k.sku IS NULL THEN 0 ELSE 1 END
		FROM {{rows 1}} CROSS JOIN variants v LEFT JOIN kits k ON k.sku = v.sku WHERE v.sku = r.value`, func(rows *sql.Rows) error {
		var sku string
		var isKit int
		err := rows.Scan(&sku, &isKit)
		known[sku] = true
		if isKit == 1 {
			kits[sku] = true
		}
		return err
	}, db.Texts(skus))
	if err != nil {
		return nil, nil, fmt.Errorf("look up SKUs: %w", err)
	}
	return known, kits, nil
}

// Spellings returns SKUs of the catalogue that differ from the given ones only in spelling.
func (s *Store) Spellings(ctx context.Context, skus []string) (map[string]catalogue.Kin, error) {
	kin, _, err := readKin(ctx, s.Read, skus)
	if err != nil {
		return nil, fmt.Errorf("look up spellings: %w", err)
	}
	return kin, nil
}
