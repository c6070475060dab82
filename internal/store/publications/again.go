package publications

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/store/db"
)

// SendAgain takes back that something was sent under a handle: the channel has dropped it, or asks for it again. It waits to be sent as it did
// before. A repetition changes nothing.
func (s *Store) SendAgain(ctx context.Context, run, handle string, sent []SentSKU) error {
	return s.Write(ctx, "send again what was sent under "+handle, func(ctx context.Context, t *db.Tx) error {
		for batch := range slices.Chunk(sent, db.BatchRows) {
			rows := db.RowsOf(batch)
			_, err := t.Exec(ctx, `UPDATE run_items SET step = 'validated', at = CAST($4 AS BIGINT)
				WHERE run_id = CAST($2 AS TEXT) AND type = 'variant' AND status = 'pending' AND step = 'submitted' AND reference IN (
					SELECT r.sku FROM {{rows 1}} WHERE r.sku <> '' AND EXISTS (SELECT 1 FROM publication_submissions o
						WHERE o.run_id = CAST($2 AS TEXT) AND o.handle = CAST($3 AS TEXT) AND o.channel_sku = r.channel_sku))`, rows, run, handle, t.Now)
			if err != nil {
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
