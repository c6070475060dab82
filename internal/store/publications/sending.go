package publications

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/stock"
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

// relevel has the levels of accepted SKUs sent again with which a quantity went: it was read before it was written, and a unit that was sold
// between the two would come back. Where the channel ships, the quantity is its own.
func (v *verdictSave) relevel(ctx context.Context) error {
	for batch := range slices.Chunk(publication.Ended(v.items, publication.Done), db.BatchRows) {
		_, err := v.Exec(ctx, `UPDATE links SET dirty_version = dirty_version + 1, cause = CAST($5 AS TEXT),
				dirty_since = CASE WHEN dirty_version > clean_version THEN dirty_since ELSE CAST($4 AS BIGINT) END
			WHERE account = CAST($2 AS TEXT) AND channel_fulfils = 0 AND sku IN (
				SELECT p.sku FROM {{rows 1}} CROSS JOIN publication_plans p
				WHERE p.run_id = CAST($3 AS TEXT) AND p.product = r.product AND p.sku = r.sku AND p.level_sent = 1)`,
			db.RowsBy(batch, func(i *publication.Item) SentSKU { return SentSKU{Product: i.Parent, SKU: i.Reference} }),
			v.publication.Through, v.publication.ID, v.Now, string(stock.ByListing))
		if err != nil {
			return err
		}
	}
	return nil
}
