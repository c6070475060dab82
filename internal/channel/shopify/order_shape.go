package shopify

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/order"
)

// wireOrder is the order fragment as Shopify sends it.
type wireOrder struct {
	ID          string                      `json:"id"`
	Name        string                      `json:"name"`
	CreatedAt   transport.Moment            `json:"createdAt"`
	UpdatedAt   transport.Moment            `json:"updatedAt"`
	CancelledAt *time.Time                  `json:"cancelledAt"`
	Currency    string                      `json:"currencyCode"`
	Financial   string                      `json:"displayFinancialStatus"`
	Fulfillment string                      `json:"displayFulfillmentStatus"`
	Returned    string                      `json:"returnStatus"` // empty: it was not asked for
	Email       string                      `json:"email"`
	Phone       string                      `json:"phone"`
	Note        string                      `json:"note"`
	Attributes  attributes                  `json:"customAttributes"`
	Total       *moneyBag                   `json:"totalPriceSet"`
	Shipping    *moneyBag                   `json:"totalShippingPriceSet"`
	Tax         *moneyBag                   `json:"totalTaxSet"`
	Discount    *moneyBag                   `json:"totalDiscountsSet"`
	Address     transport.Part[wireAddress] `json:"shippingAddress"`
	LineItems   paged[wireLine]             `json:"lineItems"`

	PaidCurrency string                      `json:"presentmentCurrencyCode"`
	PaidTotal    transport.Part[presentment] `json:"presentmentTotal"`
	Parts        paged[struct {
		FulfillBy transport.Moment `json:"fulfillBy"`
		FulfillAt transport.Moment `json:"fulfillAt"`
		Status    string           `json:"status"`
		Assigned  struct {
			Location *location `json:"location"`
		} `json:"assignedLocation"`
	}] `json:"fulfillmentOrders"`

	served  map[string]bool // line ids that only a fulfilment service ships; nil: there is none
	split   map[string]bool // line ids of which a fulfilment service ships units, and we others
	places  places          // from where its lines leave
	waiting waiting         // which units are not to be shipped yet
}

// presentment is an amount in the buyer's currency.
type presentment struct {
	Money struct {
		Amount string `json:"amount"`
	} `json:"presentmentMoney"`
}

type wireAddress struct {
	Name        string `json:"name"`
	Phone       string `json:"phone"`
	Line1       string `json:"address1"`
	Line2       string `json:"address2"`
	City        string `json:"city"`
	Region      string `json:"province"`
	PostalCode  string `json:"zip"`
	CountryCode string `json:"countryCodeV2"`
}

// mayBeServed reports whether a fulfilment service may ship lines of the order.
func (o *wireOrder) mayBeServed() bool {
	for _, p := range o.Parts.Nodes {
		if p.Assigned.Location != nil && p.Assigned.Location.Service {
			return true
		}
	}
	return o.Parts.PageInfo.HasNextPage
}

// shipBy returns when the first open part is to be shipped at the latest; zero: Shopify names no time.
func (o *wireOrder) shipBy() (first time.Time) {
	for _, p := range o.Parts.Nodes {
		if by := p.FulfillBy.Time(); !by.IsZero() && p.Status != "CLOSED" && p.Status != "CANCELLED" && (first.IsZero() || by.Before(first)) {
			first = by
		}
	}
	return first
}

// setPaid sets what the buyer paid in his own currency, when it is another one than the shop's. An amount that can't be read is left out.
func (o *wireOrder) setPaid(out *order.Snapshot) {
	if o.PaidTotal.Value == nil || o.PaidCurrency == "" || o.PaidCurrency == o.Currency {
		return
	}
	p := newConverter(o.PaidCurrency)
	bag := &moneyBag{}
	bag.ShopMoney.Amount = o.PaidTotal.Value.Money.Amount
	if total := p.convert(bag); !p.unread {
		out.PaidCurrency, out.PaidTotal = p.currency, total
	}
}

// sender returns who ships the units of a line.
func (o *wireOrder) sender(l wireLine) order.Sender {
	switch {
	case l.NeedsShipping != nil && !*l.NeedsShipping: // a tip, a gift card, a digital product
		return order.SenderNobody
	case o.served[l.ID]:
		return order.SenderService
	case o.places.unmapped(l.ID):
		return order.SenderUnmapped
	}
	return order.SenderUs
}

type wireLine struct {
	ID          string    `json:"id"`
	SKU         string    `json:"sku"`
	Title       string    `json:"title"`
	Quantity    int       `json:"quantity"`
	Current     int       `json:"currentQuantity"`     // as ordered, less refunded and removed units
	Unfulfilled int       `json:"unfulfilledQuantity"` // Current less shipped: below 0 where shipped units were refunded
	UnitPrice   *moneyBag `json:"originalUnitPriceSet"`
	Discount    *moneyBag `json:"totalDiscountSet"`

	Taxes transport.Part[[]taxLine] `json:"taxLines"`

	NeedsShipping *bool     `json:"requiresShipping"`
	Total         *moneyBag `json:"discountedTotalSet"`

	Attributes attributes `json:"customAttributes"`
}

// taxLine is one of the taxes on a line, e.g. a state's and a county's.
type taxLine struct {
	Price *moneyBag `json:"priceSet"`
}

// maxUnits limits a line's quantity: it is Shopify's own limit for stock.
const maxUnits = 1_000_000_000

// decodeOrder reads one order, of which further lines may be on other pages. The error, made by channel.Unusable or by the decoder, is of
// an order without a readable id, version or lines; what else can't be read, it is saved without.
func decodeOrder(body []byte) (*wireOrder, error) {
	o := &wireOrder{}
	if err := json.Unmarshal(body, o); err != nil {
		return o, err
	}
	err := o.check()
	return o, err
}

// orderError returns the error of an order that can't be read.
func orderError(operation, requestID string, body []byte, err error) *channel.OrderError {
	id, updated := transport.Head(body, "id", "updatedAt")
	return channel.NewOrderError(operation, requestID, body, id, updated, cmp.Or(channel.WhyUnusable(err), transport.WhyUnreadable(err)))
}

// check returns an error for impossible orders.
func (o *wireOrder) check() error {
	if o.ID == "" || o.UpdatedAt.Time().IsZero() {
		return channel.Unusable("it has no id or no time of change")
	}
	for i, l := range o.LineItems.Nodes {
		if l.ID == "" || l.Quantity < 0 || l.Quantity > maxUnits {
			return channel.Unusable("line %d has no id or quantity %d", i+1, l.Quantity)
		}
	}
	return nil
}

// order converts a complete order. units has the shipped and cancelled units of lines whose own numbers do not show
// them (see settle); nil if they do.
func (o *wireOrder) order(units map[string]shippedOpen) (order.Snapshot, error) {
	if err := o.check(); err != nil {
		return order.Snapshot{}, err
	}
	p := newConverter(o.Currency)
	out := order.Snapshot{
		ID: o.ID, Reference: o.Name, PlacedAt: o.CreatedAt.Time(), Paid: paid(o.Financial), ChannelStatus: o.status(),
		Currency: p.currency, Total: p.convert(o.Total), Shipping: p.convert(o.Shipping), Tax: p.convert(o.Tax), Discount: p.convert(o.Discount),
		Refunded: o.CancelledAt == nil && o.Financial == "REFUNDED",
		Lines:    make([]order.SnapshotLine, 0, len(o.LineItems.Nodes)), Buyer: o.buyer(),
	}
	for _, l := range o.LineItems.Nodes {
		quantity := l.Quantity
		shipped, cancelled := l.units()
		if u, ok := units[l.ID]; ok && o.split[l.ID] { // the line is what is open here, or left from here
			shipped = min(u.shipped, quantity)
			quantity, cancelled = shipped+min(u.open, quantity-shipped), 0
		} else if ok {
			shipped = min(u.shipped, l.Quantity)
			cancelled = min(l.Quantity-shipped-min(u.open, l.Quantity-shipped), l.removed())
		}
		if o.CancelledAt != nil {
			cancelled = quantity - shipped
		}
		out.Lines = append(out.Lines, order.SnapshotLine{
			ID: l.ID, SKU: l.SKU, Title: l.Title, Quantity: quantity, Shipped: shipped, Cancelled: cancelled,
			UnitPrice: p.convert(l.UnitPrice), Total: p.convert(l.Total), Discount: p.convert(l.Discount), Tax: p.tax(l), Sender: o.sender(l),
			Location: o.places.ours(l.ID), NotBefore: o.waiting.until(l.ID),
		})
	}
	out.Parted, out.OnHold = o.places.parted, o.waiting.held
	if p.unread {
		out.WithoutAmounts()
	}
	if o.Address.Unread {
		out.CannotRead(order.UnreadBuyer)
	}
	if out.PlacedAt.IsZero() {
		out.PlacedAt = o.UpdatedAt.Time()
		out.CannotRead(order.UnreadPlaced)
	}
	out.ShipBy = o.shipBy()
	o.setPaid(&out)
	out.Fulfilment = o.fulfilment(out.Lines)
	out.UpdatedAt = version(o.UpdatedAt.Time(), out)
	return out, channel.Saveable(out)
}

// removed returns how many units were refunded or removed from the order, shipped or not.
func (l wireLine) removed() int { return clamp(l.Quantity-l.Current, 0, l.Quantity) }

// units returns a line's shipped and cancelled units from its own numbers.
func (l wireLine) units() (shipped, cancelled int) {
	shipped = clamp(l.Current-l.Unfulfilled, 0, l.Quantity)
	return shipped, min(l.removed(), l.Quantity-shipped)
}

func clamp(n, low, high int) int { return max(low, min(n, high)) }

// linesShowUnits reports whether the lines' own numbers show which units were cancelled. They do not if an order has both
// refunded and shipped units, since a refund may be for either.
func (o *wireOrder) linesShowUnits() bool {
	removed, shipped := 0, 0
	for _, l := range o.LineItems.Nodes {
		s, _ := l.units()
		removed, shipped = removed+l.removed(), shipped+s
	}
	return removed == 0 || (shipped == 0 && (o.Fulfillment == "UNFULFILLED" || o.CancelledAt != nil))
}

// paid reports whether the money was received. Authorized money was not.
func paid(financial string) bool {
	return financial == "PAID" || financial == "PARTIALLY_REFUNDED" || financial == "REFUNDED"
}

func (o *wireOrder) status() string {
	if o.CancelledAt != nil {
		return "CANCELLED/" + o.Financial + "/" + o.Fulfillment
	}
	return o.Financial + "/" + o.Fulfillment
}

// fulfilment returns the status by the units if they show it, otherwise by the order's own status.
func (o *wireOrder) fulfilment(lines []order.SnapshotLine) order.Fulfilment {
	ordered, shipped, cancelled := 0, 0, 0
	for _, l := range lines {
		if l.Sender != order.SenderUs {
			continue // what becomes of it does not matter here
		}
		ordered, shipped, cancelled = ordered+l.Quantity, shipped+l.Shipped, cancelled+l.Cancelled
	}
	switch {
	case o.CancelledAt != nil && shipped == 0, ordered > 0 && cancelled == ordered:
		return order.FulfilmentCancelled
	case ordered > 0 && shipped+cancelled == ordered:
		return order.FulfilmentShipped
	}
	switch o.Fulfillment {
	case "UNFULFILLED", "OPEN", "IN_PROGRESS", "ON_HOLD", "SCHEDULED", "PENDING_FULFILLMENT", "REQUEST_DECLINED", "PARTIALLY_FULFILLED":
		if shipped > 0 {
			return order.FulfilmentPartlyShipped
		}
		return order.FulfilmentUnshipped
	case "FULFILLED", "FULFILLMENT_NOT_REQUIRED":
		return order.FulfilmentShipped
	case "RESTOCKED":
		return order.FulfilmentCancelled
	}
	return order.FulfilmentUnmapped
}

// version returns the order's version from the time of its last change. Shopify's times are whole seconds, so the
// later of two changes within a second would count as no change. Units are only ever shipped or cancelled and
// payments only received, so their count is added to order such changes.
func version(updated time.Time, o order.Snapshot) time.Time {
	changes := 0
	if o.Paid {
		changes++
	}
	for _, l := range o.Lines {
		changes += l.Shipped + l.Cancelled
	}
	return updated.UTC().Truncate(time.Second).Add(time.Duration(min(changes, 999_999)) * time.Microsecond)
}
