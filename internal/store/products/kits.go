package products

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// KitsSaved has the changes that SaveKits made.
type KitsSaved struct {
	Changed []string // kits that are new or made of something else than before
	Dirty   []string // accounts that have dirty levels now, if it made any
}

// SaveKits saves the parts of the given kits. Kits in kits are resolved, and a cycle is refused. Every part must be in the
// catalogue. A SKU with stock, or with open orders that hold it, can't become a kit. Sold units keep the parts they were sold
// with. It saves all or nothing, and may be repeated.
func (s *Store) SaveKits(ctx context.Context, kits []catalogue.Kit) (KitsSaved, error) {
	var out KitsSaved
	err := s.Write(ctx, "save kits", func(ctx context.Context, t *db.Tx) error {
		out = KitsSaved{}
		if err := closeAccounts(ctx, t); err != nil {
			return err
		}
		k := kitsSave{Tx: t}
		if err := k.plan(ctx, kits); err != nil || len(k.Changed) == 0 {
			return err
		}
		if err := k.refuse(ctx); err != nil {
			return err
		}
		brake, err := levels.WatchSKUs(ctx, t, k.Changed)
		if err != nil {
			return err
		}
		if err := k.write(ctx); err != nil {
			return err
		}
		if err := levels.MarkDirty(ctx, t, k.Changed, stock.ByImport); err != nil {
			return err
		}
		if err := brake.Apply(ctx); err != nil {
			return err
		}
		out.Changed = k.Changed
		out.Dirty, err = levels.DirtyAccounts(ctx, t)
		return err
	})
	return out, err
}

// closeAccounts blocks changes of links and stock until the transaction ends, so that they all see the same kits.
func closeAccounts(ctx context.Context, t *db.Tx) error {
	return t.Query(ctx, `SELECT o.id FROM accounts o ORDER BY o.id {{lock o}}`, func(*sql.Rows) error { return nil })
}

// KeepKits prevents changes of kits until the transaction ends.
func KeepKits(ctx context.Context, t *db.Tx) error {
	if t.SoleWriter() {
		return nil
	}
	return t.Query(ctx, `SELECT o.id FROM accounts o {{keep o}}`, func(*sql.Rows) error { return nil })
}

// kitsSave is one attempt to save kits.
type kitsSave struct {
	*db.Tx
	catalogue.KitPlan
	titles map[string]string // of the SKUs in the plan that the catalogue has
}

func (k *kitsSave) plan(ctx context.Context, kits []catalogue.Kit) error {
	known, err := readKits(ctx, k.Query)
	if err == nil {
		k.KitPlan, err = catalogue.PlanKits(known, cleanKits(kits))
	}
	return err
}

// cleanKits returns the kits with SKUs that both databases can store.
func cleanKits(kits []catalogue.Kit) []catalogue.Kit {
	kits = slices.Clone(kits)
	for i, k := range kits {
		kits[i].SKU, kits[i].Parts = db.Clean(k.SKU), slices.Clone(k.Parts)
		for j, p := range k.Parts {
			kits[i].Parts[j].SKU = db.Clean(p.SKU)
		}
	}
	return kits
}

// refuse returns an error about every SKU that can't be a kit, and what to do.
func (k *kitsSave) refuse(ctx context.Context) error {
	held, err := heldAsTheyAre(ctx, k.Query, k.New)
	if err != nil {
		return err
	}
	k.titles = map[string]string{}
	err = k.Query(ctx, `SELECT v.sku, v.title FROM {{rows 1}} CROSS JOIN variants v WHERE v.sku = r.value`, func(rows *sql.Rows) error {
		var sku, title string
		err := rows.Scan(&sku, &title)
		k.titles[sku] = title
		return err
	}, db.Texts(k.SKUs()))
	return errors.Join(append(append(db.SortedValues(catalogue.RefuseKits(held)), k.Missing(k.titles)...), err)...)
}

// kitRow is a kit as it was entered.
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

// write replaces the contents, and enters the kits in the catalogue.
func (k *kitsSave) write(ctx context.Context) error {
	_, err := k.Exec(ctx, `INSERT INTO kits (sku, version, parts) SELECT r.sku, 1, r.parts FROM {{rows 1}} WHERE true
		ON CONFLICT (sku) DO UPDATE SET version = kits.version + 1, parts = excluded.parts`,
		db.RowsBy(k.Changed, func(sku string) kitRow { return kitRow{sku, encodeParts(k.Kits[sku].Parts)} }))
	if err != nil {
		return err
	}
	var rows []kitPartRow
	for _, sku := range k.Changed {
		for _, p := range k.Kept(sku) {
			rows = append(rows, kitPartRow{sku, p.SKU, p.Quantity})
		}
	}
	_, err = k.Exec(ctx, `INSERT INTO kit_parts ({{columns 1}}) SELECT {{values 1}} FROM {{rows 1}} WHERE true
		ON CONFLICT (kit, part) DO UPDATE SET quantity = excluded.quantity`, db.RowsOf(rows))
	if err != nil {
		return err
	}
	return k.enter(ctx)
}

// enter enters kits in the catalogue that it does not have, and new titles of those that it has. What another transaction has entered
// meanwhile keeps its title, where the kit has none.
func (k *kitsSave) enter(ctx context.Context) error {
	fresh, renamed := k.Entries(k.titles)
	if len(fresh) > 0 {
		if err := insertProducts(ctx, k.Tx, `NOTHING`, db.RowsBy(fresh, productOfTitled)); err != nil {
			return err
		}
	}
	if len(fresh)+len(renamed) == 0 {
		return nil
	}
	return insertVariants(ctx, k.Tx, `UPDATE SET title = excluded.title WHERE excluded.title <> ''`, db.RowsBy(append(fresh, renamed...), variantOfTitled))
}

// KitsRefused returns which of the SKUs can't become kits, and why.
func (s *Store) KitsRefused(ctx context.Context, skus []string) (map[string]error, error) {
	held, err := heldAsTheyAre(ctx, s.Read, skus)
	if err != nil {
		return nil, fmt.Errorf("look whether SKUs can become kits: %w", err)
	}
	return catalogue.RefuseKits(held), nil
}

// heldAsTheyAre reads what may hold SKUs as they are: stock, and lines of open orders. Its conditions are those of partial indexes, so
// that lines of orders that are done are not read; catalogue.RefuseKits decides what holds.
func heldAsTheyAre(ctx context.Context, read db.Reading, skus []string) ([]catalogue.Held, error) {
	var held []catalogue.Held
	err := read(ctx, `SELECT x.sku, x.on_hand, x.reserved, x.backordered, x.packed, x.state, COUNT(*) FROM (
			SELECT v.sku, v.on_hand, 0 AS reserved, 0 AS backordered, 0 AS packed, '' AS state FROM {{rows 1}} CROSS JOIN stock_levels v WHERE v.sku = r.value
			UNION ALL SELECT l.sku, 0, l.reserved, 0, 0, '' FROM {{rows 1}} CROSS JOIN order_lines l WHERE l.sku = r.value AND l.reserved > 0
			UNION ALL SELECT l.sku, 0, 0, l.backordered, 0, '' FROM {{rows 1}} CROSS JOIN order_lines l WHERE l.sku = r.value AND l.backordered > 0
			UNION ALL SELECT l.sku, 0, 0, 0, l.packed, p.state FROM packages p JOIN order_lines l ON l.order_id = p.order_id
				WHERE p.state IN ('processed', 'parked') AND l.sku IN (SELECT r.value FROM {{rows 1}})) x
		GROUP BY x.sku, x.on_hand, x.reserved, x.backordered, x.packed, x.state`, func(rows *sql.Rows) error {
		var h catalogue.Held
		var state shipment.State
		err := rows.Scan(&h.SKU, &h.OnHand, &h.Reserved, &h.Backordered, &h.Packed, &state, &h.Times)
		h.Unsent = state.Unsent()
		held = append(held, h)
		return err
	}, db.Texts(skus))
	return held, err
}
