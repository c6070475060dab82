package shop

// Rules is what a product is held against: what the shop says of itself, and what the account may do there.
type Rules struct {
	Settings
	MayRevise bool // change a product that is there
	MayRelist bool // put an archived product up again
}

// Found is what the shop has that a product's publication touches. Its zero value is a shop that has nothing of it.
type Found struct {
	Handle      string             // that the product has or will have; empty: its key makes none
	Exists      bool               // the shop has a product of that handle, or one with all its SKUs
	Archived    bool               // and took it off sale
	Variants    []Variant          // of that product
	Tags        []string           // of that product
	Collections map[string]bool    // of the collections that the product is to be in, those that are there; true: by rule
	Elsewhere   map[string]Holding // SKUs that another product of the shop has
}

// Variant is a variant as the shop has it.
type Variant struct {
	SKU     string
	Options map[string]string
}

// Holding is another product of the shop.
type Holding struct {
	Handle string
	Title  string
}
