package links

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
)

// ListingsPage is one page of an import, to be saved in one transaction.
type ListingsPage struct {
	Account   string
	RunID     string
	SeenAt    time.Time // when the channel's answer arrived
	Listings  []channel.Listed
	RequestID string
	Calls     []runs.Call // with which the page was read
	// On the last page, listings that this run has not seen are marked gone, and links follow their listings.
	Last bool
}

// ListingsResult has the changes that a page of listings made.
type ListingsResult struct {
	Counts message.Counts
	Gone   int  // listings that the channel shows no more; on the last page only
	Dirty  bool // a link points elsewhere now: the account has levels to be sent
}

// SaveListings saves one page of an account's listings. It may be repeated; the calls are saved each time. The number of
// statements does not depend on the number of listings.
func (s *Store) SaveListings(ctx context.Context, page ListingsPage) (ListingsResult, error) {
	var result ListingsResult
	err := s.Write(ctx, "save listings of "+page.Account, func(ctx context.Context, t *db.Tx) error {
		p := &listingsSave{Tx: t, page: page}
		if err := p.run(ctx); err != nil {
			return err
		}
		result = p.result
		return nil
	})
	return result, err
}

// listingsSave is one attempt to save a page of listings.
type listingsSave struct {
	*db.Tx
	page   ListingsPage
	fresh  map[listingKey]Listing
	known  map[listingKey]Listing
	items  []runs.Item
	result ListingsResult
}

func (p *listingsSave) run(ctx context.Context) error {
	steps := []func(context.Context) error{p.sortOut, p.readKnown, p.count, p.upsert}
	if p.page.Last {
		steps = append(steps, p.markGone, p.moveLinks)
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := runs.SaveItems(ctx, p.Tx, p.items); err != nil {
		return err
	}
	return runs.SaveCalls(ctx, p.Tx, p.page.Calls)
}

// sortOut removes repeated listings of the page.
func (p *listingsSave) sortOut(context.Context) error {
	p.result.Counts.Seen = len(p.page.Listings)
	p.fresh = map[listingKey]Listing{}
	for _, l := range p.page.Listings {
		key := listingKeyOf(l)
		if key == (listingKey{}) {
			p.result.Counts.Errors++
			p.item(cmp.Or(l.Title, "(no title)"), runs.ItemError, "the channel gave neither SKU nor listing id")
			continue
		}
		if _, twice := p.fresh[key]; twice {
			p.result.Counts.Same++
		}
		p.fresh[key] = Listing{
			Account: p.page.Account, ChannelSKU: key.sku, ListingID: key.id, Ref: db.Clean(l.Ref), Title: db.Clean(l.Title), State: l.State,
			ChannelStatus: db.Clean(l.ChannelStatus), Quantity: l.Quantity, ChannelFulfils: l.ChannelFulfils,
			UpdatedAt: db.At(db.Micro(l.UpdatedAt)), SeenAt: db.At(db.Micro(p.page.SeenAt)),
		}
	}
	return nil
}

// listingID identifies a row of an account's listings.
type listingID struct {
	ChannelSKU string `db:"channel_sku"`
	ListingID  string `db:"listing_id"`
}

// shownListingRow has the columns of a row of listings that the channel shows.
type shownListingRow struct {
	listingID
	Ref            string               `db:"ref"`
	Title          string               `db:"title"`
	State          channel.ListingState `db:"state"`
	ChannelStatus  string               `db:"channel_status"`
	Quantity       int                  `db:"quantity"`
	ChannelFulfils bool                 `db:"channel_fulfils"`
	UpdatedAt      time.Time            `db:"updated_at"`
}

// readKnown reads what earlier imports knew of the page's listings.
func (p *listingsSave) readKnown(ctx context.Context) error {
	p.known = map[listingKey]Listing{}
	return p.Query(ctx, `SELECT `+listingColumns+` FROM {{rows 1}} CROSS JOIN listings o
		WHERE o.account = CAST($2 AS TEXT) AND o.channel_sku = r.channel_sku AND o.listing_id = r.listing_id
		ORDER BY o.channel_sku, o.listing_id {{lock o}}`, func(rows *sql.Rows) error {
		var l listingFields
		err := rows.Scan(l.dest()...)
		p.known[listingKey{l.ChannelSKU, l.ListingID}] = l.listing()
		return err
	}, db.RowsBy(listingKeys(p.fresh), func(k listingKey) listingID { return listingID{k.sku, k.id} }), p.page.Account)
}

// count counts new, changed and unchanged listings.
func (p *listingsSave) count(context.Context) error {
	for _, key := range listingKeys(p.fresh) {
		l, before := p.fresh[key], p.known[key]
		before.SeenAt = l.SeenAt
		switch {
		case key.sku == "":
			p.result.Counts.Skipped++
			p.item(key.id, runs.ItemSkipped, order.ReasonNoSKU)
		case l == before:
			p.result.Counts.Same++
		default:
			p.result.Counts.Saved++
			p.item(key.sku, runs.ItemDone, "")
		}
	}
	return nil
}

func (p *listingsSave) upsert(ctx context.Context) error {
	_, err := p.Exec(ctx, `INSERT INTO listings ({{columns 1}}, account, seen_at, run_id)
		SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT) FROM {{rows 1}} WHERE true
		ON CONFLICT (account, channel_sku, listing_id) DO UPDATE SET ref = excluded.ref, title = excluded.title, state = excluded.state,
			channel_status = excluded.channel_status, quantity = excluded.quantity, channel_fulfils = excluded.channel_fulfils,
			updated_at = excluded.updated_at, seen_at = excluded.seen_at, run_id = excluded.run_id, gone_at = 0, unmanaged = 0`,
		db.RowsBy(listingKeys(p.fresh), func(k listingKey) shownListingRow {
			l := p.fresh[k]
			return shownListingRow{listingID{k.sku, k.id}, l.Ref, l.Title, l.State, l.ChannelStatus, l.Quantity, l.ChannelFulfils, l.UpdatedAt}
		}), p.page.Account, db.Micro(p.page.SeenAt), p.page.RunID)
	return err
}

// markGone marks listings that this run has not seen, except those known only from a report, and those migrated and read back
// during the run, whose page may have passed.
func (p *listingsSave) markGone(ctx context.Context) error {
	var err error
	p.result.Gone, err = p.Exec(ctx, `UPDATE listings SET gone_at = $3 WHERE account = $1 AND run_id <> $2 AND unmanaged = 0 AND gone_at = 0
			AND seen_at < COALESCE((SELECT NULLIF(started_at, 0) FROM runs WHERE id = $2), CAST($3 AS BIGINT) + 1)`,
		p.page.Account, p.page.RunID, p.Now)
	return err
}

// moveLinks updates the links' references and whether the channel fulfils them. A link keeps its reference while one of the SKU's
// listings has it, or while they disagree. Links that can now be pushed, or have a new destination, become dirty.
func (p *listingsSave) moveLinks(ctx context.Context) error {
	var moved []Link
	err := p.Query(ctx, `WITH `+shownListings+`
		SELECT o.channel_sku FROM shown CROSS JOIN links o WHERE o.account = shown.account AND o.channel_sku = shown.channel_sku
			AND (o.listing_ref <> shown.ref OR o.channel_fulfils <> shown.fulfils) ORDER BY o.channel_sku`, func(rows *sql.Rows) error {
		l := Link{Account: p.page.Account}
		err := rows.Scan(&l.ChannelSKU)
		moved = append(moved, l)
		return err
	}, p.page.Account)
	if err != nil || len(moved) == 0 {
		return err
	}
	brake, err := levels.NewBrake(p.Tx, false).WatchLinks(ctx, namesOf(moved))
	if err != nil {
		return err
	}
	n, err := p.Exec(ctx, `WITH `+shownListings+`
		UPDATE links SET listing_ref = shown.ref, channel_fulfils = shown.fulfils, `+levels.Changed("CAST($2 AS BIGINT)", "CAST($3 AS TEXT)")+`
		FROM shown WHERE links.account = shown.account AND links.channel_sku = shown.channel_sku
			AND (links.listing_ref <> shown.ref OR links.channel_fulfils <> shown.fulfils)`, p.page.Account, p.Now, string(stock.ByLink))
	p.result.Dirty = n > 0
	if err != nil {
		return err
	}
	return brake.Apply(ctx)
}

// shownListings is what the listings show about the links of account $1.
const shownListings = `shown AS (
	SELECT k.account, k.channel_sku, MIN(l.channel_fulfils) AS fulfils,
		CASE WHEN MAX(CASE WHEN l.ref = k.listing_ref THEN 1 ELSE 0 END) = 1 OR MIN(l.ref) <> MAX(l.ref)
			THEN k.listing_ref ELSE MIN(l.ref) END AS ref
	FROM links k JOIN listings l ON l.account = k.account AND l.channel_sku = k.channel_sku
	WHERE k.account = $1 AND l.gone_at = 0 AND l.state <> 'ended' AND l.unmanaged = 0
	GROUP BY k.account, k.channel_sku, k.listing_ref)`

func (p *listingsSave) item(reference string, status runs.ItemStatus, reason string) {
	p.items = append(p.items, runs.Item{RunID: p.page.RunID, Type: "listing", Reference: db.Clean(reference), Status: status,
		Reason: reason, RequestID: p.page.RequestID, At: db.At(p.Now)})
}
