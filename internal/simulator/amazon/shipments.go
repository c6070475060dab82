package amazon

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// opConfirm is the operation's name.
const opConfirm = "confirmShipment"

// confirmation is the body of confirmShipment.
type confirmation struct {
	MarketplaceID string `json:"marketplaceId"`
	PackageDetail struct {
		PackageReferenceID string `json:"packageReferenceId"`
		CarrierCode        string `json:"carrierCode"`
		TrackingNumber     string `json:"trackingNumber"`
		ShipDate           string `json:"shipDate"`
		OrderItems         []struct {
			OrderItemID string `json:"orderItemId"`
			Quantity    int    `json:"quantity"`
		} `json:"orderItems"`
	} `json:"packageDetail"`
}

// confirmShipment records a package; the same packageReferenceId again edits it.
func (s *server) confirmShipment(w http.ResponseWriter, r *http.Request) {
	var c confirmation
	if err := wire.ReadJSON(r, &c); err != nil {
		invalid(w, "The request body is not valid JSON.")
		return
	}
	shipment, complaint := c.read(s.options.Marketplace)
	if complaint != "" {
		invalid(w, complaint)
		return
	}
	if s.options.Injector.Strikes(faults.NeverShown, opConfirm) {
		w.WriteHeader(http.StatusNoContent) // amzn/selling-partner-api-models#5232
		return
	}
	_, err := s.market.Ship(r.Context(), r.PathValue("orderId"), shipment)
	switch {
	case err == nil:
		w.WriteHeader(http.StatusNoContent)
	case errors.Is(err, market.ErrNoOrder):
		refuse(w, http.StatusNotFound, "NotFound", "The order does not exist.")
	case errors.Is(err, market.ErrNoLine):
		invalid(w, "OrderItemId is invalid, please obtain the value through the getOrderItems API or Manage Orders page")
	case errors.Is(err, market.ErrQuantity):
		invalid(w, "The quantity exceeds what is left to ship. Units may have been cancelled or already shipped.")
	case errors.Is(err, market.ErrUnpaid), errors.Is(err, market.ErrOnHold):
		invalid(w, "The order is pending and cannot be shipped yet.")
	case errors.Is(err, market.ErrFBA):
		invalid(w, "The order is fulfilled by Amazon.")
	default:
		s.failed(w, "record a shipment", err)
	}
}

// read checks the fields, all of which are required.
func (c confirmation) read(marketplace string) (s market.Shipment, complaint string) {
	d := c.PackageDetail
	reference, err := strconv.ParseInt(d.PackageReferenceID, 10, 64)
	shipped, dateErr := time.Parse(time.RFC3339, d.ShipDate)
	switch {
	case c.MarketplaceID != marketplace:
		return s, "MarketplaceId is invalid."
	case err != nil || reference <= 0:
		return s, "PackageReferenceId: is invalid, must be a positive numeric value."
	case d.CarrierCode == "":
		return s, "CarrierCode: is required."
	case d.TrackingNumber == "":
		return s, "TrackingNumber: is required."
	case dateErr != nil:
		return s, "ShipDate: is invalid, must be an ISO 8601 date."
	case len(d.OrderItems) == 0:
		return s, "OrderItems: at least one is required."
	}
	s = market.Shipment{Reference: d.PackageReferenceID, Carrier: d.CarrierCode, TrackingNumber: d.TrackingNumber, ShippedAt: shipped}
	for _, i := range d.OrderItems {
		if i.Quantity <= 0 {
			return s, "Quantity: must be positive."
		}
		s.Lines = append(s.Lines, market.ShipmentLine{LineID: i.OrderItemID, Quantity: i.Quantity})
	}
	return s, ""
}
