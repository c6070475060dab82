package ebay

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing/aspects"
)

// Fields that eBay returns but does not accept.
var (
	readOnlyOfItems  = []string{"groupIds", "inventoryItemGroupKeys"}
	readOnlyOfGroups = []string{"inventoryItemGroupKey"}
	readOnlyOfOffers = []string{"offerId", "sku", "marketplaceId", "format", "status", "listing"}
)

// maxGroupImages is the greatest number of pictures of an item in a group.
const maxGroupImages = 12

// itemOf returns a variant's wanted inventory item, based on eBay's, with the stock that eBay has. In a group, title
// and description are the group's: an item's own would overwrite them in the listing.
func (s *submission) itemOf(m member) record {
	have := s.items[m.SKU]
	item := recordOf(have, readOnlyOfItems...)
	item.set("sku", m.SKU)
	item.set("locale", localeOf(s.account.Marketplace))
	item.set("condition", aspects.Condition(m.product.Condition))
	product := recordOf(item.within("product"))
	switch {
	case m.grouped():
		delete(product, "title")
	case groupOf(have) == "":
		product.set("title", m.product.Title)
		if utf8.RuneCountInString(m.product.Description) <= aspects.MaxItemDescription {
			product.setText("description", m.product.Description)
		} else {
			delete(product, "description") // it is in the offer
		}
	}
	product.setText("brand", m.product.Brand)
	product.setList("imageUrls", imagesOf(m))
	if field := aspects.BarcodeField(m.Barcode); field != "" {
		product.set(field, []string{m.Barcode})
	}
	specifics := withAspects(product.aspects(), m.product.Aspects)
	for name, value := range m.Options {
		specifics[name] = []string{value}
	}
	if len(specifics) > 0 {
		product.set("aspects", specifics)
	}
	item.set("product", product)
	return item
}

// stocked returns an item with a quantity. A split by location is removed: it would have to add up.
func stocked(item record, quantity int) record {
	available := item.within("availability")
	available.set("shipToLocationAvailability", map[string]int{"quantity": quantity})
	item.set("availability", available)
	return item
}

// stockOf returns eBay's quantity of an item; 0 if there is none.
func stockOf(item record) int {
	var ship struct {
		Quantity whole `json:"quantity"`
	}
	_ = json.Unmarshal(item.within("availability")["shipToLocationAvailability"], &ship)
	return max(0, int(ship.Quantity))
}

// imagesOf returns a variant's own images, or the product's.
func imagesOf(m member) []string {
	images := m.Images
	if len(images) == 0 {
		images = m.product.Images
	}
	if m.grouped() {
		images = images[:min(len(images), maxGroupImages)]
	}
	return images
}

func withAspects(have, over map[string][]string) map[string][]string {
	for name, values := range over {
		have[name] = values
	}
	return have
}

// groupRecord returns the product's group with these variants. Members and values that only eBay has stay: End takes
// variations off sale.
func (f *family) groupRecord(variants []channel.Variant) record {
	group := recordOf(f.group, readOnlyOfGroups...)
	group.set("title", f.product.Title)
	group.setText("description", f.product.Description)
	group.setList("imageUrls", f.product.Images)
	if specifics := withAspects(group.aspects(), f.product.Aspects); len(specifics) > 0 {
		group.set("aspects", specifics)
	}
	members := group.list("variantSKUs")
	for _, v := range variants {
		members = addTo(members, v.SKU)
	}
	group.set("variantSKUs", members)

	varies := group.within("variesBy")
	if len(varies.list("aspectsImageVariesBy")) == 0 {
		varies.set("aspectsImageVariesBy", f.product.Options[:1]) // eBay lists nothing without one
	}
	varies.set("specifications", f.specifications(varies, variants))
	group.set("variesBy", varies)
	return group
}

// specifications returns the options with all values of the members.
func (f *family) specifications(varies record, variants []channel.Variant) []specification {
	var have []specification
	_ = json.Unmarshal(varies["specifications"], &have) // unreadable ones are replaced
	var out []specification
	for _, option := range f.product.Options {
		s := specification{Name: option, Values: []string{}}
		if i := slices.IndexFunc(have, func(h specification) bool { return h.Name == option }); i >= 0 {
			s.Values = append(s.Values, have[i].Values...)
		}
		for _, v := range variants {
			s.Values = addTo(s.Values, v.Options[option])
		}
		out = append(out, s)
	}
	return out
}

func addTo(list []string, value string) []string {
	if value == "" || slices.Contains(list, value) {
		return list
	}
	return append(list, value)
}

// offerOf returns a wanted offer, based on eBay's, with the quantity that eBay has.
func (s *submission) offerOf(m member) record {
	offer := recordOf(s.offers[m.SKU].fields, readOnlyOfOffers...)
	offer.setText("categoryId", m.product.Type)
	offer.set("listingDuration", "GTC") // the only duration for a fixed price
	offer.set("merchantLocationKey", s.account.Publishing[aspects.MerchantLocation])
	if len(offer["listingDescription"]) > 0 || !m.grouped() { // an offer's description overwrites the group's
		offer.setText("listingDescription", m.product.Description)
	}
	policies := offer.within("listingPolicies")
	policies.set("fulfillmentPolicyId", s.account.Publishing[aspects.FulfillmentPolicy])
	policies.set("paymentPolicyId", s.account.Publishing[aspects.PaymentPolicy])
	policies.set("returnPolicyId", s.account.Publishing[aspects.ReturnPolicy])
	offer.set("listingPolicies", policies)
	pricing := offer.within("pricingSummary")
	if !s.samePrice(m) {
		pricing.set("price", moneyOf(m.Price, m.product.Currency))
	}
	offer.set("pricingSummary", pricing)
	return offer
}

// costs reports whether the price is equal, in whatever form eBay writes it.
func (r record) costs(price int64, currency string) bool {
	var have amount
	return json.Unmarshal(r["price"], &have) == nil && have.Currency == currency && have.minor() == price && price > 0
}

// newOffer returns an offer that eBay does not have. Without stock it has no quantity: 0 is End's mark.
func (s *submission) newOffer(m member) record {
	offer := s.offerOf(m)
	offer.set("sku", m.SKU)
	offer.set("marketplaceId", s.account.Marketplace)
	offer.set("format", fixedPrice)
	if m.Quantity > 0 {
		offer.set("availableQuantity", m.Quantity)
	}
	return offer
}

// oldOffer returns an offer that eBay has. If it is listed, its quantity stays as read.
func (s *submission) oldOffer(m member) record {
	offer := s.offerOf(m)
	if !s.listed(m.SKU) {
		offer.set("availableQuantity", m.Quantity)
	}
	return offer
}
