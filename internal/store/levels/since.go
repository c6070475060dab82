package levels

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// showsWithin is how long the slowest channel takes to show what it has accepted, unless it was seen to show it: what is read before says nothing. In
// microseconds.
const showsWithin = int64(15 * time.Minute / time.Microsecond)

// Since tells what became of an account's listings that were live within the time in which that can be undone, and only observe by now: channel SKUs,
// sorted. A listing is in neither list if nothing of Towpath's is known to have been listed, but may have been: a call got no answer, or its
// outcome was never saved.
type Since struct {
	Ours   []string // they list what Towpath sent: nothing newer is known, or what was read later is that, less what was sold there until it was read
	Theirs []string // somebody else has set them since
}

// sinceRead is a listing that was read after it was live, and what it may show of Towpath's.
type sinceRead struct {
	shown expecting
	from  int64       // since when what was sent may be what it shows
	sent  []expecting // what the channel accepted last, and what it was sent later, less what was sold there until it was read
	doubt bool        // nothing is known to have been accepted, and its level is dirty: of a call in progress nothing is saved yet
}

// SinceLive reads what became of the links of an account that were live, and do now what their account does.
func SinceLive(ctx context.Context, t *db.Tx, account string) (out Since, err error) {
	reads := map[string]*sinceRead{}
	err = t.Query(ctx, `SELECT l.channel_sku, b.live_at, CASE WHEN l.accepted_version > 0 THEN l.accepted_quantity ELSE 0 END,
			CASE WHEN l.accepted_version > 0 THEN l.accepted_at ELSE 0 END, l.confirmed_at, l.dirty_version > l.clean_version, `+ShownQuantity+`
		FROM levels_before b JOIN links l ON l.account = b.account AND l.channel_sku = b.channel_sku
		WHERE b.account = $1 AND b.quantity >= 0 AND b.live_at >= $2 AND l.apart = ''`, func(rows *sql.Rows) error {
		var sku string
		var liveAt, confirmedAt int64
		var dirty bool
		var accepted, seen expecting
		if err := rows.Scan(&sku, &liveAt, &accepted.quantity, &accepted.at, &confirmedAt, &dirty, &seen.quantity, &seen.at); err != nil {
			return err
		}
		shows, live := accepted.at+showsWithin, accepted.at >= liveAt
		if confirmedAt >= accepted.at {
			shows = confirmedAt
		}
		switch later := seen.quantity >= 0 && seen.at > max(shows, liveAt); {
		case later && live:
			reads[sku] = &sinceRead{shown: seen, from: accepted.at, sent: []expecting{accepted}}
		case later:
			reads[sku] = &sinceRead{shown: seen, from: liveAt, doubt: dirty}
		case live:
			out.Ours = append(out.Ours, sku)
		}
		return nil
	}, account, t.Now-stock.UndoWithin.Microseconds())
	if err == nil && len(reads) > 0 {
		err = expectSent(ctx, t, account, reads)
	}
	if err != nil {
		return Since{}, fmt.Errorf("read what %s lists since it was live: %w", account, err)
	}
	for sku, r := range reads {
		switch {
		case slices.ContainsFunc(r.sent, func(e expecting) bool { return e.quantity == r.shown.quantity }):
			out.Ours = append(out.Ours, sku)
		case !r.doubt:
			out.Theirs = append(out.Theirs, sku)
		}
	}
	slices.Sort(out.Ours)
	slices.Sort(out.Theirs)
	return out, nil
}

// expectSent adds what was sent to listings since the channel accepted something last, and takes from all of that what was sold there until they were
// read. A call that got no answer may have been carried out, so each counts.
func expectSent(ctx context.Context, t *db.Tx, account string, reads map[string]*sinceRead) error {
	err := t.Query(ctx, `SELECT p.channel_sku, p.quantity, p.sent_at FROM {{rows 1}} CROSS JOIN pushes p JOIN levels_before b ON b.account = p.account AND b.channel_sku = p.channel_sku
		WHERE p.account = CAST($2 AS TEXT) AND p.channel_sku = r.value AND p.sent_at >= b.live_at`, func(rows *sql.Rows) error {
		var sku string
		var e expecting
		err := rows.Scan(&sku, &e.quantity, &e.at)
		if r := reads[sku]; err == nil && e.at >= r.from && e.at <= r.shown.at {
			r.doubt = r.doubt || len(r.sent) == 0
			r.sent = append(r.sent, e)
		}
		return err
	}, db.Texts(slices.Collect(maps.Keys(reads))), account)
	if err != nil {
		return err
	}
	since := t.Now
	for _, r := range reads {
		for _, e := range r.sent {
			since = min(since, e.at)
		}
	}
	return bought(ctx, t.Query, account, since, func(b purchase) {
		r, wanted := reads[b.channelSKU]
		if !wanted || b.placedAt > r.shown.at {
			return
		}
		for i := range r.sent {
			if b.seenAt > r.sent[i].at {
				r.sent[i].quantity -= b.units
			}
		}
	})
}
