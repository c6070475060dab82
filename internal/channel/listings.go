package channel

import (
	"context"
	"time"
)

// MaxListed is how many SKUs one ListingsQuery may name: Amazon's searchListingsItems takes 20 identifiers.
const MaxListed = 20

// ListingReader reads what an account offers on its channel.
type ListingReader interface {
	// Listings reads one page of the account's listings, or the listings of up to MaxListed SKUs; a SKU that
	// the channel does not have is left out of the answer.
	Listings(ctx context.Context, q ListingsQuery) (ListingsPage, error)
}

// ListingsQuery asks for a page of listings.
type ListingsQuery struct {
	SKUs   []string // the channel's SKUs; empty = every listing
	Cursor string   // empty for the first page, then the Next of the page before
}

// ListingsPage is one page of listings. Next is opaque outside the adapter and safe to store.
type ListingsPage struct {
	Listings  []Listed
	Next      string // empty on the last page
	Total     int    // how many listings there are in all, where the channel says; else 0
	RequestID string
}

// ListingState tells whether buyers can buy from a listing.
type ListingState string

// The states of a listing on its channel.
const (
	ListingLive     ListingState = "live"     // buyers see it, though it may be sold out
	ListingInactive ListingState = "inactive" // it exists and is not offered: a draft, suppressed, unpublished
	ListingEnded    ListingState = "ended"    // it was offered once
)

// UnknownQuantity is the Quantity of a listing for which the channel does not say one.
const UnknownQuantity = -1

// Listed is one thing that can be bought, as the channel shows it: a variant, where the channel has variants.
type Listed struct {
	SKU            string       // the channel's SKU; empty when the seller gave none: such a listing can't be linked
	Ref            string       // what Level.ListingRef must be for it
	ListingID      string       // what the channel calls it: ASIN, eBay listing id, Shopify variant gid
	Title          string       // as buyers read it, with the variant's options
	State          ListingState //
	ChannelStatus  string       // the channel's own status words
	Quantity       int          // as listed, or UnknownQuantity
	ChannelFulfils bool         // the channel ships it itself (FBA): its quantity is not ours to set
	UpdatedAt      time.Time    // zero where the channel does not say
}
