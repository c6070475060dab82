package ebay

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/order"
)

// eBay's words for how far an order or a line is shipped, and for a finished cancellation.
const (
	notStarted = "NOT_STARTED"
	inProgress = "IN_PROGRESS"
	fulfilled  = "FULFILLED"
	canceled   = "CANCELED"
	notAsked   = "NONE_REQUESTED"
	refunded   = "FULLY_REFUNDED"
)

// ebayOrder is the part of eBay's Order that Towpath reads.
type ebayOrder struct {
	OrderID       text   `json:"orderId"`
	Created       moment `json:"creationDate"`
	Modified      moment `json:"lastModifiedDate"`
	Fulfilment    string `json:"orderFulfillmentStatus"`
	PaymentStatus string `json:"orderPaymentStatus"`
	CancelStatus  struct {
		State    string          `json:"cancelState"`
		Requests []cancelRequest `json:"cancelRequests"` // in getOrder's answer only
	} `json:"cancelStatus"`
	Payment struct {
		Payments []struct {
			Date moment `json:"paymentDate"`
		} `json:"payments"`
	} `json:"paymentSummary"`
	Pricing struct {
		Total            *amount `json:"total"`
		DeliveryCost     *amount `json:"deliveryCost"`
		DeliveryDiscount *amount `json:"deliveryDiscount"` // negative
		PriceDiscount    *amount `json:"priceDiscount"`    // negative
		Tax              *amount `json:"tax"`
	} `json:"pricingSummary"`
	Instructions []instruction `json:"fulfillmentStartInstructions"`
	Program      struct {
		ByEBay json.RawMessage `json:"fulfillmentProgram"`
	} `json:"program"`
	Lines []ebayLine `json:"lineItems"`
	Notes words      `json:"buyerCheckoutNotes"`

	raw []byte // as eBay sent it
}

type ebayLine struct {
	ID         text              `json:"lineItemId"`
	SKU        string            `json:"sku"`
	Title      string            `json:"title"`
	Quantity   whole             `json:"quantity"`
	Fulfilment string            `json:"lineItemFulfillmentStatus"`
	Site       string            `json:"listingMarketplaceId"`
	Cost       *amount           `json:"lineItemCost"`           // unit price x quantity
	Discounted *amount           `json:"discountedLineItemCost"` // only when a promotion applied
	Refunds    []json.RawMessage `json:"refunds"`

	Instructions struct {
		ShipBy    moment `json:"shipByDate"`
		DeliverBy moment `json:"maxEstimatedDeliveryDate"`
	} `json:"lineItemFulfillmentInstructions"`
	Taxes      []taxed `json:"taxes"`
	Collected  []taxed `json:"ebayCollectAndRemitTaxes"`
	Promotions []struct {
		Amount *amount `json:"discountAmount"`
	} `json:"appliedPromotions"`
}

type taxed struct {
	Amount *amount `json:"amount"`
}

type instruction struct {
	Type string `json:"fulfillmentInstructionsType"`
	Step struct {
		ShipTo transport.Part[recipient] `json:"shipTo"`
	} `json:"shippingStep"`
}

type recipient struct {
	Name    string `json:"fullName"`
	Email   string `json:"email"`
	Address struct {
		Line1      string `json:"addressLine1"`
		Line2      string `json:"addressLine2"`
		City       string `json:"city"`
		County     string `json:"county"`
		State      string `json:"stateOrProvince"`
		PostalCode string `json:"postalCode"`
		Country    string `json:"countryCode"`
	} `json:"contactAddress"`
	Phone struct {
		Number string `json:"phoneNumber"`
	} `json:"primaryPhone"`
}

// decodeOrder reads one order. The error, made by channel.Unusable or by the decoder, is of an order without a readable id or lines;
// what else can't be read, it is saved without.
func decodeOrder(raw []byte) (ebayOrder, error) {
	var o ebayOrder
	if err := json.Unmarshal(raw, &o); err != nil {
		return o, err
	}
	o.raw = raw
	if o.OrderID == "" {
		return o, channel.Unusable("it has no id")
	}
	for n, l := range o.Lines {
		if l.ID == "" || l.Quantity < 1 {
			return o, channel.Unusable("line %d has no id or no quantity", n+1)
		}
	}
	return o, channel.Saveable(o.order(nil))
}

// orderError returns the error of an order that decodeOrder can't read.
func orderError(operation, requestID string, raw []byte, err error) *channel.OrderError {
	id, updated := transport.Head(raw, "orderId", "lastModifiedDate")
	e := channel.NewOrderError(operation, requestID, raw, id, updated, cmp.Or(channel.WhyUnusable(err), transport.WhyUnreadable(err)))
	e.Site = siteIn(raw)
	return e
}

// siteIn returns the site of an order that can't be read, of the first of its lines that shows one; empty when none does.
func siteIn(raw []byte) string {
	var o struct {
		Lines []json.RawMessage `json:"lineItems"`
	}
	_ = json.Unmarshal(raw, &o) // what can't be read shows none
	for _, line := range o.Lines {
		var l struct {
			Site string `json:"listingMarketplaceId"`
		}
		if json.Unmarshal(line, &l) == nil && l.Site != "" {
			return siteOf(l.Site)
		}
	}
	return ""
}

func (o ebayOrder) cancelled() bool { return o.CancelStatus.State == canceled }

// needsFulfilments reports whether the statuses alone do not give the units shipped.
func (o ebayOrder) needsFulfilments() bool {
	for _, l := range o.Lines {
		if l.Fulfilment == inProgress || l.Fulfilment == fulfilled && len(l.Refunds) > 0 {
			return true
		}
	}
	return false
}

// order converts to a snapshot. shipped has the units per line id from the order's fulfillments; nil when they were
// not needed.
func (o ebayOrder) order(shipped map[string]int) order.Snapshot {
	out := order.Snapshot{
		ID: string(o.OrderID), Reference: string(o.OrderID),
		PlacedAt: time.Time(o.Created), UpdatedAt: time.Time(o.Modified),
	}
	if out.UpdatedAt.IsZero() {
		out.UpdatedAt = out.PlacedAt
	}
	if out.PlacedAt.IsZero() {
		out.PlacedAt = out.UpdatedAt
		out.CannotRead(order.UnreadPlaced)
	}
	// eBay publishes neither a hold of an order nor a date before which it is not to be shipped: a paymentHold keeps the seller's money, and
	// not the goods.
	out.Paid, out.Refunded, out.BuyerCancels = o.paid(), o.PaymentStatus == refunded, o.cancelling()
	out.Fulfilment, out.ChannelStatus = o.fulfilment(), o.status()
	out.ChannelFulfils = len(o.Program.ByEBay) > 0 && string(o.Program.ByEBay) != "null"
	if p := o.Pricing; p.Total != nil {
		out.Currency, out.Total = p.Total.Currency, p.Total.minor()
		out.Shipping, out.Tax = p.DeliveryCost.minor(), p.Tax.minor()
		out.Discount = -(p.PriceDiscount.minor() + p.DeliveryDiscount.minor())
		out.PaidCurrency, out.PaidTotal = p.Total.converted()
	}
	if len(o.Lines) > 0 {
		out.Site = siteOf(o.Lines[0].Site)
	}
	seen := map[text]bool{}
	for _, l := range o.Lines {
		if seen[l.ID] { // combined orders sometimes repeat lines
			continue
		}
		seen[l.ID] = true
		out.Lines = append(out.Lines, l.line(o.cancelled(), shipped))
		out.ShipBy = first(out.ShipBy, time.Time(l.Instructions.ShipBy))
		out.DeliverBy = first(out.DeliverBy, time.Time(l.Instructions.DeliverBy))
	}
	for _, i := range o.Instructions {
		out.ChannelFulfils = out.ChannelFulfils || i.Type == "FULFILLED_BY_EBAY"
		if i.Step.ShipTo.Unread {
			out.CannotRead(order.UnreadBuyer)
		}
	}
	if o.amountsUnread() {
		out.WithoutAmounts()
	}
	out.Buyer = o.buyer()
	return out
}

// amountsUnread reports whether one of the order's amounts can't be read.
func (o ebayOrder) amountsUnread() bool {
	p := o.Pricing
	all := []*amount{p.Total, p.DeliveryCost, p.DeliveryDiscount, p.PriceDiscount, p.Tax}
	for _, l := range o.Lines {
		all = append(all, l.Cost, l.Discounted)
	}
	return slices.ContainsFunc(all, (*amount).unreadable)
}

// paid reports whether the order was paid. A partial refund leaves an order to be shipped; a full one holds it (order.HoldRefunded).
func (o ebayOrder) paid() bool {
	return o.PaymentStatus == "PAID" || o.PaymentStatus == "PARTIALLY_REFUNDED" || o.PaymentStatus == refunded
}

// cancelling reports whether a cancellation is in progress (CancelStateEnum: CANCELED, IN_PROGRESS, NONE_REQUESTED), whoever began it: a
// page of orders shows no requests, and both readings of an order have to say the same.
func (o ebayOrder) cancelling() bool {
	s := o.CancelStatus.State
	return s != "" && s != notAsked && s != canceled
}

func (o ebayOrder) fulfilment() order.Fulfilment {
	if o.cancelled() {
		return order.FulfilmentCancelled
	}
	switch o.Fulfilment {
	case notStarted:
		return order.FulfilmentUnshipped
	case inProgress:
		return order.FulfilmentPartlyShipped
	case fulfilled:
		return order.FulfilmentShipped
	}
	return order.FulfilmentUnmapped
}

// status returns eBay's own words: fulfillment, payment and, if there is one, cancellation.
func (o ebayOrder) status() string {
	words := []string{o.Fulfilment, o.PaymentStatus}
	if s := o.CancelStatus.State; s != "" && s != notAsked {
		words = append(words, "cancellation "+s)
	}
	return strings.Join(words, ", ")
}

// line converts one line. eBay cancels whole orders only; it does not return how many units a refund covers, and they
// are not guessed from the amount.
func (l ebayLine) line(orderCancelled bool, shipped map[string]int) order.SnapshotLine {
	out := order.SnapshotLine{ID: string(l.ID), SKU: l.SKU, Title: l.Title, Quantity: int(l.Quantity), Total: l.Discounted.minor()}
	cost := l.Cost.minor()
	if l.Discounted == nil {
		out.Total = cost
	}
	if cost%int64(l.Quantity) == 0 {
		out.UnitPrice = cost / int64(l.Quantity)
	}
	for _, tax := range append(l.Taxes, l.Collected...) {
		out.Tax += tax.Amount.minor()
	}
	for _, p := range l.Promotions {
		out.Discount += max(p.Amount.minor(), -p.Amount.minor())
	}
	sent, observed := shipped[string(l.ID)]
	switch {
	case l.Fulfilment == fulfilled && (len(l.Refunds) == 0 || !observed): // also when marked as shipped without a fulfillment
		out.Shipped = out.Quantity
	case observed:
		out.Shipped = min(max(sent, 0), out.Quantity)
	}
	if orderCancelled {
		out.Cancelled = out.Quantity - out.Shipped
	}
	return out
}

// first returns the earlier of two moments; a zero one is none.
func first(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
