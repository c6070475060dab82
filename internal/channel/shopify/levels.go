package shopify

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/towpath/towpath/internal/channel"
)

// maxLevels is the greatest number of quantities in one inventorySetQuantities.
const maxLevels = 250

// maxRounds limits the calls of one SetLevels in which Shopify tries something. Another one follows only when the one before was refused as a whole.
const maxRounds = 5

// maxSpent limits in a row the calls whose key was spent by an earlier call that was refused: a worker that is killed before it can save a refusal
// spends one each time. When all are spent, the shop's quantity is read, as after a refusal to overwrite it: with what is read then, the keys are new.
const maxSpent = 20

// keySpace is the namespace of the idempotency keys.
var keySpace = uuid.MustParse("5f0c1c1e-3a0a-4c3e-9d53-6f8f2b6f7a10")

// Batch returns at most 250 levels per call, each of a SKU at a location.
func (c *Connection) Batch(n int) (int, channel.Operation) {
	return min(n, maxLevels/max(1, len(c.account.Locations))), channel.OpLevels
}

// quantitiesInput is the input of inventorySetQuantities.
type quantitiesInput struct {
	Name       string          `json:"name"`
	Reason     string          `json:"reason"`
	Reference  string          `json:"referenceDocumentUri"`
	Quantities []quantityInput `json:"quantities"`
}

// referenceSpace is the prefix of the reference that the shop's inventory history shows for each change, so that the
// merchant sees its origin. With the call's key it is the same on every resend, as idempotency requires.
const referenceSpace = "gid://towpath/StockPush/"

// quantityInput always has ChangeFrom, which Shopify requires: the quantity that is replaced, or null if it is not known.
type quantityInput struct {
	InventoryItemID string `json:"inventoryItemId"`
	LocationID      string `json:"locationId"`
	Quantity        int    `json:"quantity"`
	ChangeFrom      *int   `json:"changeFromQuantity"`
}

// entry is what one location is to list of an item, with the index of its level in the caller's batch.
type entry struct {
	item, location string // gids
	quantity       int
	from           *int
	key            string // of the level
	at             string // our location; empty: the account maps none
	place          int
}

// entries returns the entries of the levels that have an inventory item; others get their fault.
func (c *Connection) entries(levels []channel.Level, results []channel.LevelResult) []entry {
	all := make([]entry, 0, len(levels))
	for i, l := range levels {
		results[i].SKU = l.SKU
		switch {
		case l.ListingRef == "":
			results[i].Fault = channel.Refusal(channel.Config, opSetQuantities.name, CodeNoInventoryItem,
				"the link has no inventory item: import the links of this account again")
		case len(l.At) == 0:
			all = append(all, entry{l.ListingRef, c.account.Location, l.Quantity, l.From, l.Key, "", i})
		}
		for _, at := range l.At {
			if gid := c.gidOf(at.Location); gid != "" && l.ListingRef != "" {
				all = append(all, entry{l.ListingRef, gid, at.Quantity, at.From, l.Key + "@" + gid, at.Location, i})
			}
		}
	}
	// The same entries in another order are the same request and must have the same key.
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.item, b.item), cmp.Compare(a.location, b.location), cmp.Compare(a.place, b.place))
	})
	return all
}

// SetLevels sets available quantities at the account's locations. One bad entry makes Shopify refuse the whole call.
// So the entries named in the errors get their faults, and the others are sent again without them, under a new key.
// Entries refused in maxRounds calls get BATCH_NOT_APPLIED, a conflict: none of them has changed, and another attempt
// may succeed.
func (c *Connection) SetLevels(ctx context.Context, levels []channel.Level) (channel.LevelsAnswer, error) {
	if c.account.Location == "" {
		return channel.LevelsAnswer{}, c.noLocation(opSetQuantities.name)
	}
	answer := channel.LevelsAnswer{Results: make([]channel.LevelResult, len(levels))}
	rest, fault := c.activate(ctx, c.entries(levels, answer.Results), answer.Results)
	if fault != nil {
		return channel.LevelsAnswer{}, fault
	}
	for round, generation := 0, 0; len(rest) > 0; {
		o := c.set(ctx, rest, generation)
		if o.fault != nil && round == 0 {
			return channel.LevelsAnswer{}, o.fault
		}
		answer.RequestID = o.requestID
		if o.spent {
			generation++
			rest = o.record(answer.Results, rest, generation == maxSpent)
			continue
		}
		round, generation = round+1, 0 // fewer entries are a new request with new keys
		rest = o.record(answer.Results, rest, round == maxRounds)
	}
	return answer, nil
}

// outcome is the result of one call.
type outcome struct {
	fault     *channel.Fault         // applies to all entries: refused, or outcome unknown
	named     map[int]*channel.Fault // faults of single entries, by index in the call
	spent     bool                   // the key belongs to a call that failed: try the next one
	other     *channel.Fault         // for the entries that were not named
	requestID string
}

// record stores the results of one call and returns the entries to send again.
func (o outcome) record(results []channel.LevelResult, sent []entry, last bool) (again []entry) {
	for i, e := range sent {
		r := &results[e.place]
		if r.Fault == nil {
			r.RequestID = o.requestID
		}
		switch {
		case o.fault != nil:
			fail(r, o.fault.Again())
		case o.named[i] != nil:
			fail(r, o.named[i])
		case o.other != nil && last:
			fail(r, o.other.Again())
		case o.other != nil:
			again = append(again, e)
		case e.at != "":
			r.At = append(r.At, e.at)
		}
	}
	return again
}

// fail gives a level the fault of one of its entries. Of several, that of a quantity that is not overwritten counts, since it is cured
// by a scan of orders, and then the first.
func fail(r *channel.LevelResult, f *channel.Fault) {
	if old := stale(f.Code); r.Fault == nil || old && !r.Stale {
		r.Fault, r.Stale, r.RequestID = f, old, f.RequestID
	}
}

// set makes one call.
func (c *Connection) set(ctx context.Context, entries []entry, generation int) outcome {
	key := batchKey(entries, generation)
	in := quantitiesInput{
		Name: "available", Reason: "correction", Reference: referenceSpace + key, Quantities: make([]quantityInput, len(entries)),
	}
	for i, e := range entries {
		in.Quantities[i] = quantityInput{InventoryItemID: e.item, LocationID: e.location, Quantity: e.quantity, ChangeFrom: e.from}
	}
	var data struct {
		Set *struct {
			UserErrors []userError `json:"userErrors"`
		} `json:"inventorySetQuantities"`
	}
	r, fault := c.write(ctx, opSetQuantities, variables{"input": in, "key": key}, &data)
	if fault != nil {
		return outcome{fault: fault}
	}
	if data.Set == nil {
		return outcome{fault: r.answer.Unreadable(opSetQuantities.name)}
	}
	return splitErrors(r, data.Set.UserErrors, len(entries))
}

// splitErrors splits a call's user errors into those of single entries and those of the whole call.
func splitErrors(r reply, errs []userError, entries int) outcome {
	o := outcome{named: map[int]*channel.Fault{}, requestID: r.requestID}
	for _, e := range errs {
		f := e.fault(r, opSetQuantities.name, classOfLevel(e.Code), word(e.Code))
		i, ok := entryOf(e.Field, "quantities")
		switch {
		case e.Code == codeSpent:
			o.spent, o.other = true, f
		case !ok || i >= entries:
			// Shopify is still working on the same request: it may still succeed.
			f.Ambiguous = e.Code == "IDEMPOTENCY_CONCURRENT_REQUEST"
			o.fault = f
		case o.named[i] == nil:
			o.named[i] = f
		}
	}
	if len(o.named) > 0 && o.other == nil {
		o.other = errs[0].fault(r, opSetQuantities.name, channel.Conflict, CodeNotApplied)
	}
	return o
}

// classOfLevel returns the class of a InventorySetQuantitiesUserErrorCode.
func classOfLevel(code string) channel.Class {
	if stale(code) {
		return channel.Conflict
	}
	switch code {
	case "IDEMPOTENCY_CONCURRENT_REQUEST":
		return channel.Unavailable
	case "INVALID_INVENTORY_ITEM":
		return channel.Missing
	case "INVALID_LOCATION", "NON_MUTABLE_INVENTORY_ITEM":
		return channel.Config
	case "IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "COMPARE_QUANTITY_REQUIRED", "INVALID_NAME", "INVALID_REASON", "INVALID_REFERENCE_DOCUMENT",
		"INVALID_QUANTITY_NEGATIVE", "INVALID_QUANTITY_TOO_HIGH", "INVALID_QUANTITY_TOO_LOW", "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR":
		return channel.Invalid
	}
	return channel.Unknown
}

// batchKey returns the idempotency key of a call, a hash of the levels' keys: it is the same whenever the same levels
// are sent again. A key whose call failed can't be used again; generation selects the next one.
func batchKey(entries []entry, generation int) string {
	var all strings.Builder
	for _, e := range entries {
		for _, part := range []string{e.item, e.key} {
			all.WriteString(strconv.Itoa(len(part)) + ":" + part)
		}
		if e.from != nil {
			all.WriteString("from" + strconv.Itoa(*e.from))
		}
	}
	if generation > 0 {
		all.WriteString("#" + strconv.Itoa(generation))
	}
	return uuid.NewSHA1(keySpace, []byte(all.String())).String()
}

// codeSpent says that an earlier call with the key was refused. Why is not said again.
const codeSpent = "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"

// stale reports whether a code says that the shop does not have the quantity that was to be replaced, or may not have it.
func stale(code string) bool {
	return code == "CHANGE_FROM_QUANTITY_STALE" || code == "COMPARE_QUANTITY_STALE" || code == codeSpent
}

// searchLag is longer than Shopify's search was ever seen to be behind (10 s).
const searchLag = 15 * time.Second

// SearchLag returns how late Shopify's search may show an order.
func (c *Connection) SearchLag() time.Duration { return searchLag }

// Quantities reads what the shop has of each level at the account's locations, 20 per call. Below zero the shop is
// oversold.
func (c *Connection) Quantities(ctx context.Context, levels []channel.Level) (map[string]channel.Shown, error) {
	if c.account.Location == "" {
		return nil, c.noLocation(opListings.name)
	}
	found := map[string]channel.Shown{}
	for batch := range slices.Chunk(levels, channel.MaxListed) {
		skus, items := make([]string, len(batch)), make(map[string]string, len(batch))
		for i, l := range batch {
			skus[i], items[l.ListingRef] = l.SKU, l.SKU
		}
		var data struct {
			Variants paged[wireListing] `json:"productVariants"`
		}
		op, v := c.stocked()
		v["first"], v["after"], v["filter"], v["count"] = listingsPerPage, nil, skuFilter(skus), false
		if _, fault := c.read(ctx, op, v, &data); fault != nil {
			return nil, fault
		}
		for _, w := range data.Variants.Nodes {
			sku, ours := items[w.Item.ID]
			if shown, stocked := c.shown(w.Item); ours && (stocked || shown.At != nil) {
				found[sku] = shown
			}
		}
	}
	return found, nil
}

// LevelsOutcome always fails: Shopify answers at once, so nothing is pending.
func (c *Connection) LevelsOutcome(context.Context, string, []string) (channel.LevelsAnswer, error) {
	return channel.LevelsAnswer{}, channel.NewFault(channel.Invalid, opSetQuantities.name, "Shopify has no pending batches")
}
