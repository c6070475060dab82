package ebay

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/simulator/market"
)

// SellerHub is a listing that the seller made in Seller Hub or with an older tool. Buyers buy from it like from any other;
// the Inventory API does not know it until it is migrated.
type SellerHub struct {
	ListingID  string // empty: made from the SKU of its first item
	Title      string
	Auction    bool // else it has a fixed price
	OwnTerms   bool // terms of payment, shipping and returns written into the listing instead of business policies
	PayLater   bool // its payment policy does not ask for immediate payment
	NoLocation bool // neither postcode nor city
	Items      []SellerHubItem
}

// SellerHubItem is one thing of a listing that can be bought: its only one, or a variation.
type SellerHubItem struct {
	SKU      string            // the custom label; empty = the seller gave none
	Options  map[string]string // what tells it from the other variations; nil = there are none
	Price    int64             // minor units
	Quantity int
}

// fieldHub is where a listing's content says that it is not under the Inventory API.
const fieldHub = "sellerHub"

// hub is what a shelf says of such a listing.
type hub struct {
	SKU    string `json:"sku,omitempty"` // as the seller gave it: the marketplace needs one in any case
	Refuse string `json:"refuse,omitempty"`
	Format string `json:"format"`
}

// Listings are the marketplace's listings of it, one per item. An item without SKU is bought under its listing's id
// and its place, 1 for the first.
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
		content, err := json.Marshal(shelf{Hub: &hub{SKU: item.SKU, Refuse: h.refusal(), Format: format}})
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

// HubKey is what the marketplace calls the item at a place (1 = the first) of a listing, when the seller gave it no SKU.
func HubKey(listingID string, place int) string { return listingID + "#" + strconv.Itoa(place) }

// unlabelled takes a HubKey apart.
func unlabelled(sku string) (listingID string, ok bool) {
	id, place, ok := strings.Cut(sku, "#")
	for _, part := range []string{id, place} {
		if _, err := strconv.ParseUint(part, 10, 64); err != nil {
			return "", false
		}
	}
	return id, ok
}

// refusal is why eBay would not migrate the listing whatever its items are; empty = it would.
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

// digits makes ten digits of a text, the same each time.
func digits(text string) string {
	n := uint64(14695981039346656037)
	for _, b := range []byte(text) {
		n = (n ^ uint64(b)) * 1099511628211
	}
	s := strconv.FormatUint(n%10_000_000_000, 10)
	return strings.Repeat("0", 10-len(s)) + s
}
