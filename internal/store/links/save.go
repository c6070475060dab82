package links

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/ledger"
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
		if err := mapUnlinked(ctx, t, batch); err != nil {
			return err
		}
	}
	return brakes.Decide(ctx)
}

func namesOf(links []Link) []levels.LinkName {
	out := make([]levels.LinkName, len(links))
	for i, l := range links {
		out[i] = levels.LinkName{Account: l.Account, ChannelSKU: l.ChannelSKU}
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

// upsertLinks writes links. Versions start with the clock, so that a link that is removed and created again never reuses one, and
// late answers about the old link are ignored.
func upsertLinks(ctx context.Context, t *db.Tx, links []Link) error {
	_, err := t.Exec(ctx, `INSERT INTO links ({{columns 1}}, channel_fulfils, dirty_version, dirty_since, cause)
		SELECT {{values 1}},
			COALESCE((SELECT MIN(l.channel_fulfils) FROM listings l WHERE l.account = r.account AND l.channel_sku = r.channel_sku
				AND l.gone_at = 0 AND l.state <> 'ended'), 0),
			CAST($2 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT) FROM {{rows 1}} WHERE true
		ON CONFLICT (account, channel_sku) DO UPDATE SET
			sku = excluded.sku, listing_ref = excluded.listing_ref, `+levels.Changed("excluded.dirty_since", "excluded.cause")+`
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

// mapUnlinked gives unlinked lines the SKU of these links and reserves their units.
func mapUnlinked(ctx context.Context, t *db.Tx, links []Link) error {
	found, places, err := linesThatWait(ctx, t, links)
	if err != nil || len(found) == 0 {
		return err
	}
	var orders []int64
	for key := range found {
		orders = append(orders, key.OrderID)
	}
	slices.Sort(orders)
	g := ledger.NewLedger(t)
	lines, err := g.OpenLines(ctx, slices.Compact(orders), places)
	if err != nil {
		return err
	}
	g.MapAll(lines, found)
	_, err = g.Flush(ctx)
	return err
}

// linesThatWait returns the lines that are unlinked without these links, and the places of their units.
func linesThatWait(ctx context.Context, t *db.Tx, links []Link) (map[order.LineKey]order.Item, []stock.Place, error) {
	found := map[order.LineKey]order.Item{}
	var places []stock.Place
	err := t.Query(ctx, `SELECT l.order_id, l.line_id, l.location, k.sku, COALESCE(kit.version, 0), COALESCE(q.part, ''), COALESCE(q.quantity, 0)
		FROM {{rows 1}} CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
			JOIN links k ON k.account = o.account AND k.channel_sku = l.channel_sku JOIN accounts a ON a.id = o.account
			LEFT JOIN kits kit ON kit.sku = k.sku LEFT JOIN kit_parts q ON q.kit = k.sku AND q.quantity > 0
		WHERE l.channel_sku = r.channel_sku AND o.account = r.account AND l.unlinked > 0 AND l.sku = '' AND a.endpoint <> CAST($2 AS TEXT)
		ORDER BY l.order_id, l.line_id, q.part`,
		func(rows *sql.Rows) error {
			var key order.LineKey
			var location string
			var item order.Item
			var part order.Part
			if err := rows.Scan(&key.OrderID, &key.LineID, &location, &item.SKU, &item.Version, &part.SKU, &part.Per); err != nil {
				return err
			}
			item.Parts = found[key].Parts
			if part.SKU != "" {
				item.Parts = append(item.Parts, part)
			}
			found[key] = item
			places = append(places, item.Places(location)...)
			return nil
		}, db.RowsOf(namesOf(links)), string(channel.Test))
	return found, places, err
}
