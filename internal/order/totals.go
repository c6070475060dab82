package order

// MostCounted is how many orders of a list are counted, a longer one has more than so many; MostSummed is how many are summed up, too: each is read
// for that.
const (
	MostCounted = 10_000
	MostSummed  = 3_000
)

// Totals are how many orders a list has, and what they come to. Counts end at MostCounted + 1, which means more than MostCounted.
type Totals struct {
	Orders int           `json:"orders"`
	States map[State]int `json:"states,omitempty"` // of the same list without its state; nil: they are not counted
	Units  int           `json:"units"`            // of all lines; 0 when not Summed
	Value  []Value       `json:"value"`            // by currency; none when not Summed
}

// Value is what orders come to in one currency, in its minor units.
type Value struct {
	Currency string `json:"currency"`
	Orders   int    `json:"orders"`
	Total    int64  `json:"total"`
}

// Many reports whether more orders match than are counted.
func (t Totals) Many() bool { return t.Orders > MostCounted }

// Summed reports whether units and value are known.
func (t Totals) Summed() bool { return t.Orders <= MostSummed }
