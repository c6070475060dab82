package publications

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
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
		c := &chunk{Tx: t, publication: p, after: after, limit: min(max(limit, 1), maxChunkProducts)}
		if err := c.read(ctx); err != nil {
			return err
		}
		if after == "" {
			if err := c.readMissing(ctx); err != nil {
				return err
			}
		}
		next = c.next
		n, err = c.insert(ctx)
		return err
	})
	return next, n, err
}

// chunk is one chunk of a selection being saved.
type chunk struct {
	*db.Tx
	publication Publication
	after       string
	limit       int
	next        string
	goods       []publication.Chosen
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

// read reads the variants of the chunk's products that are selected.
func (c *chunk) read(ctx context.Context) error {
	var products []string
	text, args := c.statement()
	err := c.Query(ctx, text, func(rows *sql.Rows) error {
		var g publication.Chosen
		err := rows.Scan(&g.Product, &g.ProductTitle, &g.Category, &g.SKU, &g.Title, &g.Unmanaged)
		if len(products) == 0 || products[len(products)-1] != g.Product {
			products = append(products, g.Product)
		}
		c.goods = append(c.goods, g)
		return err
	}, args...)
	if err != nil {
		return err
	}
	if len(c.goods) == maxChunkVariants && len(products) > 1 { // the last one may be cut off
		last := products[len(products)-1]
		products = products[:len(products)-1]
		c.goods = slices.DeleteFunc(c.goods, func(g publication.Chosen) bool { return g.Product == last })
		c.next = products[len(products)-1]
	} else if len(products) == c.limit {
		c.next = products[len(products)-1]
	}
	return nil
}

// statement returns the query for the chunk's products and what is selected of them.
func (c *chunk) statement() (string, []any) {
	sel := c.publication.Selection
	names := selectionNames(sel)
	args := []any{db.RowsOf(names), c.publication.Account, string(c.publication.Endpoint),
		c.after, c.limit, c.publication.Through}
	condition := ""
	if sel.Changed {
		condition += ` AND (COALESCE(s.item, 0) = 0 OR v.changed_at > s.read_at OR p.changed_at > s.read_at OR EXISTS (SELECT 1 FROM type_settings x
			WHERE x.account = CAST($2 AS TEXT) AND x.changed_at > s.read_at AND ` + within("p.category", "x.category") + `))`
	}
	if sel.Errors {
		condition += ` AND EXISTS (SELECT 1 FROM run_items i WHERE i.id = s.ended_item AND i.status = 'error')`
	}
	from := `named n JOIN variants v ON v.sku = n.sku`
	if len(names) == 0 {
		from = `variants v`
	}
	return `WITH named AS MATERIALIZED (` + namedGoods + `),
		chosen AS (SELECT v.product, v.sku, v.title, v.position, p.title AS product_title, p.category FROM ` + from + ` JOIN products p ON p.key = v.product
			LEFT JOIN published s ON s.account = CAST($2 AS TEXT) AND s.endpoint = CAST($3 AS TEXT) AND s.sku = v.sku
			WHERE v.product > CAST($4 AS TEXT)` + condition + `),
		chunk AS (SELECT DISTINCT g.product FROM chosen g ORDER BY g.product LIMIT CAST($5 AS BIGINT))
		SELECT g.product, g.product_title, g.category, g.sku, g.title,
			CASE WHEN EXISTS (SELECT 1 FROM links l WHERE l.account = CAST($6 AS TEXT) AND l.sku = g.sku AND ` + levels.UnmanagedLink + `) THEN 1 ELSE 0 END
		FROM chunk k JOIN chosen g ON g.product = k.product ORDER BY g.product, g.position, g.sku LIMIT ` + fmt.Sprint(maxChunkVariants), args
}

// namedGoods are the SKUs that a selection's lists name.
const namedGoods = `SELECT v.sku FROM {{rows 1}} CROSS JOIN variants v WHERE r.kind = 'sku' AND v.sku = r.name
	UNION SELECT v.sku FROM {{rows 1}} CROSS JOIN variants v WHERE r.kind = 'product' AND v.product = r.name
	UNION SELECT v.sku FROM {{rows 1}} CROSS JOIN products p JOIN variants v ON v.product = p.key
		WHERE r.kind = 'category' AND (p.category = r.name OR substr(p.category, 1, length(r.name) + 3) = r.name || ' > ')`

// within is the SQL condition for a category that equals or is below another; the empty category contains all.
func within(category, above string) string {
	return `(` + above + ` = '' OR ` + category + ` = ` + above + ` OR substr(` + category + `, 1, length(` + above + `) + 3) = ` + above + ` || ' > ')`
}

// selectionName is something that a selection names: a sku, a product or a category.
type selectionName struct {
	Kind string `db:"kind"`
	Name string `db:"name"`
}

// selectionNames returns what a selection's lists name, each with its kind.
func selectionNames(sel listing.Selection) []selectionName {
	var names []selectionName
	for kind, list := range map[string][]string{"sku": sel.SKUs, "product": sel.Products, "category": sel.Categories} {
		for _, name := range list {
			names = append(names, selectionName{kind, name})
		}
	}
	return names
}

// readMissing finds names in the selection that the catalogue does not have. Each gets an item in error.
func (c *chunk) readMissing(ctx context.Context) error {
	names := selectionNames(c.publication.Selection)
	if len(names) == 0 {
		return nil
	}
	kinds := map[string]listing.Kind{"sku": listing.KindVariant, "product": listing.KindProduct, "category": listing.KindCategory}
	return c.Query(ctx, `SELECT DISTINCT r.kind, r.name FROM {{rows 1}} WHERE
			(r.kind = 'sku' AND NOT EXISTS (SELECT 1 FROM variants v WHERE v.sku = r.name))
			OR (r.kind = 'product' AND NOT EXISTS (SELECT 1 FROM products p WHERE p.key = r.name))
			OR (r.kind = 'category' AND NOT EXISTS (SELECT 1 FROM categories g WHERE g.path = r.name)) ORDER BY 1, 2`,
		func(rows *sql.Rows) error {
			var kind, name string
			err := rows.Scan(&kind, &name)
			c.missing = append(c.missing, publication.NotInCatalogue(kinds[kind], name))
			return err
		}, db.RowsOf(names))
}

// insert writes the items that are not there, and counts them.
func (c *chunk) insert(ctx context.Context) (int, error) {
	var made []publication.Tally
	for batch := range slices.Chunk(slices.Concat(c.missing, publication.Items(c.goods)), db.BatchRows) {
		err := c.Query(ctx, `INSERT INTO run_items ({{columns 1}}, run_id, account, endpoint, fault_id, request_id, created_at, at)
			SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), '', '', CAST($5 AS BIGINT), CAST($5 AS BIGINT)
			FROM {{rows 1}} WHERE true
			ON CONFLICT (run_id, reference, type) DO NOTHING RETURNING status, stage`, func(rows *sql.Rows) error {
			one := publication.Tally{Items: 1}
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
