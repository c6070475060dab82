// Package stock is the arithmetic of stock: free units, reservations, and the level that an account lists. It is exact, and the
// audit compares the stored figures with it.
package stock

// Level is what one location holds of one SKU, in whole units. 0 <= Reserved <= OnHand always.
type Level struct {
	OnHand   int `json:"onHand"`   // on the shelf
	Reserved int `json:"reserved"` // of these, promised to open orders
}

// Free returns the units that can still be reserved.
func (l Level) Free() int { return l.OnHand - l.Reserved }

// Reserve splits n units into those the level can reserve and those that are missing.
func (l Level) Reserve(n int) (reserved, backordered int) {
	reserved = max(0, min(n, l.Free()))
	return reserved, n - reserved
}

// NoCap is the cap of an account without a limit.
const NoCap = 1 << 30

// Listed returns the level to list for a SKU: the sum of what the locations offer (Raw), less the account's buffer, between 0 and
// the account's cap.
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

// PartLevel is what one location holds of one part of something that is sold, and how many of it one unit takes. A SKU
// that is no kit is its own only part, taken once.
type PartLevel struct {
	Level
	Backordered int // units of the part that open orders wait for
	Per         int // units of the part in one unit of what is sold; 1 or more
}

// Makes returns how many units can be packed at one location from free stock, limited by the scarcest part. A negative result
// means that more is reserved than there is.
func Makes(parts []PartLevel) int { return least(parts, PartLevel.Free) }

// Offers returns Makes less what open orders wait for: what the location adds to a level, possibly negative.
func Offers(parts []PartLevel) int {
	return least(parts, func(s PartLevel) int { return s.Free() - s.Backordered })
}

func least(parts []PartLevel, units func(PartLevel) int) int {
	out := 0
	for i, s := range parts {
		if n := floorDiv(units(s), s.Per); i == 0 || n < out {
			out = n
		}
	}
	return out
}

// floorDiv rounds down, below zero too: one missing part of two is a whole unit missing.
func floorDiv(n, by int) int {
	q := n / by
	if n%by < 0 {
		q--
	}
	return q
}

// Raw returns the sum of what the locations offer: an account's level before its buffer and cap.
func Raw(locations [][]PartLevel) int {
	raw := 0
	for _, parts := range locations {
		raw += Offers(parts)
	}
	return raw
}

// LocationUnits is how many units of an item one location has. Limit is the scarcest part of a kit, empty for other SKUs.
type LocationUnits struct {
	Location string `json:"location"`
	Units    int    `json:"units"`
	Limit    string `json:"limit,omitempty"`
}

// ByLocation lists how many units of an item each location has.
type ByLocation []LocationUnits

// Add adds a part at a location that suffices for units of the item; the scarcest part counts. Parts of one location must follow
// each other. An empty location adds nothing.
func (b *ByLocation) Add(location, part string, units int) {
	list := *b
	switch n := len(list); {
	case location == "":
	case n == 0 || list[n-1].Location != location:
		*b = append(*b, LocationUnits{location, units, part})
	case units < list[n-1].Units:
		list[n-1].Units, list[n-1].Limit = units, part
	}
}

// Sum returns the units of all locations.
func (b ByLocation) Sum() int {
	n := 0
	for _, l := range b {
		n += l.Units
	}
	return n
}

// Offers returns what the location adds to a level if this were the only part: free units less what open orders wait for.
func (s PartLevel) Offers() int { return floorDiv(s.Free()-s.Backordered, s.Per) }

// Makes returns how many units can be packed from free stock if this were the only part.
func (s PartLevel) Makes() int { return floorDiv(s.Free(), s.Per) }
