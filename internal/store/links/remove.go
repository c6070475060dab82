package links

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// LinkUse is what depends on a link: what would go on without it, and what would not.
type LinkUse struct {
	Link
	Orders  int  `json:"orders"` // open orders with units of this listing; they keep their SKU and their stock
	Parked  int  `json:"parked"` // units of this listing that wait for a link; they go on waiting
	Listed  int  `json:"listed"` // what the channel lists, as far as is known: it stays so there
	Fulfils bool `json:"channelFulfils"`
}

// LinkUse tells what depends on a link; ErrNotFound when there is none.
func (s *Store) LinkUse(ctx context.Context, account, channelSKU string) (LinkUse, error) {
	var u LinkUse
	found := false
	err := s.Read(ctx, `SELECT k.account, k.channel_sku, k.sku, k.listing_ref, k.channel_fulfils,
			k.accepted_version, k.accepted_quantity, COALESCE((SELECT MAX(l.quantity) FROM listings l
				WHERE l.account = k.account AND l.channel_sku = k.channel_sku AND l.gone_at = 0 AND l.state <> 'ended'), 0),
			(SELECT COUNT(DISTINCT l.order_id) FROM order_lines l JOIN orders o ON o.id = l.order_id
				WHERE o.account = k.account AND l.channel_sku = k.channel_sku AND l.reserved + l.short + l.packed > 0),
			(SELECT COALESCE(SUM(l.parked), 0) FROM order_lines l JOIN orders o ON o.id = l.order_id
				WHERE l.parked > 0 AND o.account = k.account AND l.channel_sku = k.channel_sku)
		FROM links k WHERE k.account = $1 AND k.channel_sku = $2`, func(rows *sql.Rows) error {
		found = true
		var track stock.Track
		var shown int
		err := rows.Scan(&u.Account, &u.ChannelSKU, &u.SKU, &u.ListingRef, &u.Fulfils, &track.Accepted, &track.AcceptedQuantity, &shown, &u.Orders, &u.Parked)
		u.Listed = track.Listed(shown, 0)
		return err
	}, account, channelSKU)
	if err == nil && !found {
		err = db.ErrNotFound
	}
	if err != nil {
		return LinkUse{}, fmt.Errorf("link of %s on %s: %w", channelSKU, account, err)
	}
	return u, nil
}

// RemoveLink removes a link and reports whether there was one. Lines that it has mapped keep their SKU; what is
// sold from the listing from now on is parked until it is linked again. No level is pushed to it any more.
func (s *Store) RemoveLink(ctx context.Context, account, channelSKU string) (removed bool, err error) {
	err = s.Write(ctx, "remove link of "+channelSKU+" on "+account, func(ctx context.Context, t *db.Tx) error {
		if err := CloseLinks(ctx, t, []Link{{Account: account}}); err != nil {
			return err
		}
		n, err := t.Exec(ctx, `DELETE FROM links WHERE account = $1 AND channel_sku = $2`, account, channelSKU)
		removed = n > 0
		return err
	})
	return removed, err
}
