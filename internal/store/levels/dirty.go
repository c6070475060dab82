package levels

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// MarkDirty gives every link of the SKUs, and of the kits that they are part of, a new version: its level must be
// sent. This holds for the account that an order came from too: an absolute level that was in flight when the buyer
// bought has to be sent again.
func MarkDirty(ctx context.Context, t *db.Tx, skus []string, cause stock.Cause) error {
	if len(skus) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `UPDATE links SET dirty_version = dirty_version + 1, cause = CAST($3 AS TEXT),
			dirty_since = CASE WHEN dirty_version > clean_version THEN dirty_since ELSE CAST($2 AS BIGINT) END
		WHERE (account, channel_sku) IN (SELECT o.account, o.channel_sku FROM links o
			WHERE o.sku IN (SELECT r.value FROM {{rows 1}}
				UNION SELECT k.kit FROM {{rows 1}} CROSS JOIN kit_parts k WHERE k.part = r.value AND k.quantity > 0)
			ORDER BY o.account, o.channel_sku {{lock o}})`, db.Texts(skus), t.Now, string(cause))
	return err
}

// Sendable is the condition of a link whose level is to be sent: the words of the partial index, that its listing is
// not the channel's to fulfil and is one that the channel's API knows, and that its account does not only observe.
const Sendable = `l.dirty_version > l.clean_version AND l.dirty_version > l.failed_version AND l.dirty_version > l.held_version
	AND l.channel_fulfils = 0 AND NOT ` + UnmanagedLink + ` AND NOT EXISTS (SELECT 1 FROM accounts x WHERE x.id = l.account AND x.observing = 1)`

// UnmanagedLink is the condition of a link to a listing that the channel's API does not know.
const UnmanagedLink = `(l.listing_ref = '' AND EXISTS (SELECT 1 FROM listings u
	WHERE u.account = l.account AND u.channel_sku = l.channel_sku AND u.unmanaged = 1 AND u.gone_at = 0))`

// DirtyAccounts are the accounts with levels to be sent, those apart that may not send.
func DirtyAccounts(ctx context.Context, t *db.Tx) ([]string, error) {
	var out []string
	err := t.Query(ctx, `SELECT a.id FROM accounts a
		WHERE a.enabled = 1 AND a.paused = 0 AND EXISTS (SELECT 1 FROM links l WHERE l.account = a.id AND `+Sendable+`)
		ORDER BY a.id`, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}
