package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// zeroRow is a row of at_zero to write. Version 0: that of the link's level now.
type zeroRow struct {
	ChannelSKU string    `db:"channel_sku"`
	State      ZeroState `db:"state"`
	Whole      string    `db:"whole"`
	Why        string    `db:"why"`
	FaultID    string    `db:"fault_id"`
}

// writeZero writes rows of at_zero for links that exist, about the version that their level has now.
func writeZero(ctx context.Context, t *db.Tx, account string, rows []zeroRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO at_zero ({{columns 1}}, account, version, since)
		SELECT {{values 1}}, CAST($2 AS TEXT), l.dirty_version, CAST($3 AS BIGINT) FROM {{rows 1}} CROSS JOIN links l
			WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.channel_sku
		ON CONFLICT (account, channel_sku) DO UPDATE SET state = excluded.state, whole = excluded.whole, version = excluded.version, why = excluded.why,
			since = excluded.since, wants = 0, again_at = 0, fault_id = excluded.fault_id`, db.RowsOf(rows), account, t.Now)
	return err
}

// StartEnding notes that the channel will be asked to end the whole of a listing, before it is: what is killed in between is known to be ours. It does so only if all of the listing's
// SKUs have been at 0 since before a moment, and reports that. If not, they are kept as they are, but for those with newer levels.
func (s *Store) StartEnding(ctx context.Context, account string, whole string, skus []string, acceptedBefore time.Time) (started bool, err error) {
	err = s.Write(ctx, "begin to end a listing of "+account, func(ctx context.Context, t *db.Tx) error {
		if _, err := lockTracks(ctx, t, `o.account = CAST($2 AS TEXT) AND o.channel_sku = r.value`, db.Texts(skus), account); err != nil {
			return err
		}
		var zero []string
		err := t.Query(ctx, `SELECT l.channel_sku FROM {{rows 3}} CROSS JOIN links l WHERE l.account = CAST($1 AS TEXT) AND l.channel_sku = r.value AND `+atZero+`
			ORDER BY l.channel_sku`, scanText(&zero), account, db.Micro(acceptedBefore), db.Texts(skus))
		if err != nil {
			return err
		}
		row := zeroRow{State: ZeroEnding, Whole: whole}
		if started = len(zero) == len(skus); !started {
			row.State, row.Why = ZeroKept, KeptOthers
			if err := forgetEnding(ctx, t, account, skus); err != nil {
				return err
			}
		}
		return writeZero(ctx, t, account, rowsOfZero(row, zero))
	})
	return started, err
}

func rowsOfZero(row zeroRow, skus []string) []zeroRow {
	rows := make([]zeroRow, len(skus))
	for i, sku := range skus {
		rows[i] = row
		rows[i].ChannelSKU = sku
	}
	return rows
}

// forgetEnding forgets that the channel was asked to end listings, which are on sale nevertheless.
func forgetEnding(ctx context.Context, t *db.Tx, account string, skus []string) error {
	_, err := t.Exec(ctx, `DELETE FROM at_zero WHERE account = CAST($2 AS TEXT) AND state = 'ending' AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(skus), account)
	return err
}

// ZeroOutcome is what became of a listing at 0.
type ZeroOutcome struct {
	ChannelSKU string
	Whole      string
	Kept       string         // why it is kept as it is; empty: it is off sale
	Fault      *channel.Fault // with KeptRefused
	RequestID  string
}

// SaveEnded saves what became of listings at 0. A listing that is off sale was ended by Towpath only if the channel was asked to (StartEnding); the others were taken off
// sale by somebody else, and are kept so. Repeating the call changes nothing.
func (s *Store) SaveEnded(ctx context.Context, account, runID string, outcomes []ZeroOutcome, calls ...runs.Call) (ended int, err error) {
	err = s.Write(ctx, "save what of "+account+" was ended", func(ctx context.Context, t *db.Tx) error {
		asked, err := zeroStates(ctx, t, account, outcomes)
		if err != nil {
			return err
		}
		var rows []zeroRow
		var off []string
		var items []runs.Item
		for _, o := range outcomes {
			row := zeroRow{ChannelSKU: o.ChannelSKU, State: ZeroKept, Whole: o.Whole, Why: o.Kept}
			item := runs.Item{RunID: runID, Type: "listing", Reference: o.ChannelSKU, Status: runs.ItemSkipped, Reason: keptReasons[o.Kept], RequestID: o.RequestID, At: db.At(t.Now)}
			if o.Fault != nil {
				row.FaultID, item.FaultID, item.Status = o.Fault.ID, o.Fault.ID, runs.ItemError
			}
			switch asked[o.ChannelSKU] {
			case ZeroEnded:
				continue // it was saved before
			case ZeroEnding:
				if o.Kept == "" {
					row.State = ZeroEnded
					item.Status, item.Reason = runs.ItemDone, "ended at 0"
					off = append(off, o.ChannelSKU)
				}
			case ZeroKept, "":
				if o.Kept == "" {
					row.Why, item.Reason = KeptNotLive, keptReasons[KeptNotLive]
				}
			}
			rows, items = append(rows, row), append(items, item)
		}
		ended = len(off)
		if err := saveOff(ctx, t, account, rows, off); err != nil {
			return err
		}
		if err := runs.SaveItems(ctx, t, items); err != nil {
			return err
		}
		return runs.SaveCalls(ctx, t, calls)
	})
	return ended, err
}

// keptReasons are the reasons for which listings at 0 are kept as they are, in an operator's words.
var keptReasons = map[string]string{
	KeptOthers:  "at 0 and not ended: others of its listing have stock, or are not Towpath's to end",
	KeptNotLive: "at 0 and off sale already: Towpath did not end it, and will not put it up again",
	KeptRefused: "at 0 and not ended: the channel refused",
}

// zeroStates reads and locks the rows of listings.
func zeroStates(ctx context.Context, t *db.Tx, account string, outcomes []ZeroOutcome) (map[string]ZeroState, error) {
	states := map[string]ZeroState{}
	err := t.Query(ctx, `SELECT o.channel_sku, o.state FROM {{rows 1}} CROSS JOIN at_zero o WHERE o.account = CAST($2 AS TEXT) AND o.channel_sku = r.value
		ORDER BY o.channel_sku {{lock o}}`, func(rows *sql.Rows) error {
		var sku string
		var state ZeroState
		err := rows.Scan(&sku, &state)
		states[sku] = state
		return err
	}, db.RowsBy(outcomes, func(o ZeroOutcome) string { return o.ChannelSKU }), account)
	return states, err
}

// saveOff writes the rows, and that buyers do not see the listings of channel SKUs any more. The version of an ended one stays that of its 0: what
// changed meanwhile is to be put up again.
func saveOff(ctx context.Context, t *db.Tx, account string, rows []zeroRow, off []string) error {
	var others []zeroRow
	for _, r := range rows {
		if r.State != ZeroEnded {
			others = append(others, r)
		}
	}
	if err := writeZero(ctx, t, account, others); err != nil || len(off) == 0 {
		return err
	}
	_, err := t.Exec(ctx, `UPDATE at_zero SET state = 'ended', since = CAST($3 AS BIGINT), why = '', fault_id = ''
		WHERE account = CAST($2 AS TEXT) AND state = 'ending' AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(off), account, t.Now)
	if err == nil {
		_, err = t.Exec(ctx, `UPDATE listings SET state = '`+string(channel.ListingEnded)+`', seen_at = CAST($3 AS BIGINT)
			WHERE account = CAST($2 AS TEXT) AND gone_at = 0 AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(off), account, t.Now)
	}
	return err
}

// FollowPutUp notes listings of an account that Towpath had ended and that somebody else has put up again, as its listings showed later. Their level is sent, for nobody
// knows what they list, and they are not ended again before it changes. It returns their number.
func (s *Store) FollowPutUp(ctx context.Context, account string) (n int, err error) {
	err = s.Write(ctx, "follow what of "+account+" was put up again", func(ctx context.Context, t *db.Tx) error {
		var up []string
		err := t.Query(ctx, `SELECT o.channel_sku FROM at_zero o WHERE o.account = $1 AND o.state = 'ended' AND EXISTS (SELECT 1 FROM listings s
			WHERE s.account = o.account AND s.channel_sku = o.channel_sku AND s.gone_at = 0 AND s.seen_at > o.since AND s.state = '`+string(channel.ListingLive)+`')
			ORDER BY o.channel_sku {{lock o}}`, scanText(&up), account)
		if n = len(up); err != nil || n == 0 {
			return err
		}
		if err := resend(ctx, t, account, up); err != nil {
			return err
		}
		return writeZero(ctx, t, account, rowsOfZero(zeroRow{State: ZeroKept, Why: KeptUp}, up))
	})
	return n, err
}

// resend gives the levels of listings a new version.
func resend(ctx context.Context, t *db.Tx, account string, skus []string) error {
	_, err := t.Exec(ctx, `UPDATE links SET `+Changed("CAST($3 AS BIGINT)", "CAST($4 AS TEXT)")+`
		WHERE account = CAST($2 AS TEXT) AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(skus), account, t.Now, string(stock.ByListing))
	if err != nil {
		return fmt.Errorf("send levels of %s again: %w", account, err)
	}
	return nil
}
