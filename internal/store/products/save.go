package products

import (
	"context"
	"database/sql"
	"fmt"

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
