// Package stock is the arithmetic of stock: free units, reservations, and the level that an account lists.
// It is exact, and the audit holds the running system to it (design.md, "Stock arithmetic").
package stock

// Level is what one location holds of one SKU, in whole units. 0 <= Reserved <= OnHand always.
type Level struct {
	OnHand   int `json:"onHand"`   // on the shelf
	Reserved int `json:"reserved"` // of these, promised to open orders
}

// Free is what can still be promised.
func (l Level) Free() int { return l.OnHand - l.Reserved }

// Reserve splits a wish for n units into what the level can promise and what is short.
func (l Level) Reserve(n int) (reserved, short int) {
	reserved = max(0, min(n, l.Free()))
	return reserved, n - reserved
}

// NoCap is the cap of an account that lists as much as there is.
const NoCap = 1 << 30

// Listed is the level that an account shows for a SKU: what its stock locations offer (Raw), less the account's
// buffer, between 0 and the account's cap. It is always what is available, never what is on hand.
func Listed(raw, buffer, limit int) int {
	return max(0, min(raw-buffer, limit))
}

// Kind names a movement in the stock ledger.
type Kind string

// The kinds of movement. Each changes on hand, reserved, or both, by exactly what the ledger row says.
const (
	Opening Kind = "opening" // first count: on hand
	Receipt Kind = "receipt" // goods in: on hand
	Reserve Kind = "reserve" // an order's units promised: reserved
	Release Kind = "release" // a cancelled order's units free again: reserved, negative
	Ship    Kind = "ship"    // units packed: on hand and reserved, both negative
	Reverse Kind = "reverse" // packed units back on the shelf: on hand
	Return  Kind = "return"  // a buyer's return that is restocked: on hand
	Adjust  Kind = "adjust"  // corrected by a difference: on hand, either way
	Count   Kind = "count"   // counted: on hand, by what the count differs
	Move    Kind = "move"    // carried to another location: on hand, away here and in there
)
