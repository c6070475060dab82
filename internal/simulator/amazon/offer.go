package amazon

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// offered accepts an item for buyers. Without a price it exists, but nobody can buy it.
func (j *check) offered(after submitted) {
	old, exists := j.known.listings[j.SKU]
	if !exists && j.strikes(faults.ListingLimit) {
		j.add(&limitReached)
		return
	}
	currency := j.server.place().currency
	price, priced := after.price(currency)
	if after["purchasable_offer"] != nil && (!priced || after.field("purchasable_offer", "currency") != currency) {
		j.add(&issue{
			Code: codeInvalid, Message: "The price is invalid.", Severity: "ERROR", Categories: []string{"INVALID_PRICE"}, AttributeNames: []string{"purchasable_offer"},
		})
		return
	}
	if found := owned(after); found != nil {
		j.add(found)
		return
	}
	l := market.Listing{SKU: j.SKU, Title: after.text("item_name"), Price: price, Quantity: -1, FBA: old.FBA, Status: market.Live}
	if !priced || after.yes("skip_offer") {
		l.Status = market.Draft
	}
	if !j.stock(&l, after) || !j.family(&l, after) || j.strikes(faults.NeverLive) {
		return
	}
	l.Content, _ = json.Marshal(listingPut{ProductType: j.ProductType, Requirements: "LISTING", Attributes: after})
	l.ID = old.ID
	j.known.put(l)
}

// stock reads who ships the item, if that was submitted. A put with DEFAULT ends Amazon's fulfilment of a listing.
func (j *check) stock(l *market.Listing, after submitted) bool {
	touched := j.Operation == updating || slices.ContainsFunc(j.Patches, func(p patchOp) bool { return p.attribute() == availability })
	stocks := after.stock()
	if !touched || len(stocks) == 0 {
		return true
	}
	own := slices.IndexFunc(stocks, func(one stock) bool { return one.Channel == "DEFAULT" })
	switch {
	case own < 0:
		l.FBA = true
	case l.FBA && j.Operation == patching:
		j.add(issueOf(market.ErrFBA))
		return false
	case stocks[own].Quantity != nil:
		l.FBA, l.Quantity = false, *stocks[own].Quantity
	}
	return true
}

// family links a child to its parent and checks it against its siblings. A preview needs no parent: it writes none.
func (j *check) family(l *market.Listing, after submitted) bool {
	if after.text("parentage_level") != "child" {
		return true
	}
	l.Product, l.Options = after.field(parentOf, "parent_sku"), after.options()
	if _, known := j.known.parents[l.Product]; !known && !j.preview {
		j.add(attributeIssue("The parent SKU "+l.Product+" does not exist.", parentOf))
		return false
	}
	same := func(other market.Listing) bool {
		return other.SKU != l.SKU && maps.EqualFunc(other.Options, l.Options, strings.EqualFold)
	}
	if j.strikes(faults.DuplicateVariation) || slices.ContainsFunc(j.known.children[l.Product], same) {
		j.add(&alike)
		return false
	}
	return true
}
