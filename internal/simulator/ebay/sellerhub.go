package ebay

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/simulator/market"
)

// SellerHub is a listing made in Seller Hub or with an older tool. Buyers can buy from it, but the Inventory API
// can't see it until it is migrated.
type SellerHub struct {
	ListingID  string // empty: made from the SKU of its first item
	Title      string
	Auction    bool // else it has a fixed price
	OwnTerms   bool // the listing has its own terms of payment, shipping and returns, no business policies
	PayLater   bool // its payment policy does not ask for immediate payment
	NoLocation bool // neither postcode nor city
	Items      []SellerHubItem
}

// SellerHubItem is one item of a listing that can be bought: the only one, or a variation.
type SellerHubItem struct {
	SKU      string            // the custom label; empty = the seller gave none
	Options  map[string]string // the values in which it differs from the other variations; nil = none
	Price    int64             // minor units
	Quantity int
}

// fieldHub is the field that marks a listing's content as not under the Inventory API.
const fieldHub = "sellerHub"

// hub is what a record stores about such a listing.
type hub struct {
	SKU    string `json:"sku,omitempty"` // as the seller gave it: the marketplace needs one in any case
	Refuse string `json:"refuse,omitempty"`
	Format string `json:"format"`
}

// Listings returns the marketplace's listings of it, one per item. An item without a SKU is bought under its
// listing's id and its position, 1 for the first.
func (h SellerHub) Listings() ([]market.Listing, error) {
	if len(h.Items) == 0 {
		return nil, fmt.Errorf("listing %q: give it something that can be bought", h.Title)
	}
	id := h.ListingID
	if id == "" {
		id = "28" + digits(h.Title+h.Items[0].SKU)
	}
	format := fixedPrice
	if h.Auction {
		format = "AUCTION"
	}
	group := ""
	if len(h.Items) > 1 {
		group = "hub-" + id
	}
	var all []market.Listing
	for i, item := range h.Items {
		content, err := json.Marshal(record{Hub: &hub{SKU: item.SKU, Refuse: h.refusal(), Format: format}})
		if err != nil {
			return nil, err
		}
		key := item.SKU
		if key == "" {
			key = HubKey(id, i+1)
		}
		all = append(all, market.Listing{
			SKU: key, Title: h.Title, Price: item.Price, Quantity: item.Quantity, Status: market.Live, ListingID: id, Product: group,
			Options: item.Options, Content: content,
		})
	}
	return all, nil
}

// HubKey returns the marketplace's key of the item at a position (1 = the first) of a listing, when the seller gave
// it no SKU.
func HubKey(listingID string, place int) string { return listingID + "#" + strconv.Itoa(place) }

// unlabelled splits a HubKey and reports whether sku is one.
func unlabelled(sku string) (listingID string, ok bool) {
	id, place, ok := strings.Cut(sku, "#")
	for _, part := range []string{id, place} {
		if _, err := strconv.ParseUint(part, 10, 64); err != nil {
			return "", false
		}
	}
	return id, ok
}

// refusal returns why eBay would not migrate the listing whatever its items are; empty = it would.
func (h SellerHub) refusal() string {
	switch {
	case h.Auction:
		return "The listing format is not supported."
	case h.OwnTerms:
		return "Business policies are required."
	case h.PayLater:
		return "Immediate payment is required by the payment policy."
	case h.NoLocation:
		return "The item location is missing."
	}
	return ""
}

// digits returns ten digits derived from a text.
func digits(text string) string {
	n := uint64(14695981039346656037)
	for _, b := range []byte(text) {
		n = (n ^ uint64(b)) * 1099511628211
	}
	s := strconv.FormatUint(n%10_000_000_000, 10)
	return strings.Repeat("0", 10-len(s)) + s
}
