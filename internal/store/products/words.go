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

// wordRow is a row of title_words.
type wordRow struct {
	SKU  string `db:"sku"`
	Word string `db:"word"`
}

// writeWords writes the words by which SKUs are found, by their titles: those that a title has no more go, and those that are there already stay, so that
// a change of something else writes nothing.
func writeWords(ctx context.Context, t *db.Tx, titles map[string]string) error {
	gone := map[wordRow]bool{}
	err := t.Query(ctx, `SELECT o.sku, o.word FROM {{rows 1}} CROSS JOIN title_words o WHERE o.sku = r.value`, func(rows *sql.Rows) error {
		var row wordRow
		err := rows.Scan(&row.SKU, &row.Word)
		gone[row] = true
		return err
	}, db.Texts(db.KeysOf(titles)))
	if err != nil {
		return err
	}
	var added []wordRow
	for _, sku := range db.KeysOf(titles) {
		for _, word := range catalogue.Words(titles[sku]) {
			row := wordRow{sku, word}
			if !gone[row] {
				added = append(added, row)
			}
			delete(gone, row)
		}
	}
	if len(gone) > 0 {
		_, err := t.Exec(ctx, `DELETE FROM title_words WHERE (sku, word) IN (SELECT r.sku, r.word FROM {{rows 1}})`, db.RowsOf(slices.Collect(maps.Keys(gone))))
		if err != nil {
			return err
		}
	}
	for batch := range slices.Chunk(added, db.BatchRows) {
		_, err := t.Exec(ctx, `INSERT INTO title_words ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}} WHERE true ON CONFLICT (sku, word) DO NOTHING`, db.RowsOf(batch))
		if err != nil {
			return err
		}
	}
	return nil
}

// titlesAtOnce is how many titles get their words in one transaction.
const titlesAtOnce = 1_000

// WordTitles writes the words of titles that an earlier version saved without them. Later on it finds none.
func (s *Store) WordTitles(ctx context.Context) error {
	for after := ""; ; {
		titles := map[string]string{}
		err := s.Read(ctx, `SELECT v.sku, v.title FROM variants v WHERE v.sku > $1 AND v.title <> '' AND NOT EXISTS (SELECT 1 FROM title_words w WHERE w.sku = v.sku)
			ORDER BY v.sku LIMIT $2`, func(rows *sql.Rows) error {
			var sku, title string
			err := rows.Scan(&sku, &title)
			titles[sku], after = title, sku
			return err
		}, after, titlesAtOnce)
		if err == nil && len(titles) > 0 {
			err = s.Write(ctx, "write words of titles", func(ctx context.Context, t *db.Tx) error { return writeWords(ctx, t, titles) })
		}
		if err != nil {
			return fmt.Errorf("write the words of titles: %w", err)
		}
		if len(titles) < titlesAtOnce {
			return nil
		}
	}
}
