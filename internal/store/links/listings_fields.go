package links

import (
	"cmp"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/store/db"
)

// listingColumns are a listing's columns in a join as o; they may be null in a LEFT JOIN.
const listingColumns = `COALESCE(o.account, ''), COALESCE(o.channel_sku, ''), COALESCE(o.listing_id, ''), COALESCE(o.ref, ''),
	COALESCE(o.title, ''), COALESCE(o.state, ''), COALESCE(o.channel_status, ''), COALESCE(o.quantity, 0),
	COALESCE(o.channel_fulfils, 0), COALESCE(o.updated_at, 0), COALESCE(o.seen_at, 0), COALESCE(o.gone_at, 0),
	COALESCE(o.unmanaged, 0)`

// listingFields receives listingColumns.
type listingFields struct {
	Listing
	updated, seen, gone int64
}

func (l *listingFields) dest() []any {
	return []any{&l.Account, &l.ChannelSKU, &l.ListingID, &l.Ref, &l.Title, &l.State, &l.ChannelStatus, &l.Quantity,
		&l.ChannelFulfils, &l.updated, &l.seen, &l.gone, &l.Unmanaged}
}

// listing is what was read; its account is empty when there was none.
func (l *listingFields) listing() Listing {
	l.UpdatedAt, l.SeenAt, l.GoneAt = db.At(l.updated), db.At(l.seen), db.At(l.gone)
	return l.Listing
}

// listingKeys are the keys in the order in which rows are locked and written.
func listingKeys(m map[listingKey]Listing) []listingKey {
	return slices.SortedFunc(maps.Keys(m), func(a, b listingKey) int {
		return cmp.Or(cmp.Compare(a.sku, b.sku), cmp.Compare(a.id, b.id))
	})
}
