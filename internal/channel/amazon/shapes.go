package amazon

import (
	"encoding/json"
	"time"

	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/order"
)

// The parts of the 2026-01-01 order that Towpath reads. Statuses are plain strings, so that a new one does not make
// the page unreadable.
type (
	searchAnswer struct {
		Orders            []json.RawMessage `json:"orders"` // each is decoded by itself
		Pagination        *pagination       `json:"pagination"`
		LastUpdatedBefore time.Time         `json:"lastUpdatedBefore"`
	}
	orderAnswer struct {
		Order json.RawMessage `json:"order"`
	}
	pagination struct {
		NextToken string `json:"nextToken"`
	}
	wireOrder struct {
		OrderID         string                    `json:"orderId"`
		OrderAliases    []alias                   `json:"orderAliases"`
		CreatedTime     transport.Moment          `json:"createdTime"`
		LastUpdatedTime transport.Moment          `json:"lastUpdatedTime"`
		Buyer           transport.Part[wireBuyer] `json:"buyer"`
		Recipient       transport.Part[recipient] `json:"recipient"`
		Proceeds        *struct {
			GrandTotal *amount     `json:"grandTotal"`
			Breakdowns []breakdown `json:"breakdowns"`
		} `json:"proceeds"`
		Fulfillment *struct {
			FulfillmentStatus string `json:"fulfillmentStatus"`
			FulfilledBy       string `json:"fulfilledBy"`
			ShipBy            window `json:"shipByWindow"`
			DeliverBy         window `json:"deliverByWindow"`
		} `json:"fulfillment"`
		Programs   []string   `json:"programs"`
		OrderItems []wireItem `json:"orderItems"`
	}
	window struct {
		Earliest transport.Moment `json:"earliestDateTime"`
		Latest   transport.Moment `json:"latestDateTime"`
	}
	alias struct {
		AliasID   string `json:"aliasId"`
		AliasType string `json:"aliasType"`
	}
	recipient struct {
		DeliveryAddress    *address `json:"deliveryAddress"`
		DeliveryPreference *struct {
			DropOffLocation    string `json:"dropOffLocation"`
			AddressInstruction string `json:"addressInstruction"`
		} `json:"deliveryPreference"`
	}
	wireBuyer struct {
		BuyerName  string `json:"buyerName"`
		BuyerEmail string `json:"buyerEmail"`
	}
	address struct {
		Name             string `json:"name"`
		CompanyName      string `json:"companyName"`
		AddressLine1     string `json:"addressLine1"`
		AddressLine2     string `json:"addressLine2"`
		AddressLine3     string `json:"addressLine3"`
		City             string `json:"city"`
		DistrictOrCounty string `json:"districtOrCounty"`
		StateOrRegion    string `json:"stateOrRegion"`
		PostalCode       string `json:"postalCode"`
		CountryCode      string `json:"countryCode"`
		Phone            string `json:"phone"`
	}
	breakdown struct {
		Type     string  `json:"type"`
		Subtotal *amount `json:"subtotal"`
	}
	wireItem struct {
		OrderItemID     string `json:"orderItemId"`
		QuantityOrdered int    `json:"quantityOrdered"`
		Product         struct {
			SellerSKU string `json:"sellerSku"`
			Title     string `json:"title"`
			Price     *struct {
				UnitPrice *amount `json:"unitPrice"`
			} `json:"price"`
		} `json:"product"`
		Proceeds *struct {
			ProceedsTotal *amount     `json:"proceedsTotal"`
			Breakdowns    []breakdown `json:"breakdowns"`
		} `json:"proceeds"`
		Fulfillment *struct {
			QuantityFulfilled   int `json:"quantityFulfilled"`
			QuantityUnfulfilled int `json:"quantityUnfulfilled"`
			Packing             *struct {
				GiftOption *struct {
					GiftMessage   string `json:"giftMessage"`
					GiftWrapLevel string `json:"giftWrapLevel"`
				} `json:"giftOption"`
			} `json:"packing"`
		} `json:"fulfillment"`
		Cancellation *struct {
			Request   *struct{} `json:"cancellationRequest"`
			Execution *struct{} `json:"cancellationExecution"`
		} `json:"cancellation"`
	}
)

// fulfilments maps the published fulfillment statuses. PENDING_AVAILABILITY and PENDING await payment.
var fulfilments = map[string]order.Fulfilment{
	"PENDING_AVAILABILITY": order.FulfilmentUnshipped,
	"PENDING":              order.FulfilmentUnshipped,
	"UNSHIPPED":            order.FulfilmentUnshipped,
	"PARTIALLY_SHIPPED":    order.FulfilmentPartlyShipped,
	"SHIPPED":              order.FulfilmentShipped,
	"CANCELLED":            order.FulfilmentCancelled,
	"UNFULFILLABLE":        order.FulfilmentUnmapped, // only orders that Amazon should ship and cannot
}

// paid are the statuses that an order gets once Amazon has the buyer's money.
var paid = map[string]bool{"UNSHIPPED": true, "PARTIALLY_SHIPPED": true, "SHIPPED": true}
