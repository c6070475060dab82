package products

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

// KitPart is a SKU in a kit, and how many of it one unit of the kit takes.
type KitPart struct {
	SKU      string `json:"sku"`
	Quantity int    `json:"quantity"`
}

// A kit's parts are stored as pairs of SKU and quantity.
type partPair struct {
	sku      string
	quantity int
}

// MarshalJSON writes the pair as a list of two.
func (p partPair) MarshalJSON() ([]byte, error) { return json.Marshal([]any{p.sku, p.quantity}) }

// UnmarshalJSON reads a list of two.
func (p *partPair) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&p.sku, &p.quantity})
}

func encodeParts(parts []catalogue.Part) string {
	pairs := make([]partPair, len(parts))
	for i, p := range parts {
		pairs[i] = partPair{db.Clean(p.SKU), p.Quantity}
	}
	return db.JSONText(pairs)
}

func decodeParts(text string) ([]catalogue.Part, error) {
	var pairs []partPair
	if err := json.Unmarshal([]byte(text), &pairs); err != nil {
		return nil, fmt.Errorf("read the parts of a kit: %w", err)
	}
	parts := make([]catalogue.Part, len(pairs))
	for i, p := range pairs {
		parts[i] = catalogue.Part{SKU: p.sku, Quantity: p.quantity}
	}
	return parts, nil
}

// Kits returns every kit as it was entered, by SKU.
func (s *Store) Kits(ctx context.Context) ([]catalogue.Kit, error) {
	out, err := readKits(ctx, s.Read)
	if err != nil {
		return nil, fmt.Errorf("list kits: %w", err)
	}
	return out, nil
}

func readKits(ctx context.Context, read db.Reading) ([]catalogue.Kit, error) {
	var out []catalogue.Kit
	err := read(ctx, `SELECT k.sku, COALESCE(v.title, ''), k.parts FROM kits k LEFT JOIN variants v ON v.sku = k.sku ORDER BY k.sku`, func(rows *sql.Rows) error {
		var k catalogue.Kit
		var parts string
		err := rows.Scan(&k.SKU, &k.Title, &parts)
		if err == nil {
			k.Parts, err = decodeParts(parts)
		}
		out = append(out, k)
		return err
	})
	return out, err
}

// RefuseKits returns an error for SKUs that are kits, which have no stock of their own. The caller prevents changes of kits.
func RefuseKits(ctx context.Context, t *db.Tx, skus []string) error {
	var kits []catalogue.Kit
	err := t.Query(ctx, `SELECT k.sku, k.parts FROM {{rows 1}} CROSS JOIN kits k WHERE k.sku = r.value ORDER BY k.sku LIMIT $2`, func(rows *sql.Rows) error {
		var k catalogue.Kit
		var parts string
		err := rows.Scan(&k.SKU, &parts)
		if err == nil {
			k.Parts, err = decodeParts(parts)
		}
		kits = append(kits, k)
		return err
	}, db.Texts(skus), catalogue.MostKitsNamed)
	if err != nil {
		return err
	}
	if err := catalogue.RefuseStock(kits); err != nil {
		return fmt.Errorf("%w: %w", err, db.ErrIsKit)
	}
	return nil
}
