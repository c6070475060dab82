package publications

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/store/db"
)

// Sending notes that SKUs of a run are about to be sent. Until their answers are saved nobody knows whether the channel has got them: goods
// to submit say so (Goods.Sent). It may be repeated.
func (s *Store) Sending(ctx context.Context, run string, sent []SentSKU) error {
	return s.Write(ctx, "note what is sent in run "+run, func(ctx context.Context, t *db.Tx) error {
		for batch := range slices.Chunk(sent, db.BatchRows) {
			_, err := t.Exec(ctx, `INSERT INTO publication_plans (run_id, product, sku, plan, hash, sent_at, level_sent)
				SELECT CAST($2 AS TEXT), r.product, r.sku, '', '', CAST($3 AS BIGINT), r.level_sent FROM {{rows 1}} WHERE true
				ON CONFLICT (run_id, product, sku) DO UPDATE SET sent_at = excluded.sent_at,
					level_sent = CASE WHEN excluded.level_sent = 1 THEN 1 ELSE publication_plans.level_sent END`,
				db.RowsOf(batch), run, t.Now)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// NotSent takes back what Sending noted: the channel has not got the SKUs, or they were looked at again since. It may be repeated.
func (s *Store) NotSent(ctx context.Context, run string, sent []SentSKU) error {
	return s.Write(ctx, "note what was not sent in run "+run, func(ctx context.Context, t *db.Tx) error {
		for batch := range slices.Chunk(sent, db.BatchRows) {
			_, err := t.Exec(ctx, `UPDATE publication_plans SET sent_at = 0 WHERE (run_id, product, sku) IN (
				SELECT CAST($2 AS TEXT), r.product, r.sku FROM {{rows 1}})`,
				db.RowsOf(batch), run)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
