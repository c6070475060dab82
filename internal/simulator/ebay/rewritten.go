package ebay

import (
	"encoding/json"

	"github.com/towpath/towpath/internal/simulator/market"
)

// rewritten brings what the seller has submitted of a listing in step with what a second tool has made of it.
func rewritten(l *market.Listing, how market.Rewrite) {
	var sh record
	if json.Unmarshal(l.Content, &sh) != nil || sh.Hub != nil {
		return // nothing was submitted over the API: all is shown as the listing has it
	}
	if how.Price > 0 && sh.Offer != nil {
		pricing := sh.Offer.within("pricingSummary")
		var was amount
		_ = json.Unmarshal(pricing["price"], &was)
		sh.Offer = sh.Offer.with("pricingSummary", pricing.with("price", amountOf(how.Price, was.Currency)))
	}
	if how.Title != "" {
		sh.Item = sh.Item.with("product", sh.Item.within("product").with("title", how.Title))
	}
	l.Content, _ = json.Marshal(sh) // as it was read
}
