package market

import "context"

// Seller is the seller's side of a marketplace: what the wire handlers serve. Every write is in the
// ledger and on disk before the call returns.
type Seller interface {
	// Orders lists orders oldest first by update (or creation) time, and how many match in all.
	Orders(ctx context.Context, f Filter) (orders []Order, total int, err error)
	// Order reads one order by the channel's id. Errors: ErrNoOrder.
	Order(ctx context.Context, id string) (Order, error)
	// Listing reads one listing by channel SKU; ListingByRef by the channel's listing id. Errors: ErrNoListing.
	Listing(ctx context.Context, sku string) (Listing, error)
	ListingByRef(ctx context.Context, ref string) (Listing, error)
	// SetQuantities overwrites quantities, one transaction for all; the answer has one error (or nil) per change.
	SetQuantities(ctx context.Context, changes []QuantityChange) ([]error, error)
	// Ship records a shipment. With a Reference that the order has already, the shipment is replaced
	// (Amazon's edit), else a new one is added. Errors: ErrNoOrder, ErrNoLine, ErrQuantity, ErrUnpaid, ErrFBA.
	Ship(ctx context.Context, orderID string, s Shipment) (Shipment, error)
	// Remember stores an answer under an idempotency key; Recall finds it. fingerprint tells whether the
	// same key came with another request.
	Remember(ctx context.Context, key, fingerprint string, answer []byte) error
	Recall(ctx context.Context, key string) (fingerprint string, answer []byte, found bool, err error)
}
