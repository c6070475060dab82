package store

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/stock"
)

// linkName is what a link is known by.
type linkName struct{ account, channelSKU string }

// linkState is a link with what it offers and what its channel lists.
type linkState struct {
	linkName
	sku    string
	offer  stock.Offer
	hold   stock.Hold
	held   bool
	listed int // the newer of what the channel accepted and what its listing showed; or stock.UnknownListed
}

// linkScope says which links a statement reads: what it reads them from, as l, and under which condition.
type linkScope struct {
	from, where string
	args        []any
}

func ofSKUs(skus []string) linkScope {
	return linkScope{`links l`, `l.sku IN (SELECT r.value FROM {{rows 1}}
		UNION SELECT q.kit FROM {{rows 1}} CROSS JOIN kit_parts q WHERE q.part = r.value)`, []any{texts(skus)}}
}

func ofAccounts(accounts []string) linkScope {
	return linkScope{`{{rows 1}} CROSS JOIN links l`, `l.account = r.value`, []any{texts(accounts)}}
}

func ofLinks(names []linkName) linkScope {
	return linkScope{`{{rows 1}} CROSS JOIN links l`, `l.account = r.account AND l.channel_sku = r.channel_sku`,
		[]any{rowsBy(names, func(n linkName) listingRow { return listingRow{n.account, n.channelSKU} })}}
}

// live is the scope without the accounts that observe.
func (s linkScope) live() linkScope {
	s.where = `EXISTS (SELECT 1 FROM accounts x WHERE x.id = l.account AND x.observing = 0) AND ` + s.where
	return s
}

// listedQuantity is what the channel lists of a link l, from the newer of two sources; -1 = not known. Of several
// listings of the SKU the largest counts.
const listedQuantity = `CASE WHEN l.accepted_version > 0 AND l.accepted_at >= COALESCE((SELECT MAX(s.seen_at) FROM listings s
			WHERE s.account = l.account AND s.channel_sku = l.channel_sku AND s.gone_at = 0 AND s.state <> 'ended'), 0)
		THEN l.accepted_quantity
		ELSE COALESCE((SELECT MAX(s.quantity) FROM listings s
			WHERE s.account = l.account AND s.channel_sku = l.channel_sku AND s.gone_at = 0 AND s.state <> 'ended'), -1) END`

// linkStates reads the links of a scope, those apart whose level is not ours to set, sorted by account and channel SKU.
func (s *Store) linkStates(ctx context.Context, q querier, scope linkScope, each func(linkState) error) error {
	var last linkState
	var sum levelSum
	flush := func() error {
		if last.account == "" {
			return nil
		}
		last.offer.Raw = sum.raw()
		return each(last)
	}
	err := s.each(ctx, q, `WITH scope AS MATERIALIZED (
			SELECT l.account, l.channel_sku, l.sku, l.held, l.held_cap, l.held_at, `+listedQuantity+` AS listed
			FROM `+scope.from+` WHERE l.channel_fulfils = 0 AND NOT `+unmanagedLink+` AND `+scope.where+`)
		SELECT d.account, d.channel_sku, d.sku, d.held, d.held_cap, CASE WHEN d.held_at > 0 THEN 1 ELSE 0 END, d.listed,
			a.buffer, a.cap, `+shelfColumns+`
		FROM scope d JOIN accounts a ON a.id = d.account `+shelvesOf("d")+`
		ORDER BY d.account, d.channel_sku, p.location`, func(rows *sql.Rows) error {
		var l linkState
		var on shelfRow
		err := rows.Scan(append([]any{&l.account, &l.channelSKU, &l.sku, &l.hold.Units, &l.hold.Cap, &l.held, &l.listed,
			&l.offer.Buffer, &l.offer.Cap}, on.dest()...)...)
		if err != nil {
			return err
		}
		if l.linkName != last.linkName {
			if err := flush(); err != nil {
				return err
			}
			last, sum = l, levelSum{}
		}
		sum.add(on)
		return nil
	}, scope.args...)
	if err != nil {
		return err
	}
	return flush()
}
