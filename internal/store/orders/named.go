package orders

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// Named returns up to limit orders whose reference or channel order id is one of a few names, the newest row first; of one account, or of
// all if account is empty.
func (s *Store) Named(ctx context.Context, account string, names []string, limit int) ([]OrderRow, error) {
	w := db.Where{}
	if account != "" {
		w.And(`o.account = %s`, account)
	}
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = w.Arg(db.Clean(n))
	}
	any := strings.Join(list, ", ")
	w.Conditions = append(w.Conditions, `o.id IN (SELECT x.id FROM orders x WHERE x.reference IN (`+any+`)
		UNION SELECT x.id FROM orders x WHERE x.channel_order_id IN (`+any+`))`)
	out, err := s.orderRows(ctx, w, `o.id DESC`, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("find orders by name: %w", err)
	}
	return out, nil
}

// Incoming returns when an order of an account was last saved for the first time (zero: never), and how many of its newest orders, most
// at most, were saved since a moment.
func (s *Store) Incoming(ctx context.Context, account string, since time.Time, most int) (last time.Time, n int, err error) {
	err = s.Read(ctx, `SELECT COALESCE(MAX(x.saved_at), 0), COUNT(CASE WHEN x.saved_at >= $2 THEN 1 END)
		FROM (SELECT o.saved_at FROM orders o WHERE o.account = $1 ORDER BY o.id DESC LIMIT $3) x`, func(rows *sql.Rows) error {
		var at int64
		err := rows.Scan(&at, &n)
		last = db.At(at)
		return err
	}, account, db.Micro(since), most)
	if err != nil {
		return time.Time{}, 0, fmt.Errorf("count new orders of %s: %w", account, err)
	}
	return last, n, nil
}
