package runs

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/store/db"
)

// ItemStatus is the status of an item of a run.
type ItemStatus = register.Status

// The statuses of an item.
const (
	ItemPending = register.Pending
	ItemDone    = register.Done
	ItemError   = register.Error
	ItemSkipped = register.Skipped
)

// Item is one entry of a run.
type Item = register.Item

// FoldedReference is a reference as it is searched.
func FoldedReference(reference string) string { return strings.ToLower(db.Clean(reference)) }

// SaveItems saves items of runs. An item that a run has already gets the newer status.
func (s *Store) SaveItems(ctx context.Context, items []Item) error {
	return s.Write(ctx, "save items", func(ctx context.Context, t *db.Tx) error { return SaveItems(ctx, t, items) })
}

// SaveItems saves items of runs in a transaction, those that register.Last says: one statement can't write a row twice.
func SaveItems(ctx context.Context, t *db.Tx, items []Item) error {
	last := slices.SortedFunc(slices.Values(register.Last(items)), func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.RunID, b.RunID), cmp.Compare(a.Reference, b.Reference), cmp.Compare(a.Type, b.Type))
	})
	for batch := range slices.Chunk(last, db.BatchRows) {
		_, err := t.Exec(ctx, `INSERT INTO run_items ({{columns 1}}, account, endpoint, created_at)
			SELECT {{values 1}}, COALESCE(o.account, ''), COALESCE(o.endpoint, ''), CAST($2 AS BIGINT)
			FROM {{rows 1}} LEFT JOIN runs o ON o.id = r.run_id WHERE true
			ON CONFLICT (run_id, reference, type) DO UPDATE SET status = excluded.status, reason = excluded.reason,
				fault_id = excluded.fault_id, request_id = excluded.request_id, at = excluded.at`,
			db.RowsBy(batch, rowOfItem), t.Now)
		if err != nil {
			return err
		}
	}
	return nil
}

// Items lists items of a run by reference, those after the reference `after`; an empty status lists all.
func (s *Store) Items(ctx context.Context, runID string, status ItemStatus, after string, limit int) ([]Item, error) {
	w := db.Where{}
	w.And(`i.run_id = %s`, runID)
	w.And(`i.reference > %s`, after)
	if status != "" {
		w.And(`i.status = %s`, string(status))
	}
	var out []Item
	err := s.Read(ctx, `SELECT i.run_id, COALESCE(r.endpoint, ''), i.reference, i.type, i.status, i.reason, i.fault_id, i.request_id, i.at
		FROM run_items i LEFT JOIN runs r ON r.id = i.run_id`+w.Text()+` ORDER BY i.reference, i.type LIMIT `+w.Arg(db.Limited(limit)), appendItem(&out), w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list items of run %s: %w", runID, err)
	}
	return out, nil
}

// appendItem returns what reads a row of the columns of an item.
func appendItem(out *[]Item) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var i Item
		var when int64
		err := rows.Scan(&i.RunID, &i.Endpoint, &i.Reference, &i.Type, &i.Status, &i.Reason, &i.FaultID, &i.RequestID, &when)
		i.At = db.At(when)
		*out = append(*out, i)
		return err
	}
}

// ItemCounts counts the items of a run by their status, under "" all of them.
func (s *Store) ItemCounts(ctx context.Context, runID string) (map[ItemStatus]int, error) {
	counts := map[ItemStatus]int{}
	err := s.Read(ctx, `SELECT status, COUNT(*) FROM run_items WHERE run_id = $1 GROUP BY status`, func(rows *sql.Rows) error {
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

// InError returns up to limit items of a type that runs of an account had in error under one of a few references, in whatever case, the
// newest first.
func (s *Store) InError(ctx context.Context, account, kind string, references []string, limit int) ([]Item, error) {
	w := db.Where{}
	names := make([]string, len(references))
	for i, r := range references {
		names[i] = w.Arg(FoldedReference(r))
	}
	w.Conditions = append(w.Conditions, `i.folded IN (`+strings.Join(names, ", ")+`)`, `i.status = '`+string(ItemError)+`'`)
	w.And(`i.account = %s`, account)
	w.And(`i.type = %s`, kind)
	var out []Item
	err := s.Read(ctx, `SELECT i.run_id, i.endpoint, i.reference, i.type, i.status, i.reason, i.fault_id, i.request_id, i.at
		FROM run_items i`+w.Text()+` ORDER BY i.id DESC LIMIT `+w.Arg(db.Limited(limit)), appendItem(&out), w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list items of %s in error: %w", account, err)
	}
	return out, nil
}

// ErrorsOf returns the latest items in error of runs of an account with a reference, in whatever case, the newest first.
func (s *Store) ErrorsOf(ctx context.Context, account, reference string, limit int) ([]Item, error) {
	var out []Item
	err := s.Read(ctx, `SELECT i.run_id, i.endpoint, i.reference, i.type, i.status, i.reason, i.fault_id, i.request_id, i.at
		FROM run_items i WHERE i.folded = $1 AND i.account = $2 AND i.status = '`+string(ItemError)+`' ORDER BY i.id DESC LIMIT $3`, appendItem(&out), FoldedReference(reference), account, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list errors of item %s of %s: %w", reference, account, err)
	}
	return out, nil
}

// KnowsItem reports whether an account has a link, a listing or an error about a channel's SKU.
func (s *Store) KnowsItem(ctx context.Context, account, channelSKU string) (bool, error) {
	known := false
	err := s.Read(ctx, `SELECT CASE WHEN EXISTS (SELECT 1 FROM links l WHERE l.account = CAST($1 AS TEXT) AND l.channel_sku = CAST($2 AS TEXT))
			OR EXISTS (SELECT 1 FROM listings s WHERE s.account = CAST($1 AS TEXT) AND s.channel_sku = CAST($2 AS TEXT))
			OR EXISTS (SELECT 1 FROM run_items i WHERE i.folded = CAST($3 AS TEXT) AND i.account = CAST($1 AS TEXT)
				AND i.status = '`+string(ItemError)+`') THEN 1 ELSE 0 END`,
		func(rows *sql.Rows) error { return rows.Scan(&known) }, account, channelSKU, FoldedReference(channelSKU))
	if err != nil {
		return false, fmt.Errorf("look for item %s of %s: %w", channelSKU, account, err)
	}
	return known, nil
}
