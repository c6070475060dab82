package shopify

import (
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
)

// wireOrder is the order fragment as it comes.
type wireOrder struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	CreatedAt   time.Time  `json:"createdAt"`
	UpdatedAt   time.Time  `json:"updatedAt"`
	CancelledAt *time.Time `json:"cancelledAt"`
	Currency    string     `json:"currencyCode"`
	Financial   string     `json:"displayFinancialStatus"`
	Fulfillment string     `json:"displayFulfillmentStatus"`
	Email       string     `json:"email"`
	Phone       string     `json:"phone"`
	Total       *moneyBag  `json:"totalPriceSet"`
	Shipping    *moneyBag  `json:"totalShippingPriceSet"`
	Tax         *moneyBag  `json:"totalTaxSet"`
	Discount    *moneyBag  `json:"totalDiscountsSet"`
	Address     *struct {
		Name        string `json:"name"`
		Phone       string `json:"phone"`
		Line1       string `json:"address1"`
		Line2       string `json:"address2"`
		City        string `json:"city"`
		Region      string `json:"province"`
		PostalCode  string `json:"zip"`
		CountryCode string `json:"countryCodeV2"`
	} `json:"shippingAddress"`
	LineItems paged[wireLine] `json:"lineItems"`
}

type wireLine struct {
	ID          string    `json:"id"`
	SKU         string    `json:"sku"`
	Title       string    `json:"title"`
	Quantity    int       `json:"quantity"`
	Current     int       `json:"currentQuantity"`     // as ordered, less refunded and removed units
	Unfulfilled int       `json:"unfulfilledQuantity"` // Current less shipped: below 0 where shipped units were refunded
	UnitPrice   *moneyBag `json:"originalUnitPriceSet"`
	Total       *moneyBag `json:"discountedTotalSet"`
}

// maxUnits bounds a line's quantity; Shopify's own limit for stock figures.
const maxUnits = 1_000_000_000

// check refuses what no order can be.
func (o *wireOrder) check() error {
	if o.ID == "" || o.CreatedAt.IsZero() || o.UpdatedAt.IsZero() {
		return errors.New("an order has no id or no dates")
	}
	for i, l := range o.LineItems.Nodes {
		if l.ID == "" || l.Quantity < 0 || l.Quantity > maxUnits {
			return fmt.Errorf("order %s: line %d has no id or quantity %d", o.ID, i+1, l.Quantity)
		}
	}
	return nil
}

// order translates a complete order. units tells the shipped and cancelled units of a line where its own
// figures leave them open (see settle); nil where they don't.
func (o *wireOrder) order(units map[string]shippedOpen) (order.Snapshot, error) {
	if err := o.check(); err != nil {
		return order.Snapshot{}, err
	}
	p := purseOf(o.Currency)
	out := order.Snapshot{
		ID: o.ID, Reference: o.Name, PlacedAt: o.CreatedAt.UTC(), Paid: paid(o.Financial), ChannelStatus: o.status(),
		Currency: p.currency, Total: p.take(o.Total), Shipping: p.take(o.Shipping), Tax: p.take(o.Tax), Discount: p.take(o.Discount),
		Lines: make([]order.SnapshotLine, 0, len(o.LineItems.Nodes)), Buyer: o.buyer(),
	}
	for _, l := range o.LineItems.Nodes {
		shipped, cancelled := l.units()
		if u, ok := units[l.ID]; ok {
			shipped = min(u.shipped, l.Quantity)
			cancelled = min(l.Quantity-shipped-min(u.open, l.Quantity-shipped), l.removed())
		}
		if o.CancelledAt != nil {
			cancelled = l.Quantity - shipped
		}
		out.Lines = append(out.Lines, order.SnapshotLine{
			ID: l.ID, SKU: l.SKU, Title: l.Title, Quantity: l.Quantity, Shipped: shipped, Cancelled: cancelled,
			UnitPrice: p.take(l.UnitPrice), Total: p.take(l.Total),
		})
	}
	if p.err != nil {
		return order.Snapshot{}, fmt.Errorf("order %s: %w", o.ID, p.err)
	}
	out.Fulfilment = o.fulfilment(out.Lines)
	out.UpdatedAt = version(o.UpdatedAt, out)
	return out, nil
}

// removed is how many units were refunded or taken off the order, shipped or not.
func (l wireLine) removed() int { return clamp(l.Quantity-l.Current, 0, l.Quantity) }

// units reads a line's shipped and cancelled units off its own figures.
func (l wireLine) units() (shipped, cancelled int) {
	shipped = clamp(l.Current-l.Unfulfilled, 0, l.Quantity)
	return shipped, min(l.removed(), l.Quantity-shipped)
}

func clamp(n, low, high int) int { return max(low, min(n, high)) }

// settled tells whether the lines' own figures say which units were cancelled: they do unless an order has
// both refunded and shipped units, for a refund may be for either.
func (o *wireOrder) settled() bool {
	removed, shipped := 0, 0
	for _, l := range o.LineItems.Nodes {
		s, _ := l.units()
		removed, shipped = removed+l.removed(), shipped+s
	}
	return removed == 0 || (shipped == 0 && (o.Fulfillment == "UNFULFILLED" || o.CancelledAt != nil))
}

// paid tells whether the money was taken. Authorized money was not.
func paid(financial string) bool {
	return financial == "PAID" || financial == "PARTIALLY_REFUNDED" || financial == "REFUNDED"
}

func (o *wireOrder) status() string {
	if o.CancelledAt != nil {
		return "CANCELLED/" + o.Financial + "/" + o.Fulfillment
	}
	return o.Financial + "/" + o.Fulfillment
}

// fulfilment goes by the units where they tell, else by the order's own word.
func (o *wireOrder) fulfilment(lines []order.SnapshotLine) order.Fulfilment {
	ordered, shipped, cancelled := 0, 0, 0
	for _, l := range lines {
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

// version makes the order's version from the time of its last change. Shopify's times are whole seconds,
// so of two changes within one second the later would be taken for no change at all. Units are only ever
// shipped and cancelled and payments only taken, so their count orders what the clock does not.
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

func (o *wireOrder) buyer() *order.Buyer {
	a := o.Address
	if a == nil {
		return nil
	}
	phone := a.Phone
	if phone == "" {
		phone = o.Phone
	}
	return &order.Buyer{
		Name: a.Name, Email: o.Email, Phone: phone, Line1: a.Line1, Line2: a.Line2, City: a.City, Region: a.Region,
		PostalCode: a.PostalCode, CountryCode: a.CountryCode,
	}
}
