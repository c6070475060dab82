package publications

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// candidateRow has what a publication.Candidate is made of.
type candidateRow struct {
	Product      string             `db:"product"`
	ProductTitle string             `db:"product_title"`
	Category     string             `db:"category"`
	SKU          string             `db:"sku"`
	Title        string             `db:"title"`
	Accepted     int64              `db:"item"`
	ReadAt       time.Time          `db:"read_at"`
	VariantAt    time.Time          `db:"variant_at"`
	ProductAt    time.Time          `db:"product_at"`
	SettingsAt   time.Time          `db:"settings_at"`
	Ended        publication.Status `db:"ended"`
}

func (r candidateRow) candidate(unmanaged bool) publication.Candidate {
	return publication.Candidate{
		Chosen:   publication.Chosen{Product: r.Product, ProductTitle: r.ProductTitle, Category: r.Category, SKU: r.SKU, Title: r.Title, Unmanaged: unmanaged},
		Accepted: r.Accepted, ReadAt: r.ReadAt, VariantAt: r.VariantAt, ProductAt: r.ProductAt, SettingsAt: r.SettingsAt, Ended: r.Ended,
	}
}

// read reads the chunk's products and what is selected of them.
func (c *chunk) read(ctx context.Context) error {
	var found []publication.Candidate
	text, args := c.statement()
	err := c.Query(ctx, text, func(rows *sql.Rows) error {
		var r candidateRow
		var unmanaged bool
		err := rows.Scan(append(db.FieldsOf(&r), &unmanaged)...)
		found = append(found, r.candidate(unmanaged))
		return err
	}, args...)
	c.Chunk = publication.NewChunk(found, c.limit, maxChunkVariants, publication.NewSelector(c.selection))
	return err
}

// What a selection of changed goods, or of goods in error, narrows the candidates g to, so that a page of products is one of
// selected ones: what is struck off is in none of both. publication.Selector decides about those that are found.
var (
	notStruck   = ` AND NOT ` + struckOff("g.sku", "CAST($4 AS TEXT)")
	onlyChanged = ` AND (g.item = 0 OR g.variant_at > g.read_at OR g.product_at > g.read_at OR g.settings_at > g.read_at)`
	onlyErrors  = ` AND g.ended = CAST($7 AS TEXT)`
)

// statement returns the query for the candidates of the chunk's products.
func (c *chunk) statement() (string, []any) {
	names := publication.Names(c.selection)
	args := []any{db.RowsBy(names, rowOfName), c.after, c.limit, c.publication.Through}
	from, standing, narrowed := `variants v`, `0 AS item, 0 AS read_at, 0 AS settings_at, '' AS ended`, ``
	if len(names) > 0 {
		from = `named n JOIN variants v ON v.sku = n.sku`
	}
	from += ` JOIN products p ON p.key = v.product`
	if c.selection.Changed || c.selection.Errors { // others need not know how their goods stand
		from += ` LEFT JOIN published s ON s.account = CAST($5 AS TEXT) AND s.endpoint = CAST($6 AS TEXT) AND s.sku = v.sku`
		args = append(args, c.publication.Account, string(c.publication.Endpoint))
		settingsAt, ended := `0`, `''`
		if c.selection.Changed {
			settingsAt, narrowed = settingsChanged, onlyChanged
		}
		if c.selection.Errors {
			ended, narrowed = `COALESCE((SELECT i.status FROM run_items i WHERE i.id = s.ended_item), '')`, narrowed+onlyErrors
			args = append(args, string(publication.Error))
		}
		narrowed += notStruck
		standing = `COALESCE(s.item, 0) AS item, COALESCE(s.read_at, 0) AS read_at, ` + settingsAt + ` AS settings_at, ` + ended + ` AS ended`
	}
	return `WITH named AS MATERIALIZED (` + namedGoods + `),
		goods AS (SELECT v.product, v.sku, v.title, v.position, v.changed_at AS variant_at, p.title AS product_title, p.category, p.changed_at AS product_at, ` + standing + `
			FROM ` + from + ` WHERE v.product > CAST($2 AS TEXT)),
		candidates AS (SELECT g.* FROM goods g WHERE true` + narrowed + `),
		chunk AS (SELECT DISTINCT g.product FROM candidates g ORDER BY g.product LIMIT CAST($3 AS BIGINT))
		SELECT ` + db.SelectsOf[candidateRow]("g") + `,
			CASE WHEN EXISTS (SELECT 1 FROM links l WHERE l.account = CAST($4 AS TEXT) AND l.sku = g.sku AND ` + levels.UnmanagedLink + `) THEN 1 ELSE 0 END
		FROM chunk k JOIN candidates g ON g.product = k.product ORDER BY g.product, g.position, g.sku LIMIT ` + fmt.Sprint(maxChunkVariants), args
}

// settingsChanged is when the account's settings for a variant's category changed last, if that was since it was read.
var settingsChanged = `COALESCE((SELECT MAX(x.changed_at) FROM type_settings x WHERE x.account = CAST($5 AS TEXT) AND x.changed_at > s.read_at
		AND (x.category = '' OR ` + within("p.category", "x.category") + `)), 0)`

// namedGoods are the SKUs that a selection's lists name.
var namedGoods = `SELECT v.sku FROM {{rows 1}} CROSS JOIN variants v WHERE r.kind = 'variant' AND v.sku = r.name
	UNION SELECT v.sku FROM {{rows 1}} CROSS JOIN variants v WHERE r.kind = 'product' AND v.product = r.name
	UNION SELECT v.sku FROM {{rows 1}} CROSS JOIN products p JOIN variants v ON v.product = p.key WHERE r.kind = 'category' AND ` + within("p.category", "r.name")

// within is listing.Within in SQL, for a category above that is not empty.
func within(category, above string) string {
	return `(` + category + ` = ` + above + ` OR substr(` + category + `, 1, length(` + above + `) + 3) = ` + above + ` || ' > ')`
}
