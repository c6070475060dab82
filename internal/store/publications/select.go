package publications

import (
	"context"
	"database/sql"
	"slices"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Limits of one chunk of a selection.
const (
	maxChunkProducts = 500
	maxChunkVariants = 8_192 // a product alone may have catalogue.MaxVariants
)

// SelectGoods creates the items of one chunk of a run's selection: products after a key, with their variants and category. next
// is where to continue; empty: complete. n is the number of new items, 0 when repeated.
func (s *Store) SelectGoods(ctx context.Context, run, after string, limit int) (next string, n int, err error) {
	err = s.Write(ctx, "select the goods of run "+run, func(ctx context.Context, t *db.Tx) error {
		next, n = "", 0
		p, err := readPublication(ctx, t.Query, run, " {{lock o}}")
		if err != nil {
			return err
		}
		c := &chunk{Tx: t, publication: p, selection: cleanSelection(p.Selection), after: after, limit: min(max(limit, 1), maxChunkProducts)}
		if err := c.read(ctx); err != nil {
			return err
		}
		if after == "" {
			if err := c.readMissing(ctx); err != nil {
				return err
			}
		}
		next = c.Next
		n, err = c.insert(ctx)
		return err
	})
	return next, n, err
}

// cleanSelection returns the selection with names as both databases store them.
func cleanSelection(sel listing.Selection) listing.Selection {
	for _, list := range []*[]string{&sel.SKUs, &sel.Products, &sel.Categories} {
		clean := make([]string, len(*list))
		for i, name := range *list {
			clean[i] = db.Clean(name)
		}
		*list = clean
	}
	return sel
}

// chunk is one chunk of a selection being saved.
type chunk struct {
	*db.Tx
	publication.Chunk
	publication Publication
	selection   listing.Selection
	after       string
	limit       int
	missing     []publication.Item
}

// newItemRow has the columns of run_items that a new item sets.
type newItemRow struct {
	Type      listing.Kind       `db:"type"`
	Reference string             `db:"reference"`
	Folded    string             `db:"folded"`
	Parent    string             `db:"parent"`
	Title     string             `db:"title"`
	Status    publication.Status `db:"status"`
	Reason    string             `db:"reason"`
	Stage     listing.Stage      `db:"stage"`
	Code      string             `db:"code"`
	Issues    string             `db:"issues"`
}

func rowOfNewItem(i publication.Item) newItemRow {
	return newItemRow{i.Kind, i.Reference, runs.FoldedReference(i.Reference), i.Parent, i.Title, i.Status, i.Reason, i.Stage, i.Code, jsonIssues(i.Issues)}
}

// nameRow is a row of a selection's names.
type nameRow struct {
	Kind listing.Kind `db:"kind"`
	Text string       `db:"name"`
}

func rowOfName(n publication.Name) nameRow { return nameRow(n) }

// readMissing finds names in the selection that the catalogue does not have. Each gets an item in error.
func (c *chunk) readMissing(ctx context.Context) error {
	names := publication.Names(c.selection)
	if len(names) == 0 {
		return nil
	}
	var found []publication.Name
	err := c.Query(ctx, `SELECT r.kind, r.name FROM {{rows 1}} CROSS JOIN variants v WHERE r.kind = 'variant' AND v.sku = r.name
		UNION ALL SELECT r.kind, r.name FROM {{rows 1}} CROSS JOIN products p WHERE r.kind = 'product' AND p.key = r.name
		UNION ALL SELECT r.kind, r.name FROM {{rows 1}} CROSS JOIN categories g WHERE r.kind = 'category' AND g.path = r.name`,
		func(rows *sql.Rows) error {
			var n publication.Name
			err := rows.Scan(&n.Kind, &n.Text)
			found = append(found, n)
			return err
		}, db.RowsBy(names, rowOfName))
	c.missing = publication.Missing(names, found)
	return err
}

// insert writes the items that are not there, and counts them.
func (c *chunk) insert(ctx context.Context) (int, error) {
	var made []publication.Group
	for batch := range slices.Chunk(slices.Concat(c.missing, publication.Items(c.Goods)), db.BatchRows) {
		err := c.Query(ctx, `INSERT INTO run_items ({{columns 1}}, run_id, account, endpoint, fault_id, request_id, created_at, at)
			SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), '', '', CAST($5 AS BIGINT), CAST($5 AS BIGINT)
			FROM {{rows 1}} WHERE true
			ON CONFLICT (run_id, reference, type) DO NOTHING RETURNING status, stage`, func(rows *sql.Rows) error {
			one := publication.Group{Items: 1}
			err := rows.Scan(&one.Status, &one.Stage)
			made = append(made, one)
			return err
		}, db.RowsBy(batch, rowOfNewItem), c.publication.ID, c.publication.Account, string(c.publication.Endpoint), c.Now)
		if err != nil {
			return 0, err
		}
	}
	return len(made), addCounts(ctx, c.Tx, c.publication.ID, publication.Count(made))
}
