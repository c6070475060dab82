package shopify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/money"
)

// listingsPerPage is the greatest page that Shopify allows.
const listingsPerPage = 250

// wireListing is a variant with the fields that links need.
type wireListing struct {
	ID        string    `json:"id"`
	SKU       string    `json:"sku"`
	Title     string    `json:"title"`
	Price     string    `json:"price"` // in the shop's currency
	UpdatedAt time.Time `json:"updatedAt"`
	Product   struct {
		Title  string `json:"title"`
		Status string `json:"status"`
		Single bool   `json:"hasOnlyDefaultVariant"`
	} `json:"product"`
	Item wireItem `json:"inventoryItem"`
}

// Listings returns one page of the shop's variants, oldest first, so that changes move nothing between pages.
// Shopify's search ignores case and finds parts of a SKU; only exact matches are returned.
func (c *Connection) Listings(ctx context.Context, q channel.ListingsQuery) (channel.ListingsPage, error) {
	if c.account.Location == "" {
		return channel.ListingsPage{}, c.noLocation(opListings.name)
	}
	op, v := c.stocked()
	if len(q.SKUs) > channel.MaxListed {
		return channel.ListingsPage{}, channel.Refusal(channel.Invalid, opListings.name, CodeTooManySKUs, fmt.Sprintf("%d SKUs at once: ask for %d at most", len(q.SKUs), channel.MaxListed))
	}
	at, fault := parseCursor(q.Cursor, opListings.name)
	if fault != nil {
		return channel.ListingsPage{}, fault
	}
	v["first"], v["after"] = c.listings.of(listingsPerPage, 1), orNull(at.After)
	v["filter"], v["count"] = orNull(skuFilter(q.SKUs)), q.Cursor == "" && len(q.SKUs) == 0
	var data struct {
		Variants paged[wireListing] `json:"productVariants"`
		Shop     struct {
			Currency string `json:"currencyCode"`
		} `json:"shop"`
		Count *struct {
			Count     int    `json:"count"`
			Precision string `json:"precision"`
		} `json:"productVariantsCount"`
	}
	r, fault := c.read(ctx, op, v, &data)
	if fault != nil {
		c.listings.adapt(fault)
		return channel.ListingsPage{}, fault
	}
	next := data.Variants.PageInfo
	if next.stuck(at.After, len(data.Variants.Nodes)) {
		return channel.ListingsPage{}, r.answer.Fault(channel.Unavailable, opListings.name, CodeRepeatedCursor)
	}
	page := channel.ListingsPage{RequestID: r.requestID}
	for i := range data.Variants.Nodes {
		l := &data.Variants.Nodes[i]
		if len(q.SKUs) == 0 || slices.Contains(q.SKUs, l.SKU) {
			page.Listings = append(page.Listings, c.listed(l, data.Shop.Currency))
		}
	}
	if data.Count != nil && data.Count.Precision == "EXACT" {
		page.Total = data.Count.Count
	}
	if next.HasNextPage {
		page.Next = cursor{After: next.EndCursor}.String()
	}
	return page, nil
}

// listed returns a variant of a shop with the currency.
func (c *Connection) listed(l *wireListing, currency string) channel.Listed {
	out := channel.Listed{
		SKU: l.SKU, Ref: l.Item.ID, ListingID: l.ID, Title: l.Product.Title, State: stateOf(l.Product.Status),
		ChannelStatus: l.Product.Status, Quantity: channel.UnknownQuantity, UpdatedAt: l.UpdatedAt.UTC(),
	}
	if !l.Product.Single && l.Title != "" {
		out.Title += " - " + l.Title
	}
	if price, err := money.Parse(l.Price, currency); err == nil {
		out.Price, out.Currency = price, currency
	}
	shown, stocked := c.shown(l.Item)
	switch {
	case !l.Item.Tracked:
		out.ChannelStatus += ", stock not tracked"
	case !stocked:
		out.ChannelStatus, out.At = out.ChannelStatus+", not stocked at the location", shown.At
	default:
		out.Quantity, out.At = clamp(shown.Quantity, 0, maxUnits), shown.At // below 0 when oversold
	}
	return out
}

// stateOf returns the state for a product's status; variants have no status. UNLISTED products are visible to those
// who have the address.
func stateOf(status string) channel.ListingState {
	switch status {
	case statusActive, "UNLISTED":
		return channel.ListingLive
	case statusArchived:
		return channel.ListingEnded
	}
	return channel.ListingInactive
}

// Statuses of a product.
const (
	statusActive   = "ACTIVE"
	statusArchived = "ARCHIVED"
)

// skuFilter returns the search for variants with one of the SKUs; empty for none. Values are quoted, and special
// characters of Shopify's search syntax are escaped.
func skuFilter(skus []string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, `'`, `\'`, `:`, `\:`, `(`, `\(`, `)`, `\)`, `*`, `\*`)
	terms := make([]string, len(skus))
	for i, sku := range skus {
		terms[i] = `sku:"` + escape.Replace(sku) + `"`
	}
	return strings.Join(terms, " OR ")
}

// orNull returns nil for an empty string.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
