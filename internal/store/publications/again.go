package publications

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
)

// SendAgain takes back that something was sent under a handle: the channel has dropped it, or asks for it again. It waits to be sent as it did
// before. A repetition changes nothing.
func (s *Store) SendAgain(ctx context.Context, run, handle string, sent []SentSKU) error {
	return s.Write(ctx, "send again what was sent under "+handle, func(ctx context.Context, t *db.Tx) error {
		for batch := range slices.Chunk(sent, db.BatchRows) {
			rows := db.RowsOf(batch)
			items, err := readItems(ctx, t, `WITH found AS MATERIALIZED (SELECT i.id FROM {{rows 1}} CROSS JOIN publication_submissions o JOIN run_items i
					ON i.run_id = o.run_id AND i.reference = r.sku AND i.type = 'variant'
				WHERE o.run_id = CAST($2 AS TEXT) AND o.handle = CAST($3 AS TEXT) AND o.channel_sku = r.channel_sku)`, rows, run, handle)
			if err != nil {
				return err
			}
			publication.SendAgain(items)
			if err := writeItems(ctx, t, items); err != nil {
				return err
			}
			if _, err := t.Exec(ctx, `DELETE FROM publication_submissions WHERE run_id = CAST($2 AS TEXT) AND handle = CAST($3 AS TEXT)
				AND channel_sku IN (SELECT r.channel_sku FROM {{rows 1}})`, rows, run, handle); err != nil {
				return err
			}
		}
		return nil
	})
}
