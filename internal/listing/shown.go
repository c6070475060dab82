package listing

import (
	"cmp"
	"time"
)

// State is whether buyers can buy from a listing.
type State string

// The states of a listing on its channel.
const (
	StateLive     State = "live"     // buyers see it; it may be sold out
	StateInactive State = "inactive" // it exists and is not offered: a draft, suppressed, unpublished
	StateEnded    State = "ended"    // it was offered in the past
)

// UnknownQuantity is the quantity of a listing when its channel does not give one.
const UnknownQuantity = -1

// Shown is something that can be bought, as a channel's API or its report showed it last: a variant, where there are variants.
type Shown struct {
	ChannelSKU     string    `json:"channelSku"` // empty: the seller gave none, and it can't be linked
	ListingID      string    `json:"listingId"`  // what the channel calls it; its reference where it has no SKU and no id
	Ref            string    `json:"ref"`        // what a level must be sent with
	Title          string    `json:"title"`
	State          State     `json:"state"`
	ChannelStatus  string    `json:"channelStatus"`     // the channel's own words
	Quantity       int       `json:"quantity"`          // as listed, or UnknownQuantity
	Price          int64     `json:"price,omitzero"`    // what a buyer pays for one, in minor units of Currency
	Currency       string    `json:"currency,omitzero"` // empty: the price is not known
	ChannelFulfils bool      `json:"channelFulfils"`    // FBA: its level is not ours to set
	Unmanaged      bool      `json:"unmanaged"`         // only a report has it: its level can't be set before it is migrated
	UpdatedAt      time.Time `json:"updatedAt,omitzero"`
	SeenAt         time.Time `json:"seenAt"`          // by the last import that met it
	GoneAt         time.Time `json:"goneAt,omitzero"` // when a complete import did not meet it any more
}

// Key identifies a listing within an account. One SKU may be on several listings, and several listings may have none.
type Key struct{ SKU, ID string }

// Key returns the key of a listing; the zero key when nothing tells it apart from others.
func (s Shown) Key() Key { return Key{s.ChannelSKU, s.ListingID} }

// Offered reports whether a link may follow a listing: the channel's API shows it, and it has not ended.
func (s Shown) Offered() bool { return s.GoneAt.IsZero() && !s.Unmanaged && s.State != StateEnded }

// sameAs reports whether a listing is shown as before, whenever that was. A price that was not known before, or is not now, is no change.
func (s Shown) sameAs(before Shown) bool {
	if !s.UpdatedAt.Equal(before.UpdatedAt) {
		return false
	}
	s.SeenAt, s.UpdatedAt = before.SeenAt, before.UpdatedAt
	if s.Currency == "" || before.Currency == "" {
		s.Price, s.Currency = before.Price, before.Currency
	}
	return s == before
}

// named returns the listing with a key that tells it apart: one without SKU and id goes by its reference.
func (s Shown) named() Shown {
	if s.ChannelSKU == "" {
		s.ListingID = cmp.Or(s.ListingID, s.Ref)
	}
	return s
}

// ByKey compares listings by their keys: in this order they are locked and written.
func ByKey(a, b Shown) int {
	return cmp.Or(cmp.Compare(a.ChannelSKU, b.ChannelSKU), cmp.Compare(a.ListingID, b.ListingID))
}
