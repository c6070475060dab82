package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// ZeroState is what became of a listing whose level is 0, on an account that ends such listings.
type ZeroState string

// The states of a listing at 0.
const (
	ZeroEnding ZeroState = "ending" // the channel is asked to end it
	ZeroEnded  ZeroState = "ended"  // Towpath ended it: its level is not sent before it is put up again
	ZeroKept   ZeroState = "kept"   // it stays as it is until its level changes
)

// The reasons why a listing at 0 is kept as it is.
const (
	KeptOthers  = "others"   // others of its listing have stock, or are not Towpath's to end
	KeptNotLive = "not-live" // buyers don't see it: whoever took it off sale was not Towpath
	KeptRefused = "refused"  // the channel refused to end it
	KeptUp      = "put-up"   // somebody else put it up again after Towpath had ended it
)

// EndedLink is the SQL condition for a link l whose listing Towpath has ended at 0.
const EndedLink = `EXISTS (SELECT 1 FROM at_zero z WHERE z.account = l.account AND z.channel_sku = l.channel_sku AND z.state = 'ended')`

// ZeroStateOf is SQL for the ZeroState of a link l; empty where nothing became of it.
const ZeroStateOf = `COALESCE((SELECT z.state FROM at_zero z WHERE z.account = l.account AND z.channel_sku = l.channel_sku), '')`

// EndedSince is SQL for since when Towpath has ended the listing of a link (with account and channel_sku) at 0; 0 for any other.
func EndedSince(link string) string {
	return `COALESCE((SELECT z.since FROM at_zero z WHERE z.account = ` + link + `.account AND z.channel_sku = ` + link + `.channel_sku AND z.state = 'ended'), 0)`
}

// atZero is the SQL condition for a link l that may be ended: its level is ours to set, and 0 is what the channel accepted last, with nothing newer to be sent
// and no earlier call that may still be carried out. Its first condition is that of the index links_at_zero; $2 is a moment before which it was accepted.
var atZero = `l.accepted_version > 0 AND l.accepted_quantity = 0 AND l.accepted_at < CAST($2 AS BIGINT)
	AND l.dirty_version = l.accepted_version AND l.clean_version = l.accepted_version
	AND l.doubted_at = 0 AND l.channel_fulfils = 0 AND NOT ` + UnmanagedLink + ` AND ` + liveLink

// ToEnd lists listings of an account that are to be ended, by channel SKU: first those of which the channel was asked and no answer was saved, then those that have been at 0 since
// before a moment, the longest first.
func (s *Store) ToEnd(ctx context.Context, account string, acceptedBefore time.Time, limit int) (skus []string, err error) {
	err = s.Read(ctx, `SELECT o.channel_sku FROM at_zero o WHERE o.account = $1 AND o.state = 'ending'
			AND EXISTS (SELECT 1 FROM links l WHERE l.account = o.account AND l.channel_sku = o.channel_sku) ORDER BY o.channel_sku LIMIT $2`,
		scanText(&skus), account, db.Limited(limit))
	if err == nil && len(skus) < limit {
		err = s.Read(ctx, `SELECT l.channel_sku FROM links l WHERE l.account = CAST($1 AS TEXT) AND `+atZero+`
				AND NOT EXISTS (SELECT 1 FROM at_zero z WHERE z.account = l.account AND z.channel_sku = l.channel_sku AND (z.state = 'ending' OR z.version = l.accepted_version))
			ORDER BY l.accepted_at, l.channel_sku LIMIT $3`, scanText(&skus), account, db.Micro(acceptedBefore), db.Limited(limit-len(skus)))
	}
	if err != nil {
		return nil, fmt.Errorf("list what of %s has been at 0: %w", account, err)
	}
	return skus, nil
}

// EndedLevel is a listing that Towpath ended at 0 and whose level has changed since.
type EndedLevel struct {
	DirtyLevel
	Whole string // the channel's id of the listing that it is a variant of; empty: it is alone
}

// ToPutUp lists listings of an account that Towpath ended and whose level has changed since, with the level that they should have now, which may be 0. Where they may
// be put up again, those are among them that were not yet, from the time on at which they are tried again.
func (s *Store) ToPutUp(ctx context.Context, account string, mayRelist bool, now time.Time, limit int) ([]EndedLevel, error) {
	list, err := s.toSend(ctx, `l.account = CAST($1 AS TEXT) AND l.channel_fulfils = 0 AND (`+liveLink+` OR l.apart = 'undo')
			AND EXISTS (SELECT 1 FROM at_zero z WHERE z.account = CAST($1 AS TEXT) AND z.channel_sku = l.channel_sku AND z.state = 'ended'
				AND (z.version <> l.dirty_version OR (z.wants > 0 AND CAST($3 AS BIGINT) = 1 AND z.again_at <= CAST($4 AS BIGINT))))`,
		account, db.Limited(limit), db.Truth(mayRelist), db.Micro(now))
	if err != nil {
		return nil, fmt.Errorf("list what of %s was ended and has changed: %w", account, err)
	}
	whole := map[string]string{}
	err = s.Read(ctx, `SELECT z.channel_sku, z.whole FROM {{rows 1}} CROSS JOIN at_zero z WHERE z.account = CAST($2 AS TEXT) AND z.channel_sku = r.value`,
		func(rows *sql.Rows) error {
			var sku, of string
			err := rows.Scan(&sku, &of)
			whole[sku] = of
			return err
		}, db.RowsBy(list, func(d DirtyLevel) string { return d.ChannelSKU }), account)
	if err != nil {
		return nil, fmt.Errorf("read which listings of %s were ended: %w", account, err)
	}
	out := make([]EndedLevel, len(list))
	for i, d := range list {
		out[i] = EndedLevel{d, whole[d.ChannelSKU]}
	}
	return out, nil
}

// StaysEnded are the listings of an account that Towpath ended at 0, of which there is stock again, and that are not put up again.
type StaysEnded struct {
	Listings int
	Refused  int      // of them, those that the channel refused to put up again
	Sample   []string // channel SKUs
	Since    time.Time
}

// StayEnded returns what stays ended by account.
func (s *Store) StayEnded(ctx context.Context, sample int) (map[string]StaysEnded, error) {
	out := map[string]StaysEnded{}
	err := s.Read(ctx, `SELECT account, COUNT(*), CAST(SUM(CASE WHEN fault_id = '' THEN 0 ELSE 1 END) AS BIGINT), MIN(since) FROM at_zero
		WHERE state = 'ended' AND wants > 0 GROUP BY account`, func(rows *sql.Rows) error {
		var account string
		var one StaysEnded
		var since int64
		err := rows.Scan(&account, &one.Listings, &one.Refused, &since)
		one.Since = db.At(since)
		out[account] = one
		return err
	})
	for account, one := range out {
		if err != nil {
			break
		}
		err = s.Read(ctx, `SELECT channel_sku FROM at_zero WHERE account = $1 AND state = 'ended' AND wants > 0 ORDER BY channel_sku LIMIT $2`,
			scanText(&one.Sample), account, sample)
		out[account] = one
	}
	if err != nil {
		return nil, fmt.Errorf("read what stays ended: %w", err)
	}
	return out, nil
}
