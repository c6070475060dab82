package publications

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// AcceptedListing is a SKU that a channel accepted last with an item, and that was not read back.
type AcceptedListing struct {
	Item       int64 // its id
	Account    string
	Endpoint   channel.Endpoint
	SKU        string
	ChannelSKU string
	ListingID  string    // empty: not known
	SentAt     time.Time // zero: nothing was sent, the channel had it already
}

// ListedStep is what the channel shows for an accepted listing.
type ListedStep struct {
	AcceptedListing
	Step      listing.Step // Listed or Live; empty: the channel shows no such listing
	Unapplied bool         // with an empty Step: there is a listing, and it is as it was before the change was sent
}

// unread narrows published o to what publication.Standing.Unread may call so, in the words of the partial index.
const unread = `o.item > 0 AND o.shown = 0`

// AcceptedListings returns what an account's channel accepted before a time and was not asked about since, the oldest first.
// account is the one whose connection is used.
func (s *Store) AcceptedListings(ctx context.Context, account string, acceptedBefore time.Time, limit int) ([]AcceptedListing, error) {
	var out []AcceptedListing
	err := s.Read(ctx, `SELECT o.account, o.endpoint, `+db.SelectsOf[standingRow]("o")+`, COALESCE(i.listing_id, '')
		FROM published o LEFT JOIN run_items i ON i.id = o.item WHERE o.through = $1 AND `+unread+` AND o.accepted_at < $2
		ORDER BY o.accepted_at, o.account, o.endpoint, o.sku LIMIT $3`, func(rows *sql.Rows) error {
		var a AcceptedListing
		var r standingRow
		if err := rows.Scan(append(append([]any{&a.Account, &a.Endpoint}, db.FieldsOf(&r)...), &a.ListingID)...); err != nil {
			return err
		}
		if s := r.standing(); s.Due(acceptedBefore) {
			a.Item, a.SKU, a.ChannelSKU, a.SentAt = s.Item, r.SKU, s.Name(r.SKU), s.SentAt
			out = append(out, a)
		}
		return nil
	}, account, db.Micro(acceptedBefore), db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list what %s has accepted and not shown: %w", account, err)
	}
	return out, nil
}

// SaveListedSteps saves what the channel shows for accepted listings. A listing that is not shown is asked about again, and ends
// in error after the seventh time. Listings accepted again meanwhile are ignored. Repeating the call only saves its calls again.
func (s *Store) SaveListedSteps(ctx context.Context, steps []ListedStep, calls ...runs.Call) (publication.ListedCounts, error) {
	var counts publication.ListedCounts
	err := s.Write(ctx, "save what the channel shows", func(ctx context.Context, t *db.Tx) error {
		v := &listedSave{Tx: t}
		for batch := range slices.Chunk(steps, db.BatchRows) {
			if err := v.save(ctx, batch); err != nil {
				return err
			}
		}
		counts = v.counts
		return runs.SaveCalls(ctx, t, calls)
	})
	return counts, err
}

// listedSave is one attempt to save what a channel shows.
type listedSave struct {
	*db.Tx
	counts publication.ListedCounts
}

// publishedKey identifies a row of published.
type publishedKey struct {
	Account  string           `db:"account"`
	Endpoint channel.Endpoint `db:"endpoint"`
	SKU      string           `db:"sku"`
}

func (l ListedStep) key() publishedKey { return publishedKey{l.Account, l.Endpoint, l.SKU} }

// look is what a channel shows for an accepted listing that waits for it.
type look struct {
	publishedKey
	publication.Look
}

// lookRow has the columns that a look fills.
type lookRow struct {
	publishedKey
	Misses     int       `db:"misses"`
	AcceptedAt time.Time `db:"accepted_at"`
	Shown      bool      `db:"shown"`
}

// row returns the columns to save for a look.
func (l look) row(at time.Time) lookRow {
	misses, since, answered := l.Seen(at)
	return lookRow{l.publishedKey, misses, since, answered}
}

func (v *listedSave) save(ctx context.Context, steps []ListedStep) error {
	looks, err := v.waiting(ctx, steps)
	if err != nil || len(looks) == 0 {
		return err
	}
	items, err := v.families(ctx, looks)
	if err != nil {
		return err
	}
	pure := make([]publication.Look, len(looks))
	for i, l := range looks {
		pure[i] = l.Look
	}
	v.counts = v.counts.Add(publication.ReadBack(items, pure))
	_, err = v.Exec(ctx, `WITH given AS MATERIALIZED (SELECT {{values 1}} FROM {{rows 1}})
		UPDATE published SET shown = given.shown, misses = given.misses, accepted_at = given.accepted_at
		FROM given WHERE published.account = given.account AND published.endpoint = given.endpoint AND published.sku = given.sku`,
		db.RowsBy(looks, func(l look) lookRow { return l.row(db.At(v.Now)) }))
	if err != nil {
		return err
	}
	if err := writeItems(ctx, v.Tx, items); err != nil {
		return err
	}
	if err := v.noteFailed(ctx, looks, items); err != nil {
		return err
	}
	return v.recount(ctx, publication.Ended(items, publication.Error))
}

// waiting reads and locks the listings, and returns the looks at those that still wait for this answer. A repeated one counts once.
func (v *listedSave) waiting(ctx context.Context, steps []ListedStep) ([]look, error) {
	found := map[publishedKey]publication.Standing{}
	err := v.Query(ctx, `SELECT o.account, o.endpoint, `+db.SelectsOf[standingRow]("o")+` FROM {{rows 1}} CROSS JOIN published o
		WHERE o.account = r.account AND o.endpoint = r.endpoint AND o.sku = r.sku ORDER BY o.account, o.endpoint, o.sku {{lock o}}`, func(rows *sql.Rows) error {
		var key publishedKey
		var r standingRow
		err := rows.Scan(append([]any{&key.Account, &key.Endpoint}, db.FieldsOf(&r)...)...)
		key.SKU = r.SKU
		found[key] = r.standing()
		return err
	}, db.RowsBy(steps, ListedStep.key))
	var out []look
	for _, l := range steps {
		if s := found[l.key()]; s.Awaits(l.Item) {
			delete(found, l.key())
			out = append(out, look{l.key(), publication.Look{Item: l.Item, Step: l.Step, Unapplied: l.Unapplied, Misses: s.Misses, Since: s.AcceptedAt}})
		}
	}
	return out, err
}

// families reads and locks the items that were looked at, with their products and all variants of these.
func (v *listedSave) families(ctx context.Context, looks []look) ([]*publication.Item, error) {
	return readItems(ctx, v.Tx, `WITH given AS MATERIALIZED (SELECT i.id, i.run_id, i.parent FROM {{rows 1}} CROSS JOIN run_items i WHERE i.id = r.value),
		families AS MATERIALIZED (SELECT DISTINCT t.run_id, t.parent FROM given t WHERE t.parent <> ''),
		found AS MATERIALIZED (SELECT t.id FROM given t
			UNION SELECT i.id FROM families f CROSS JOIN run_items i WHERE i.run_id = f.run_id AND i.reference = f.parent AND i.type = 'product'
			UNION SELECT i.id FROM families f CROSS JOIN run_items i WHERE i.run_id = f.run_id AND i.parent = f.parent AND i.parent <> '' AND i.type = 'variant')`,
		db.RowsBy(looks, func(l look) int64 { return l.Look.Item }))
}
