package publications

import (
	"context"

	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// unchangedRow is a SKU whose listing is to be as the channel accepted it, though something of it is newer in the catalogue.
type unchangedRow struct {
	SKU  string `db:"sku"`
	Hash string `db:"hash"`
}

// readAgain notes that SKUs were read from the catalogue by this run and are as the channel accepted them, such as after a change of another account's
// price: they are not counted or selected as changed any more. What was changed since the run selected them is newer still.
func (v *verdictSave) readAgain(ctx context.Context) error {
	var rows []unchangedRow
	for _, one := range v.verdicts {
		if one.Unchanged && one.Hash != "" {
			rows = append(rows, unchangedRow{one.SKU, one.Hash})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := v.Exec(ctx, `WITH given AS MATERIALIZED (SELECT r.sku, r.hash, i.created_at FROM {{rows 1}} CROSS JOIN run_items i
			WHERE i.run_id = CAST($2 AS TEXT) AND i.reference = r.sku AND i.type = 'variant')
		UPDATE published SET read_at = given.created_at FROM given WHERE published.account = CAST($3 AS TEXT) AND published.endpoint = CAST($4 AS TEXT)
			AND published.sku = given.sku AND published.hash = given.hash AND published.read_at < given.created_at`,
		db.RowsOf(rows), v.publication.ID, v.publication.Account, string(v.publication.Endpoint))
	return err
}

// struckOff is SQL for whether every listing of a SKU on an account is struck off, as listing.ChooseLinks finds it: all its links, or where it has none,
// its own name.
func struckOff(sku, account string) string {
	return `(EXISTS (SELECT 1 FROM struck_off z WHERE z.account = ` + account + `)
		AND (EXISTS (SELECT 1 FROM links l WHERE l.account = ` + account + ` AND l.sku = ` + sku + ` AND ` + levels.IsStruckOff("l") + `)
				AND NOT EXISTS (SELECT 1 FROM links l WHERE l.account = ` + account + ` AND l.sku = ` + sku + ` AND NOT ` + levels.IsStruckOff("l") + `)
			OR EXISTS (SELECT 1 FROM struck_off z WHERE z.account = ` + account + ` AND z.channel_sku = ` + sku + `)
				AND NOT EXISTS (SELECT 1 FROM links l WHERE l.account = ` + account + ` AND (l.sku = ` + sku + ` OR l.channel_sku = ` + sku + `))))`
}
