package links

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/db"
)

// Listing is an item for sale on an account's channel, as of the last import or report.
type Listing struct {
	Account string `json:"account"`
	listing.Shown
}

// isThere is the SQL condition for a listing o that the last import, or the last report, has met.
const isThere = `o.gone_at = 0`

// managed returns the SQL condition for a listing that the channel's API knows and the last import has met: only such are the
// business of imports, and only such may be offered (listing.Shown.Offered).
func managed(alias string) string { return alias + `.unmanaged = 0 AND ` + alias + `.gone_at = 0` }

// listingColumns are a listing's columns in a join as o; they may be null in a LEFT JOIN.
const listingColumns = `COALESCE(o.account, ''), COALESCE(o.channel_sku, ''), COALESCE(o.listing_id, ''), COALESCE(o.ref, ''),
	COALESCE(o.title, ''), COALESCE(o.state, ''), COALESCE(o.channel_status, ''), COALESCE(o.quantity, 0),
	COALESCE(o.price, 0), COALESCE(o.currency, ''), COALESCE(o.channel_fulfils, 0), COALESCE(o.updated_at, 0), COALESCE(o.seen_at, 0), COALESCE(o.gone_at, 0),
	COALESCE(o.unmanaged, 0)`

// listingFields receives listingColumns.
type listingFields struct {
	Listing
	updated, seen, gone int64
}

func (l *listingFields) dest() []any {
	return []any{&l.Account, &l.ChannelSKU, &l.ListingID, &l.Ref, &l.Title, &l.State, &l.ChannelStatus, &l.Quantity,
		&l.Price, &l.Currency, &l.ChannelFulfils, &l.updated, &l.seen, &l.gone, &l.Unmanaged}
}

// listing returns what was read; its account is empty when there was none.
func (l *listingFields) listing() Listing {
	l.UpdatedAt, l.SeenAt, l.GoneAt = db.At(l.updated), db.At(l.seen), db.At(l.gone)
	return l.Listing
}

// Listings returns the listings that an account's channel shows for a SKU, without those that are gone.
func (s *Store) Listings(ctx context.Context, account, channelSKU string) ([]Listing, error) {
	var out []Listing
	err := s.Read(ctx, `SELECT `+listingColumns+` FROM listings o
		WHERE o.account = $1 AND o.channel_sku = $2 AND `+isThere+` ORDER BY o.listing_id`, func(rows *sql.Rows) error {
		var l listingFields
		err := rows.Scan(l.dest()...)
		out = append(out, l.listing())
		return err
	}, account, channelSKU)
	if err != nil {
		return nil, fmt.Errorf("read listings of %s on %s: %w", channelSKU, account, err)
	}
	return out, nil
}
