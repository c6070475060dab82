package shopify

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/towpath/towpath/internal/channel"
)

// opActivate is the name of the call that stocks items at locations; its document depends on their number.
const opActivate = "inventoryActivate"

// activatedPerCall is how many items one call stocks: each costs 10 of the 1,000 points that a call may use.
const activatedPerCall = 25

// activate stocks the items at the locations where nothing is known of them, and returns the entries to be set. Shopify sets a quantity
// also where an item is not stocked, but then neither sells it from there nor lets an order be moved there; it says so nowhere. One that
// is stocked already keeps what it has. A refused one is a fault of its level only.
func (c *Connection) activate(ctx context.Context, entries []entry, results []channel.LevelResult) ([]entry, *channel.Fault) {
	unknown := func(e entry) bool {
		_, done := c.activated.Load(e.item + e.location)
		return e.at != "" && e.from == nil && !done
	}
	refused := map[string]bool{}
	for batch := range slices.Chunk(slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return !unknown(e) }), activatedPerCall) {
		faults, fault := c.activateSome(ctx, batch)
		if fault != nil {
			return nil, fault
		}
		for i, e := range batch {
			if faults[i] == nil {
				c.activated.Store(e.item+e.location, true)
				continue
			}
			fail(&results[e.place], faults[i])
			refused[e.item+e.location] = true
		}
	}
	return slices.DeleteFunc(entries, func(e entry) bool { return refused[e.item+e.location] }), nil
}

// activateSome makes one call and returns one fault (or nil) per entry.
func (c *Connection) activateSome(ctx context.Context, entries []entry) ([]*channel.Fault, *channel.Fault) {
	var given, fields strings.Builder
	v := variables{}
	for i, e := range entries {
		_, _ = fmt.Fprintf(&given, "$i%d: ID!, $l%d: ID!, $k%d: String!, ", i, i, i)
		_, _ = fmt.Fprintf(&fields, "  a%d: inventoryActivate(inventoryItemId: $i%d, locationId: $l%d) @idempotent(key: $k%d) { userErrors { field message } }\n", i, i, i, i)
		v[fmt.Sprintf("i%d", i)], v[fmt.Sprintf("l%d", i)] = e.item, e.location
		v[fmt.Sprintf("k%d", i)] = uuid.NewString() // it may be repeated, and must have an effect again where the seller has undone it
	}
	op := operation{opActivate, fmt.Sprintf("mutation %s(%s) {\n%s}\n", opActivate, strings.TrimSuffix(given.String(), ", "), fields.String())}
	var data map[string]*struct {
		UserErrors []userError `json:"userErrors"`
	}
	r, fault := c.write(ctx, op, v, &data)
	if fault != nil {
		return nil, fault
	}
	faults := make([]*channel.Fault, len(entries))
	for i := range entries {
		switch one := data[fmt.Sprintf("a%d", i)]; {
		case one == nil:
			faults[i] = r.answer.Unreadable(opActivate)
		case len(one.UserErrors) > 0:
			faults[i] = one.UserErrors[0].fault(r, opActivate, channel.Config, CodeNotStocked)
		}
	}
	return faults, nil
}
