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
	shownData        = "summaries,offers,fulfillmentAvailability,relationships"

	codeTooManySKUs = "TOO_MANY_SKUS"
)

// Listings returns one page of the account's listings in its marketplace, oldest first, or the listings of up to 20
// SKUs. Parents of variations are left out: they can't be bought. Errors: Unavailable with NO_PROGRESS when the API
// repeats a page, Invalid when the cursor is unknown or there are too many SKUs, Limit when more listings were
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

// listed returns the listings of a few SKUs on one page.
func (c *client) listed(ctx context.Context, skus []string) (channel.ListingsPage, error) {
	if len(skus) > channel.MaxListed {
		return channel.ListingsPage{}, channel.Refusal(channel.Invalid, opSearchListings, codeTooManySKUs,
			fmt.Sprintf("%d SKUs, a search may name at most %d", len(skus), channel.MaxListed))
	}
	items, answer, fault := c.lookUp(ctx, skus, shownData)
	if fault != nil {
		return channel.ListingsPage{}, fault
	}
	listings := c.show(items, nil)
	return channel.ListingsPage{Listings: listings, Total: len(listings), RequestID: answer.RequestID}, nil
}

// lookUp reads items in their current state, 20 per call; those that Amazon does not have are left out. There must be
// at least one SKU. It reads a single SKU with getListingsItem, which is never behind as a search may be, and
// likewise a SKU with a comma, which a search would split. The returned answer is the last one.
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

// search returns a searchListingsItems request.
func (c *client) search(query url.Values) request {
	query.Set("marketplaceIds", c.account.Marketplace)
	return request{
		operation: opSearchListings, method: http.MethodGet, base: c.listings,
		path: listingsPath + url.PathEscape(c.account.Credentials["sellerId"]), query: query,
	}
}

// item returns a request for one SKU.
func (c *client) item(operation, method, sku string, query url.Values) request {
	query.Set("marketplaceIds", c.account.Marketplace)
	return request{
		operation: operation, method: method, base: c.listings,
		path: listingsPath + url.PathEscape(c.account.Credentials["sellerId"]) + "/" + url.PathEscape(sku), query: query,
	}
}

// show returns the API's items as listings, without parents and those shown before. It remembers the SKUs that Amazon
// ships itself: their levels must never be set.
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
