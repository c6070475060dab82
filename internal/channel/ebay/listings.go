package ebay

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// listingsPage is the number of inventory items per page. eBay returns the offers of one SKU per call, and a
// variant's title may be in its group, so a page needs up to 25 calls: the items, and an offer and a group of each. A
// query by SKU needs up to 41, when each of the 20 SKUs is in another group.
const listingsPage = 12

// Listings reads inventory items and joins them with their offers. An item without a fixed-price offer on the
// account's site is left out.
func (c *connection) Listings(ctx context.Context, q channel.ListingsQuery) (channel.ListingsPage, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	if len(q.SKUs) > 0 {
		return c.listingsOf(ctx, q.SKUs)
	}
	at, err := parsePlace(q.Cursor)
	if err != nil {
		return channel.ListingsPage{}, channel.NewFault(channel.Invalid, opItems, err.Error())
	}
	query := url.Values{"limit": {strconv.Itoa(listingsPage)}, "offset": {strconv.Itoa(at.Page)}} // the offset counts pages
	a, f := c.call(ctx, opItems, http.MethodGet, inventory+"/inventory_item?"+query.Encode(), nil)
	if f != nil {
		return channel.ListingsPage{}, f
	}
	items, total, f := readItems(a)
	if f != nil {
		return channel.ListingsPage{}, f
	}
	next, more, moved := at.after(items, total)
	if !moved {
		return channel.ListingsPage{}, a.Fault(channel.Unavailable, opItems, codeNoProgress)
	}
	page := channel.ListingsPage{RequestID: a.RequestID}
	if page.Listings, f = c.listed(ctx, items); f != nil {
		return channel.ListingsPage{}, f
	}
	if more {
		page.Next = next.cursor()
	}
	return page, nil
}

// listingsOf returns the listings of some SKUs.
func (c *connection) listingsOf(ctx context.Context, skus []string) (channel.ListingsPage, error) {
	if len(skus) > channel.MaxListed {
		return channel.ListingsPage{}, channel.Refusal(channel.Invalid, opGetItems, codeTooManySKUs,
			strconv.Itoa(len(skus))+" SKUs in one query: ask for "+strconv.Itoa(channel.MaxListed))
	}
	skus = slices.Compact(slices.Sorted(slices.Values(skus))) // eBay refuses duplicates
	found, requestID, f := c.items(ctx, skus)
	if f != nil {
		return channel.ListingsPage{}, f
	}
	var items []record
	for _, sku := range skus {
		if item, ok := found[sku]; ok {
			items = append(items, item)
		}
	}
	page := channel.ListingsPage{RequestID: requestID}
	if page.Listings, f = c.listed(ctx, items); f != nil {
		return channel.ListingsPage{}, f
	}
	return page, nil
}

func readItems(a *transport.Answer) (items []record, total int, f *channel.Fault) {
	var body struct {
		Items []record `json:"inventoryItems"`
		Total whole    `json:"total"`
	}
	if f := a.Decode(opItems, &body); f != nil {
		return nil, 0, f
	}
	return body.Items, int(body.Total), nil
}

// listed reads the offers of the items, and the groups of items without a title.
func (c *connection) listed(ctx context.Context, items []record) ([]channel.Listed, *channel.Fault) {
	found := make([]*channel.Listed, len(items))
	f := each(ctx, opOffers, len(items), func(ctx context.Context, i int) *channel.Fault {
		sku := items[i].text("sku")
		o, _, ok, f := c.offer(ctx, sku)
		if f != nil || !ok {
			return f
		}
		l := o.listed(sku)
		found[i] = &l
		return nil
	})
	if f != nil {
		return nil, f
	}
	groups, f := c.groupsOf(ctx, items)
	if f != nil {
		return nil, f
	}
	var listed []channel.Listed
	seen := map[string]bool{}
	for i, l := range found {
		if l == nil || seen[l.Ref] {
			continue
		}
		seen[l.Ref] = true
		l.Title = titleOf(items[i], groups[groupOf(items[i])])
		listed = append(listed, *l)
	}
	return listed, nil
}

func (o ebayOffer) listed(sku string) channel.Listed {
	l := channel.Listed{
		SKU: sku, Ref: string(o.ID), ListingID: string(o.Listing.ID),
		State: o.state(), ChannelStatus: o.words(), Quantity: channel.UnknownQuantity,
	}
	if o.Available != nil && *o.Available >= 0 {
		l.Quantity = int(*o.Available)
	}
	if price := o.Pricing.Price; price != nil && !price.unreadable() {
		l.Price, l.Currency = price.minor(), price.Currency
	}
	return l
}

// groupsOf returns the groups whose titles are needed.
func (c *connection) groupsOf(ctx context.Context, items []record) (map[string]record, *channel.Fault) {
	var keys []string
	for _, item := range items {
		if key := groupOf(item); key != "" && item.within("product").text("title") == "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	read := make([]record, len(keys))
	f := each(ctx, opGroup, len(keys), func(ctx context.Context, i int) (f *channel.Fault) {
		read[i], f = c.group(ctx, keys[i])
		return f
	})
	groups := map[string]record{}
	for i, key := range keys {
		groups[key] = read[i]
	}
	return groups, f
}

// titleOf returns the item's own title, or its group's with the values in which this variant differs.
func titleOf(item, group record) string {
	product := item.within("product")
	if title := product.text("title"); title != "" {
		return title
	}
	var varies []specification
	_ = json.Unmarshal(group.within("variesBy")["specifications"], &varies)
	aspects := product.aspects()
	var values []string
	for _, s := range varies {
		values = append(values, aspects[s.Name]...)
	}
	title := group.text("title")
	if len(values) > 0 {
		title += " (" + strings.Join(values, ", ") + ")"
	}
	return strings.TrimSpace(title)
}

// printOf returns a hash of a page that does not depend on the order of its items.
func printOf(ids []string) string {
	h := fnv.New64a()
	for _, id := range slices.Sorted(slices.Values(ids)) {
		_, _ = h.Write([]byte(id + "\n"))
	}
	return strconv.FormatUint(h.Sum64(), 36)
}
