package listing

// Product is what a seller wants to list. Amounts are minor units of Currency.
type Product struct {
	Key         string              // the seller's key of the product: eBay group key, Amazon parent SKU, Shopify handle
	Type        string              // Amazon product type; eBay category id; Shopify product type
	Title       string              //
	Description string              //
	Brand       string              //
	Condition   string              // the channel's word; empty = new
	Images      []string            // addresses that the channel can reach
	Aspects     map[string][]string // item specifics (eBay), further attributes (Amazon), tags by name (Shopify)
	Options     []string            // what the variants differ in, e.g. Colour, Size; empty = one variant
	Collections []string            // ids from Collections
	Currency    string              // ISO 4217
	Variants    []Variant           // at least one
}

// Variant is one thing of a product that can be bought.
type Variant struct {
	SKU            string            // the channel's SKU: what the account's link says, else the merchant's own
	Barcode        string            // GTIN; empty = none
	Options        map[string]string // one value per option of the product
	Price          int64             // minor units
	Quantity       int               // available now; only a listing that is new takes it
	WeightGrams    int               // 0 = not told
	Images         []string
	ChannelFulfils bool // the account's link says that the channel ships it itself (FBA)
}
