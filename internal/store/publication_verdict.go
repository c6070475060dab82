package store

import (
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
)

// ItemVerdict is what is now known of an item of a publication: a variant, or a product as a whole (its fault costs all its variants).
// What the products and categories of variants come to follows from them.
type ItemVerdict struct {
	Type       listing.Kind    // KindVariant or KindProduct
	Reference  string          // the merchant's SKU, or the product's key
	Status     ItemStatus      // ItemPending: it goes on, to the step
	Step       listing.Step    //
	Reason     string          // of a skipped one
	Issues     []listing.Issue // all of its stage: they replace those of that stage
	Fault      *channel.Fault  // the channel's, to be kept with its own words; nil: none
	RequestID  string
	ListingID  string // what the channel calls the listing, once it is known
	ChannelSKU string // what the channel calls the SKU; with Ref, the link of an accepted one
	Ref        string // what Level.ListingRef must be, once it is known
	Plan       string // what the adapter planned when it checked
	Hash       string // of what was checked: kept as accepted once the channel accepts it
}

// SubmitBatch is a part of a run's goods that go to the channel in one turn: those after After, up to Until.
type SubmitBatch struct {
	After, Until string
	SKUs         int
}
