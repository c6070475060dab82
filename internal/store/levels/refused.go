package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store/db"
)

// Refused are the levels of an account that its channel refused and that are not sent again before something changes.
type Refused struct {
	Levels int
	Sample []string // channel SKUs, at most incident.MaxSample
	Since  time.Time
}

// RefusedLevels returns the accounts with refused levels.
func (s *Store) RefusedLevels(ctx context.Context) (map[string]Refused, error) {
	out := make(map[string]Refused)
	err := s.Read(ctx, `SELECT account, COUNT(*), MIN(dirty_since) FROM links WHERE `+RefusedLinks+` GROUP BY account`, func(rows *sql.Rows) error {
		var account string
		var r Refused
		var since int64
		err := rows.Scan(&account, &r.Levels, &since)
		r.Since = db.At(since)
		out[account] = r
		return err
	})
	for account, r := range out {
		if err != nil {
			break
		}
		err = s.Read(ctx, `SELECT channel_sku FROM links WHERE account = $1 AND `+RefusedLinks+` ORDER BY channel_sku LIMIT $2`, func(rows *sql.Rows) error {
			var sku string
			err := rows.Scan(&sku)
			r.Sample = append(r.Sample, sku)
			return err
		}, account, incident.MaxSample)
		out[account] = r
	}
	if err != nil {
		return nil, fmt.Errorf("read refused levels: %w", err)
	}
	return out, nil
}
