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

// Submitted keeps what was sent under a handle that the channel answers later, until the run ends. What of it still waits is shown as
// submitted. It may be repeated.
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

// markSubmitted moves what was sent to its step.
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

// SubmittedSKUs answers what was sent under a handle of a run and waits for an answer, by channel SKU.
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

// PendingHandles lists the handles of a run under which something was sent that waits for an answer, of products after a key up to another
// one (empty: to the end). A batch that was sent already, and whose sender died, is found by it.
func (s *Store) PendingHandles(ctx context.Context, run, after, until string) ([]string, error) {
	handles, err := s.texts(ctx, `SELECT DISTINCT o.handle FROM publication_submissions o JOIN run_items i ON i.run_id = o.run_id AND i.reference = o.sku AND i.type = 'variant'
		WHERE o.run_id = $1 AND o.product > $2 AND (CAST($3 AS TEXT) = '' OR o.product <= CAST($3 AS TEXT)) AND i.status = 'pending' ORDER BY o.handle`, run, after, until)
	if err != nil {
		return nil, fmt.Errorf("list what run %s waits for: %w", run, err)
	}
	return handles, nil
}
