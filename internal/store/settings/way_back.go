package settings

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// WayBack is what would go back on an account, or is on its way.
type WayBack struct {
	LiveAt  time.Time `json:"liveAt,omitzero"` // when the account, or the newest part of it, went live; zero: nothing can go back
	Levels  int       `json:"levels"`          // sent since, that would go back, also those that another tool has set while the account observed: these Undo leaves alone
	Unknown int       `json:"unknown"`         // sent since, of which nobody knows what was listed before: they stay as they are
	Going   int       `json:"going"`           // on their way back; they are among Levels
	Listed  int       `json:"listed"`          // of these: the channel has accepted what was listed before
}

// WayBack returns what Undo would do on an account, and how far that is.
func (s *Store) WayBack(ctx context.Context, account string) (w WayBack, err error) {
	err = s.Read(ctx, `SELECT COALESCE(MAX(b.live_at), 0), COALESCE(SUM(CASE WHEN `+levels.KnownBefore+` >= 0 AND `+sentSince+` THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN `+levels.KnownBefore+` < 0 AND `+sentSince+` THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN o.apart = 'undo' THEN 1 ELSE 0 END), 0),
			COALESCE(SUM(CASE WHEN o.apart = 'undo' AND o.dirty_version <= o.clean_version AND o.accepted_version > 0 THEN 1 ELSE 0 END), 0)
		FROM levels_before b LEFT JOIN links o ON o.account = b.account AND o.channel_sku = b.channel_sku AND o.channel_fulfils = 0 AND NOT `+levels.IsLeft("o", listing.FieldLevel)+`
		WHERE b.account = $1`, func(rows *sql.Rows) error {
		var at int64
		err := rows.Scan(&at, &w.Levels, &w.Unknown, &w.Going, &w.Listed)
		w.LiveAt = db.At(at)
		return err
	}, account)
	if err != nil {
		return w, fmt.Errorf("read what of %s can go back: %w", account, err)
	}
	return w, nil
}
