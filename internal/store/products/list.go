package products

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

// VariantRow is a SKU of the catalogue in a list.
type VariantRow struct {
	SKU      string           `json:"sku"`
	Title    string           `json:"title"`
	Product  string           `json:"product"` // its key
	Brand    string           `json:"brand"`
	Category string           `json:"category"`
	Barcode  string           `json:"barcode"`
	Price    *catalogue.Price `json:"price,omitempty"`    // of every account; nil: none
	Parts    int              `json:"parts"`              // of a kit; 0: it is none
	Links    int              `json:"links"`              // of all accounts
	Images   int              `json:"images"`             // its own and its product's
	Changed  time.Time        `json:"changedAt,omitzero"` // what the catalogue says of it; zero: before that was noted
}

// VariantSort is the order of a list of the catalogue.
type VariantSort string

// The sorts; each has an index.
const (
	BySKU        VariantSort = "by-sku"
	ChangedLast  VariantSort = "last-changed-first"
	ChangedFirst VariantSort = "first-changed-first"
)

// VariantSorts lists the sorts; the first is the usual one.
func VariantSorts() []VariantSort { return []VariantSort{BySKU, ChangedLast, ChangedFirst} }

// order returns the columns of variants v that a list is in the order of, and the condition of what is behind a SKU.
func (s VariantSort) order() (by, behind string) {
	switch s {
	case ChangedLast:
		return `v.changed_at DESC, v.sku DESC`, `(v.changed_at, v.sku) < (SELECT a.changed_at, a.sku FROM variants a WHERE a.sku = %s)`
	case ChangedFirst:
		return `v.changed_at, v.sku`, `(v.changed_at, v.sku) > (SELECT a.changed_at, a.sku FROM variants a WHERE a.sku = %s)`
	case BySKU:
	}
	return `v.sku`, `v.sku > %s`
}

// VariantFilter selects a page of the catalogue.
type VariantFilter struct {
	Search   string // in SKU, title, barcode, brand and product, in whatever case
	Category string // its path, or the beginning of one, in whatever case
	View     catalogue.View
	Sort     VariantSort // empty: BySKU
	After    string      // SKU of the last row shown
	Limit    int
}

func (f VariantFilter) where() db.Where {
	w := db.Where{}
	if text := strings.TrimSpace(f.Search); text != "" {
		like := "%" + db.LikeText.Replace(catalogue.Fold(text)) + "%"
		w.And(`(v.folded LIKE %s ESCAPE '!' OR LOWER(v.title) LIKE %s ESCAPE '!' OR v.barcode LIKE %s ESCAPE '!'
			OR LOWER(p.brand) LIKE %s ESCAPE '!' OR LOWER(p.key) LIKE %s ESCAPE '!')`, like, like, like, like, like)
	}
	if f.Category != "" {
		w.And(`LOWER(p.category) LIKE %s ESCAPE '!'`, db.LikeText.Replace(strings.ToLower(f.Category))+"%")
	}
	return w
}

// VariantRows lists SKUs of the catalogue.
func (s *Store) VariantRows(ctx context.Context, filter VariantFilter) ([]VariantRow, error) {
	w := filter.where()
	shows(&w, filter.View)
	by, behind := filter.Sort.order()
	if filter.After != "" {
		w.And(behind, filter.After)
	}
	var out []VariantRow
	err := s.Read(ctx, `SELECT v.sku, v.title, v.product, COALESCE(p.brand, ''), COALESCE(p.category, ''), v.barcode,
			COALESCE(x.currency, ''), COALESCE(x.amount, 0),
			(SELECT COUNT(*) FROM kit_parts k WHERE k.kit = v.sku AND k.quantity > 0),
			(SELECT COUNT(*) FROM links l WHERE l.sku = v.sku), v.images, COALESCE(p.images, '[]'), v.changed_at
		FROM variants v LEFT JOIN products p ON p.key = v.product
			LEFT JOIN prices x ON x.sku = v.sku AND x.account = ''`+
		w.Text()+` ORDER BY `+by+` LIMIT `+w.Arg(db.Limited(filter.Limit)), func(rows *sql.Rows) error {
		var r VariantRow
		var price catalogue.Price
		var own, shared string
		var images, more []string
		var changed int64
		err := rows.Scan(&r.SKU, &r.Title, &r.Product, &r.Brand, &r.Category, &r.Barcode, &price.Currency, &price.Amount, &r.Parts, &r.Links, &own, &shared, &changed)
		if err == nil {
			err = db.FromJSON(own, &images, shared, &more)
		}
		r.Changed = db.At(changed)
		r.Images = len(catalogue.Variant{Images: images}.Shown(catalogue.Product{Images: more}))
		if price.Currency != "" {
			r.Price = &price
		}
		out = append(out, r)
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list the catalogue: %w", err)
	}
	return out, nil
}

// ProductOf returns the product with a SKU, or else with the key; ErrNotFound when there is none.
func (s *Store) ProductOf(ctx context.Context, skuOrKey string) (catalogue.Product, error) {
	key := skuOrKey
	err := s.Read(ctx, `SELECT product FROM variants WHERE sku = $1`, func(rows *sql.Rows) error { return rows.Scan(&key) }, skuOrKey)
	if err != nil {
		return catalogue.Product{}, fmt.Errorf("product of %q: %w", skuOrKey, err)
	}
	found, err := ReadProducts(ctx, s.Read, []string{key})
	switch {
	case err != nil:
	case len(found) == 0:
		err = db.ErrNotFound
	default:
		return found[0], nil
	}
	return catalogue.Product{}, fmt.Errorf("product of %q: %w", skuOrKey, err)
}

// eachPage is how many products are read at a time.
const eachPage = 500

// EachProduct calls take for every product, sorted by key, reading a page at a time. An error of take ends it.
func (s *Store) EachProduct(ctx context.Context, take func(catalogue.Product) error) error {
	for after := ""; ; {
		var keys []string
		err := s.Read(ctx, `SELECT key FROM products WHERE key > $1 ORDER BY key LIMIT $2`, func(rows *sql.Rows) error {
			var key string
			err := rows.Scan(&key)
			keys = append(keys, key)
			return err
		}, after, eachPage)
		if err != nil {
			return fmt.Errorf("read the catalogue: %w", err)
		}
		if len(keys) == 0 {
			return nil
		}
		after = keys[len(keys)-1]
		products, err := ReadProducts(ctx, s.Read, keys)
		if err != nil {
			return fmt.Errorf("read the catalogue: %w", err)
		}
		for _, p := range products {
			if err := take(p); err != nil {
				return err
			}
		}
	}
}
