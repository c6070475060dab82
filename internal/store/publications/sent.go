package publications

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Sending records that SKUs of a run are about to be sent. Until their answers are saved, it is unknown whether the channel has
// them (Goods.Sent). A quantity that went with one once is remembered (publication.Planned.Level). It may be repeated.
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

// NotSent removes what Sending recorded: the channel does not have the SKUs, or they were checked again. It may be repeated.
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

// Submitted saves what was sent under a handle, until the run ends. Waiting items are shown as submitted. It may be repeated.
func (s *Store) Submitted(ctx context.Context, run, handle string, sent []SentSKU, calls ...runs.Call) error {
	if handle == "" {
		return fmt.Errorf("keep what was sent in run %s: there is no handle", run)
	}
	return s.Write(ctx, "keep what was sent in run "+run, func(ctx context.Context, t *db.Tx) error {
		for batch := range slices.Chunk(sent, db.BatchRows) {
			_, err := t.Exec(ctx, `INSERT INTO publication_submissions (run_id, handle, channel_sku, product, sku)
				SELECT CAST($2 AS TEXT), CAST($3 AS TEXT), r.channel_sku, r.product, r.sku FROM {{rows 1}} WHERE true
				ON CONFLICT (run_id, handle, channel_sku) DO NOTHING`, db.RowsOf(batch), run, handle)
			if err != nil {
				return err
			}
			if err := markSubmitted(ctx, t, run, batch); err != nil {
				return err
			}
		}
		return runs.SaveCalls(ctx, t, calls)
	})
}

// markSubmitted moves sent items to the step submitted.
func markSubmitted(ctx context.Context, t *db.Tx, run string, sent []SentSKU) error {
	skus, keys := map[string]bool{}, map[string]bool{}
	for _, one := range sent {
		skus[one.SKU], keys[one.Product] = true, true
	}
	items, err := readFamilies(ctx, t, run, db.SortedKeys(keys))
	if err != nil {
		return err
	}
	publication.Submit(items, skus, keys)
	return writeItems(ctx, t, items)
}

// SubmittedSKUs returns what was sent under a handle of a run and waits for an answer, by channel SKU.
func (s *Store) SubmittedSKUs(ctx context.Context, run, handle string) ([]SentSKU, error) {
	var out []SentSKU
	err := s.Read(ctx, `SELECT channel_sku, product, sku FROM publication_submissions WHERE run_id = $1 AND handle = $2 ORDER BY channel_sku`, func(rows *sql.Rows) error {
		var one SentSKU
		err := rows.Scan(&one.ChannelSKU, &one.Product, &one.SKU)
		out = append(out, one)
		return err
	}, run, handle)
	if err != nil {
		return nil, fmt.Errorf("read what was sent in run %s under %s: %w", run, handle, err)
	}
	return out, nil
}

// PendingHandles returns the handles of a run with items that wait for an answer, of products after a key up to another (empty:
// to the end). It finds batches that were sent before a crash.
func (s *Store) PendingHandles(ctx context.Context, run, after, until string) ([]string, error) {
	waits, turn := inTurn(publication.ToAnswer(), 4)
	handles, err := s.texts(ctx, `SELECT DISTINCT o.handle FROM publication_submissions o JOIN run_items i ON i.run_id = o.run_id AND i.reference = o.sku
		WHERE o.run_id = $1 AND o.product > $2 AND (CAST($3 AS TEXT) = '' OR o.product <= CAST($3 AS TEXT)) AND `+waits+` ORDER BY o.handle`,
		append([]any{run, after, until}, turn...)...)
	if err != nil {
		return nil, fmt.Errorf("list what run %s waits for: %w", run, err)
	}
	return handles, nil
}

// SendAgain removes the record that something was sent under a handle, because the channel dropped it or wants it again. It is
// then due as before. It may be repeated.
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
