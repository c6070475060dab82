package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
)

// FoundOrder is an order whose reference or channel order id begins with what was looked for.
type FoundOrder struct {
	RowID     int64
	Account   string
	OrderID   string // the channel's
	Reference string
	State     order.State
	PlacedAt  time.Time
}

// FoundSKU is a SKU of the catalogue that begins with what was looked for, or whose title has words that do.
type FoundSKU struct {
	SKU, Title string
}

// FoundListing is what an account lists under a channel SKU, or as a listing, that begins with what was looked for.
type FoundListing struct {
	Account, ChannelSKU string
	ListingID           string // empty: found by the channel SKU
	SKU                 string // empty: no link ties it to one
	Title               string
}

// FoundPackage is a package whose tracking number or id begins with what was looked for.
type FoundPackage struct {
	FoundOrder
	PackageID, Tracking string
	PackageState        shipment.State
}

// union adds a query per column and text, each for the rows that begin with the text, limited for itself, in the order of the index: so each
// reads one short part of it.
func union(w *db.Where, keys, table string, columns, texts []string, limit int) string {
	var parts []string
	for _, column := range columns {
		for _, text := range texts {
			one := db.Where{Args: w.Args}
			one.Begins(column, text)
			parts = append(parts, fmt.Sprintf(`SELECT * FROM (SELECT %s FROM %s x%s ORDER BY %s {{rising}} LIMIT %d) x%d`, keys, table, one.Text(), column, limit, len(parts)))
			w.Args = one.Args
		}
	}
	return strings.Join(parts, ` UNION `)
}

// OrdersBeginning returns up to limit orders whose reference or channel order id begins with one of a few texts, the newest row of those looked at
// first.
func (s *Store) OrdersBeginning(ctx context.Context, texts []string, limit int) ([]FoundOrder, error) {
	w := db.Where{}
	found := union(&w, `x.id`, `orders`, []string{`x.reference`, `x.channel_order_id`}, texts, limit)
	var out []FoundOrder
	err := s.Read(ctx, `WITH found AS (`+found+`) SELECT `+foundOrder+` FROM found f CROSS JOIN orders o WHERE o.id = f.id ORDER BY o.id DESC LIMIT `+w.Arg(limit), func(rows *sql.Rows) error {
		var o FoundOrder
		var placed int64
		err := rows.Scan(o.dest(&placed)...)
		o.PlacedAt = db.At(placed)
		out = append(out, o)
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("look for orders: %w", err)
	}
	return out, nil
}

const foundOrder = `o.id, o.account, o.channel_order_id, o.reference, o.state, o.placed_at`

func (o *FoundOrder) dest(placed *int64) []any {
	return []any{&o.RowID, &o.Account, &o.OrderID, &o.Reference, &o.State, placed}
}

// PackagesBeginning returns up to limit packages whose tracking number or id begins with one of a few texts, those of the newest orders first.
func (s *Store) PackagesBeginning(ctx context.Context, texts []string, limit int) ([]FoundPackage, error) {
	w := db.Where{}
	found := union(&w, `x.order_id, x.package_id`, `packages`, []string{`x.tracking`, `x.package_id`}, texts, limit)
	var out []FoundPackage
	err := s.Read(ctx, `WITH found AS (`+found+`) SELECT `+foundOrder+`, p.package_id, p.tracking, p.state
		FROM found f CROSS JOIN packages p JOIN orders o ON o.id = p.order_id WHERE p.order_id = f.order_id AND p.package_id = f.package_id
		ORDER BY o.id DESC, p.number LIMIT `+w.Arg(limit), func(rows *sql.Rows) error {
		var p FoundPackage
		var placed int64
		err := rows.Scan(append(p.dest(&placed), &p.PackageID, &p.Tracking, &p.PackageState)...)
		p.PlacedAt = db.At(placed)
		out = append(out, p)
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("look for packages: %w", err)
	}
	return out, nil
}

// SKUsBeginning returns up to limit SKUs of the catalogue that begin with a text, in whatever case, by SKU.
func (s *Store) SKUsBeginning(ctx context.Context, text string, limit int) ([]FoundSKU, error) {
	w := db.Where{}
	w.Begins(`v.folded`, catalogue.Fold(text))
	return s.foundSKUs(ctx, `SELECT x.sku, x.title FROM (SELECT v.sku, v.title FROM variants v`+w.Text()+` ORDER BY v.folded {{rising}} LIMIT `+w.Arg(limit)+`) x ORDER BY x.sku`, w.Args)
}

// titlesLookedAt is how many SKUs with the first word of a text are looked at for its other ones.
const titlesLookedAt = 1_000

// SKUsTitled returns up to limit SKUs whose titles have a word that begins with the longest word of a text, and hold its other words, by SKU. Of a first word
// that more than titlesLookedAt titles have, only so many are looked at.
func (s *Store) SKUsTitled(ctx context.Context, text string, limit int) ([]FoundSKU, error) {
	words := catalogue.Words(text)
	if len(words) == 0 {
		return nil, nil
	}
	first := 0
	for i, word := range words {
		if len(word) > len(words[first]) {
			first = i
		}
	}
	w := db.Where{}
	w.Begins(`w.word`, words[first])
	query := `WITH found AS (SELECT w.sku FROM title_words w` + w.Text() + fmt.Sprintf(` ORDER BY w.word {{rising}} LIMIT %d)`, titlesLookedAt) + ` SELECT DISTINCT v.sku, v.title FROM found f CROSS JOIN variants v WHERE v.sku = f.sku`
	for i, word := range words {
		if i != first {
			one := db.Where{Args: w.Args}
			one.Begins(`w.word`, word)
			query += ` AND EXISTS (SELECT 1 FROM title_words w` + one.Text() + ` AND w.sku = f.sku)`
			w.Args = one.Args
		}
	}
	return s.foundSKUs(ctx, query+` ORDER BY v.sku LIMIT `+w.Arg(limit), w.Args)
}

func (s *Store) foundSKUs(ctx context.Context, query string, args []any) ([]FoundSKU, error) {
	var out []FoundSKU
	err := s.Read(ctx, query, func(rows *sql.Rows) error {
		var f FoundSKU
		err := rows.Scan(&f.SKU, &f.Title)
		out = append(out, f)
		return err
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("look for SKUs: %w", err)
	}
	return out, nil
}

// ListingsBeginning returns up to limit listings and links whose channel SKU begins with a text, in whatever case, or whose listing id begins with one of a few, by
// account and channel SKU.
func (s *Store) ListingsBeginning(ctx context.Context, text string, ids []string, limit int) ([]FoundListing, error) {
	w := db.Where{}
	folded := []string{strings.ToLower(text)}
	keys := `x.account AS account, x.channel_sku AS channel_sku, '' AS listing_id`
	found := union(&w, keys, `links`, []string{`LOWER(x.channel_sku)`}, folded, limit) + ` UNION ` +
		union(&w, keys, `listings`, []string{`LOWER(x.channel_sku)`}, folded, limit) + ` UNION ` +
		union(&w, `x.account, x.channel_sku, x.listing_id`, `listings`, []string{`x.listing_id`}, ids, limit)
	var out []FoundListing
	err := s.Read(ctx, `WITH found AS (`+found+`) SELECT f.account, f.channel_sku, f.listing_id, COALESCE(l.sku, ''),
			COALESCE((SELECT MIN(g.title) FROM listings g WHERE g.account = f.account AND g.channel_sku = f.channel_sku), '')
		FROM found f LEFT JOIN links l ON l.account = f.account AND l.channel_sku = f.channel_sku ORDER BY f.account, f.channel_sku, f.listing_id LIMIT `+w.Arg(limit), func(rows *sql.Rows) error {
		var f FoundListing
		err := rows.Scan(&f.Account, &f.ChannelSKU, &f.ListingID, &f.SKU, &f.Title)
		out = append(out, f)
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("look for listings: %w", err)
	}
	return out, nil
}
