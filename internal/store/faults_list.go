package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Faults lists faults of an account, newest first, with their raw words: which remedy fits may depend on them.
func (s *Store) Faults(ctx context.Context, filter FaultFilter) ([]FaultRow, error) {
	w := where{}
	w.and(`f.account = %s`, filter.Account)
	if filter.Before != "" {
		w.and(`(f.at, f.id) < (SELECT at, id FROM faults WHERE id = %s)`, filter.Before)
	}
	var out []FaultRow
	err := s.read(ctx, `SELECT `+faultColumns+`, f.account, COALESCE(a.endpoint, ''), f.at, f.raw
		FROM faults f LEFT JOIN accounts a ON a.id = f.account`+w.text()+
		` ORDER BY f.at DESC, f.id DESC LIMIT `+w.arg(limited(filter.Limit)), func(rows *sql.Rows) error {
		var (
			row    FaultRow
			fields faultFields
			when   int64
		)
		if err := rows.Scan(append(fields.dest(), &row.Account, &row.Endpoint, &when, &row.Words)...); err != nil {
			return err
		}
		row.Fault, row.At, row.Raw = *fields.fault(), at(when), row.Words
		out = append(out, row)
		return nil
	}, w.args...)
	if err != nil {
		return nil, fmt.Errorf("list faults of %s: %w", filter.Account, err)
	}
	return out, nil
}
