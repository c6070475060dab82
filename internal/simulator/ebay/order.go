package ebay

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// eBay's fulfilment statuses of an order or a line.
const (
	notStarted = "NOT_STARTED"
	inProgress = "IN_PROGRESS"
	fulfilled  = "FULFILLED"
)

// timeFormat is eBay's format: UTC, milliseconds.
const timeFormat = "2006-01-02T15:04:05.000Z"

type order struct {
	OrderID       string         `json:"orderId"`
	Created       string         `json:"creationDate"`
	Modified      string         `json:"lastModifiedDate"`
	Fulfilment    string         `json:"orderFulfillmentStatus"`
	PaymentStatus string         `json:"orderPaymentStatus"`
	SellerID      string         `json:"sellerId"`
	Buyer         buyer          `json:"buyer"`
	Pricing       pricing        `json:"pricingSummary"`
	CancelStatus  cancelStatus   `json:"cancelStatus"`
	Payment       paymentSummary `json:"paymentSummary"`
	Instructions  []instruction  `json:"fulfillmentStartInstructions"`
	Hrefs         []string       `json:"fulfillmentHrefs"`
	Lines         []lineItem     `json:"lineItems"`
	Reference     string         `json:"salesRecordReference"`
	Notes         string         `json:"buyerCheckoutNotes,omitempty"`
}

type buyer struct {
	Username string `json:"username"`
}

type pricing struct {
	Subtotal amount  `json:"priceSubtotal"`
	Discount *amount `json:"priceDiscount,omitempty"` // negative
	Delivery amount  `json:"deliveryCost"`
	Total    amount  `json:"total"`
}

type cancelStatus struct {
	State     string          `json:"cancelState"`
	Cancelled string          `json:"cancelledDate,omitempty"`
	Requests  []cancelRequest `json:"cancelRequests"` // always empty in getOrders
}

type cancelRequest struct {
	ID        string `json:"cancelRequestId"`
	State     string `json:"cancelRequestState"`
	Initiator string `json:"cancelInitiator"`
	Requested string `json:"cancelRequestedDate"`
	Completed string `json:"cancelCompletedDate"`
}

type paymentSummary struct {
	Due      amount    `json:"totalDueSeller"`
	Refunds  []refund  `json:"refunds"`
	Payments []payment `json:"payments"`
}

type payment struct {
	Method string `json:"paymentMethod"`
	Amount amount `json:"amount"`
	Status string `json:"paymentStatus"`
}

// order serves getOrder.
func (s *server) order(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("orderId")
	o, err := s.current(r.Context(), id)
	if errors.Is(err, market.ErrNoOrder) {
		refuse(w, http.StatusNotFound, errOrderID.with("orderId", id))
		return
	}
	all, ofThem := s.cancelsOf(r.Context(), o)
	if err = errors.Join(err, ofThem); err != nil {
		s.broken(r.Context(), w, errFulfilmentSystem, err)
		return
	}
	shown := s.render(r, o, all)
	shown.CancelStatus.Requests = requestsOf(o, all)
	wire.WriteJSON(w, http.StatusOK, shown)
}

// renderPage returns orders as getOrders shows them, without their cancellation requests.
func (s *server) renderPage(r *http.Request, found []market.Order) ([]order, error) {
	orders := make([]order, 0, len(found))
	for _, o := range found {
		var all []cancellation
		if u := unitsOf(o.Lines...); u.shipped == 0 && u.cancelled < u.ordered {
			var err error
			if all, err = s.cancelsOf(r.Context(), o); err != nil {
				return nil, err
			}
		}
		orders = append(orders, s.render(r, o, all))
	}
	return orders, nil
}

// render returns an order with these cancellations, but not their requests.
func (s *server) render(r *http.Request, o market.Order, all []cancellation) order {
	out := order{
		OrderID: o.ID, Created: stamp(o.PlacedAt), Modified: stamp(o.UpdatedAt), Reference: referenceOf(o),
		SellerID: s.options.Account, Buyer: buyer{"buyer_" + lastPart(o.ID)},
		Notes: o.Buyer.Note, Instructions: instructionsOf(o), Hrefs: []string{}, Lines: []lineItem{},
	}
	units := unitsOf(o.Lines...)
	if out.Fulfilment = units.status(); out.Fulfilment == notStarted && o.Fault == faults.UnknownStatus {
		out.Fulfilment = faults.UndocumentedStatus
	}
	out.PaymentStatus = paymentStatus(o, units)
	out.CancelStatus = cancelStatusOf(o, all)
	subtotal := o.Total - o.Shipping + o.Discount
	out.Pricing = pricing{Subtotal: amountOf(subtotal, o.Currency), Delivery: amountOf(o.Shipping, o.Currency), Total: amountOf(o.Total, o.Currency)}
	if o.Discount != 0 {
		discount := amountOf(-o.Discount, o.Currency)
		out.Pricing.Discount = &discount
	}
	out.Payment = paymentSummary{Due: amountOf(o.Total, o.Currency), Refunds: []refund{}, Payments: []payment{paymentOf(o)}}
	for _, l := range o.Lines {
		out.Lines = append(out.Lines, s.renderLine(o, l))
	}
	if o.Combined { // eBay repeats the lines of purchases paid together
		out.Lines = append(out.Lines, out.Lines...)
	}
	for _, sh := range o.Shipments {
		out.Hrefs = append(out.Hrefs, fulfilmentURL(r, o.ID, sh))
	}
	return out
}

// units counts the units of lines. Cancelled units count as done, like shipped ones.
type units struct{ ordered, cancelled, shipped, returned int }

func unitsOf(lines ...market.Line) units {
	var u units
	for _, l := range lines {
		u.ordered += l.Quantity
		u.cancelled += l.Cancelled
		u.shipped += l.Shipped
		u.returned += l.Returned
	}
	return u
}

func (u units) status() string {
	switch {
	case u.shipped == 0:
		return notStarted
	case u.shipped+u.cancelled < u.ordered:
		return inProgress
	}
	return fulfilled
}

func paymentStatus(o market.Order, u units) string {
	switch {
	case !o.Paid:
		return "PENDING"
	case o.Fault == faults.Refunded, u.cancelled+u.returned >= u.ordered:
		return "FULLY_REFUNDED"
	case u.cancelled+u.returned > 0:
		return "PARTIALLY_REFUNDED"
	}
	return "PAID"
}

func paymentOf(o market.Order) payment {
	p := payment{Method: "EBAY", Amount: amountOf(o.Total, o.Currency), Status: "PENDING"}
	if o.Paid {
		p.Status = "PAID"
	}
	return p
}

func stamp(t time.Time) string { return t.UTC().Format(timeFormat) }

func fulfilmentURL(r *http.Request, orderID string, s market.Shipment) string {
	return baseURL(r) + fulfilment + "/order/" + url.PathEscape(orderID) + "/shipping_fulfillment/" + url.PathEscape(fulfilmentID(s))
}
