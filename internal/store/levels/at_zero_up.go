package levels

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// UpOutcome is what became of a listing that was ended at 0 and whose level has changed.
type UpOutcome struct {
	ChannelSKU string
	Version    int64          // of the level that was looked at
	Quantity   int            // units to list; 0: it stays ended
	Up         bool           // the channel has put it up again
	ListingID  string         // with Up: the channel's id of the listing, which may be a new one; empty: as before
	Fault      *channel.Fault // the channel refused to put it up again
	AgainAt    time.Time      // with Fault: when it is tried again
	RequestID  string
}

// upRow is an outcome to write.
type upRow struct {
	ChannelSKU string    `db:"channel_sku"`
	Version    int64     `db:"version"`
	Quantity   int       `db:"quantity"`
	ListingID  string    `db:"listing_id"`
	FaultID    string    `db:"fault_id"`
	AgainAt    time.Time `db:"again_at"`
}

// SavePutUp saves what became of ended listings. The level of what is up again is sent once more: it was sold from since. Repeating the call changes nothing but that. It
// returns how many are up again.
func (s *Store) SavePutUp(ctx context.Context, account, runID string, outcomes []UpOutcome, calls ...runs.Call) (up int, err error) {
	err = s.Write(ctx, "save what of "+account+" was put up again", func(ctx context.Context, t *db.Tx) error {
		var stay, back []upRow
		var items []runs.Item
		for _, o := range outcomes {
			row := upRow{ChannelSKU: o.ChannelSKU, Version: o.Version, Quantity: o.Quantity, ListingID: o.ListingID, AgainAt: o.AgainAt}
			item := runs.Item{RunID: runID, Type: "listing", Reference: o.ChannelSKU, Status: runs.ItemDone, Reason: "put up again", RequestID: o.RequestID, At: db.At(t.Now)}
			switch {
			case o.Up:
				back = append(back, row)
			case o.Fault != nil:
				row.FaultID = o.Fault.ID
				item.Status, item.Reason, item.FaultID = runs.ItemError, "has stock again and stays ended: the channel refused", o.Fault.ID
				stay = append(stay, row)
			default:
				stay = append(stay, row)
				item.Status, item.Reason = runs.ItemSkipped, "has stock again and stays ended: the account may not put listings up again (relist)"
			}
			if o.Up || o.Quantity > 0 {
				items = append(items, item)
			}
		}
		up = len(back)
		if err := saveStay(ctx, t, account, stay); err != nil {
			return err
		}
		if err := saveBack(ctx, t, account, back); err != nil {
			return err
		}
		if err := runs.SaveItems(ctx, t, items); err != nil {
			return err
		}
		return runs.SaveCalls(ctx, t, calls)
	})
	return up, err
}

// saveStay notes about which version of their levels it was decided that listings stay ended.
func saveStay(ctx context.Context, t *db.Tx, account string, rows []upRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `WITH now AS MATERIALIZED (SELECT CAST($2 AS TEXT) AS account, {{values 1}} FROM {{rows 1}})
		UPDATE at_zero SET version = now.version, wants = now.quantity, fault_id = now.fault_id, again_at = now.again_at FROM now
		WHERE at_zero.account = now.account AND at_zero.channel_sku = now.channel_sku AND at_zero.state = 'ended'`, db.RowsOf(rows), account)
	return err
}

// saveBack forgets that listings were ended, and notes what they list and under which id. Rows of ids that are no more are gone.
func saveBack(ctx context.Context, t *db.Tx, account string, rows []upRow) error {
	if len(rows) == 0 {
		return nil
	}
	list := db.RowsOf(rows)
	if _, err := t.Exec(ctx, `DELETE FROM at_zero WHERE account = CAST($2 AS TEXT) AND state = 'ended' AND channel_sku IN (SELECT r.channel_sku FROM {{rows 1}})`, list, account); err != nil {
		return err
	}
	for _, text := range []string{showUp, showGone} {
		if _, err := t.Exec(ctx, text, list, account, t.Now); err != nil {
			return err
		}
	}
	skus := make([]string, len(rows))
	for i, r := range rows {
		skus[i] = r.ChannelSKU
	}
	if err := resend(ctx, t, account, skus); err != nil {
		return fmt.Errorf("after they were put up again: %w", err)
	}
	return nil
}

// What the account $2 lists at $3: showUp writes it under the id that the channel has given, with the rest as it was seen last; showGone ends the rows of older ids.
const (
	showUp = `INSERT INTO listings (account, channel_sku, listing_id, ref, title, state, channel_status, quantity, channel_fulfils, price, currency, updated_at, seen_at, run_id)
		SELECT s.account, s.channel_sku, CASE WHEN r.listing_id = '' THEN s.listing_id ELSE r.listing_id END, s.ref, s.title, '` + string(channel.ListingLive) + `', '', r.quantity,
			s.channel_fulfils, s.price, s.currency, s.updated_at, CAST($3 AS BIGINT), s.run_id
		FROM {{rows 1}} CROSS JOIN links l JOIN listings s ON s.account = l.account AND s.channel_sku = l.channel_sku AND s.ref = l.listing_ref
		WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.channel_sku AND s.listing_id = (SELECT x.listing_id FROM listings x
			WHERE x.account = s.account AND x.channel_sku = s.channel_sku AND x.ref = s.ref ORDER BY x.seen_at DESC, x.listing_id DESC LIMIT 1)
		ON CONFLICT (account, channel_sku, listing_id) DO UPDATE SET state = excluded.state, quantity = excluded.quantity, seen_at = excluded.seen_at, gone_at = 0`
	showGone = `UPDATE listings SET gone_at = CAST($3 AS BIGINT) WHERE account = CAST($2 AS TEXT) AND gone_at = 0
		AND EXISTS (SELECT 1 FROM {{rows 1}} CROSS JOIN listings x WHERE x.account = listings.account AND x.channel_sku = r.channel_sku AND r.listing_id <> ''
			AND listings.channel_sku = r.channel_sku AND listings.listing_id <> r.listing_id AND x.listing_id = r.listing_id AND x.ref = listings.ref)`
)
