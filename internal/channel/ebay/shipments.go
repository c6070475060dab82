package ebay

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const (
	opShip        = "createShippingFulfillment"
	opFulfilments = "getShippingFulfillments"
)

// codeNoTracking is the fault of a package that could not be recognised on eBay later.
const codeNoTracking = "NO_TRACKING"

// shippingFulfilment is a package as eBay returns it.
type shippingFulfilment struct {
	ID       text            `json:"fulfillmentId"`
	Tracking string          `json:"shipmentTrackingNumber"`
	Lines    []lineReference `json:"lineItems"`
}

type lineReference struct {
	ID       text   `json:"lineItemId"`
	Quantity *whole `json:"quantity"` // eBay's default is 1
}

// shippingDetails is a package as eBay accepts it.
type shippingDetails struct {
	Lines    []shippedLine `json:"lineItems"`
	Date     string        `json:"shippedDate"`
	Carrier  string        `json:"shippingCarrierCode"`
	Tracking string        `json:"trackingNumber"`
}

type shippedLine struct {
	ID       string `json:"lineItemId"`
	Quantity int    `json:"quantity"`
}

// ConfirmShipment confirms one package to eBay. The call is not idempotent, so after an attempt with an unknown
// outcome the order's fulfillments are read first. The package is recognised by tracking number and contents, since
// several packages may have one number. Units shipped or cancelled meanwhile give a Conflict: read the order again.
func (c *connection) ConfirmShipment(ctx context.Context, s channel.Shipment) (channel.Confirmation, error) {
	carrier, _ := s.CarrierOn(channel.EBay) // the call has no field for a name
	if carrier == "" {
		return channel.Confirmation{}, channel.NoCarrier(opShip)
	}
	details := shippingDetails{
		Date: s.ShippedAt.UTC().Format(timeFormat), Carrier: carrier, Tracking: trackingNumber(s.TrackingNumber),
	}
	units := map[string]int{}
	for _, l := range s.Lines {
		if _, again := units[l.LineID]; !again {
			details.Lines = append(details.Lines, shippedLine{ID: l.LineID})
		}
		units[l.LineID] += l.Quantity
	}
	for i := range details.Lines {
		details.Lines[i].Quantity = units[details.Lines[i].ID]
	}
	if details.Tracking == "" {
		return channel.Confirmation{}, channel.Refusal(channel.Invalid, opShip, codeNoTracking, "the package needs a tracking number with letters or digits")
	}
	if s.Attempted {
		list, f := c.fulfilments(ctx, s.OrderID)
		if f != nil {
			return channel.Confirmation{}, f
		}
		if found, ok := find(list, details.Tracking, units); ok {
			return channel.Confirmation{Ref: string(found.ID), Found: true}, nil
		}
	}
	a, f := c.call(ctx, opShip, http.MethodPost, fulfilmentsPath(s.OrderID), details)
	if f != nil {
		return channel.Confirmation{}, f
	}
	ref := createdID(a)
	if ref == "" { // eBay did not confirm it: a proxy may have answered
		return channel.Confirmation{}, a.Unreadable(opShip)
	}
	return channel.Confirmation{Ref: ref, RequestID: a.RequestID}, nil
}

// fulfilments returns eBay's packages of an order.
func (c *connection) fulfilments(ctx context.Context, orderID string) ([]shippingFulfilment, *channel.Fault) {
	a, f := c.call(ctx, opFulfilments, http.MethodGet, fulfilmentsPath(orderID), nil)
	if f != nil {
		return nil, f
	}
	return readFulfilments(a)
}

func readFulfilments(a *transport.Answer) ([]shippingFulfilment, *channel.Fault) {
	var body struct {
		Fulfilments []shippingFulfilment `json:"fulfillments"`
	}
	if err := json.Unmarshal(a.Body, &body); err != nil {
		return nil, a.Unreadable(opFulfilments)
	}
	return body.Fulfilments, nil
}

func fulfilmentsPath(orderID string) string {
	return fulfilment + "/order/" + url.PathEscape(orderID) + "/shipping_fulfillment"
}

// find returns the package with this tracking number, and these contents if eBay returns them.
func find(list []shippingFulfilment, tracking string, units map[string]int) (shippingFulfilment, bool) {
	for _, have := range list {
		if !strings.EqualFold(trackingNumber(have.Tracking), tracking) {
			continue
		}
		if len(have.Lines) == 0 || maps.Equal(unitsOf([]shippingFulfilment{have}), units) {
			return have, true
		}
	}
	return shippingFulfilment{}, false
}

// unitsOf returns the units per line id.
func unitsOf(list []shippingFulfilment) map[string]int {
	units := map[string]int{}
	for _, f := range list {
		for _, l := range f.Lines {
			n := 1
			if l.Quantity != nil {
				n = int(*l.Quantity)
			}
			units[string(l.ID)] += n
		}
	}
	return units
}

// createdID returns the fulfillment's id, which is only in the Location header; empty if there is none.
func createdID(a *transport.Answer) string {
	u, err := url.Parse(a.Header.Get("Location"))
	if err != nil || a.Status != http.StatusCreated {
		return ""
	}
	_, id, found := strings.Cut(u.Path, "/shipping_fulfillment/")
	if !found {
		return ""
	}
	return id[:min(len(id), 255)]
}

// trackingNumber returns only the letters and digits: eBay accepts nothing else, not even the spaces of the label.
func trackingNumber(s string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, s)
}
