package products

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

// readKin finds SKUs that equal the given ones except for spelling, and the keys of their products.
func readKin(ctx context.Context, read db.Reading, skus []string) (kin map[string]catalogue.Kin, of map[string]string, err error) {
	var folds, numbers []string
	for _, sku := range skus {
		folds = append(folds, catalogue.Fold(sku))
		if n := catalogue.Number(sku); n != "" {
			numbers = append(numbers, n)
		}
	}
	of = map[string]string{}
	folded, err := readAlike(ctx, read, `o.folded`, folds, of)
	if err != nil {
		return nil, nil, err
	}
	numbered, err := readAlike(ctx, read, `o.number <> '' AND o.number`, numbers, of)
	if err != nil {
		return nil, nil, err
	}
	kin = make(map[string]catalogue.Kin, len(skus))
	for _, sku := range skus {
		kin[sku] = catalogue.Kin{Folded: folded[catalogue.Fold(sku)], Numbers: numbered[catalogue.Number(sku)]}
	}
	return kin, of, nil
}

// readAlike finds SKUs by a column and collects the keys of their products.
func readAlike(ctx context.Context, read db.Reading, column string, values []string, of map[string]string) (map[string][]string, error) {
	out := make(map[string][]string)
	if len(values) == 0 {
		return out, nil
	}
	slices.Sort(values)
	err := read(ctx, `SELECT r.value, o.sku, o.product FROM {{rows 1}} CROSS JOIN variants o WHERE `+column+` = r.value ORDER BY o.sku`,
		func(rows *sql.Rows) error {
			var value, sku, product string
			err := rows.Scan(&value, &sku, &product)
			out[value], of[sku] = append(out[value], sku), product
			return err
		}, db.Texts(slices.Compact(values)))
	return out, err
}

// ReadProducts reads whole products by key, sorted by key.
func ReadProducts(ctx context.Context, read db.Reading, keys []string) ([]catalogue.Product, error) {
	var out []catalogue.Product
	at := make(map[string]int)
	err := read(ctx, `SELECT o.key, o.title, o.description, o.brand, o.category, o.type, o.images, o.options, o.attributes
		FROM {{rows 1}} CROSS JOIN products o WHERE o.key = r.value ORDER BY o.key`, func(rows *sql.Rows) error {
		p, err := scanProduct(rows)
		at[p.Key] = len(out)
		out = append(out, p)
		return err
	}, db.Texts(keys))
	if err != nil || len(out) == 0 {
		return nil, err
	}
	err = readVariants(ctx, read, `o.product`, keys, func(v catalogue.Variant, key string) {
		if i, ok := at[key]; ok {
			out[i].Variants = append(out[i].Variants, out[i].WithoutDerivedTitle(v))
		}
	})
	return out, err
}

func scanProduct(rows *sql.Rows) (catalogue.Product, error) {
	var p catalogue.Product
	var images, options, attributes string
	err := rows.Scan(&p.Key, &p.Title, &p.Description, &p.Brand, &p.Category, &p.Type, &images, &options, &attributes)
	if err != nil {
		return p, err
	}
	if err := db.FromJSON(images, &p.Images, options, &p.Options, attributes, &p.Attributes); err != nil {
		return p, fmt.Errorf("product %q: %w", p.Key, err)
	}
	return p, nil
}

// readVariants reads variants with their prices, by SKU or by product, in the order of their places.
func readVariants(ctx context.Context, read db.Reading, column string, values []string, take func(v catalogue.Variant, product string)) error {
	var all []catalogue.Variant
	var products []string
	at := make(map[string]int)
	err := read(ctx, `SELECT o.sku, o.title, o.product, o.barcode, o.options, o.weight, o.images
		FROM {{rows 1}} CROSS JOIN variants o WHERE `+column+` = r.value ORDER BY o.product, o.position, o.sku`, func(rows *sql.Rows) error {
		var v catalogue.Variant
		var product, options, images string
		if err := rows.Scan(&v.SKU, &v.Title, &product, &v.Barcode, &options, &v.WeightGrams, &images); err != nil {
			return err
		}
		at[v.SKU] = len(all)
		all, products = append(all, v), append(products, product)
		if err := db.FromJSON(options, &all[len(all)-1].Options, images, &all[len(all)-1].Images); err != nil {
			return fmt.Errorf("SKU %q: %w", v.SKU, err)
		}
		return nil
	}, db.Texts(values))
	if err != nil || len(all) == 0 {
		return err
	}
	err = read(ctx, `SELECT p.sku, p.account, p.currency, p.amount FROM {{rows 1}} CROSS JOIN variants o JOIN prices p ON p.sku = o.sku
		WHERE `+column+` = r.value ORDER BY p.sku, p.account`, func(rows *sql.Rows) error {
		var sku string
		var p catalogue.Price
		err := rows.Scan(&sku, &p.Account, &p.Currency, &p.Amount)
		if i, ok := at[sku]; ok {
			all[i].Prices = append(all[i].Prices, p)
		}
		return err
	}, db.Texts(values))
	for i, v := range all {
		take(v, products[i])
	}
	return err
}

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
