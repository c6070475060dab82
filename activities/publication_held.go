package activities

import (
	"slices"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/publications"
)

// reasonStruckOff is the reason for items that an operator has struck off.
const reasonStruckOff = "its listing is struck off: `towpath links put-back` ends it"

// reasonEnded is the reason for items whose listing Towpath has ended at 0.
const reasonEnded = "its listing was ended at 0: it is put up again when there is stock, if the account may (relist)"

// leftOut returns the verdict on a variant that is left out: an operator has struck it off, or it was ended at 0.
func (g good) leftOut(sku string) (own publications.ItemVerdict, is bool) {
	own = publications.ItemVerdict{Product: g.Goods.Product.Key, SKU: sku, Step: listing.Validated, Skipped: reasonStruckOff}
	if g.Ended[sku] && !g.StruckOff[sku] {
		own.Skipped = reasonEnded
	}
	return own, g.StruckOff[sku] || g.Ended[sku]
}

// allEnded reports whether all of its wanted variants were ended at 0: then the product has ended, and nothing of it is to be sent.
func (g good) allEnded() bool {
	return len(g.Wanted) > 0 && !slices.ContainsFunc(g.Wanted, func(sku string) bool { return !g.Ended[sku] })
}

// brake lets the price brake decide about a variant, and leaves it out where its price is held. A price that is left to another tool is not ours to hold.
func (g good) brake(own *publications.ItemVerdict, v listing.Variant) {
	prices := g.Prices[own.SKU]
	accepted, known := g.Accepted[own.SKU]
	own.Change = listing.Change{New: !known, Fields: g.Marks[v.SKU].Since(accepted.Marks)}
	if v.KeepsPrice { // nothing is sent that could be held, and what is accepted then has no price of ours
		own.Change, own.Braked.Check = own.Change.WithoutPrice(), listing.PriceFine
		return
	}
	own.Change.Price, own.Change.Before, own.Change.Brake = listing.Price{Amount: v.Price, Currency: g.Composed.Product.Currency}, prices.Before, g.Brake.OrDefault()
	change := listing.PriceChange{Before: own.Change.Before, Wanted: own.Change.Price, Cost: prices.Cost, Released: prices.Released, Many: prices.Many}
	own.Braked = g.Brake.Of(change)
	if own.Change.Rule = own.Braked.Rule; own.Braked.Check == listing.PriceHeld {
		own.Skipped = change.HeldReason(own.Braked.Why)
	}
}

// keptBack returns the verdicts on wanted variants that were struck off or ended, or whose price came to be held, since they were checked: by
// channel SKU.
func (g good) keptBack(wanted map[string]bool) map[string]publications.ItemVerdict {
	out := map[string]publications.ItemVerdict{}
	for _, v := range g.Composed.Product.Variants {
		if !wanted[v.SKU] {
			continue
		}
		own := publications.ItemVerdict{Product: g.Goods.Product.Key, SKU: g.SKUs[v.SKU], Step: listing.Validated}
		if left, is := g.leftOut(own.SKU); is {
			own = left
		} else if g.brake(&own, v); own.Braked.Check != listing.PriceHeld {
			continue
		}
		out[v.SKU] = own
	}
	return out
}
