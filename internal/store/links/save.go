package links

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// SaveLinks saves links. A new link, or one with another SKU, becomes dirty. Order lines that waited for the link are
// linked and reserved.
func (s *Store) SaveLinks(ctx context.Context, links []Link) error {
	return s.saveLinks(ctx, links, false)
}

// SaveLinksPart saves one part of many: what the brake holds stays held until DecideHeld, so that all parts are checked as one
// change.
func (s *Store) SaveLinksPart(ctx context.Context, links []Link) error {
	return s.saveLinks(ctx, links, true)
}

func (s *Store) saveLinks(ctx context.Context, links []Link, part bool) error {
	for _, l := range links {
		if l.Account == "" || l.ChannelSKU == "" || l.SKU == "" {
			return fmt.Errorf("save links: link %q of account %q to SKU %q: all three are needed", l.ChannelSKU, l.Account, l.SKU)
		}
	}
	return s.Write(ctx, "save links", func(ctx context.Context, t *db.Tx) error { return LinkAll(ctx, t, links, part) })
}

// LinkAll saves links in a transaction; of two of one name the last counts.
func LinkAll(ctx context.Context, t *db.Tx, links []Link, part bool) error {
	unique := map[[2]string]Link{}
	for _, l := range links {
		unique[[2]string{l.Account, l.ChannelSKU}] = l
	}
	sorted := db.SortedValues(unique)
	if err := CloseLinks(ctx, t, sorted); err != nil {
		return err
	}
	brakes := levels.NewBrake(t, part)
	for batch := range slices.Chunk(sorted, db.BatchRows) {
		if err := tie(ctx, t, brakes, batch); err != nil {
			return err
		}
		if err := mapUnlinked(ctx, t, batch); err != nil {
			return err
		}
	}
	return brakes.Decide(ctx)
}

// tie writes those links of a batch that are new or changed.
func tie(ctx context.Context, t *db.Tx, brakes *levels.Brake, batch []Link) error {
	ties, err := readTies(ctx, t, batch)
	if err != nil {
		return err
	}
	var rows []tiedRow
	known := false
	for i, name := range namesOf(batch) {
		was := ties[name]
		wanted := listing.Linked{Link: listing.Link{ChannelSKU: name.ChannelSKU, ListingRef: db.Clean(batch[i].ListingRef)}, SKU: db.Clean(batch[i].SKU)}
		if link, changed := listing.Tie(wanted, was.known, was.shown); changed {
			rows, known = append(rows, tiedRow{name, link.SKU, link.ListingRef, link.ChannelFulfils}), known || was.known != nil
		}
	}
	if len(rows) == 0 {
		return nil
	}
	names := make([]levels.LinkName, len(rows))
	for i, r := range rows {
		names[i] = r.LinkName
	}
	brake := brakes.WatchNewLinks(names)
	if known {
		if brake, err = brakes.WatchLinks(ctx, names); err != nil {
			return err
		}
	}
	if err := upsertLinks(ctx, t, rows); err != nil {
		return err
	}
	return brake.Hold(ctx)
}

// tied is what there is of a link that is to be saved.
type tied struct {
	known *listing.Linked // nil: it is new
	shown []listing.Shown // the listings of its channel SKU
}

// readTies reads what there is of some links.
func readTies(ctx context.Context, t *db.Tx, links []Link) (map[levels.LinkName]tied, error) {
	out := map[levels.LinkName]tied{}
	err := t.Query(ctx, `SELECT r.account, r.channel_sku, COALESCE(k.sku, ''), COALESCE(k.listing_ref, ''), COALESCE(k.channel_fulfils, 0),
			CASE WHEN o.account IS NULL THEN 0 ELSE 1 END, COALESCE(o.state, ''), COALESCE(o.channel_fulfils, 0), COALESCE(o.unmanaged, 0)
		FROM {{rows 1}} LEFT JOIN links k ON k.account = r.account AND k.channel_sku = r.channel_sku
			LEFT JOIN listings o ON o.account = r.account AND o.channel_sku = r.channel_sku AND `+isThere+`
		WHERE k.account IS NOT NULL OR o.account IS NOT NULL`, func(rows *sql.Rows) error {
		var name levels.LinkName
		var known listing.Linked
		var listed bool
		var shown listing.Shown
		err := rows.Scan(&name.Account, &name.ChannelSKU, &known.SKU, &known.ListingRef, &known.ChannelFulfils,
			&listed, &shown.State, &shown.ChannelFulfils, &shown.Unmanaged)
		one := out[name]
		if known.ChannelSKU = name.ChannelSKU; known.SKU != "" {
			one.known = &known
		}
		if listed {
			one.shown = append(one.shown, shown)
		}
		out[name] = one
		return err
	}, db.RowsOf(namesOf(links)))
	return out, err
}

func namesOf(links []Link) []levels.LinkName {
	out := make([]levels.LinkName, len(links))
	for i, l := range links {
		out[i] = levels.LinkName{Account: db.Clean(l.Account), ChannelSKU: db.Clean(l.ChannelSKU)}
	}
	return out
}

// CloseLinks blocks pages of orders of the links' accounts until the transaction ends, and waits for those being
// saved. Otherwise a line saved at the same time as its link would not see it, and stay unlinked.
func CloseLinks(ctx context.Context, t *db.Tx, links []Link) error {
	var accounts []string
	for _, l := range links {
		accounts = append(accounts, l.Account)
	}
	slices.Sort(accounts)
	return t.Query(ctx, `SELECT o.id FROM {{rows 1}} CROSS JOIN accounts o WHERE o.id = r.value ORDER BY o.id {{lock o}}`,
		func(*sql.Rows) error { return nil }, db.Texts(slices.Compact(accounts)))
}

// tiedRow has the columns of a link that is new or changed.
type tiedRow struct {
	levels.LinkName
	SKU     string `db:"sku"`
	Ref     string `db:"listing_ref"`
	Fulfils bool   `db:"channel_fulfils"`
}

// upsertLinks writes links. Versions start with the clock, so that a link that is removed and created again never reuses one, and
// late answers about the old link are ignored.
func upsertLinks(ctx context.Context, t *db.Tx, links []tiedRow) error {
	_, err := t.Exec(ctx, `INSERT INTO links ({{columns 1}}, dirty_version, dirty_since, cause)
		SELECT {{values 1}}, CAST($2 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT) FROM {{rows 1}} WHERE true
		ON CONFLICT (account, channel_sku) DO UPDATE SET
			sku = excluded.sku, listing_ref = excluded.listing_ref, `+levels.Changed("excluded.dirty_since", "excluded.cause"),
		db.RowsOf(links), t.Now, string(stock.ByLink))
	if err != nil && strings.Contains(strings.ToLower(err.Error()), "foreign key") {
		return fmt.Errorf("a link names an account that does not exist: save the account first: %w", err)
	}
	return err
}

// List lists an account's links by channel SKU, those after afterChannelSKU.
func (s *Store) List(ctx context.Context, account, afterChannelSKU string, limit int) ([]Link, error) {
	var out []Link
	err := s.Read(ctx, `SELECT account, channel_sku, sku, listing_ref FROM links
		WHERE account = $1 AND channel_sku > $2 ORDER BY channel_sku LIMIT $3`, func(rows *sql.Rows) error {
		var l Link
		err := rows.Scan(&l.Account, &l.ChannelSKU, &l.SKU, &l.ListingRef)
		out = append(out, l)
		return err
	}, account, afterChannelSKU, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list links of %s: %w", account, err)
	}
	return out, nil
}
