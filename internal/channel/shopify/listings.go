package shopify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// listingsPerPage is the most that Shopify gives at once.
const listingsPerPage = 250

// wireListing is a variant as it is read for links.
type wireListing struct {
	ID        string    `json:"id"`
	SKU       string    `json:"sku"`
	Title     string    `json:"title"`
	UpdatedAt time.Time `json:"updatedAt"`
	Product   struct {
		Title  string `json:"title"`
		Status string `json:"status"`
		Single bool   `json:"hasOnlyDefaultVariant"`
	} `json:"product"`
	Item struct {
		ID      string `json:"id"`
		Tracked bool   `json:"tracked"`
		Level   *struct {
			Quantities []struct {
				Quantity int `json:"quantity"`
			} `json:"quantities"`
		} `json:"inventoryLevel"` // null where the item is not stocked at the location
	} `json:"inventoryItem"`
}

// Listings reads one page of the shop's variants, by age, so that changes move nothing between pages. Shopify
// finds a SKU in either case and in parts; only the very SKUs are answered.
func (c *Connection) Listings(ctx context.Context, q channel.ListingsQuery) (channel.ListingsPage, error) {
	if c.account.Location == "" {
		return channel.ListingsPage{}, c.noLocation(opListings.name)
	}
	if len(q.SKUs) > channel.MaxListed {
		return channel.ListingsPage{}, channel.Refusal(channel.Invalid, opListings.name, CodeTooManySKUs, fmt.Sprintf("%d SKUs at once: ask for %d at most", len(q.SKUs), channel.MaxListed))
	}
	at, fault := parseCursor(q.Cursor, opListings.name)
	if fault != nil {
		return channel.ListingsPage{}, fault
	}
	v := variables{"first": c.listings.of(listingsPerPage, 1), "after": orNull(at.After), "location": c.account.Location,
		"filter": orNull(skuFilter(q.SKUs)), "count": q.Cursor == "" && len(q.SKUs) == 0}
	var data struct {
		Variants paged[wireListing] `json:"productVariants"`
		Count    *struct {
			Count     int    `json:"count"`
			Precision string `json:"precision"`
		} `json:"productVariantsCount"`
	}
	r, fault := c.read(ctx, opListings, v, &data)
	if fault != nil {
		c.listings.learn(fault)
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
			page.Listings = append(page.Listings, l.listed())
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

func (l *wireListing) listed() channel.Listed {
	out := channel.Listed{
		SKU: l.SKU, Ref: l.Item.ID, ListingID: l.ID, Title: l.Product.Title, State: stateOf(l.Product.Status),
		ChannelStatus: l.Product.Status, Quantity: channel.UnknownQuantity, UpdatedAt: l.UpdatedAt.UTC(),
	}
	if !l.Product.Single && l.Title != "" {
		out.Title += " - " + l.Title
	}
	switch {
	case !l.Item.Tracked:
		out.ChannelStatus += ", stock not tracked"
	case l.Item.Level == nil:
		out.ChannelStatus += ", not stocked at the location"
	case len(l.Item.Level.Quantities) > 0:
		out.Quantity = clamp(l.Item.Level.Quantities[0].Quantity, 0, maxUnits) // below 0 when oversold
	}
	return out
}

// stateOf reads a product's status; a variant has none of its own. UNLISTED is for those who have the address.
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

// skuFilter is the search for variants with one of the SKUs; empty for none. Values are quoted, and what is
// special in Shopify's search syntax is escaped.
func skuFilter(skus []string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, `'`, `\'`, `:`, `\:`, `(`, `\(`, `)`, `\)`, `*`, `\*`)
	terms := make([]string, len(skus))
	for i, sku := range skus {
		terms[i] = `sku:"` + escape.Replace(sku) + `"`
	}
	return strings.Join(terms, " OR ")
}

// orNull makes a variable null that has no value.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
