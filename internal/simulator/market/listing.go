package market

import "time"

// Listing is what the seller offers under one channel SKU. Quantity is the marketplace's own figure: a
// purchase takes from it, the seller's pushes overwrite it.
type Listing struct {
	ID        int64 // 1, 2, 3, ... in the order of listing; given by the marketplace
	SKU       string
	Title     string
	Price     int64  // minor units
	Ref       string // the channel's id of the listing: eBay offer id, Shopify inventory item number, Amazon product type
	Quantity  int
	FBA       bool // the channel fulfils it itself
	Status    ListingStatus
	ListingID string            // the channel's public id; empty = none
	Product   string            // key of the product or group that it is a variant of; empty = it is alone
	Options   map[string]string // what distinguishes it from the product's other variants, e.g. Size: M; nil = nothing
	Content   []byte            // JSON that the seller submitted, in the channel's own format; nil = none
	UpdatedAt time.Time         // of the last change of any of this; given by the marketplace
}

// ListingStatus is whether buyers see a listing.
type ListingStatus string

// The states of a listing. Only what is live can be bought.
const (
	Live  ListingStatus = "live"
	Draft ListingStatus = "draft"
	Ended ListingStatus = "ended"
)

// ListingFilter selects listings. An empty list is no condition.
type ListingFilter struct {
	SKUs          []string
	Products      []string // keys of the products or groups that they are variants of
	Status        []ListingStatus
	Lacks         string // only those whose Content has no such field; empty = no condition
	AfterID       int64  // keyset paging: only listings with a higher ID
	Offset, Limit int    // offset paging; Limit 0 = all
}
