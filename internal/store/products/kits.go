package products

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// KitsSaved says what SaveKits changed.
type KitsSaved struct {
	Changed []string // kits that are new or made of something else than before
	Dirty   []string // accounts that have dirty levels now, if it made any
}

// SaveKits saves what kits are made of; kits that are not named stay as they are. Kits in kits are resolved, and a circle
// is refused. Every part must be in the catalogue. A SKU that has stock, or open orders that hold it as it is, can't
// become a kit: its stock would belong to nobody. What is sold already keeps the parts that it was sold with. All of
// it or nothing; saving the same again changes nothing.
func (s *Store) SaveKits(ctx context.Context, kits []catalogue.Kit) (KitsSaved, error) {
	var out KitsSaved
	err := s.Write(ctx, "save kits", func(ctx context.Context, t *db.Tx) error {
		out = KitsSaved{}
		if err := closeAccounts(ctx, t); err != nil {
			return err
		}
		k := kitsSave{Tx: t}
		if err := k.plan(ctx, kits); err != nil || len(k.changed) == 0 {
			return err
		}
		if err := k.refuse(ctx); err != nil {
			return err
		}
		brake, err := levels.WatchSKUs(ctx, t, k.changed)
		if err != nil {
			return err
		}
		if err := k.write(ctx); err != nil {
			return err
		}
		if err := levels.MarkDirty(ctx, t, k.changed, stock.ByImport); err != nil {
			return err
		}
		if err := brake.Settle(ctx); err != nil {
			return err
		}
		out.Changed = k.changed
		out.Dirty, err = levels.DirtyAccounts(ctx, t)
		return err
	})
	return out, err
}

// closeAccounts keeps everybody out who maps lines or changes stock by hand until the transaction ends: they must see
// the same kits from beginning to end.
func closeAccounts(ctx context.Context, t *db.Tx) error {
	return t.Query(ctx, `SELECT o.id FROM accounts o ORDER BY o.id {{lock o}}`, func(*sql.Rows) error { return nil })
}

// KeepKits keeps kits from changing until the transaction ends.
func KeepKits(ctx context.Context, t *db.Tx) error {
	return t.Query(ctx, `SELECT o.id FROM accounts o {{keep o}}`, func(*sql.Rows) error { return nil })
}

// kitsSave is one try at saving kits.
type kitsSave struct {
	*db.Tx
	before, after map[string]catalogue.Kit    // as they are told, by SKU
	leaves        map[string][]catalogue.Part // as they will be packed
	changed       []string                    // by SKU: told anew, or with another content because a kit in it changed
	fresh         []string                    // of these, those that were no kits
}

func (k *kitsSave) plan(ctx context.Context, kits []catalogue.Kit) error {
	known, err := readKits(ctx, k.Query)
	if err != nil {
		return err
	}
	k.before, k.after = map[string]catalogue.Kit{}, map[string]catalogue.Kit{}
	for _, kit := range known {
		k.before[kit.SKU], k.after[kit.SKU] = kit, kit
	}
	told := map[string]bool{}
	for _, kit := range kits {
		if told[kit.SKU] {
			return fmt.Errorf("kit %q is defined twice", kit.SKU)
		}
		told[kit.SKU] = true
		kit.SKU, kit.Parts = db.Clean(kit.SKU), merged(kit.Parts)
		k.after[kit.SKU] = kit
	}
	if k.leaves, err = catalogue.Leaves(db.SortedValues(k.after)); err != nil {
		return err
	}
	was, err := catalogue.Leaves(db.SortedValues(k.before))
	if err != nil {
		return err
	}
	for _, sku := range slices.Sorted(maps.Keys(k.after)) {
		if _, known := k.before[sku]; !known {
			k.fresh = append(k.fresh, sku)
		} else if slices.Equal(k.before[sku].Parts, k.after[sku].Parts) && slices.Equal(was[sku], k.leaves[sku]) {
			continue
		}
		k.changed = append(k.changed, sku)
	}
	return nil
}

// merged is a list of parts with each SKU once.
func merged(parts []catalogue.Part) []catalogue.Part {
	var out []catalogue.Part
	for _, p := range parts {
		p.SKU = db.Clean(p.SKU)
		if i := slices.IndexFunc(out, func(q catalogue.Part) bool { return q.SKU == p.SKU }); i >= 0 {
			out[i].Quantity += p.Quantity
		} else {
			out = append(out, p)
		}
	}
	return out
}

// refuse names every kit that can't be one, and what to do about it.
func (k *kitsSave) refuse(ctx context.Context) error {
	refused, err := heldAsTheyAre(ctx, k.Query, k.fresh)
	if err != nil {
		return err
	}
	errs := db.SortedValues(refused)
	var parts []string
	for _, sku := range k.changed {
		for _, p := range k.after[sku].Parts {
			parts = append(parts, p.SKU)
		}
	}
	slices.Sort(parts)
	err = k.Query(ctx, `SELECT r.value FROM {{rows 1}}
		WHERE NOT EXISTS (SELECT 1 FROM variants v WHERE v.sku = r.value) ORDER BY 1`, func(rows *sql.Rows) error {
		var sku string
		err := rows.Scan(&sku)
		if _, isKit := k.after[sku]; !isKit {
			errs = append(errs, fmt.Errorf("%s is a part of a kit, but not in the catalogue: enter it first", sku))
		}
		return err
	}, db.Texts(slices.Compact(parts)))
	return errors.Join(append(errs, err)...)
}

// kitRow is a kit as it was told.
type kitRow struct {
	SKU   string `db:"sku"`
	Parts string `db:"parts"`
}

// kitPartRow is a row of kit_parts.
type kitPartRow struct {
	Kit      string `db:"kit"`
	Part     string `db:"part"`
	Quantity int    `db:"quantity"`
}

// write replaces the contents. Parts that a kit has no more stay with quantity 0.
func (k *kitsSave) write(ctx context.Context) error {
	_, err := k.Exec(ctx, `INSERT INTO kits (sku, version, parts) SELECT r.sku, 1, r.parts FROM {{rows 1}} WHERE true
		ON CONFLICT (sku) DO UPDATE SET version = kits.version + 1, parts = excluded.parts`,
		db.RowsBy(k.changed, func(sku string) kitRow { return kitRow{sku, encodeParts(k.after[sku].Parts)} }))
	if err != nil {
		return err
	}
	if _, err = k.Exec(ctx, `UPDATE kit_parts SET quantity = 0 WHERE kit IN (SELECT r.value FROM {{rows 1}})`, db.Texts(k.changed)); err != nil {
		return err
	}
	var rows []kitPartRow
	var named []Variant
	for _, sku := range k.changed {
		for _, p := range k.leaves[sku] {
			rows = append(rows, kitPartRow{sku, p.SKU, p.Quantity})
		}
		named = append(named, Variant{SKU: sku, Title: k.after[sku].Title})
	}
	_, err = k.Exec(ctx, `INSERT INTO kit_parts ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}} WHERE true
		ON CONFLICT (kit, part) DO UPDATE SET quantity = excluded.quantity`, db.RowsOf(rows))
	if err != nil {
		return err
	}
	return nameVariants(ctx, k.Tx, named)
}

// nameVariants makes kits SKUs of the catalogue, those that are none yet.
func nameVariants(ctx context.Context, t *db.Tx, variants []Variant) error {
	rows := db.RowsBy(variants, rowOfVariant)
	_, err := t.Exec(ctx, `INSERT INTO products (key, title, description, brand, category, type, images, options, attributes, changed_at)
		SELECT r.sku, r.title, '', '', '', '', '[]', '[]', '{}', CAST($2 AS BIGINT) FROM {{rows 1}}
		WHERE NOT EXISTS (SELECT 1 FROM variants v WHERE v.sku = r.sku)
		ON CONFLICT (key) DO NOTHING`, rows, t.Now)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO variants (sku, title, product, folded, number, changed_at)
		SELECT r.sku, r.title, r.sku, r.folded, r.number, CAST($2 AS BIGINT) FROM {{rows 1}} WHERE true
		ON CONFLICT (sku) DO UPDATE SET title = excluded.title WHERE excluded.title <> ''`, rows, t.Now)
	return err
}
