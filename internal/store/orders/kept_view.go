package orders

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// KeptView is a filter of the list of orders that a person has named.
type KeptView struct {
	Name  string    `json:"name"`
	Query string    `json:"query"` // as it stands in the list's address
	By    string    `json:"by"`
	At    time.Time `json:"at"`
}

// KeptViews lists the kept views by name.
func (s *Store) KeptViews(ctx context.Context) ([]KeptView, error) {
	out := []KeptView{}
	err := s.Read(ctx, `SELECT name, query, actor, at FROM order_views ORDER BY name`, func(rows *sql.Rows) error {
		var v KeptView
		var at int64
		err := rows.Scan(&v.Name, &v.Query, &v.By, &at)
		v.At = db.At(at)
		out = append(out, v)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list views: %w", err)
	}
	return out, nil
}

// KeepView keeps a view. kept is false when another one has its name, or most are kept already: nothing is changed then. The same view
// again is kept once.
func (s *Store) KeepView(ctx context.Context, v KeptView, most int) (kept bool, err error) {
	err = s.Write(ctx, "keep view "+v.Name, func(ctx context.Context, t *db.Tx) error {
		if _, err := t.Exec(ctx, `INSERT INTO order_views (name, query, actor, at) SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT)
			WHERE (SELECT COUNT(*) FROM order_views) < $5 ON CONFLICT (name) DO NOTHING`, db.Clean(v.Name), v.Query, db.Clean(v.By), t.Now, most); err != nil {
			return err
		}
		kept = false
		return t.Query(ctx, `SELECT query FROM order_views WHERE name = $1`, func(rows *sql.Rows) error {
			var query string
			err := rows.Scan(&query)
			kept = query == v.Query
			return err
		}, db.Clean(v.Name))
	})
	return kept, err
}

// DropView deletes a kept view; db.ErrNotFound when there is none of this name.
func (s *Store) DropView(ctx context.Context, name string) error {
	return s.Write(ctx, "delete view "+name, func(ctx context.Context, t *db.Tx) error {
		n, err := t.Exec(ctx, `DELETE FROM order_views WHERE name = $1`, name)
		if err == nil && n == 0 {
			err = db.ErrNotFound
		}
		return err
	})
}
