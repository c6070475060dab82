package links

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// SaveLinks saves links. A new link, and one that now means another SKU, is dirty: its level must be pushed
// once. Order lines that were parked because the link was missing are mapped and reserved.
func (s *Store) SaveLinks(ctx context.Context, links []Link) error {
	return s.saveLinks(ctx, links, false)
}

// SaveLinksPart is SaveLinks for one part of many: what the brake has to look at stays held until JudgeHeld, so that
// the parts are judged as the one change that they are.
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
		brake, err := brakes.WatchLinks(ctx, namesOf(batch))
		if err != nil {
			return err
		}
		if err := upsertLinks(ctx, t, batch); err != nil {
			return err
		}
		if err := brake.Hold(ctx); err != nil {
			return err
		}
		if err := mapParked(ctx, t, batch); err != nil {
			return err
		}
	}
	return brakes.Judge(ctx)
}

func namesOf(links []Link) []levels.LinkName {
	out := make([]levels.LinkName, len(links))
	for i, l := range links {
		out[i] = levels.LinkName{Account: l.Account, ChannelSKU: l.ChannelSKU}
	}
	return out
}

// CloseLinks keeps pages of orders of the links' accounts out until the transaction ends, and waits for those that
// are being saved: a line that is saved in the moment in which its link is would otherwise see no link, nor be
// seen by it, and stay parked.
func CloseLinks(ctx context.Context, t *db.Tx, links []Link) error {
	var accounts []string
	for _, l := range links {
		accounts = append(accounts, l.Account)
	}
	slices.Sort(accounts)
	return t.Query(ctx, `SELECT o.id FROM {{rows 1}} CROSS JOIN accounts o WHERE o.id = r.value ORDER BY o.id {{lock o}}`,
		func(*sql.Rows) error { return nil }, db.Texts(slices.Compact(accounts)))
}

// upsertLinks writes links. Their versions begin with the clock, so that a link that is removed and made anew never
// has one twice: what was in flight for the old one is not taken for an answer about the new one.
func upsertLinks(ctx context.Context, t *db.Tx, links []Link) error {
	_, err := t.Exec(ctx, `INSERT INTO links ({{columns 1}}, channel_fulfils, dirty_version, dirty_since, cause)
		SELECT {{values 1}},
			COALESCE((SELECT MIN(l.channel_fulfils) FROM listings l WHERE l.account = r.account AND l.channel_sku = r.channel_sku
				AND l.gone_at = 0 AND l.state <> 'ended'), 0),
			CAST($2 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT) FROM {{rows 1}} WHERE true
		ON CONFLICT (account, channel_sku) DO UPDATE SET
			sku = excluded.sku, listing_ref = excluded.listing_ref, cause = excluded.cause,
			dirty_since = CASE WHEN links.dirty_version > links.clean_version THEN links.dirty_since ELSE excluded.dirty_since END,
			dirty_version = links.dirty_version + 1
		WHERE links.sku <> excluded.sku OR links.listing_ref <> excluded.listing_ref`,
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
