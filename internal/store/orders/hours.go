package orders

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// SavedByHour returns how many orders were saved for the first time, of all accounts, by the beginning of the hour (UTC) since one. What a backfill
// brought counts in the hour in which it did.
func (s *Store) SavedByHour(ctx context.Context, since time.Time) (map[time.Time]int, error) {
	out := map[time.Time]int{}
	err := s.Read(ctx, `SELECT o.saved_at / 3600000000, COUNT(*) FROM orders o WHERE o.saved_at >= $1 GROUP BY 1`, func(rows *sql.Rows) error {
		var hour int64
		var n int
		err := rows.Scan(&hour, &n)
		out[db.At(hour*time.Hour.Microseconds())] = n
		return err
	}, db.Micro(since))
	if err != nil {
		return nil, fmt.Errorf("count orders by the hour: %w", err)
	}
	return out, nil
}
