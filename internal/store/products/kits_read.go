package products

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

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

// Kits lists every kit as it was told, by SKU.
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

// RefuseKits refuses SKUs that are kits: a kit has no stock of its own. The caller keeps kits from changing.
func RefuseKits(ctx context.Context, t *db.Tx, skus []string) error {
	var kits []string
	err := t.Query(ctx, `SELECT k.sku, k.parts FROM {{rows 1}} CROSS JOIN kits k WHERE k.sku = r.value ORDER BY k.sku LIMIT 5`, func(rows *sql.Rows) error {
		var sku, text string
		if err := rows.Scan(&sku, &text); err != nil {
			return err
		}
		parts, err := decodeParts(text)
		kits = append(kits, fmt.Sprintf("%s is a kit of %s", sku, catalogue.PartsText(parts)))
		return err
	}, db.Texts(skus))
	if err == nil && len(kits) > 0 {
		err = fmt.Errorf("%s: %w", strings.Join(kits, "; "), db.ErrIsKit)
	}
	return err
}
