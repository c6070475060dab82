package levels

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// LinkName is what a link is known by.
type LinkName struct {
	Account    string `db:"account"`
	ChannelSKU string `db:"channel_sku"`
}

// linkState is a link with what it offers and what its channel lists.
type linkState struct {
	LinkName
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

// OfSKUs are the links of SKUs and of the kits that they are part of.
func OfSKUs(skus []string) linkScope {
	return linkScope{`links l`, `l.sku IN (SELECT r.value FROM {{rows 1}}
		UNION SELECT q.kit FROM {{rows 1}} CROSS JOIN kit_parts q WHERE q.part = r.value)`, []any{db.Texts(skus)}}
}

func ofAccounts(accounts []string) linkScope {
	return linkScope{`{{rows 1}} CROSS JOIN links l`, `l.account = r.value`, []any{db.Texts(accounts)}}
}

func ofLinks(names []LinkName) linkScope {
	return linkScope{`{{rows 1}} CROSS JOIN links l`, `l.account = r.account AND l.channel_sku = r.channel_sku`,
		[]any{db.RowsOf(names)}}
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
func linkStates(ctx context.Context, read db.Reading, scope linkScope, each func(linkState) error) error {
	var last linkState
	var sum stock.ByLocation
	flush := func() error {
		if last.Account == "" {
			return nil
		}
		last.offer.Raw = sum.Sum()
		return each(last)
	}
	err := read(ctx, `WITH scope AS MATERIALIZED (
			SELECT l.account, l.channel_sku, l.sku, l.held, l.held_cap, l.held_at, `+listedQuantity+` AS listed
			FROM `+scope.from+` WHERE l.channel_fulfils = 0 AND NOT `+UnmanagedLink+` AND `+scope.where+`)
		SELECT d.account, d.channel_sku, d.sku, d.held, d.held_cap, CASE WHEN d.held_at > 0 THEN 1 ELSE 0 END, d.listed,
			a.buffer, a.cap, `+ShelfColumns+`
		FROM scope d JOIN accounts a ON a.id = d.account `+ShelvesOf("d")+`
		ORDER BY d.account, d.channel_sku, p.location`, func(rows *sql.Rows) error {
		var l linkState
		var on ShelfRow
		err := rows.Scan(append([]any{&l.Account, &l.ChannelSKU, &l.sku, &l.hold.Units, &l.hold.Cap, &l.held, &l.listed,
			&l.offer.Buffer, &l.offer.Cap}, on.Dest()...)...)
		if err != nil {
			return err
		}
		if l.LinkName != last.LinkName {
			if err := flush(); err != nil {
				return err
			}
			last, sum = l, nil
		}
		on.Offer(&sum)
		return nil
	}, scope.args...)
	if err != nil {
		return err
	}
	return flush()
}
