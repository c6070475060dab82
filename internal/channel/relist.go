package channel

import "context"

// Relister is a connection to a channel that can put up again what End took off sale. eBay's and Shopify's implement it; Amazon has no ended listings.
type Relister interface {
	// Wholes returns the listings that up to MaxListed channel SKUs are in, each with all SKUs that would go off sale with it. SKUs that the channel does not have
	// are left out; one SKU may be in several listings. It only reads.
	Wholes(ctx context.Context, skus []string) ([]Whole, error)
	// Relist puts up again what End took off sale of one listing or, with an empty key, of listings that are of one SKU each; with these levels, which buyers see from the first
	// moment. What is on sale already stays as it is, so it may be repeated after any failure. It returns one result per SKU, and one for each further SKU of the listing
	// that is on sale with them. An error means that the outcome of every SKU is unknown.
	Relist(ctx context.Context, key string, levels []Level) ([]VariantResult, error)
}

// Whole is a listing with all that buyers can buy in it.
type Whole struct {
	Key  string   // the channel's id of it where it can have several SKUs: eBay's variation group, Shopify's product; empty: it is of one SKU alone
	SKUs []string // all that are on sale in it, or were when it ended
	Live bool     // buyers see it
	Odd  bool     // something in it has no SKU, so that not all of it is known
}
