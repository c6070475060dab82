package ebay

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// maxSKUs is the most SKUs that one bulk_update_price_quantity call takes.
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
	ID       string `json:"offerId"`
	Quantity *int   `json:"availableQuantity"`
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

// setLevels answers bulkUpdatePriceQuantity: every SKU has its own outcome, and 207 says that some failed.
func (s *server) setLevels(w http.ResponseWriter, r *http.Request) {
	var body quantityRequests
	if err := wire.ReadJSON(r, &body); err != nil || len(body.Requests) == 0 || len(body.Requests) > maxSKUs {
		refuse(w, http.StatusBadRequest, errValue.with("fieldName", "requests"))
		return
	}
	responses := make([]quantityResponse, len(body.Requests))
	var changes []market.QuantityChange
	var places []int // of a change in responses
	for i, request := range body.Requests {
		change, response, err := s.check(r.Context(), request)
		if err != nil {
			s.broken(r.Context(), w, errInventorySystem, err)
			return
		}
		if responses[i] = response; response.Errors == nil {
			changes, places = append(changes, change), append(places, i)
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

// check finds the listing and the quantity that a request asks for: the least, when it gives several.
func (s *server) check(ctx context.Context, request quantityRequest) (market.QuantityChange, quantityResponse, error) {
	response := quantityResponse{SKU: request.SKU, Status: http.StatusOK}
	change := market.QuantityChange{SKU: request.SKU}
	listing, err := s.market.Listing(ctx, request.SKU)
	if errors.Is(err, market.ErrNoListing) {
		response.refuse(http.StatusNotFound, errNoSKU.with("sku", request.SKU))
		return change, response, nil
	}
	if err != nil {
		return change, response, err
	}
	var wanted []int
	if request.Available != nil {
		wanted = append(wanted, request.Available.Quantity)
	}
	for _, o := range request.Offers {
		response.OfferID = o.ID
		if o.ID != listing.Ref {
			response.refuse(http.StatusNotFound, errNoOffer.with("offerId", o.ID))
			return change, response, nil
		}
		if o.Quantity != nil {
			wanted = append(wanted, *o.Quantity)
		}
	}
	if len(wanted) == 0 {
		response.refuse(http.StatusBadRequest, errValue.with("fieldName", "quantity"))
		return change, response, nil
	}
	change.Quantity = wanted[0]
	for _, n := range wanted {
		change.Quantity = min(change.Quantity, n)
	}
	if change.Quantity < 0 {
		response.refuse(http.StatusBadRequest, errValue.with("fieldName", "quantity"))
	}
	return change, response, nil
}

type inventoryItem struct {
	SKU          string       `json:"sku"`
	Locale       string       `json:"locale"`
	Condition    string       `json:"condition"`
	Product      product      `json:"product"`
	Availability availability `json:"availability"`
}

type product struct {
	Title string `json:"title"`
}

type availability struct {
	ShipTo shipToQuantity `json:"shipToLocationAvailability"`
}

// item answers getInventoryItem.
func (s *server) item(w http.ResponseWriter, r *http.Request) {
	sku := r.PathValue("sku")
	l, err := s.market.Listing(r.Context(), sku)
	switch {
	case errors.Is(err, market.ErrNoListing):
		refuse(w, http.StatusNotFound, errNoItem.with("sku", sku))
	case err != nil:
		s.broken(r.Context(), w, errInventorySystem, err)
	default:
		wire.WriteJSON(w, http.StatusOK, inventoryItem{
			SKU: l.SKU, Locale: "en_GB", Condition: "NEW", Product: product{l.Title}, Availability: availability{shipToQuantity{l.Quantity}},
		})
	}
}

type offers struct {
	Href   string  `json:"href"`
	Total  int     `json:"total"`
	Size   int     `json:"size"`
	Limit  int     `json:"limit"`
	Offers []offer `json:"offers"`
}

type offer struct {
	ID          string       `json:"offerId"`
	SKU         string       `json:"sku"`
	Marketplace string       `json:"marketplaceId"`
	Format      string       `json:"format"`
	Available   int          `json:"availableQuantity"`
	Pricing     offerPricing `json:"pricingSummary"`
	Status      string       `json:"status"`
	Duration    string       `json:"listingDuration"`
	Listing     listing      `json:"listing"`
}

type offerPricing struct {
	Price amount `json:"price"`
}

type listing struct {
	ID     string `json:"listingId"`
	Status string `json:"listingStatus"`
}

// currencies are the money of eBay's sites; pounds where the site is not known.
var currencies = map[string]string{
	"EBAY_US": "USD", "EBAY_DE": "EUR", "EBAY_FR": "EUR", "EBAY_IT": "EUR", "EBAY_ES": "EUR", "EBAY_IE": "EUR", "EBAY_AU": "AUD", "EBAY_CA": "CAD",
}

// offers answers getOffers for one SKU, which is how a seller learns the offer ids to link.
func (s *server) offers(w http.ResponseWriter, r *http.Request) {
	sku := r.URL.Query().Get("sku")
	l, err := s.market.Listing(r.Context(), sku)
	if errors.Is(err, market.ErrNoListing) {
		refuse(w, http.StatusNotFound, errNoOffer.with("sku", sku))
		return
	}
	if err != nil {
		s.broken(r.Context(), w, errInventorySystem, err)
		return
	}
	currency := currencies[s.marketplace()]
	if currency == "" {
		currency = "GBP"
	}
	wire.WriteJSON(w, http.StatusOK, offers{
		Href: inventory + "/offer?" + r.URL.RawQuery, Total: 1, Size: 1, Limit: 100,
		Offers: []offer{{
			ID: l.Ref, SKU: l.SKU, Marketplace: s.marketplace(), Format: "FIXED_PRICE", Available: l.Quantity,
			Pricing: offerPricing{money(l.Price, currency)}, Status: "PUBLISHED", Duration: "GTC",
			Listing: listing{ID: strconv.Itoa(3) + tail(l.Ref, 11), Status: "ACTIVE"},
		}},
	})
}
