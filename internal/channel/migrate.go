package channel

import "context"

// MaxMigrated is how many listings one Migrate takes: eBay's bulk_migrate_listing takes five.
const MaxMigrated = 5

// Migrator is a connection to a channel that has listings which its API does not know: on eBay those made in
// Seller Hub or by older tools. A Connection may implement it; eBay's does.
type Migrator interface {
	// Migrate brings up to MaxMigrated listings under the API by which levels are set. It can't be undone, and the channel
	// has no call that only tries. It may be repeated after any failure: what was migrated before is found and is a success.
	// One result per listing, in the same order; an error means that nothing is known of any of them.
	Migrate(ctx context.Context, listings []Unmanaged) (Migration, error)
}

// Unmanaged is a listing that the channel's API does not know yet.
type Unmanaged struct {
	ListingID string
	SKUs      []string // those that it is known to have: by them the channel is asked what became of it
}

// Migration is the channel's answer to Migrate.
type Migration struct {
	Results   []Migrated
	RequestID string
}

// Migrated is what became of one listing. Fault is nil when it is under the API now.
type Migrated struct {
	ListingID string
	Group     string  // the channel's key of its variations; empty = it has none
	Offers    []Offer // one per SKU that is under the API now: a variation that the channel left out is missing
	Before    bool    // it was there already: an earlier call had been carried out
	Warnings  []string
	RequestID string
	Fault     *Fault
}

// Offer is what the channel calls a SKU's place in a listing.
type Offer struct {
	SKU string `json:"sku"`
	Ref string `json:"ref"` // what Level.ListingRef must be for it
}
