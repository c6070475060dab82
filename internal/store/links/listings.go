package links

import (
	"context"
	"database/sql"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
)

// ListingsPage is one page of an import, to be saved in one transaction.
type ListingsPage struct {
	Account   string
	RunID     string
	SeenAt    time.Time   // when the channel's answer arrived
	Look      levels.Look // when it was asked; zero: its levels are not compared with those that it has accepted
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
	page     ListingsPage
	imported *listing.Import
	result   ListingsResult
}

func (p *listingsSave) run(ctx context.Context) error {
	p.imported = listing.NewImport(p.shown())
	steps := []func(context.Context) error{p.compare, p.upsert, p.glimpse}
	if p.page.Last {
		steps = append(steps, p.end)
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := runs.SaveItems(ctx, p.Tx, p.items()); err != nil {
		return err
	}
	return runs.SaveCalls(ctx, p.Tx, p.page.Calls)
}

// shown returns the page's listings as they can be stored.
func (p *listingsSave) shown() []listing.Shown {
	out := make([]listing.Shown, len(p.page.Listings))
	for i, l := range p.page.Listings {
		out[i] = listing.Shown{
			ChannelSKU: db.Clean(l.SKU), ListingID: db.Clean(l.ListingID), Ref: db.Clean(l.Ref), Title: db.Clean(l.Title), State: l.State,
			ChannelStatus: db.Clean(l.ChannelStatus), Quantity: l.Quantity, Price: l.Price, Currency: db.Clean(l.Currency), ChannelFulfils: l.ChannelFulfils,
			UpdatedAt: db.At(db.Micro(l.UpdatedAt)), SeenAt: p.page.SeenAt,
		}
	}
	return out
}

// listingKey identifies a row of an account's listings.
type listingKey struct {
	ChannelSKU string `db:"channel_sku"`
	ListingID  string `db:"listing_id"`
}

func keyOf(s listing.Shown) listingKey { return listingKey{s.ChannelSKU, s.ListingID} }

// shownRow has the columns of a row of listings that the channel shows.
type shownRow struct {
	listingKey
	Ref            string        `db:"ref"`
	Title          string        `db:"title"`
	State          listing.State `db:"state"`
	ChannelStatus  string        `db:"channel_status"`
	Quantity       int           `db:"quantity"`
	Price          int64         `db:"price"`
	Currency       string        `db:"currency"`
	ChannelFulfils bool          `db:"channel_fulfils"`
	UpdatedAt      time.Time     `db:"updated_at"`
	Unmanaged      bool          `db:"unmanaged"`
}

func rowOfShown(s listing.Shown) shownRow {
	return shownRow{keyOf(s), s.Ref, s.Title, s.State, s.ChannelStatus, s.Quantity, s.Price, s.Currency, s.ChannelFulfils, s.UpdatedAt, s.Unmanaged}
}

// compare reads and locks what was known of the page's listings.
func (p *listingsSave) compare(ctx context.Context) error {
	known := map[listing.Key]listing.Shown{}
	err := p.Query(ctx, `SELECT `+listingColumns+` FROM {{rows 1}} CROSS JOIN listings o
		WHERE o.account = CAST($2 AS TEXT) AND o.channel_sku = r.channel_sku AND o.listing_id = r.listing_id
		ORDER BY o.channel_sku, o.listing_id {{lock o}}`, func(rows *sql.Rows) error {
		var l listingFields
		err := rows.Scan(l.dest()...)
		known[l.Key()] = l.listing().Shown
		return err
	}, db.RowsBy(p.imported.Listings(), keyOf), p.page.Account)
	if err != nil {
		return err
	}
	p.imported.Compare(known)
	c := p.imported.Counts
	p.result.Counts = message.Counts{Seen: c.Seen, Saved: c.Saved, Same: c.Same, Skipped: c.Skipped, Errors: c.Errors}
	return nil
}

func (p *listingsSave) upsert(ctx context.Context) error {
	_, err := p.Exec(ctx, upsertListings, db.RowsBy(p.imported.Listings(), rowOfShown), p.page.Account, db.Micro(p.page.SeenAt), p.page.RunID)
	if err != nil {
		return err
	}
	shown := map[string][]levels.LocationLevel{}
	for _, l := range p.page.Listings {
		if l.At == nil {
			continue
		}
		var at []levels.LocationLevel
		for location, n := range l.At {
			at = append(at, levels.LocationLevel{Location: location, Quantity: n, AsOf: p.page.SeenAt})
		}
		shown[db.Clean(l.SKU)] = at // also where no location stocks it
	}
	return levels.SaveShownAt(ctx, p.Tx, p.page.Account, shown, p.page.SeenAt)
}

// glimpse notes which levels, prices, titles and statuses are shown otherwise than they were accepted.
func (p *listingsSave) glimpse(ctx context.Context) error {
	if p.page.Look.AskedAt.IsZero() {
		return nil
	}
	var list []levels.Glimpsed
	for _, s := range p.imported.Listings() {
		if s.ChannelSKU != "" && !s.ChannelFulfils && s.State == listing.StateLive && s.Quantity != listing.UnknownQuantity {
			list = append(list, levels.Glimpsed{ChannelSKU: s.ChannelSKU, Ref: s.Ref, Shown: s.Quantity})
		}
	}
	if err := levels.SaveGlimpsed(ctx, p.Tx, p.page.Account, list, p.page.Look); err != nil {
		return err
	}
	return levels.SaveFields(ctx, p.Tx, p.page.Account, p.imported.Listings(), false, p.page.Look)
}

// upsertListings writes the listings of account $2 that run $4 has met at $3.
const upsertListings = `INSERT INTO listings ({{columns 1}}, account, seen_at, run_id)
	SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT) FROM {{rows 1}} WHERE true
	ON CONFLICT (account, channel_sku, listing_id) DO UPDATE SET ref = excluded.ref, title = excluded.title, state = excluded.state,
		channel_status = excluded.channel_status, quantity = excluded.quantity, price = excluded.price, currency = excluded.currency, channel_fulfils = excluded.channel_fulfils,
		updated_at = excluded.updated_at, seen_at = excluded.seen_at, run_id = excluded.run_id, gone_at = 0, unmanaged = excluded.unmanaged`

// items returns the entries of the run's register.
func (p *listingsSave) items() []runs.Item {
	out := make([]runs.Item, len(p.imported.Results))
	for i, r := range p.imported.Results {
		out[i] = runs.Item{RunID: p.page.RunID, Type: "listing", Reference: r.Reference, Status: runs.ItemStatus(r.Status),
			Reason: r.Reason, RequestID: p.page.RequestID, At: db.At(p.Now)}
	}
	return out
}
