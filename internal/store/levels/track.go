package levels

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// linkTrack is where the level of an account's link stands.
type linkTrack struct {
	ChannelSKU string `db:"channel_sku"`
	TrackRow
}

// lockTracks reads and locks where levels stand, by channel SKU, of the links o that a condition on a list r finds.
func lockTracks(ctx context.Context, t *db.Tx, condition string, args ...any) (map[string]stock.Track, error) {
	tracks := map[string]stock.Track{}
	err := t.Query(ctx, `SELECT `+db.SelectsOf[linkTrack]("o")+` FROM {{rows 1}} CROSS JOIN links o WHERE `+condition+`
		ORDER BY o.account, o.channel_sku {{lock o}}`, func(rows *sql.Rows) error {
		var l linkTrack
		err := rows.Scan(db.FieldsOf(&l)...)
		tracks[l.ChannelSKU] = stock.Track(l.TrackRow)
		return err
	}, args...)
	return tracks, err
}

// writeTracks writes what an answer of the channel made of the levels of locked links. The list is materialized: SQLite would otherwise
// read all the account's links, and for each of them all the list.
func writeTracks(ctx context.Context, t *db.Tx, account string, list []linkTrack) error {
	if len(list) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `WITH now AS MATERIALIZED (
			SELECT CAST($2 AS TEXT) AS account, {{values 1}} FROM {{rows 1}})
		UPDATE links SET dirty_version = now.dirty_version, dirty_since = now.dirty_since, clean_version = now.clean_version,
			failed_version = now.failed_version, accepted_version = now.accepted_version, accepted_quantity = now.accepted_quantity,
			accepted_at = now.accepted_at, checked_version = now.checked_version, confirmed_at = now.confirmed_at, misses = now.misses,
			channel_fulfils = now.channel_fulfils
		FROM now WHERE links.account = now.account AND links.channel_sku = now.channel_sku`, db.RowsOf(list), account)
	return err
}
