package amazon

import (
	"slices"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// The parts of the 2026-01-01 order that a seller of stocked goods sees.
type (
	wireOrder struct {
		OrderID         string         `json:"orderId"`
		CreatedTime     string         `json:"createdTime"`
		LastUpdatedTime string         `json:"lastUpdatedTime"`
		SalesChannel    salesChannel   `json:"salesChannel"`
		Buyer           *buyer         `json:"buyer,omitempty"`
		Recipient       *recipient     `json:"recipient,omitempty"`
		Proceeds        *orderProceeds `json:"proceeds,omitempty"`
		Fulfillment     *fulfillment   `json:"fulfillment,omitempty"`
		Programs        []string       `json:"programs,omitempty"`
		OrderItems      []wireItem     `json:"orderItems"`
	}
	salesChannel struct {
		ChannelName     string `json:"channelName"`
		MarketplaceID   string `json:"marketplaceId"`
		MarketplaceName string `json:"marketplaceName"`
	}
	buyer struct {
		BuyerName  string `json:"buyerName"`
		BuyerEmail string `json:"buyerEmail"`
	}
	recipient struct {
		DeliveryAddress    address             `json:"deliveryAddress"`
		DeliveryPreference *deliveryPreference `json:"deliveryPreference,omitempty"`
	}
	deliveryPreference struct {
		AddressInstruction string `json:"addressInstruction"`
	}
	address struct {
		Name         string `json:"name"`
		AddressLine1 string `json:"addressLine1"`
		City         string `json:"city"`
		PostalCode   string `json:"postalCode"`
		CountryCode  string `json:"countryCode"`
		Phone        string `json:"phone,omitempty"`
		AddressType  string `json:"addressType"`
	}
	orderProceeds struct {
		GrandTotal decimal     `json:"grandTotal"`
		Breakdowns []breakdown `json:"breakdowns"`
	}
	breakdown struct {
		Type     string  `json:"type"`
		Subtotal decimal `json:"subtotal"`
	}
	fulfillment struct {
		FulfillmentStatus       string  `json:"fulfillmentStatus"`
		FulfilledBy             string  `json:"fulfilledBy"`
		FulfillmentServiceLevel string  `json:"fulfillmentServiceLevel"`
		ShipByWindow            *window `json:"shipByWindow,omitempty"`
	}
	window struct {
		EarliestDateTime string `json:"earliestDateTime"`
	}
	wireItem struct {
		OrderItemID     string           `json:"orderItemId"`
		QuantityOrdered int              `json:"quantityOrdered"`
		Product         product          `json:"product"`
		Proceeds        *itemProceeds    `json:"proceeds,omitempty"`
		Fulfillment     *itemFulfillment `json:"fulfillment,omitempty"`
		Cancellation    *cancellation    `json:"cancellation,omitempty"`
	}
	cancellation struct {
		Request cancellationRequest `json:"cancellationRequest"`
	}
	cancellationRequest struct {
		Requester string `json:"requester"`
		Reason    string `json:"cancelReason"`
	}
	product struct {
		Title     string `json:"title"`
		SellerSKU string `json:"sellerSku,omitempty"`
		Price     *price `json:"price,omitempty"`
	}
	price struct {
		UnitPrice decimal `json:"unitPrice"`
	}
	itemProceeds struct {
		ProceedsTotal decimal     `json:"proceedsTotal"`
		Breakdowns    []breakdown `json:"breakdowns"`
	}
	itemFulfillment struct {
		QuantityFulfilled   int      `json:"quantityFulfilled"`
		QuantityUnfulfilled int      `json:"quantityUnfulfilled"`
		Packing             *packing `json:"packing,omitempty"`
	}
	packing struct {
		GiftOption giftOption `json:"giftOption"`
	}
	giftOption struct {
		GiftMessage   string `json:"giftMessage"`
		GiftWrapLevel string `json:"giftWrapLevel"`
	}
)

// status returns the order's fulfillment status.
func status(o market.Order) string {
	shipped, open := 0, 0
	for _, l := range o.Lines {
		shipped += l.Shipped
		open += l.Unshipped()
	}
	switch {
	case open == 0 && shipped == 0:
		return "CANCELLED"
	case open == 0:
		return "SHIPPED"
	case !o.Paid:
		return "PENDING"
	case shipped > 0:
		return "PARTIALLY_SHIPPED"
	case o.Fault == faults.UnknownStatus:
		return faults.UndocumentedStatus
	}
	return "UNSHIPPED"
}

// preOrdered is how long before its date a pre-order is placed.
const preOrdered = 30 * 24 * time.Hour

// show returns an order with the requested data sets. Until it is paid, an order has no prices and no recipient.
func (s *server) show(o market.Order, included []string) wireOrder {
	has := func(set string) bool { return slices.Contains(included, set) }
	w := wireOrder{
		OrderID: o.ID, CreatedTime: timestamp(o.PlacedAt), LastUpdatedTime: timestamp(o.UpdatedAt),
		SalesChannel: salesChannel{ChannelName: "AMAZON", MarketplaceID: s.options.Marketplace, MarketplaceName: strings.TrimPrefix(s.place().domain, "www.")},
		OrderItems:   make([]wireItem, 0, len(o.Lines)),
	}
	if has("FULFILLMENT") {
		w.Fulfillment = &fulfillment{FulfillmentStatus: status(o), FulfilledBy: "MERCHANT", FulfillmentServiceLevel: "STANDARD"}
		if o.Fault == faults.PreOrder {
			from := o.PlacedAt
			if o.Scheduled() {
				from = from.Add(preOrdered)
			}
			w.Programs, w.Fulfillment.ShipByWindow = []string{"PREORDER"}, &window{timestamp(from)}
		}
		if o.FBA {
			w.Fulfillment.FulfilledBy = "AMAZON"
		}
	}
	if o.Paid && has("BUYER") {
		w.Buyer = &buyer{BuyerName: o.Buyer.Name, BuyerEmail: o.Buyer.Email}
	}
	if o.Paid && has("RECIPIENT") {
		b := o.Buyer
		w.Recipient = &recipient{DeliveryAddress: address{
			Name: b.Name, AddressLine1: b.Line1, City: b.City, PostalCode: b.PostalCode, CountryCode: b.Country, Phone: b.Phone, AddressType: "RESIDENTIAL",
		}}
		if b.Note != "" {
			w.Recipient.DeliveryPreference = &deliveryPreference{b.Note}
		}
	}
	if o.Paid && has("PROCEEDS") {
		w.Proceeds = proceeds(o)
	}
	if o.Fault == faults.CancelWithoutLines && status(o) == "CANCELLED" {
		return w
	}
	for _, l := range o.Lines {
		w.OrderItems = append(w.OrderItems, item(o, l, has))
	}
	return w
}

// proceeds splits the order's total; a discount is negative.
func proceeds(o market.Order) *orderProceeds {
	items := int64(0)
	for _, l := range o.Lines {
		items += l.Total
	}
	p := &orderProceeds{GrandTotal: amount(o.Total, o.Currency)}
	for _, part := range []struct {
		kind  string
		minor int64
	}{{"ITEM", items}, {"SHIPPING", o.Shipping}, {"DISCOUNT", -o.Discount}} {
		if part.minor != 0 || part.kind == "ITEM" {
			p.Breakdowns = append(p.Breakdowns, breakdown{Type: part.kind, Subtotal: amount(part.minor, o.Currency)})
		}
	}
	return p
}

func item(o market.Order, l market.Line, has func(string) bool) wireItem {
	i := wireItem{OrderItemID: l.ID, QuantityOrdered: l.Quantity, Product: product{Title: l.Title, SellerSKU: l.SKU}}
	if o.Paid {
		i.Product.Price = &price{UnitPrice: amount(l.UnitPrice, o.Currency)}
	}
	if o.Paid && has("PROCEEDS") {
		total := amount(l.Total, o.Currency)
		i.Proceeds = &itemProceeds{ProceedsTotal: total, Breakdowns: []breakdown{{Type: "ITEM", Subtotal: total}}}
	}
	if o.Fault == faults.BuyerCancels && l.Unshipped() > 0 && has("CANCELLATION") {
		i.Cancellation = &cancellation{cancellationRequest{Requester: "BUYER", Reason: "Ordered by mistake"}}
	}
	if has("FULFILLMENT") {
		i.Fulfillment = &itemFulfillment{QuantityFulfilled: l.Shipped, QuantityUnfulfilled: l.Unshipped()}
		if o.Paid && o.Buyer.Gift != "" && l.ID == o.Lines[0].ID {
			i.Fulfillment.Packing = &packing{giftOption{GiftMessage: o.Buyer.Gift, GiftWrapLevel: "PREMIUM"}}
		}
	}
	return i
}
