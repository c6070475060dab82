package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// StartRun notes that a run has begun. Repeated, it changes nothing.
func (s *Store) StartRun(ctx context.Context, run Run) error {
	return s.write(ctx, "start run "+run.ID, func(ctx context.Context, t *tx) error { return t.insertRun(ctx, run) })
}

func (t *tx) insertRun(ctx context.Context, run Run) error {
	if run.ID == "" {
		return fmt.Errorf("a run needs an id")
	}
	n, err := t.exec(ctx, `INSERT INTO runs (id, kind, account, endpoint, workflow_id, started_at)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
		run.ID, string(run.Kind), run.Account, string(run.Endpoint), run.WorkflowID, micro(run.StartedAt))
	if err != nil || n == 0 {
		return err
	}
	// Items that were saved before their run was noted.
	_, err = t.exec(ctx, `UPDATE run_items SET account = $2, endpoint = $3 WHERE run_id = $1 AND account = ''`, run.ID, run.Account, string(run.Endpoint))
	return err
}

// EndRun notes how a run ended. A run whose start was not noted is noted as a whole; a repetition overwrites
// the same row.
func (s *Store) EndRun(ctx context.Context, run Run) error {
	return s.write(ctx, "end run "+run.ID, func(ctx context.Context, t *tx) error { return t.endRun(ctx, run) })
}

func (t *tx) endRun(ctx context.Context, run Run) error {
	if err := t.insertRun(ctx, run); err != nil {
		return err
	}
	c := run.Counts
	_, err := t.exec(ctx, `UPDATE runs SET ended_at = $2, seen = $3, saved = $4, same = $5, skipped = $6, parked = $7, errors = $8,
			fault_id = $9, fault_class = $10, fault_code = $11 WHERE id = $1`,
		run.ID, micro(run.EndedAt), c.Seen, c.Saved, c.Same, c.Skipped, c.Parked, c.Errors,
		run.FaultID, string(run.FaultClass), clean(run.FaultCode))
	return err
}

// Runs lists runs, newest first.
func (s *Store) Runs(ctx context.Context, filter RunFilter) ([]Run, error) {
	w := where{}
	if filter.ID != "" {
		w.and(`id = %s`, filter.ID)
	}
	if filter.Kind != "" {
		w.and(`kind = %s`, string(filter.Kind))
	}
	if filter.Account != "" {
		w.and(`account = %s`, filter.Account)
	}
	if filter.Endpoint != "" {
		w.and(`endpoint = %s`, string(filter.Endpoint))
	}
	if filter.Errors {
		w.and(`(errors > 0 OR fault_id <> '')`)
	}
	if filter.Before != "" {
		w.and(`(started_at, id) < (SELECT started_at, id FROM runs WHERE id = %s)`, filter.Before)
	}
	var out []Run
	err := s.read(ctx, `SELECT `+runColumns+` FROM runs o`+w.text()+` ORDER BY started_at DESC, id DESC LIMIT `+w.arg(limited(filter.Limit)),
		func(rows *sql.Rows) error {
			r, err := scanRun(rows)
			out = append(out, r)
			return err
		}, w.args...)
	if err != nil {
		return nil, fmt.Errorf("list runs: %w", err)
	}
	return out, nil
}

// SaveItems saves items of runs. An item that a run has already gets the newer status.
func (s *Store) SaveItems(ctx context.Context, items []Item) error {
	return s.write(ctx, "save items", func(ctx context.Context, t *tx) error { return t.saveItems(ctx, items) })
}

// itemRow is what an item fills of a row of run_items.
type itemRow struct {
	RunID     string     `db:"run_id"`
	Reference string     `db:"reference"`
	Type      string     `db:"type"`
	Status    ItemStatus `db:"status"`
	Reason    string     `db:"reason"`
	FaultID   string     `db:"fault_id"`
	RequestID string     `db:"request_id"`
	At        time.Time  `db:"at"`
	Folded    string     `db:"folded"`
}

func rowOfItem(i Item) itemRow {
	return itemRow{i.RunID, i.Reference, i.Type, i.Status, i.Reason, i.FaultID, i.RequestID, i.At, foldedReference(i.Reference)}
}

func (t *tx) saveItems(ctx context.Context, items []Item) error {
	// The last word of each item counts: one statement must not write a row twice.
	last := map[[3]string]Item{}
	for _, item := range items {
		if item.RunID != "" {
			last[[3]string{item.RunID, item.Reference, item.Type}] = item
		}
	}
	for batch := range slices.Chunk(sortedValues(last), batchRows) {
		_, err := t.exec(ctx, `INSERT INTO run_items ({{columns 1}}, account, endpoint, created_at)
			SELECT {{values 1}}, COALESCE(o.account, ''), COALESCE(o.endpoint, ''), CAST($2 AS BIGINT)
			FROM {{rows 1}} LEFT JOIN runs o ON o.id = r.run_id WHERE true
			ON CONFLICT (run_id, reference, type) DO UPDATE SET status = excluded.status, reason = excluded.reason,
				fault_id = excluded.fault_id, request_id = excluded.request_id, at = excluded.at`,
			rowsBy(batch, rowOfItem), t.now)
		if err != nil {
			return err
		}
	}
	return nil
}

// Items lists items of a run by reference, those after the reference `after`; an empty status lists all.
func (s *Store) Items(ctx context.Context, runID string, status ItemStatus, after string, limit int) ([]Item, error) {
	w := where{}
	w.and(`i.run_id = %s`, runID)
	w.and(`i.reference > %s`, after)
	if status != "" {
		w.and(`i.status = %s`, string(status))
	}
	var out []Item
	err := s.read(ctx, `SELECT i.run_id, COALESCE(r.endpoint, ''), i.reference, i.type, i.status, i.reason, i.fault_id, i.request_id, i.at
		FROM run_items i LEFT JOIN runs r ON r.id = i.run_id`+w.text()+` ORDER BY i.reference, i.type LIMIT `+w.arg(limited(limit)), func(rows *sql.Rows) error {
		var i Item
		var when int64
		err := rows.Scan(&i.RunID, &i.Endpoint, &i.Reference, &i.Type, &i.Status, &i.Reason, &i.FaultID, &i.RequestID, &when)
		i.At = at(when)
		out = append(out, i)
		return err
	}, w.args...)
	if err != nil {
		return nil, fmt.Errorf("list items of run %s: %w", runID, err)
	}
	return out, nil
}

// ItemCounts counts the items of a run by their status, under "" all of them.
func (s *Store) ItemCounts(ctx context.Context, runID string) (map[ItemStatus]int, error) {
	counts := map[ItemStatus]int{}
	err := s.read(ctx, `SELECT status, COUNT(*) FROM run_items WHERE run_id = $1 GROUP BY status`, func(rows *sql.Rows) error {
		var status ItemStatus
		var n int
		err := rows.Scan(&status, &n)
		counts[status] = n
		counts[""] += n
		return err
	}, runID)
	if err != nil {
		return nil, fmt.Errorf("count items of run %s: %w", runID, err)
	}
	return counts, nil
}
