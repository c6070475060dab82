package runs

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/store/db"
)

// FaultFilter selects faults of one account, newest first; Before is the ID of the last one shown.
type FaultFilter struct {
	Account string // must be given
	Before  string
	Limit   int
}

// Faults lists faults of an account, newest first, with their raw words: which remedy fits may depend on them.
func (s *Store) Faults(ctx context.Context, filter FaultFilter) ([]FaultRow, error) {
	w := db.Where{}
	w.And(`f.account = %s`, filter.Account)
	if filter.Before != "" {
		w.And(`(f.at, f.id) < (SELECT at, id FROM faults WHERE id = %s)`, filter.Before)
	}
	var out []FaultRow
	err := s.Read(ctx, `SELECT `+FaultColumns+`, f.account, COALESCE(a.endpoint, ''), f.at, f.raw
		FROM faults f LEFT JOIN accounts a ON a.id = f.account`+w.Text()+
		` ORDER BY f.at DESC, f.id DESC LIMIT `+w.Arg(db.Limited(filter.Limit)), func(rows *sql.Rows) error {
		var (
			row    FaultRow
			fields FaultFields
			when   int64
		)
		if err := rows.Scan(append(fields.Dest(), &row.Account, &row.Endpoint, &when, &row.Words)...); err != nil {
			return err
		}
		row.Fault, row.At, row.Raw = *fields.Fault(), db.At(when), row.Words
		out = append(out, row)
		return nil
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list faults of %s: %w", filter.Account, err)
	}
	return out, nil
}
