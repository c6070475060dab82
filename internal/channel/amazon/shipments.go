package amazon

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

const opConfirm = "confirmShipment"

// packageDetail is the package of a shipment confirmation. All fields are required except the shipping method and the
// carrier's name, which Amazon needs for the code Other.
type packageDetail struct {
	PackageReferenceID string        `json:"packageReferenceId"` // a positive whole number, as a string
	CarrierCode        string        `json:"carrierCode"`
	CarrierName        string        `json:"carrierName,omitempty"`
	ShippingMethod     string        `json:"shippingMethod,omitempty"`
	TrackingNumber     string        `json:"trackingNumber"`
	ShipDate           string        `json:"shipDate"`
	OrderItems         []packageItem `json:"orderItems"`
}

type packageItem struct {
	OrderItemID string `json:"orderItemId"`
	Quantity    int    `json:"quantity"`
}

// ConfirmShipment confirms one package to Amazon. Sending the same packageReferenceId again edits the package, so a
// call with an unknown outcome is simply repeated. Units cancelled meanwhile give a Conflict: read the order again.
func (c *client) ConfirmShipment(ctx context.Context, s channel.Shipment) (channel.Confirmation, error) {
	if s.Number < 1 {
		return channel.Confirmation{}, channel.Refusal(channel.Invalid, opConfirm, "PACKAGE_NUMBER", fmt.Sprintf("the package has the number %d, not 1 or more", s.Number))
	}
	carrier, name := s.CarrierOn(channel.Amazon)
	if carrier == "" {
		return channel.Confirmation{}, channel.NoCarrier(opConfirm)
	}
	detail := packageDetail{
		PackageReferenceID: strconv.Itoa(s.Number), CarrierCode: carrier, CarrierName: name, ShippingMethod: s.Service, TrackingNumber: s.TrackingNumber,
		ShipDate: s.ShippedAt.UTC().Format(time.RFC3339), OrderItems: []packageItem{},
	}
	for _, l := range s.Lines {
		detail.OrderItems = append(detail.OrderItems, packageItem{OrderItemID: l.LineID, Quantity: l.Quantity})
	}
	answer, fault := c.call(ctx, request{
		operation: opConfirm, method: http.MethodPost, path: "/orders/v0/orders/" + url.PathEscape(s.OrderID) + "/shipmentConfirmation",
		body: struct {
			MarketplaceID string        `json:"marketplaceId"`
			PackageDetail packageDetail `json:"packageDetail"`
		}{c.account.Marketplace, detail},
	}, nil)
	if fault != nil {
		if fault.Class == channel.Invalid && overtaken(fault) {
			fault.Class = channel.Conflict
		}
		return channel.Confirmation{}, fault
	}
	return channel.Confirmation{Ref: detail.PackageReferenceID, RequestID: answer.RequestID}, nil
}
