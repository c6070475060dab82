package links

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/db"
)

// Listing is an item for sale on an account's channel, as of the last import.
type Listing struct {
	Account        string               `json:"account"`
	ChannelSKU     string               `json:"channelSku"` // empty: the seller gave none, and it can't be linked
	ListingID      string               `json:"listingId"`  // what the channel calls it; its reference where it has no SKU and no id
	Ref            string               `json:"ref"`        // what a level must be sent with
	Title          string               `json:"title"`
	State          channel.ListingState `json:"state"`
	ChannelStatus  string               `json:"channelStatus"`  // the channel's own words
	Quantity       int                  `json:"quantity"`       // as listed, or channel.UnknownQuantity
	ChannelFulfils bool                 `json:"channelFulfils"` // FBA: its level is not ours to set
	Unmanaged      bool                 `json:"unmanaged"`      // only a report has it: its level can't be set before it is migrated
	UpdatedAt      time.Time            `json:"updatedAt,omitzero"`
	SeenAt         time.Time            `json:"seenAt"`          // by the last import that met it
	GoneAt         time.Time            `json:"goneAt,omitzero"` // when a complete import did not meet it any more
}

// listingKey identifies a listing within an account.
type listingKey struct{ sku, id string }

// listingKeyOf returns the channel's name of the listing as its key. A listing without SKU needs another identifier.
func listingKeyOf(l channel.Listed) listingKey {
	if l.SKU == "" {
		return listingKey{id: cmp.Or(l.ListingID, l.Ref)}
	}
	return listingKey{db.Clean(l.SKU), db.Clean(l.ListingID)}
}

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

// listing returns what was read; its account is empty when there was none.
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

// Listings returns the listings that an account's channel shows for a SKU, without those that are gone.
func (s *Store) Listings(ctx context.Context, account, channelSKU string) ([]Listing, error) {
	var out []Listing
	err := s.Read(ctx, `SELECT `+listingColumns+` FROM listings o
		WHERE o.account = $1 AND o.channel_sku = $2 AND o.gone_at = 0 ORDER BY o.listing_id`, func(rows *sql.Rows) error {
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
