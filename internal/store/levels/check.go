package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// linkTrack is the track of an account's link.
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

// writeTracks saves the tracks of locked links after an answer of the channel. The list is materialized because SQLite would
// otherwise read the whole list for each of the account's links.
func writeTracks(ctx context.Context, t *db.Tx, account string, list []linkTrack) error {
	if len(list) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `WITH now AS MATERIALIZED (
			SELECT CAST($2 AS TEXT) AS account, {{values 1}} FROM {{rows 1}})
		UPDATE links SET dirty_version = now.dirty_version, dirty_since = now.dirty_since, clean_version = now.clean_version,
			failed_version = now.failed_version, accepted_version = now.accepted_version, accepted_quantity = now.accepted_quantity,
			accepted_at = now.accepted_at, checked_version = now.checked_version, confirmed_at = now.confirmed_at, misses = now.misses,
			channel_fulfils = now.channel_fulfils, tried_at = now.tried_at, doubted_at = now.doubted_at, stale_at = now.stale_at, seen_quantity = now.seen_quantity,
			later_version = now.later_version, later_until = now.later_until, later_used = now.later_used
		FROM now WHERE links.account = now.account AND links.channel_sku = now.channel_sku`, db.RowsOf(list), account)
	return err
}

// CodeNotShown is the fault code for a level that the channel accepted several times and never showed.
const CodeNotShown = "level-not-shown"

// uncheckedLinks is stock.Track.Unchecked in SQL: its first condition is that of the index links_unchecked.
const uncheckedLinks = `accepted_version > checked_version AND dirty_version = accepted_version AND channel_fulfils = 0`

// doubtedLinks is stock.Track.Doubted in SQL.
const doubtedLinks = uncheckedLinks + ` AND doubted_at > 0`

// AcceptedLevel is a level that the channel accepted and has not shown so far.
type AcceptedLevel struct {
	ChannelSKU string
	Version    int64
	Quantity   int
}

// UncheckedLevels returns levels that were accepted before a time and were not read back, the oldest first.
func (s *Store) UncheckedLevels(ctx context.Context, account string, acceptedBefore time.Time, limit int) ([]AcceptedLevel, error) {
	return s.accepted(ctx, account, uncheckedLinks, acceptedBefore, limit)
}

// DoubtedLevels returns those of them that were sent in vain before, so that what was sent then may still come.
func (s *Store) DoubtedLevels(ctx context.Context, account string, acceptedBefore time.Time, limit int) ([]AcceptedLevel, error) {
	return s.accepted(ctx, account, doubtedLinks, acceptedBefore, limit)
}

func (s *Store) accepted(ctx context.Context, account, condition string, acceptedBefore time.Time, limit int) ([]AcceptedLevel, error) {
	var out []AcceptedLevel
	err := s.Read(ctx, `SELECT channel_sku, accepted_version, accepted_quantity FROM links
		WHERE account = $1 AND accepted_at < $2 AND `+condition+` ORDER BY accepted_at, channel_sku LIMIT $3`,
		func(rows *sql.Rows) error {
			var a AcceptedLevel
			err := rows.Scan(&a.ChannelSKU, &a.Version, &a.Quantity)
			out = append(out, a)
			return err
		}, account, acceptedBefore.UnixMicro(), db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list levels of %s that were not read back: %w", account, err)
	}
	return out, nil
}

// ShownLevel is what the channel shows for an accepted level.
type ShownLevel struct {
	AcceptedLevel
	Shown   int  // as listed, or channel.UnknownQuantity
	Missing bool // the channel has no such listing
	Fulfils bool // the channel fulfils it itself by now: its level is not ours to set
}

// SaveShown saves what the channel shows for accepted levels. A level shown differently becomes dirty. A lower one is first read
// once more, because a buyer may have bought units that no scan has seen. Levels that changed since are ignored. Repeating the
// call only saves its calls again. Without a look nobody else is looked for who has set them.
func (s *Store) SaveShown(ctx context.Context, account, runID string, look Look, levels []ShownLevel, calls ...runs.Call) (message.CheckCounts, error) {
	var counts message.CheckCounts
	err := s.Write(ctx, "save shown levels of "+account, func(ctx context.Context, t *db.Tx) error {
		c := &shownSave{Tx: t, account: account, runID: runID, look: look}
		if err := c.run(ctx, levels); err != nil {
			return err
		}
		counts = c.counts
		return runs.SaveCalls(ctx, t, calls)
	})
	return counts, err
}

// shownSave is one attempt to save what the channel shows.
type shownSave struct {
	*db.Tx
	account, runID string
	look           Look
	tracks         map[string]stock.Track
	watched        map[string]bool // that somebody else has set of late; true: it is contested
	rows           []linkTrack
	refused        []refusedRow
	drifts         []driftRow
	faults         []*channel.Fault
	items          []runs.Item
	counts         message.CheckCounts
}

func (c *shownSave) run(ctx context.Context, levels []ShownLevel) error {
	var err error
	c.tracks, err = lockTracks(ctx, c.Tx, `o.account = CAST($2 AS TEXT) AND o.channel_sku = r.value`,
		db.RowsBy(levels, func(l ShownLevel) string { return l.ChannelSKU }), c.account)
	if err != nil {
		return err
	}
	if c.watched, err = watched(ctx, c.Tx, c.account, levels); err != nil {
		return err
	}
	for _, l := range levels {
		if track := c.tracks[l.ChannelSKU]; track.Unchecked() && track.Accepted == l.Version {
			c.decide(l, track)
		}
	}
	if err := runs.SaveFaults(ctx, c.Tx, c.account, c.faults); err != nil {
		return err
	}
	if err := writeTracks(ctx, c.Tx, c.account, c.rows); err != nil {
		return err
	}
	if err := saveRefused(ctx, c.Tx, c.account, c.refused, nil); err != nil {
		return err
	}
	if err := saveDrifts(ctx, c.Tx, c.account, c.drifts); err != nil {
		return err
	}
	return runs.SaveItems(ctx, c.Tx, c.items)
}

func (c *shownSave) decide(l ShownLevel, track stock.Track) {
	reading := stock.Reading{Accepted: l.Quantity, Shown: l.Shown, Missing: l.Missing, Theirs: l.Fulfils, Misses: track.Misses}
	item := runs.Item{RunID: c.runID, Type: "level", Reference: l.ChannelSKU, Reason: reading.Text(), At: db.At(c.Now)}
	contested, watched := c.watched[l.ChannelSKU]
	if watched && !l.Missing && !l.Fulfils && l.Shown != channel.UnknownQuantity && l.Shown != l.Quantity {
		c.drifts = append(c.drifts, drift(l.ChannelSKU, track, l.Shown, c.look, c.Now))
	}
	if contested && !l.Missing && reading.Answer() != stock.Confirmed { // it is not sent again before it changes here
		track.Checked, track.DoubtedAt = track.Accepted, 0
		item.Status = runs.ItemSkipped
		c.counts.Unknown++
		c.rows, c.items = append(c.rows, linkTrack{l.ChannelSKU, TrackRow(track)}), append(c.items, item)
		return
	}
	switch track.Shows(reading, c.Now) {
	case stock.NoAnswer:
		c.counts.Unknown++
		item.Status = runs.ItemSkipped
	case stock.Confirmed:
		c.counts.Confirmed++
		item.Status = runs.ItemDone
	case stock.GivenUp:
		c.counts.GivenUp++
		f := channel.NewFault(channel.Conflict, string(channel.OpListings), item.Reason)
		f.Code, f.Hit = CodeNotShown, channel.Hit{RunID: c.runID, SKU: l.ChannelSKU}
		item.Status, item.FaultID = runs.ItemError, f.ID
		c.faults = append(c.faults, f)
		c.refused = append(c.refused, refusedRow{l.ChannelSKU, CodeNotShown})
	case stock.WaitsOnce:
		c.counts.Waiting++
		item.Status = runs.ItemPending
	case stock.Missed:
		c.counts.Missed++
		item.Status = runs.ItemError
	}
	c.rows, c.items = append(c.rows, linkTrack{l.ChannelSKU, TrackRow(track)}), append(c.items, item)
}
