package ebay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/simulator/market"
)

// record is what the seller has submitted for one SKU. It is stored with the SKU's listing, which is a draft until an
// offer of it is published. The quantity of a live listing is the marketplace's, since buyers reduce it.
type record struct {
	Item  fields `json:"item"`
	Offer fields `json:"offer,omitempty"`     // nil: none was created
	Hub   *hub   `json:"sellerHub,omitempty"` // not nil: made by other means and not migrated; the other fields are empty
}

// unpublished reports whether there is an inventory item, perhaps with an offer, but no live listing.
func unpublished(l market.Listing) bool { return l.Status != market.Live }

// open returns a listing's record. A listing without one is an item with a published offer.
func (s *server) open(l market.Listing) (record, error) {
	var sh record
	if len(l.Content) == 0 {
		return s.migrated(l), nil
	}
	if err := json.Unmarshal(l.Content, &sh); err != nil {
		return sh, fmt.Errorf("the stored record of %s is not readable", l.SKU)
	}
	return sh, nil
}

func (s *server) migrated(l market.Listing) record {
	p := Publishing()
	return record{
		Item: fields{}.with("condition", "NEW").with("product", map[string]any{
			"title": l.Title, "description": l.Title, "imageUrls": []string{"https://i.ebayimg.example/" + tail(l.Ref, 8) + ".jpg"},
		}).with("availability", map[string]any{"shipToLocationAvailability": shipToQuantity{l.Quantity}}),
		Offer: fields{}.with("marketplaceId", s.marketplace()).with("format", fixedPrice).with("categoryId", "38250").
			with("availableQuantity", l.Quantity).with("listingDuration", "GTC").with("listingDescription", l.Title).
			with("merchantLocationKey", p["merchantLocation"]).
			with("listingPolicies", map[string]any{
				"fulfillmentPolicyId": p["fulfillmentPolicy"], "paymentPolicyId": p["paymentPolicy"], "returnPolicyId": p["returnPolicy"],
			}).
			with("pricingSummary", map[string]any{"price": amountOf(l.Price, s.currency())}),
	}
}

// find returns the SKU's listing and record; found is false when there is no inventory item: listings made in Seller
// Hub have none.
func (s *server) find(ctx context.Context, sku string) (l market.Listing, sh record, found bool, err error) {
	l, err = s.market.Listing(ctx, sku)
	if errors.Is(err, market.ErrNoListing) {
		return l, sh, false, nil
	}
	if err == nil {
		sh, err = s.open(l)
	}
	return l, sh, err == nil && sh.Hub == nil, err
}

// stocked returns the listing with its record.
func stocked(l market.Listing, sh record) (market.Listing, error) {
	content, err := json.Marshal(sh)
	l.Content = content
	return l, err
}

// keep stores listings with their records.
func (s *server) keep(ctx context.Context, l market.Listing, sh record) error {
	l, err := stocked(l, sh)
	if err != nil {
		return err
	}
	return s.market.SaveListings(ctx, []market.Listing{l})
}

// quantity returns the quantity of the SKU's item.
func (sh record) quantity() int {
	n, _ := sh.Item.within("availability").within("shipToLocationAvailability").number("quantity")
	return n
}

// withQuantity returns the record with the item's quantity set.
func (sh record) withQuantity(n int) record {
	available := sh.Item.within("availability")
	to := available.within("shipToLocationAvailability").with("quantity", n)
	sh.Item = sh.Item.with("availability", available.with("shipToLocationAvailability", to))
	return sh
}

// price returns the offer's price in minor units; false when it has no valid one.
func (sh record) price() (int64, bool) {
	var price amount
	if json.Unmarshal(sh.Offer.within("pricingSummary")["price"], &price) != nil {
		return 0, false
	}
	n, err := money.Parse(price.Value, price.Currency)
	return n, err == nil && n > 0
}
