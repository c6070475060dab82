package ebay

import (
	"encoding/json"
	"slices"

	"github.com/towpath/towpath/internal/channel"
)

// itemOf is a variant's inventory item. In a group, title and description are the group's: an item's own would
// overwrite them in the listing.
func (p *publication) itemOf(v channel.Variant) record {
	item := recordOf(p.items[v.SKU], "groupIds", "inventoryItemGroupKeys")
	item.set("sku", v.SKU)
	item.set("locale", localeOf(p.account.Marketplace))
	if item.setText("condition", p.product.Condition); item.text("condition") == "" {
		item.set("condition", "NEW")
	}
	product := recordOf(item.within("product"))
	delete(product, "title")
	if !p.grouped() {
		product.set("title", p.product.Title)
		product.setText("description", p.product.Description)
	}
	product.setText("brand", p.product.Brand)
	product.setList("imageUrls", imagesOf(p.product, v))
	if field := gtinField(v.Barcode); field != "" {
		product.set(field, []string{v.Barcode})
	}
	aspects := withAspects(product.aspects(), p.product.Aspects)
	for name, value := range v.Options {
		aspects[name] = []string{value}
	}
	if len(aspects) > 0 {
		product.set("aspects", aspects)
	}
	item.set("product", product)

	available := item.within("availability")
	available.set("shipToLocationAvailability", map[string]int{"quantity": v.Quantity}) // no split by location: it would have to add up
	item.set("availability", available)
	return item
}

// imagesOf are a variant's own images, or the product's.
func imagesOf(p channel.Product, v channel.Variant) []string {
	if len(v.Images) > 0 {
		return v.Images
	}
	return p.Images
}

// gtinField is eBay's field for a barcode, by its length; empty for what is none.
func gtinField(barcode string) string {
	switch n := len(barcode); {
	case n == 12:
		return "upc"
	case n == 10, n == 13 && (barcode[:3] == "978" || barcode[:3] == "979"):
		return "isbn"
	case n == 8, n == 13, n == 14:
		return "ean"
	}
	return ""
}

func withAspects(have, over map[string][]string) map[string][]string {
	for name, values := range over {
		have[name] = values
	}
	return have
}

// groupOf is the product's group with these variants. Members and values that eBay has and the product does
// not name stay: taking a variation off sale is End's work.
func (p *publication) groupOf(variants []channel.Variant) record {
	group := recordOf(p.group, "inventoryItemGroupKey")
	group.set("title", p.product.Title)
	group.setText("description", p.product.Description)
	group.setList("imageUrls", p.product.Images)
	if aspects := withAspects(group.aspects(), p.product.Aspects); len(aspects) > 0 {
		group.set("aspects", aspects)
	}
	members := group.list("variantSKUs")
	for _, v := range variants {
		members = addTo(members, v.SKU)
	}
	group.set("variantSKUs", members)

	varies := group.within("variesBy")
	if len(varies.list("aspectsImageVariesBy")) == 0 {
		varies.set("aspectsImageVariesBy", p.product.Options[:1]) // eBay lists nothing without one
	}
	varies.set("specifications", p.specifications(varies, variants))
	group.set("variesBy", varies)
	return group
}

// specifications are the options with all values that members have.
func (p *publication) specifications(varies record, variants []channel.Variant) []specification {
	var have []specification
	_ = json.Unmarshal(varies["specifications"], &have) // what can't be read is replaced
	var out []specification
	for _, option := range p.product.Options {
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

// offerOf is an offer as it is to be, on top of what eBay has.
func (p *publication) offerOf(v channel.Variant, have ebayOffer) record {
	offer := recordOf(have.fields, "offerId", "sku", "marketplaceId", "format", "status", "listing")
	offer.set("availableQuantity", v.Quantity)
	offer.setText("categoryId", p.product.Type)
	offer.set("listingDuration", "GTC") // the only one of a fixed price
	offer.set("merchantLocationKey", p.account.Publishing["merchantLocation"])
	if len(offer["listingDescription"]) > 0 || !p.grouped() { // an offer's own overwrites the group's
		offer.setText("listingDescription", p.product.Description)
	}
	policies := offer.within("listingPolicies")
	policies.set("fulfillmentPolicyId", p.account.Publishing["fulfillmentPolicy"])
	policies.set("paymentPolicyId", p.account.Publishing["paymentPolicy"])
	policies.set("returnPolicyId", p.account.Publishing["returnPolicy"])
	offer.set("listingPolicies", policies)
	pricing := offer.within("pricingSummary")
	pricing.set("price", moneyOf(v.Price, p.product.Currency))
	offer.set("pricingSummary", pricing)
	return offer
}

// newOffer is an offer that eBay does not have. Without stock it says no quantity: 0 is End's mark.
func (p *publication) newOffer(v channel.Variant) record {
	offer := p.offerOf(v, ebayOffer{})
	offer.set("sku", v.SKU)
	offer.set("marketplaceId", p.account.Marketplace)
	offer.set("format", fixedPrice)
	if v.Quantity == 0 {
		delete(offer, "availableQuantity")
	}
	return offer
}
