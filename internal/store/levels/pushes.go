package levels

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// DirtyLevel is a listing whose level on the channel may be wrong, with the level it should have now.
type DirtyLevel struct {
	ChannelSKU string
	ListingRef string
	Quantity   int
	At         stock.ByLocation // of Quantity, what each location is to list; nil: the channel has one level for all
	Version    int64            // goes up with every change of the level
	DirtySince time.Time        // when the oldest change not yet pushed was saved
	Call       int              // of a turn, by SpendRevisions

	queued   stock.Queued // what a feed has of it
	apart    Apart
	accepted int   // the quantity that the channel accepted last, or stock.UnknownListed
	triedAt  int64 // when it was sent in vain; 0: not since it was answered last
}

// Push is the outcome of sending one level.
type Push struct {
	ChannelSKU string
	Version    int64
	Quantity   int
	SentAt     time.Time
	AckedAt    time.Time      // zero: not accepted
	Fault      *channel.Fault // set when not accepted
	RequestID  string
	Stale      bool             // with Fault, or accepted lower (stock.Lowered): the channel had another quantity than it was to overwrite; Seen is what it has
	Seen       int              // or stock.UnknownSeen
	At         []LocationLevel  // what the channel lists at single locations since
	Wanted     stock.ByLocation // of Quantity, what each location was to list; nil: the channel has one level for all
	ScanFrom   time.Time        // see stock.Sending
	Ahead      bool             // it was sent ahead of a feed
	UsedUpAt   time.Time        // with Fault: when the channel took no more revisions of the listing; zero: it does
	Until      time.Time        // with UsedUpAt: when it is sent again
	Used       int              // with UsedUpAt: how many revisions the channel takes on a day
}

// DirtyCount returns how many of the account's listings have a level to be sent, without refused levels that wait for a change. It
// includes those that wait for a scan of orders or for a later time.
func (s *Store) DirtyCount(ctx context.Context, account string) (int, error) {
	return s.count(ctx, account, Unsent)
}

// SendableCount returns how many of them can be sent now, or wait in a feed.
func (s *Store) SendableCount(ctx context.Context, account string) (int, error) {
	return s.count(ctx, account, Sendable)
}

func (s *Store) count(ctx context.Context, account, condition string) (int, error) {
	n := 0
	err := s.Read(ctx, `SELECT COUNT(*) FROM links l WHERE l.account = CAST($1 AS TEXT) AND `+condition,
		func(rows *sql.Rows) error { return rows.Scan(&n) }, account)
	if err != nil {
		return 0, fmt.Errorf("count dirty levels of %s: %w", account, err)
	}
	return n, nil
}

// free is the SQL condition for a link of the account $1 whose level is to be sent now and is in no feed.
var free = sendableOfOne + ` AND NOT (EXISTS (SELECT 1 FROM level_feeds y WHERE y.account = CAST($1 AS TEXT)) AND ` + inFeed + `)`

// looksAhead is how many times as many of the longest dirty levels are read as are sent, to find the urgent ones among them. What is passed
// over is among the first of the next reading: it waits only as long as every turn is full of more urgent ones.
const looksAhead = 2

// DirtyLevels returns levels to be sent that are in no feed, each with its version and its quantity, read by one statement: of the longest
// dirty those first that buyers could oversell (stock.Urgency), and behind all those that were sent in vain, so that one that always fails holds up no other.
func (s *Store) DirtyLevels(ctx context.Context, account string, limit int) ([]DirtyLevel, error) {
	limit = db.Limited(limit)
	list, err := s.toSend(ctx, `l.account = CAST($1 AS TEXT) AND `+free, account, db.Limited(looksAhead*limit))
	if err != nil {
		return nil, fmt.Errorf("list dirty levels of %s: %w", account, err)
	}
	slices.SortStableFunc(list, func(a, b DirtyLevel) int {
		return cmp.Or(cmp.Compare(a.triedAt, b.triedAt), cmp.Compare(a.urgency(), b.urgency()))
	})
	return list[:min(limit, len(list))], nil
}

func (d DirtyLevel) urgency() stock.Urgency { return stock.UrgencyOf(d.accepted, d.Quantity) }

// toSend reads the levels of the links l of a condition, at most $2, of the account $1. What goes back is read later than its version: a sale in
// between is in it, and gives it another version.
func (s *Store) toSend(ctx context.Context, condition string, args ...any) ([]DirtyLevel, error) {
	out, err := s.offered(ctx, condition, args...)
	if err != nil {
		return nil, err
	}
	var back []string
	for _, d := range out {
		if d.apart == Undo {
			back = append(back, d.ChannelSKU)
		}
	}
	if len(back) == 0 {
		return out, nil
	}
	before, err := s.before(ctx, args[0], back)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(setBack(out, before), func(d DirtyLevel) bool { return d.Quantity == stock.UnknownListed }), nil
}

// offered reads the levels with what the stock offers.
func (s *Store) offered(ctx context.Context, condition string, args ...any) ([]DirtyLevel, error) {
	var out []DirtyLevel
	var sum stock.ByLocation
	var byLocation bool
	divide := func() {
		if n := len(out); n > 0 && byLocation {
			out[n-1].At = stock.Split(out[n-1].Quantity, sum)
		}
	}
	err := s.Read(ctx, `WITH dirty AS (
			SELECT l.account, l.channel_sku, l.listing_ref, l.sku, l.dirty_version, l.tried_at, l.dirty_since, l.held, l.held_cap, l.apart,
				CASE WHEN l.accepted_version > 0 THEN l.accepted_quantity ELSE -1 END AS accepted FROM links l
			WHERE `+condition+`
			ORDER BY l.tried_at, l.dirty_since, l.channel_sku LIMIT $2)
		SELECT d.channel_sku, d.listing_ref, d.dirty_version, d.dirty_since, a.buffer, a.cap, `+StruckOff("d")+`, a.by_location, d.held, d.held_cap, d.apart, d.accepted, d.tried_at, `+PartColumns+`
		FROM dirty d JOIN accounts a ON a.id = d.account `+PartsOf("d")+`
		ORDER BY d.tried_at, d.dirty_since, d.channel_sku, p.location`, func(rows *sql.Rows) error {
		var d DirtyLevel
		var since int64
		var offer stock.Offer
		var hold stock.Hold
		var on PartRow
		if err := rows.Scan(append([]any{&d.ChannelSKU, &d.ListingRef, &d.Version, &since, &offer.Buffer, &offer.Cap, &offer.Off, &byLocation, &hold.Units, &hold.Cap, &d.apart, &d.accepted, &d.triedAt},
			on.Dest()...)...); err != nil {
			return err
		}
		if n := len(out); n == 0 || out[n-1].ChannelSKU != d.ChannelSKU {
			divide()
			d.DirtySince = db.At(since)
			out, sum = append(out, d), nil
		}
		on.Offer(&sum)
		offer.Raw = sum.Sum()
		out[len(out)-1].Quantity = offer.Level(hold)
		return nil
	}, args...)
	divide()
	return out, err
}

// TriedInVain puts levels behind the others that are to be sent, after a call about all of them that failed.
func (s *Store) TriedInVain(ctx context.Context, account string, channelSKUs []string) error {
	return s.Write(ctx, "put levels of "+account+" behind", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE links SET tried_at = CAST($3 AS BIGINT), doubted_at = CAST($3 AS BIGINT) WHERE account = CAST($2 AS TEXT)
			AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(channelSKUs), account, t.Now)
		return err
	})
}

// RefusedLinks is stock.Track.Refused in SQL, in the words of the index links_refused.
const RefusedLinks = `channel_fulfils = 0 AND dirty_version > clean_version AND dirty_version <= failed_version`

// RetryPushes marks the account's refused levels to be sent again and returns their number.
func (s *Store) RetryPushes(ctx context.Context, account string) (int, error) {
	n := 0
	err := s.Write(ctx, "retry pushes of "+account, func(ctx context.Context, t *db.Tx) error {
		var err error
		n, err = t.Exec(ctx, `UPDATE links SET failed_version = 0 WHERE account = $1 AND `+RefusedLinks, account)
		return err
	})
	return n, err
}

// DirtyAccounts returns the accounts with a level that has been waiting since before olderThan, or a feed sent before it that may be asked about. Left out
// are accounts that are paused or not enabled, and those whose stock is paused unless they have such a feed.
func (s *Store) DirtyAccounts(ctx context.Context, olderThan time.Time) ([]string, error) {
	out, err := dirtyAccounts(ctx, s.Read, olderThan.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("list dirty accounts: %w", err)
	}
	return out, nil
}
