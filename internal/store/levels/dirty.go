package levels

import (
	"context"
	"database/sql"
	"math"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
)

// Changed is SQL that changes a link's level at a time and for a cause, as stock.Track.Change does.
func Changed(now, cause string) string {
	return `dirty_version = links.dirty_version + 1, cause = ` + cause + `,
			dirty_since = CASE WHEN links.dirty_version > links.clean_version THEN links.dirty_since ELSE ` + now + ` END`
}

// MarkDirty gives every link of the SKUs, and of kits that contain them, a new version, so that its level is sent. This includes
// the account of the order: a level that was being sent during the sale must be sent again.
func MarkDirty(ctx context.Context, t *db.Tx, skus []string, cause stock.Cause) error {
	if len(skus) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `UPDATE links SET `+Changed("CAST($2 AS BIGINT)", "CAST($3 AS TEXT)")+`
		WHERE (account, channel_sku) IN (SELECT o.account, o.channel_sku FROM links o
			WHERE o.sku IN (SELECT r.value FROM {{rows 1}}
				UNION SELECT k.kit FROM {{rows 1}} CROSS JOIN kit_parts k WHERE k.part = r.value AND k.quantity > 0)
			ORDER BY o.account, o.channel_sku {{lock o}})`, db.Texts(skus), t.Now, string(cause))
	return err
}

// MarkOrders gives the links of the listings that orders were placed on a new version. Their channel may have changed these quantities
// itself, as Amazon does for an order that is cancelled there.
func MarkOrders(ctx context.Context, t *db.Tx, orderIDs []int64, cause stock.Cause) error {
	_, err := t.Exec(ctx, `UPDATE links SET `+Changed("CAST($2 AS BIGINT)", "CAST($3 AS TEXT)")+`
		WHERE (account, channel_sku) IN (SELECT o.account, o.channel_sku FROM links o
			WHERE (o.account, o.channel_sku) IN (SELECT s.account, l.channel_sku FROM order_lines l JOIN orders s ON s.id = l.order_id
				WHERE l.order_id IN (SELECT r.value FROM {{rows 1}}))
			ORDER BY o.account, o.channel_sku {{lock o}})`, db.IDs(orderIDs), t.Now, string(cause))
	return err
}

// dirtyLink is stock.Track.Sends in the words of the index links_dirty, for a link whose listing the channel's API knows.
const dirtyLink = `l.dirty_version > l.clean_version AND l.dirty_version > l.failed_version AND l.dirty_version > l.held_version
	AND l.channel_fulfils = 0 AND NOT ` + UnmanagedLink

// Unsent is the SQL condition for a link whose level is to be sent, now or after a scan of orders: it is dirty, Towpath must not have ended the listing at 0,
// the account must be live, or the link apart from it, and it must not be left to another tool.
var Unsent = dirtyLink + ` AND (l.apart <> '' OR NOT ` + observes("l.account") + `) AND NOT ` + EndedLink + ` AND NOT ` + IsLeft("l", listing.FieldLevel)

// Sendable is the SQL condition for a link whose level is to be sent now.
var Sendable = Unsent + notLater

// notLater is the SQL condition for a link that does not wait for a later time (SendLater); where the channel refused to overwrite a quantity, a scan of orders
// that began late enough must have been completed.
const notLater = ` AND l.dirty_version > l.later_version AND (l.stale_at = 0 OR EXISTS (SELECT 1 FROM runs scan WHERE scan.account = l.account
	AND scan.kind = '` + string(register.Orders) + `' AND scan.started_at >= l.stale_at AND scan.ended_at > 0 AND scan.fault_id = ''))`

// sendableOfOne is Sendable for the links of the account $1 alone: what no link of the account has, databases find out once, and not for each link.
var sendableOfOne = dirtyLink + ` AND (l.apart <> '' OR NOT ` + observes("CAST($1 AS TEXT)") + `)
	AND NOT (EXISTS (SELECT 1 FROM at_zero y WHERE y.account = CAST($1 AS TEXT) AND y.state = 'ended') AND ` + EndedLink + `)
	AND NOT (EXISTS (SELECT 1 FROM left_to_others y WHERE y.account = CAST($1 AS TEXT)) AND ` + IsLeft("l", listing.FieldLevel) + `)` + notLater

func observes(account string) string {
	return `EXISTS (SELECT 1 FROM accounts x WHERE x.id = ` + account + ` AND x.observing = 1)`
}

// UnmanagedLink is the SQL condition for a link to a listing that the channel's API does not know.
const UnmanagedLink = `(l.listing_ref = '' AND EXISTS (SELECT 1 FROM listings u
	WHERE u.account = l.account AND u.channel_sku = l.channel_sku AND u.unmanaged = 1 AND u.gone_at = 0))`

// DirtyAccounts returns the accounts with levels to be sent, without those that may not send, and those with a feed that may be asked about, also while
// their stock is paused.
func DirtyAccounts(ctx context.Context, t *db.Tx) ([]string, error) {
	return dirtyAccounts(ctx, t.Query, math.MaxInt64)
}

// dirtyAccounts returns the accounts that send levels and have one to be sent that is dirty since before a moment, and the running ones with a feed sent
// before it: what became of that is asked for while no level is sent, too, unless the channel forbids the question.
func dirtyAccounts(ctx context.Context, read db.Reading, before int64) ([]string, error) {
	var out []string
	err := read(ctx, `SELECT w.id, w.enabled, w.paused, w.paused_work, w.feeds FROM (SELECT a.id, a.enabled, a.paused, a.paused_work,
				CASE WHEN EXISTS (SELECT 1 FROM links l WHERE l.account = a.id AND l.dirty_since < $1 AND `+Sendable+`) THEN 1 ELSE 0 END AS dirty,
				COALESCE((SELECT MAX(2 - f.refused) FROM level_feeds f WHERE f.account = a.id AND f.sent_at < $1), 0) AS feeds
			FROM accounts a) w WHERE w.dirty + w.feeds > 0 ORDER BY w.id`, func(rows *sql.Rows) error {
		var a accounts.Account
		var work string
		var feeds int // 2: one may be asked about; 1: the channel forbids it
		if err := rows.Scan(&a.ID, &a.Enabled, &a.Paused, &work, &feeds); err != nil {
			return err
		}
		if err := db.FromJSON(work, &a.PausedWork); err != nil {
			return err
		}
		if a.Does(account.Stock) || feeds == 2 && a.Runs() {
			out = append(out, a.ID)
		}
		return nil
	}, before)
	return out, err
}
