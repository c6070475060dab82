package ebay

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/towpath/towpath/internal/channel"
)

const (
	opItems    = "getInventoryItems"
	opGetItems = "bulkGetInventoryItem"
	opGroup    = "getInventoryItemGroup"
)

// maxBulk is the greatest number of SKUs in eBay's bulk calls.
const maxBulk = 25

// items returns eBay's inventory items of the SKUs, by SKU.
func (c *connection) items(ctx context.Context, skus []string) (found map[string]record, requestID string, f *channel.Fault) {
	type named struct {
		SKU string `json:"sku"`
	}
	found = map[string]record{}
	for part := range slices.Chunk(skus, maxBulk) {
		var body struct {
			Requests []named `json:"requests"`
		}
		for _, sku := range part {
			body.Requests = append(body.Requests, named{sku})
		}
		a, f := c.do(ctx, request{operation: opGetItems, method: http.MethodPost, path: inventory + "/bulk_get_inventory_item", body: body, harmless: true})
		if f != nil {
			return nil, "", f
		}
		requestID = a.RequestID
		responses, f := readResponses(a, opGetItems)
		if f != nil {
			return nil, "", f
		}
		for _, r := range responses {
			switch f := r.fault(a, opGetItems); {
			case f == nil && r.Item != nil:
				found[r.SKU] = r.Item
			case f != nil && f.Class != channel.Missing:
				return nil, "", f
			}
		}
	}
	return found, requestID, nil
}

// groupOf returns the key of the item's variation group; empty = none. An item is in at most one.
func groupOf(item record) string {
	for _, field := range []string{"groupIds", "inventoryItemGroupKeys"} { // the field depends on the call
		if keys := item.list(field); len(keys) > 0 {
			return keys[0]
		}
	}
	return ""
}

// group returns a variation group; nil if eBay has none with this key.
func (c *connection) group(ctx context.Context, key string) (record, *channel.Fault) {
	a, f := c.call(ctx, opGroup, http.MethodGet, groupPath(key), nil)
	if f != nil {
		if f.Class == channel.Missing {
			return nil, nil
		}
		return nil, f
	}
	var g record
	if f := a.Decode(opGroup, &g); f != nil {
		return nil, f
	}
	return g, nil
}

func groupPath(key string) string { return inventory + "/inventory_item_group/" + url.PathEscape(key) }

// specification is one property in which the variants of a group differ.
type specification struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}
