package ebay

import (
	"context"
	"net/http"
	"slices"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// maxSKUs is the greatest number of SKUs in one bulk_update_price_quantity call.
const maxSKUs = 25

type quantityRequests struct {
	Requests []quantityRequest `json:"requests"`
}

type quantityRequest struct {
	SKU       string          `json:"sku"`
	Available *shipToQuantity `json:"shipToLocationAvailability"`
	Offers    []offerQuantity `json:"offers"`
}

type shipToQuantity struct {
	Quantity int `json:"quantity"`
}

type offerQuantity struct {
	ID       string  `json:"offerId"`
	Quantity *int    `json:"availableQuantity"`
	Price    *amount `json:"price"`
}

type quantityResponse struct {
	SKU     string     `json:"sku"`
	OfferID string     `json:"offerId,omitempty"`
	Status  int        `json:"statusCode"`
	Errors  []apiError `json:"errors,omitempty"`
}

type quantityResponses struct {
	Responses []quantityResponse `json:"responses"`
}

// setLevels serves bulkUpdatePriceQuantity: every SKU has its own outcome; 207 means that some failed.
func (s *server) setLevels(w http.ResponseWriter, r *http.Request) {
	var body quantityRequests
	if err := wire.ReadJSON(r, &body); err != nil || len(body.Requests) == 0 || len(body.Requests) > maxSKUs {
		refuse(w, http.StatusBadRequest, errValue.with("fieldName", "requests"))
		return
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	responses := make([]quantityResponse, len(body.Requests))
	var changes []market.QuantityChange
	var places []int // of a change in responses
	revise := s.revisions.call()
	for i, request := range body.Requests {
		change, response, err := s.check(r.Context(), request, revise)
		if err != nil {
			s.broken(r.Context(), w, errInventorySystem, err)
			return
		}
		if responses[i] = response; response.Errors == nil && change != nil {
			changes, places = append(changes, *change), append(places, i)
		}
	}
	outcomes, err := s.market.SetQuantities(r.Context(), changes)
	if err != nil {
		s.broken(r.Context(), w, errInventorySystem, err)
		return
	}
	for n, outcome := range outcomes {
		if outcome != nil {
			responses[places[n]].refuse(http.StatusBadRequest, errValue.with("additionalInfo", outcome.Error()))
		}
	}
	status := http.StatusOK
	for _, response := range responses {
		if response.Errors != nil {
			status = http.StatusMultiStatus
		}
	}
	wire.WriteJSON(w, status, quantityResponses{responses})
}

func (q *quantityResponse) refuse(status int, e apiError) {
	q.Status, q.Errors = status, []apiError{e}
}

// reprice changes the price of a listing; updateOffer sets that of an unpublished offer.
func (s *server) reprice(ctx context.Context, l market.Listing, sh record, price amount, revise func(listingID string) bool) (*apiError, error) {
	sh.Offer = sh.Offer.with("pricingSummary", sh.Offer.within("pricingSummary").with("price", price))
	n, ok := sh.price()
	switch {
	case unpublished(l):
		return new(errUser.with("additionalInfo", "the offer is not published")), nil
	case !ok:
		return &errPrice, nil
	case n != l.Price && !revise(l.ListingID):
		return new(errUser.with("additionalInfo", errRevisions.Message)), nil
	}
	l.Price, l.Quantity = n, -1
	return nil, s.keep(ctx, l, sh)
}

// check returns the change that a request asks for; of several quantities the least counts. The change is nil when
// nothing is left to do: an unpublished offer has no buyers and is changed at once.
func (s *server) check(ctx context.Context, request quantityRequest, revise func(listingID string) bool) (*market.QuantityChange, quantityResponse, error) {
	response := quantityResponse{SKU: request.SKU, Status: http.StatusOK}
	l, sh, found, err := s.find(ctx, request.SKU)
	if err != nil {
		return nil, response, err
	}
	if !found || s.options.Injector.Strikes(faults.ProductGone, opLevels) {
		response.refuse(http.StatusNotFound, errNoSKU.with("sku", request.SKU))
		return nil, response, nil
	}
	switch i := s.options.Injector; {
	case i.Chosen(faults.ForbiddenSKU, opLevels, request.SKU):
		response.refuse(http.StatusBadRequest, errRestricted.with("sku", request.SKU))
		return nil, response, nil
	case i.Chosen(faults.SKUError, opLevels, request.SKU):
		response.refuse(http.StatusInternalServerError, errSystemAsUser)
		return nil, response, nil
	}
	var wanted []int
	if request.Available != nil {
		wanted = append(wanted, request.Available.Quantity)
	}
	for _, o := range request.Offers {
		response.OfferID = o.ID
		if o.ID != l.Ref || sh.Offer == nil {
			response.refuse(http.StatusNotFound, errNoOffer.with("offerId", o.ID))
			return nil, response, nil
		}
		if o.Quantity != nil {
			wanted = append(wanted, *o.Quantity)
		}
		if o.Price != nil {
			refusal, err := s.reprice(ctx, l, sh, *o.Price, revise)
			if err != nil || refusal != nil || request.Available == nil && o.Quantity == nil {
				if refusal != nil {
					response.refuse(http.StatusBadRequest, *refusal)
				}
				return nil, response, err
			}
		}
	}
	if len(wanted) == 0 || slices.Min(wanted) < 0 {
		response.refuse(http.StatusBadRequest, errValue.with("fieldName", "quantity"))
		return nil, response, nil
	}
	n := slices.Min(wanted)
	if unpublished(l) {
		sh = sh.withQuantity(n)
		if sh.Offer != nil {
			sh.Offer = sh.Offer.with("availableQuantity", n)
		}
		l.Quantity = -1
		return nil, response, s.keep(ctx, l, sh)
	}
	if n != l.Quantity && !revise(l.ListingID) {
		response.refuse(http.StatusBadRequest, errUser.with("additionalInfo", errRevisions.Message))
		return nil, response, nil
	}
	return &market.QuantityChange{SKU: request.SKU, Quantity: n}, response, nil
}
