package ebay

import (
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

type lineItem struct {
	ID          string       `json:"lineItemId"`
	ItemID      string       `json:"legacyItemId"`
	SKU         string       `json:"sku,omitempty"`
	Title       string       `json:"title"`
	Quantity    int          `json:"quantity"`
	SoldFormat  string       `json:"soldFormat"`
	ListedOn    string       `json:"listingMarketplaceId"`
	PurchasedOn string       `json:"purchaseMarketplaceId"`
	Fulfilment  string       `json:"lineItemFulfillmentStatus"`
	Cost        amount       `json:"lineItemCost"`
	Total       amount       `json:"total"`
	Delivery    deliveryCost `json:"deliveryCost"`
	Promotions  []struct{}   `json:"appliedPromotions"`
	Taxes       []struct{}   `json:"taxes"`
	Refunds     []refund     `json:"refunds"`
}

type deliveryCost struct {
	Shipping amount `json:"shippingCost"`
}

type refund struct {
	Amount amount `json:"amount"`
	Date   string `json:"refundDate"`
	ID     string `json:"refundId"`
}

type amount struct {
	Value    string `json:"value"`
	Currency string `json:"currency"`
}

type instruction struct {
	Type string       `json:"fulfillmentInstructionsType"`
	Step shippingStep `json:"shippingStep"`
}

type shippingStep struct {
	ShipTo  contact `json:"shipTo"`
	Carrier string  `json:"shippingCarrierCode"`
	Service string  `json:"shippingServiceCode"`
}

type contact struct {
	Name    string  `json:"fullName"`
	Email   string  `json:"email,omitempty"`
	Address address `json:"contactAddress"`
	Phone   *phone  `json:"primaryPhone,omitempty"`
}

type address struct {
	Line1      string `json:"addressLine1"`
	City       string `json:"city"`
	PostalCode string `json:"postalCode,omitempty"`
	Country    string `json:"countryCode"`
}

type phone struct {
	Number string `json:"phoneNumber"`
}

func (s *server) renderLine(o market.Order, l market.Line) lineItem {
	site := s.marketplace()
	if o.Fault == faults.OtherSite {
		site = otherSite(site)
	}
	itemID, sku := "3"+tail(l.ID, 11), l.SKU
	if id, ok := unlabelled(l.SKU); ok {
		itemID, sku = id, ""
	}
	out := lineItem{
		ID: l.ID, ItemID: itemID, SKU: sku, Title: l.Title, Quantity: l.Quantity,
		SoldFormat: "FIXED_PRICE", ListedOn: site, PurchasedOn: site, Fulfilment: unitsOf(l).status(),
		Cost: amountOf(l.Total, o.Currency), Total: amountOf(l.Total, o.Currency),
		Delivery:   deliveryCost{amountOf(0, o.Currency)},
		Promotions: []struct{}{}, Taxes: []struct{}{}, Refunds: []refund{},
	}
	if !o.Paid {
		return out
	}
	for kind, n := range []int{l.Cancelled, l.Returned} {
		if n > 0 {
			out.Refunds = append(out.Refunds, refund{
				Amount: amountOf(int64(n)*l.UnitPrice, o.Currency), Date: stamp(o.UpdatedAt), ID: "5" + strconv.Itoa(kind) + tail(l.ID, 10),
			})
		}
	}
	return out
}

func instructionsOf(o market.Order) []instruction {
	to := contact{
		Name: o.Buyer.Name, Email: o.Buyer.Email,
		Address: address{Line1: o.Buyer.Line1, City: o.Buyer.City, PostalCode: o.Buyer.PostalCode, Country: o.Buyer.Country},
	}
	if o.Buyer.Phone != "" {
		to.Phone = &phone{o.Buyer.Phone}
	}
	return []instruction{{Type: "SHIP_TO", Step: shippingStep{ShipTo: to, Carrier: "RoyalMail", Service: "UK_RoyalMailSecondClassStandard"}}}
}

// otherSite returns a site of eBay that is not the given one.
func otherSite(site string) string {
	if site == "EBAY_DE" {
		return "EBAY_GB"
	}
	return "EBAY_DE"
}

func (s *server) marketplace() string {
	if s.options.Marketplace == "" {
		return "EBAY_GB"
	}
	return s.options.Marketplace
}

// amountOf returns minor units as eBay's amount.
func amountOf(minor int64, currency string) amount {
	return amount{Value: money.Format(minor, currency), Currency: currency}
}

// referenceOf returns the number in the seller's sales records.
func referenceOf(o market.Order) string { return strconv.FormatInt(o.Number, 10) }

func lastPart(id string) string { return id[strings.LastIndexByte(id, '-')+1:] }

func tail(s string, n int) string { return s[max(0, len(s)-n):] }
