package ebay

import (
	"errors"
	"net/http"
	"regexp"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// newFulfilment is the seller's report of a package.
type newFulfilment struct {
	Lines    []lineReference `json:"lineItems"`
	Date     string          `json:"shippedDate"`
	Carrier  string          `json:"shippingCarrierCode"`
	Tracking string          `json:"trackingNumber"`
}

type lineReference struct {
	ID       string `json:"lineItemId"`
	Quantity *int   `json:"quantity"` // 1 when left out
}

// shippingFulfilment is a package as eBay shows it.
type shippingFulfilment struct {
	ID       string          `json:"fulfillmentId"`
	Tracking string          `json:"shipmentTrackingNumber,omitempty"`
	Carrier  string          `json:"shippingCarrierCode,omitempty"`
	Date     string          `json:"shippedDate"`
	Lines    []lineReference `json:"lineItems"`
}

type fulfilmentPage struct {
	Fulfilments []shippingFulfilment `json:"fulfillments"`
	Total       int                  `json:"total"`
}

// trackingText matches the tracking numbers that eBay accepts: letters and digits only.
var trackingText = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// fulfilmentID returns the tracking number if there is one.
func fulfilmentID(s market.Shipment) string {
	if s.TrackingNumber != "" {
		return s.TrackingNumber
	}
	return s.ID
}

// fulfilments serves getShippingFulfillments.
func (s *server) fulfilments(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("orderId")
	o, err := s.market.Order(r.Context(), id)
	if errors.Is(err, market.ErrNoOrder) {
		refuse(w, http.StatusBadRequest, errOrderID.with("orderId", id))
		return
	}
	if err != nil {
		s.broken(r.Context(), w, errFulfilmentSystem, err)
		return
	}
	answer := fulfilmentPage{Fulfilments: []shippingFulfilment{}, Total: len(o.Shipments)}
	for _, sh := range o.Shipments {
		f := shippingFulfilment{ID: fulfilmentID(sh), Tracking: sh.TrackingNumber, Carrier: sh.Carrier, Date: stamp(sh.ShippedAt)}
		for _, l := range sh.Lines {
			f.Lines = append(f.Lines, lineReference{l.LineID, &l.Quantity})
		}
		answer.Fulfilments = append(answer.Fulfilments, f)
	}
	wire.WriteJSON(w, http.StatusOK, answer)
}

// ship serves createShippingFulfillment. It is not idempotent: the same package again is another package.
func (s *server) ship(w http.ResponseWriter, r *http.Request) {
	var request newFulfilment
	if err := wire.ReadJSON(r, &request); err != nil {
		refuse(w, http.StatusBadRequest, errInput)
		return
	}
	shipment, refusal := request.shipment(s.options.Now())
	if refusal != nil {
		refuse(w, http.StatusBadRequest, *refusal)
		return
	}
	id := r.PathValue("orderId")
	if s.options.Injector.Strikes(faults.NeverShown, opShip) {
		w.Header().Set("Location", fulfilmentURL(r, id, shipment))
		wire.WriteJSON(w, http.StatusCreated, struct{}{})
		return
	}
	recorded, err := s.market.Ship(r.Context(), id, shipment)
	switch {
	case errors.Is(err, market.ErrNoOrder):
		refuse(w, http.StatusBadRequest, errOrderID.with("orderId", id))
	case errors.Is(err, market.ErrNoLine), errors.Is(err, market.ErrQuantity):
		refuse(w, http.StatusBadRequest, errLineItem.with("reason", err.Error()))
	case errors.Is(err, market.ErrUnpaid), errors.Is(err, market.ErrFBA):
		refuse(w, http.StatusBadRequest, errInput.with("reason", err.Error()))
	case err != nil:
		s.broken(r.Context(), w, errFulfilmentSystem, err)
	default:
		w.Header().Set("Location", fulfilmentURL(r, id, recorded))
		wire.WriteJSON(w, http.StatusCreated, struct{}{})
	}
}

// shipment checks what eBay checks before it reads the order.
func (f newFulfilment) shipment(now time.Time) (market.Shipment, *apiError) {
	s := market.Shipment{Carrier: f.Carrier, TrackingNumber: f.Tracking, ShippedAt: now}
	if (f.Carrier == "") != (f.Tracking == "") || (f.Tracking != "" && !trackingText.MatchString(f.Tracking)) {
		return s, &errTracking
	}
	if f.Date != "" {
		at, err := time.Parse(time.RFC3339Nano, f.Date)
		if err != nil {
			return s, new(errShippedDate.with("shippedDate", f.Date))
		}
		s.ShippedAt = at
	}
	seen := map[string]bool{}
	for _, l := range f.Lines {
		quantity := 1
		if l.Quantity != nil {
			quantity = *l.Quantity
		}
		if seen[l.ID] {
			return s, new(errDuplicate.with("lineItemId", l.ID))
		}
		if l.ID == "" || quantity < 1 {
			return s, new(errLineItem.with("lineItemId", l.ID))
		}
		seen[l.ID] = true
		s.Lines = append(s.Lines, market.ShipmentLine{LineID: l.ID, Quantity: quantity})
	}
	if len(s.Lines) == 0 {
		return s, &errInput
	}
	return s, nil
}
