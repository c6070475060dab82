package amazon

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/simulator/market"
)

// The parts of a listings item that a seller sees.
type (
	wireListing struct {
		SKU                     string                     `json:"sku"`
		Summaries               []summary                  `json:"summaries,omitempty"`
		Attributes              map[string]json.RawMessage `json:"attributes,omitempty"`
		Issues                  *[]issue                   `json:"issues,omitempty"`
		Offers                  []offer                    `json:"offers,omitempty"`
		FulfillmentAvailability []available                `json:"fulfillmentAvailability,omitempty"`
		Relationships           []relationshipsIn          `json:"relationships,omitempty"`
		ProductTypes            []productTypeIn            `json:"productTypes,omitempty"`
	}
	summary struct {
		MarketplaceID   string   `json:"marketplaceId"`
		ASIN            string   `json:"asin"`
		ProductType     string   `json:"productType"`
		ConditionType   string   `json:"conditionType,omitempty"`
		Status          []string `json:"status"`
		ItemName        string   `json:"itemName"`
		CreatedDate     string   `json:"createdDate"`
		LastUpdatedDate string   `json:"lastUpdatedDate"`
	}
	offer struct {
		MarketplaceID string  `json:"marketplaceId"`
		OfferType     string  `json:"offerType"`
		Price         decimal `json:"price"`
	}
	available struct {
		FulfillmentChannelCode string `json:"fulfillmentChannelCode"`
		Quantity               *int   `json:"quantity,omitempty"`
	}
	relationshipsIn struct {
		MarketplaceID string         `json:"marketplaceId"`
		Relationships []relationship `json:"relationships"`
	}
	relationship struct {
		Type           string   `json:"type"`
		ChildSKUs      []string `json:"childSkus,omitempty"`
		ParentSKUs     []string `json:"parentSkus,omitempty"`
		VariationTheme *theme   `json:"variationTheme,omitempty"`
	}
	theme struct {
		Attributes []string `json:"attributes"`
		Theme      string   `json:"theme"`
	}
	productTypeIn struct {
		MarketplaceID string `json:"marketplaceId"`
		ProductType   string `json:"productType"`
	}
)

// firstListed is the creation time of the marketplace's first listing; each later one is a second younger, since the
// market stores their order and not their times.
var firstListed = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func created(l market.Listing) time.Time { return firstListed.Add(time.Duration(l.ID) * time.Second) }

// showListing returns a listing with the requested data sets.
func (s *server) showListing(l market.Listing, included []string) wireListing {
	has := func(set string) bool { return slices.Contains(included, set) }
	w, content := wireListing{SKU: l.SKU}, s.contentOf(l)
	if has("summaries") {
		one := summary{
			MarketplaceID: s.options.Marketplace, ASIN: l.ListingID, ProductType: content.ProductType, ConditionType: "new_new", Status: []string{},
			ItemName: l.Title, CreatedDate: timestamp(created(l)), LastUpdatedDate: timestamp(l.UpdatedAt),
		}
		switch {
		case l.Status == market.Live && l.Quantity > 0:
			one.Status = []string{"BUYABLE", "DISCOVERABLE"}
		case l.Status == market.Live:
			one.Status = []string{"DISCOVERABLE"}
		}
		w.Summaries = []summary{one}
	}
	if has("attributes") {
		w.Attributes = content.Attributes
	}
	if has("issues") {
		w.Issues = &[]issue{}
	}
	if has("offers") {
		w.Offers = []offer{{s.options.Marketplace, "B2C", amount(l.Price, s.place().currency)}}
	}
	if has("fulfillmentAvailability") {
		w.FulfillmentAvailability = []available{{"DEFAULT", &l.Quantity}}
		if l.FBA {
			w.FulfillmentAvailability = []available{{FulfillmentChannelCode: s.place().network}}
		}
	}
	if has("relationships") && l.Product != "" {
		w.Relationships = s.related(relationship{Type: "VARIATION", ParentSKUs: []string{l.Product}})
	}
	if has("productTypes") {
		w.ProductTypes = []productTypeIn{{s.options.Marketplace, content.ProductType}}
	}
	return w
}

// showParent returns a parent item with the requested data sets.
func (s *server) showParent(p parent, children []string, included []string) wireListing {
	w := wireListing{SKU: p.SKU}
	if slices.Contains(included, "summaries") {
		w.Summaries = []summary{{
			MarketplaceID: s.options.Marketplace, ASIN: p.asin(), ProductType: p.ProductType, Status: []string{"DISCOVERABLE"},
			ItemName: p.Attributes.text("item_name"), CreatedDate: timestamp(p.CreatedAt), LastUpdatedDate: timestamp(p.LiveAt),
		}}
	}
	if slices.Contains(included, "attributes") {
		w.Attributes = p.Attributes
	}
	if slices.Contains(included, "issues") {
		w.Issues = &[]issue{}
	}
	if slices.Contains(included, "relationships") && len(children) > 0 {
		names := p.Attributes.themeAttributes()
		w.Relationships = s.related(relationship{
			Type: "VARIATION", ChildSKUs: children, VariationTheme: &theme{Attributes: names, Theme: p.Attributes.theme()},
		})
	}
	if slices.Contains(included, "productTypes") {
		w.ProductTypes = []productTypeIn{{s.options.Marketplace, p.ProductType}}
	}
	return w
}

func (s *server) related(r relationship) []relationshipsIn {
	return []relationshipsIn{{s.options.Marketplace, []relationship{r}}}
}

// contentOf returns what the seller submitted, with the current quantity. A listing that was never put has the
// minimum.
func (s *server) contentOf(l market.Listing) listingPut {
	put := listingPut{ProductType: l.Ref, Attributes: submitted{}}
	a := put.Attributes
	if l.Content != nil {
		put.ProductType = ""
		_ = json.Unmarshal(l.Content, &put)
	} else {
		here, price := s.options.Marketplace, amount(l.Price, s.place().currency)
		a.put("item_name", map[string]any{"value": l.Title, "language_tag": s.place().language, "marketplace_id": here})
		a.put("condition_type", map[string]any{"value": "new_new", "marketplace_id": here})
		a.put("purchasable_offer", map[string]any{
			"currency": price.CurrencyCode, "marketplace_id": here,
			"our_price": []any{map[string]any{"schedule": []any{map[string]any{"value_with_tax": json.Number(price.Amount)}}}},
		})
	}
	now := map[string]any{}
	for _, value := range a.values(availability) {
		now = value // what else was said of the stock stays: handling time, restock date
	}
	if now["fulfillment_channel_code"], now["quantity"] = "DEFAULT", l.Quantity; l.FBA {
		now = map[string]any{"fulfillment_channel_code": s.place().network}
	}
	a.put(availability, now)
	return put
}

// asin returns a parent's public id.
func (p parent) asin() string { return asin(p.CreatedAt.UnixMicro(), p.SKU) }

// asin returns an id like Amazon's: B0 and eight capital letters and digits.
func asin(n int64, _ string) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	id := []byte("B000000000")
	for i := len(id) - 1; i > 1 && n > 0; i, n = i-1, n/int64(len(digits)) {
		id[i] = digits[n%int64(len(digits))]
	}
	return string(id)
}
