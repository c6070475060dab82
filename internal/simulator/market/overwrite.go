package market

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
)

// Overwritten is a listing whose level a second tool has set.
type Overwritten struct {
	SKU  string `json:"sku"`
	Was  int    `json:"was"`
	Made int    `json:"made"`
}

// Overwrite sets the levels of n listings as a second tool of the seller does that keeps a stock of its own: each time those of the same
// listings, to the same quantities. It returns those that were not so already. The ledger names them EntryOther.
func (m *Market) Overwrite(ctx context.Context, n int) ([]Overwritten, error) {
	var done []Overwritten
	err := m.change(ctx, func(c *change) error {
		done = nil
		listings, err := c.sold()
		if err != nil {
			return err
		}
		final := map[string]int{}
		var changes []QuantityChange
		for _, l := range spread(listings, n) {
			if made := toolHas(l.SKU); made != l.Quantity && l.Status != Ended {
				done = append(done, Overwritten{SKU: l.SKU, Was: l.Quantity, Made: made})
				c.record(Entry{Kind: EntryOther, SKU: l.SKU, Quantity: made})
				final[l.SKU], changes = made, append(changes, QuantityChange{SKU: l.SKU, Quantity: made})
			}
		}
		if err := c.setQuantities(final); err != nil {
			return err
		}
		return c.supersedeQuantities(changes)
	})
	if err != nil {
		return nil, fmt.Errorf("overwrite %d levels: %w", n, err)
	}
	return done, nil
}

// sold returns the listings that the seller sells by itself, by id.
func (c *change) sold() ([]Listing, error) {
	known, err := c.listedAll()
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(known, func(l Listing) bool { return l.FBA || l.Status == Draft }), nil
}

// spread returns n of the listings, from all over them.
func spread(listings []Listing, n int) []Listing {
	n = min(max(0, n), len(listings))
	out := make([]Listing, n)
	for i := range out {
		out[i] = listings[i*len(listings)/n]
	}
	return out
}

// toolHas is what a second tool believes to have of a SKU: of one half very little, of the other more than is there.
func toolHas(sku string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(sku))
	if n := int(h.Sum32() >> 8 % 100); n >= 50 {
		return 200 + n
	}
	return 1
}
