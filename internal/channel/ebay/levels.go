package ebay

import (
	"context"
	"net/http"
	"strconv"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// maxLevels is the greatest number of SKUs in one bulk_update_price_quantity call.
const maxLevels = 25

const opLevels = "bulkUpdatePriceQuantity"

// priceQuantity is the new quantity of one SKU: of its inventory item, which limits what its offers can list, and of
// its offer, which buyers see.
type priceQuantity struct {
	SKU       string          `json:"sku"`
	Available shipToQuantity  `json:"shipToLocationAvailability"`
	Offers    []offerQuantity `json:"offers,omitempty"`
}

type shipToQuantity struct {
	Quantity int `json:"quantity"`
}

type offerQuantity struct {
	OfferID   string `json:"offerId"`
	Available int    `json:"availableQuantity"`
}

// Batch returns at most 25 levels per call.
func (c *connection) Batch(n int) (int, channel.Operation) {
	return min(n, maxLevels), channel.OpLevels
}

// SetLevels overwrites quantities. They are absolute, so it may be repeated.
func (c *connection) SetLevels(ctx context.Context, levels []channel.Level) (channel.LevelsAnswer, error) {
	if len(levels) == 0 {
		return channel.LevelsAnswer{}, nil
	}
	if len(levels) > maxLevels {
		return channel.LevelsAnswer{}, channel.NewFault(channel.Invalid, opLevels,
			strconv.Itoa(len(levels))+" levels in one call: eBay accepts "+strconv.Itoa(maxLevels))
	}
	var body struct {
		Requests []priceQuantity `json:"requests"`
	}
	for _, l := range levels {
		r := priceQuantity{SKU: l.SKU, Available: shipToQuantity{l.Quantity}}
		if l.ListingRef != "" {
			r.Offers = []offerQuantity{{l.ListingRef, l.Quantity}}
		}
		body.Requests = append(body.Requests, r)
	}
	a, f := c.call(ctx, opLevels, http.MethodPost, inventory+"/bulk_update_price_quantity", body)
	if f != nil {
		return channel.LevelsAnswer{}, f
	}
	return levelsAnswer(a, levels)
}

// levelsAnswer returns the outcome of every level: eBay answers 200 or 207 with one response per SKU or offer.
func levelsAnswer(a *transport.Answer, levels []channel.Level) (channel.LevelsAnswer, error) {
	responses, f := readResponses(a, opLevels)
	if f != nil {
		return channel.LevelsAnswer{}, f
	}
	faults := map[string]*channel.Fault{} // by SKU; nil: accepted
	tooOften := map[string]bool{}
	for _, r := range responses {
		f := r.fault(a, opLevels)
		tooOften[r.SKU] = tooOften[r.SKU] || usedUp(f, r.Errors)
		if old, observed := faults[r.SKU]; !observed || old == nil {
			faults[r.SKU] = f
		}
	}
	answer := channel.LevelsAnswer{RequestID: a.RequestID}
	for _, l := range levels {
		f, observed := faults[l.SKU]
		if !observed {
			f = notAnswered(a, opLevels)
		}
		answer.Results = append(answer.Results, channel.LevelResult{SKU: l.SKU, RequestID: a.RequestID, Fault: f, UsedUp: f != nil && tooOften[l.SKU]})
	}
	return answer, nil
}

// LevelsOutcome always fails: eBay answers at once, so nothing is pending.
func (c *connection) LevelsOutcome(_ context.Context, _ string, _ []string) (channel.LevelsAnswer, error) {
	return channel.LevelsAnswer{}, channel.NewFault(channel.Invalid, opLevels, "eBay has no pending levels")
}
