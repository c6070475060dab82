package settings

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// ErrLive is returned for a sample of an account that is live as a whole.
var ErrLive = errors.New("the account is live as a whole")

// GoLiveSample lets some links of an account that observes send their levels, and keeps what they list before that. It returns how many were not
// live before. Links that are live already, and those whose level is not ours to set, stay as they are.
func (s *Store) GoLiveSample(ctx context.Context, account string, channelSKUs []string, live Live) (n int, err error) {
	err = s.Write(ctx, "let a sample of "+account+" go live", func(ctx context.Context, t *db.Tx) error {
		a, err := accounts.One(ctx, t, account)
		if err != nil {
			return err
		}
		if !a.Observing {
			return fmt.Errorf("account %s: %w", account, ErrLive)
		}
		if err := levels.KeepBefore(ctx, t, account, channelSKUs); err != nil {
			return err
		}
		n, err = t.Exec(ctx, `UPDATE links SET apart = 'sample', `+levels.Changed("CAST($2 AS BIGINT)", "CAST($3 AS TEXT)")+`
			WHERE account = CAST($4 AS TEXT) AND apart <> 'sample' AND channel_fulfils = 0 AND channel_sku IN (SELECT r.value FROM {{rows 1}})`,
			db.Texts(channelSKUs), t.Now, string(stock.ByLive), account)
		if err != nil || n == 0 {
			return err
		}
		return t.ExecAll(ctx, 1, `UPDATE accounts SET live_at = $2, live_by = $3 WHERE id = $1`, account, t.Now, db.Clean(live.By))
	})
	return n, err
}

// Undone is what going back has begun, or would.
type Undone struct {
	Links   int       `json:"links"`             // that go back
	Unknown []string  `json:"unknown,omitempty"` // channel SKUs of which nobody knows what they listed before: they stay as they are
	Theirs  []string  `json:"theirs,omitempty"`  // channel SKUs that somebody else has set while the account observed: they are left alone
	LiveAt  time.Time `json:"liveAt,omitzero"`   // when the account, or the newest part of it, went live; zero: it never did
}

// Undo sets an account back to observing, and lets the levels that were sent since it went live go back to what they were before. It may be
// repeated. Before oldest it is too late, and nothing is changed.
func (s *Store) Undo(ctx context.Context, account string, oldest time.Time) (out Undone, err error) {
	err = s.Write(ctx, "undo going live of "+account, func(ctx context.Context, t *db.Tx) error {
		out = Undone{}
		a, err := accounts.One(ctx, t, account)
		if err != nil {
			return err
		}
		if err := t.Query(ctx, `SELECT COALESCE(MAX(live_at), 0) FROM levels_before WHERE account = $1`, func(rows *sql.Rows) error {
			var at int64
			err := rows.Scan(&at)
			out.LiveAt = db.At(at)
			return err
		}, account); err != nil || out.LiveAt.IsZero() || out.LiveAt.Before(oldest) {
			return err
		}
		if a.Observing {
			since, err := levels.SinceLive(ctx, t, account)
			if err != nil {
				return err
			}
			out.Theirs = since.Theirs
		}
		return undo(ctx, t, account, &out)
	})
	return out, err
}

// sentSince is the SQL condition for a link o of what was kept b of which something was sent since it went live, or may be on its way: of a call in
// progress nothing is saved yet, but its level is dirty.
const sentSince = `(o.apart = 'undo' OR o.dirty_version > o.clean_version
	OR EXISTS (SELECT 1 FROM pushes p WHERE p.account = o.account AND p.channel_sku = o.channel_sku AND p.sent_at >= b.live_at))`

// undo lets the levels of an account go back, but for those that somebody else has set while it observed.
func undo(ctx context.Context, t *db.Tx, account string, out *Undone) error {
	if _, err := t.Exec(ctx, `UPDATE accounts SET observing = 1 WHERE id = $1`, account); err != nil {
		return err
	}
	if err := forgetDrifts(ctx, t, account); err != nil {
		return err
	}
	var skus []string
	err := t.Query(ctx, `SELECT o.channel_sku, `+levels.KnownBefore+` FROM links o JOIN levels_before b ON b.account = o.account AND b.channel_sku = o.channel_sku
		WHERE o.account = $2 AND o.channel_fulfils = 0 AND o.channel_sku NOT IN (SELECT r.value FROM {{rows 1}}) AND NOT `+levels.IsLeft("o", listing.FieldLevel)+` AND `+sentSince+` ORDER BY o.account, o.channel_sku {{lock o}}`, func(rows *sql.Rows) error {
		var sku string
		var quantity int
		err := rows.Scan(&sku, &quantity)
		if quantity == stock.UnknownListed {
			out.Unknown = append(out.Unknown, sku)
		} else {
			skus = append(skus, sku)
		}
		return err
	}, db.Texts(out.Theirs), account)
	if err != nil {
		return err
	}
	out.Links = len(skus)
	// What was never sent is as it was, and what somebody else has set is theirs: an undo that is repeated later must not overwrite what another tool lists.
	if _, err := t.Exec(ctx, `DELETE FROM levels_before WHERE account = CAST($2 AS TEXT) AND channel_sku NOT IN (SELECT r.value FROM {{rows 1}})`,
		db.Texts(append(skus, out.Unknown...)), account); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `UPDATE links SET apart = '' WHERE account = $1 AND apart = 'sample'`, account); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `UPDATE links SET `+levels.LetGo+` WHERE held_at > 0 AND account = $1`, account); err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE links SET apart = 'undo', `+levels.Changed("CAST($2 AS BIGINT)", "CAST($3 AS TEXT)")+`
		WHERE account = CAST($4 AS TEXT) AND apart <> 'undo' AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(skus), t.Now, string(stock.ByUndo), account)
	if err != nil {
		return err
	}
	b := levels.NewBrake(t, false)
	b.Accounts[account] = true
	return b.UpdateIncidents(ctx)
}

// forgetDrifts deletes what is not decided yet about who set an account's levels: from now on it may be anybody.
func forgetDrifts(ctx context.Context, t *db.Tx, account string) error {
	_, err := t.Exec(ctx, `DELETE FROM drifts WHERE account = $1 AND named_at = 0`, account)
	return err
}

// wentBack is the SQL condition for a link l of an account ($2) that has gone back, and of whose account orders were read that were placed until it
// did, and a while ($1) longer. Where accepted is not live yet ($3 is 1), and where an earlier call may come late, the channel has shown it.
const wentBack = `l.account = $2 AND l.apart <> '' AND l.apart = 'undo' AND l.dirty_version = l.clean_version AND l.accepted_version > 0
	AND (l.checked_version >= l.accepted_version OR CAST($3 AS BIGINT) = 0 AND l.doubted_at = 0)
	AND EXISTS (SELECT 1 FROM runs o WHERE o.account = l.account AND o.kind = '` + string(register.Orders) + `' AND o.started_at >= l.accepted_at + $1
		AND o.ended_at > 0 AND o.fault_id = '')`

// EndUndone ends the going back of an account's links that have gone back, and forgets what they listed before. A sale that no scan had seen would
// have left a unit too many, so it waits for a scan that began so long after the channel had accepted the level; eventual: what the channel has
// accepted is not live yet. It returns how many these are.
func (s *Store) EndUndone(ctx context.Context, account string, eventual bool, settled time.Duration) (n int, err error) {
	err = s.Write(ctx, "end what went back on "+account, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `DELETE FROM levels_before WHERE (account, channel_sku) IN (SELECT l.account, l.channel_sku FROM links l WHERE `+wentBack+`)`,
			settled.Microseconds(), account, db.Truth(eventual))
		if err != nil {
			return err
		}
		n, err = t.Exec(ctx, `UPDATE links SET apart = '' WHERE (account, channel_sku) IN (SELECT l.account, l.channel_sku FROM links l WHERE `+wentBack+`)`,
			settled.Microseconds(), account, db.Truth(eventual))
		return err
	})
	return n, err
}
