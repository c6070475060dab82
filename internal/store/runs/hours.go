package runs

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// FaultsByHour returns how many calls failed, of all accounts, by the beginning of the hour (UTC) since one. It reads each account's part of
// the index by time.
func (s *Store) FaultsByHour(ctx context.Context, since time.Time) (map[time.Time]int, error) {
	out := map[time.Time]int{}
	err := s.Read(ctx, `SELECT f.at / 3600000000, COUNT(*) FROM accounts a CROSS JOIN faults f WHERE f.account = a.id AND f.at >= $1 GROUP BY 1`, func(rows *sql.Rows) error {
		var hour int64
		var n int
		err := rows.Scan(&hour, &n)
		out[db.At(hour*time.Hour.Microseconds())] = n
		return err
	}, db.Micro(since))
	if err != nil {
		return nil, fmt.Errorf("count faults by the hour: %w", err)
	}
	return out, nil
}
