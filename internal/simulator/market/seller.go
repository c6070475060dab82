package market

import (
	"context"
	"time"
)

// Seller is the seller's side of a marketplace, which the wire handlers serve. Every write is in the ledger and on
// disk before the call returns.
type Seller interface {
	// Orders returns orders, oldest first by update (or creation) time, and the number of all matches.
	Orders(ctx context.Context, f Filter) (orders []Order, total int, err error)
	// Order returns one order by the channel's id. Errors: ErrNoOrder.
	Order(ctx context.Context, id string) (Order, error)
	// Listing returns one listing by channel SKU; ListingByRef by the channel's listing id. Errors: ErrNoListing.
	Listing(ctx context.Context, sku string) (Listing, error)
	ListingByRef(ctx context.Context, ref string) (Listing, error)
	// Listings returns listings by ID, and the number of all matches.
	Listings(ctx context.Context, f ListingFilter) (listings []Listing, total int, err error)
	// SaveListings creates listings or overwrites them by SKU; a quantity below 0 keeps the one that is there.
	// EndListings takes them away from the buyers, and ArchiveListings does so and keeps their quantities; the answer has one
	// error (or nil) per SKU: ErrNoListing.
	SaveListings(ctx context.Context, listings []Listing) error
	EndListings(ctx context.Context, skus []string) ([]error, error)
	ArchiveListings(ctx context.Context, skus []string) ([]error, error)
	// SetQuantities overwrites quantities, one transaction for all; the answer has one error (or nil) per change.
	SetQuantities(ctx context.Context, changes []QuantityChange) ([]error, error)
	// Shelf returns what a listing has at a location besides the first, if it is sold from there; Activate lets it be.
	Shelf(ctx context.Context, sku, location string) (quantity int, stocked bool, err error)
	Activate(ctx context.Context, sku, location string) error
	// MoveLines lets lines of an order be shipped from another location. Errors: ErrNoOrder, ErrNoLine.
	MoveLines(ctx context.Context, orderID string, lineIDs []string, location string) error
	// SetQuantitiesAt and SaveListingsAt return at once and take effect at a later time, even after a restart.
	SetQuantitiesAt(ctx context.Context, at time.Time, changes []QuantityChange) ([]error, error)
	SaveListingsAt(ctx context.Context, at time.Time, listings []Listing) error
	// The handler's own records, by kind and key. Documents are those after a key, in order.
	PutDocuments(ctx context.Context, documents []Document) error
	Document(ctx context.Context, kind, key string) (body []byte, found bool, err error)
	Documents(ctx context.Context, kind, after string, limit int) ([]Document, error)
	DeleteDocuments(ctx context.Context, kind string, keys []string) error
	// Ship records a shipment. If the order already has the Reference, that shipment is replaced (Amazon's edit),
	// otherwise a new one is added. Errors: ErrNoOrder, ErrNoLine, ErrQuantity, ErrUnpaid, ErrFBA, ErrOnHold.
	Ship(ctx context.Context, orderID string, s Shipment) (Shipment, error)
	// Retrack changes carrier and tracking number of a shipment of an order. Errors: ErrNoOrder.
	Retrack(ctx context.Context, orderID string, s Shipment) error
	// CancelUnits cancels open units of lines for the seller, all or none. restock puts them back into the listings. Errors:
	// ErrNoOrder, ErrNoLine, ErrQuantity, ErrFBA.
	CancelUnits(ctx context.Context, orderID, note string, lines []ShipmentLine, restock bool) error
	// Decline takes the buyer's wish to cancel the order off it. Errors: ErrNoOrder.
	Decline(ctx context.Context, orderID string) error
	// Remember stores an answer under an idempotency key; Recall returns it. fingerprint shows whether the same key
	// came with another request.
	Remember(ctx context.Context, key, fingerprint string, answer []byte) error
	Recall(ctx context.Context, key string) (fingerprint string, answer []byte, found bool, err error)
}
