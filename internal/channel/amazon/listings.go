package amazon

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const (
	opSearchListings = "searchListingsItems"
	opGetListing     = "getListingsItem"
	listingsPath     = "/listings/2021-08-01/items/"
	listingsPage     = 20 // the most
	shownData        = "summaries,fulfillmentAvailability,relationships"

	codeTooManySKUs = "TOO_MANY_SKUS"
)

// Listings reads one page of what the account offers in its marketplace, oldest listing first, or the listings of up
// to 20 SKUs. A variation's parent is left out: it can't be bought. Errors: Unavailable with NO_PROGRESS when the API
// repeats a page, Invalid when the cursor is not from here or more SKUs are asked for, Limit when more listings were
// created at one moment than a search shows.
func (c *client) Listings(ctx context.Context, q channel.ListingsQuery) (channel.ListingsPage, error) {
	if len(q.SKUs) > 0 {
		return c.listed(ctx, q.SKUs)
	}
	var at listingsCursor
	if err := unpack(q.Cursor, &at); err != nil || q.Cursor != "" && at.Token == "" && at.Since.IsZero() {
		return channel.ListingsPage{}, channel.Refusal(channel.Invalid, opSearchListings, codeCursor, "the cursor is not one of Amazon's: start again from the first page")
	}
	var found listingsAnswer
	answer, fault := c.call(ctx, c.search(at.query()), &found)
	if fault != nil {
		return channel.ListingsPage{}, fault
	}
	next, fault := at.after(answer, found)
	if fault != nil {
		return channel.ListingsPage{}, fault
	}
	page := channel.ListingsPage{Listings: c.show(found.Items, at.Edge), Total: at.total(found), RequestID: answer.RequestID}
	if next != nil {
		page.Next = pack(next)
	}
	return page, nil
}

// listed are the listings of a few SKUs, all on one page.
func (c *client) listed(ctx context.Context, skus []string) (channel.ListingsPage, error) {
	if len(skus) > channel.MaxListed {
		return channel.ListingsPage{}, channel.Refusal(channel.Invalid, opSearchListings, codeTooManySKUs,
			fmt.Sprintf("%d SKUs, a search takes at most %d", len(skus), channel.MaxListed))
	}
	items, answer, fault := c.lookUp(ctx, skus, shownData)
	if fault != nil {
		return channel.ListingsPage{}, fault
	}
	listings := c.show(items, nil)
	return channel.ListingsPage{Listings: listings, Total: len(listings), RequestID: answer.RequestID}, nil
}

// lookUp reads the items of at least one SKU as they stand, 20 at a time; those that Amazon does not have are left
// out. A single SKU is read by getListingsItem, which does not lag behind as a search may, and so is one with a comma,
// which a search would take for two. The answer that is returned is the last.
func (c *client) lookUp(ctx context.Context, skus []string, data string) (items []wireListing, answer *transport.Answer, fault *channel.Fault) {
	var together []string
	for _, sku := range skus {
		if len(skus) > 1 && !strings.Contains(sku, ",") {
			together = append(together, sku)
			continue
		}
		var item wireListing
		got, fault := c.call(ctx, c.item(opGetListing, http.MethodGet, sku, url.Values{"includedData": {data}}), &item)
		switch {
		case fault != nil && fault.Class == channel.Missing:
			answer = &transport.Answer{Status: fault.Status, RequestID: fault.RequestID}
			continue
		case fault != nil:
			return nil, nil, fault
		}
		items, answer = append(items, item), got
	}
	for len(together) > 0 {
		n := min(len(together), listingsPage)
		var found listingsAnswer
		answer, fault = c.call(ctx, c.search(url.Values{
			"identifiersType": {"SKU"}, "identifiers": {strings.Join(together[:n], ",")}, "includedData": {data}, "pageSize": {strconv.Itoa(listingsPage)},
		}), &found)
		if fault != nil {
			return nil, nil, fault
		}
		items, together = append(items, found.Items...), together[n:]
	}
	return items, answer, nil
}

// search is a request of searchListingsItems.
func (c *client) search(query url.Values) request {
	query.Set("marketplaceIds", c.account.Marketplace)
	return request{
		operation: opSearchListings, method: http.MethodGet, base: c.listings,
		path: listingsPath + url.PathEscape(c.account.Credentials["sellerId"]), query: query,
	}
}

// item is a request that concerns one SKU.
func (c *client) item(operation, method, sku string, query url.Values) request {
	query.Set("marketplaceIds", c.account.Marketplace)
	return request{
		operation: operation, method: method, base: c.listings,
		path: listingsPath + url.PathEscape(c.account.Credentials["sellerId"]) + "/" + url.PathEscape(sku), query: query,
	}
}

// show turns the API's items into Towpath's, but for parents and for those that were shown before. It notes which
// SKUs Amazon ships itself: their levels must never be set.
func (c *client) show(items []wireListing, before []string) []channel.Listed {
	var out []channel.Listed
	for _, item := range items {
		l := item.read(c.account.Marketplace)
		if l.ChannelFulfils {
			c.fba.Store(l.SKU, true)
		} else {
			c.fba.Delete(l.SKU)
		}
		if !item.parent() && !slices.Contains(before, l.SKU) {
			out = append(out, l)
		}
	}
	return out
}
