package shopify

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// query returns the root of queries.
func (s *shop) query() object {
	return object{kind: "QueryRoot", fields: map[string]any{
		"shop": object{kind: "Shop", fields: map[string]any{
			"id": gid("Shop", 1), "name": s.options.Account, "currencyCode": shopCurrency, "myshopifyDomain": s.options.Marketplace,
			"plan":           object{kind: "ShopPlan", fields: map[string]any{"publicDisplayName": "Basic", "partnerDevelopment": false, "shopifyPlus": false}},
			"resourceLimits": object{kind: "ShopResourceLimits", fields: map[string]any{"maxProductOptions": maxOptions, "maxProductVariants": maxVariants}},
		}},
		"location":         call{[]string{"id"}, s.location},
		"locations":        call{[]string{"first", "after", "includeInactive"}, s.locations},
		"orders":           s.needs("read_orders", call{[]string{"first", "after", "query", "sortKey", "reverse"}, s.orders}),
		"order":            s.needs("read_orders", call{[]string{"id"}, s.order}),
		"fulfillmentOrder": s.needs("read_merchant_managed_fulfillment_orders", call{[]string{"id"}, s.fulfillmentOrder}),
		"fulfillmentOrders": s.needs("read_merchant_managed_fulfillment_orders",
			call{[]string{"first", "includeClosed"}, s.fulfillmentOrders}),
		"fulfillment": s.needs("read_orders", call{[]string{"id"}, s.fulfillment}),

		"productVariants":        s.needs("read_products", call{[]string{"first", "after", "query", "sortKey"}, s.productVariants}),
		"productVariantsCount":   s.needs("read_products", call{[]string{"limit", "query"}, s.productVariantsCount}),
		"product":                s.needs("read_products", call{[]string{"id"}, s.productByID}),
		"productByIdentifier":    s.needs("read_products", call{[]string{"identifier"}, s.productByIdentifier}),
		"productOperation":       s.needs("read_products", call{[]string{"id"}, s.operation}),
		"collections":            s.needs("read_products", call{[]string{"first", "after", "sortKey"}, s.collections}),
		"node":                   call{[]string{"id"}, s.node},
		"nodes":                  call{[]string{"ids"}, s.nodes},
		"currentAppInstallation": call{nil, s.installation},
	}}
}

func (s *shop) location(_ context.Context, a arguments) (any, error) {
	if _, ok := number(a.text("id"), "Location"); !ok {
		return nil, invalidID(a.text("id"))
	}
	if !s.has(a.text("id")) {
		return nil, nil
	}
	return s.place(a.text("id")), nil
}

// locations returns all of the shop's locations.
func (s *shop) locations(context.Context, arguments) (any, error) {
	c := connection{of: "Location"}
	for _, id := range []string{s.options.Location, SecondLocation} {
		c.nodes, c.cursors = append(c.nodes, s.place(id)), append(c.cursors, id)
	}
	return c, nil
}

// has reports whether a location is the shop's.
func (s *shop) has(id string) bool { return id == s.options.Location || id == SecondLocation }

// further returns how the market names a location: the first one has no name there.
func (s *shop) further(id string) string {
	if id == s.options.Location {
		return ""
	}
	return id
}

func (s *shop) place(id string) object {
	name := "Warehouse"
	if id != s.options.Location {
		name = "Second warehouse"
	}
	return object{kind: "Location", fields: map[string]any{
		"id": id, "name": name, "isActive": true, "isFulfillmentService": false, "hasActiveInventory": true, "hasUnfulfilledOrders": true,
		"fulfillsOnlineOrders": true,
	}}
}

func invalidID(id string) error { return fail("INVALID_VARIABLE", "Invalid global id '%.100s'", id) }

// order returns nil for a missing order, as Shopify does.
func (s *shop) order(ctx context.Context, a arguments) (any, error) {
	if _, ok := number(a.text("id"), "Order"); !ok {
		return nil, invalidID(a.text("id"))
	}
	o, err := s.market.Order(ctx, a.text("id"))
	if errors.Is(err, market.ErrNoOrder) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("order: %w", err)
	}
	return s.orderObject(o), nil
}

// recent is how long an order is shown to an app without the scope read_all_orders.
const recent = 60 * 24 * time.Hour

// onlyRecent leaves out orders that the app may not read.
func (s *shop) onlyRecent(ctx context.Context, f *market.Filter) error {
	granted, err := s.scopes(ctx)
	if oldest := s.options.Now().Add(-recent); err == nil && !slices.Contains(granted, "read_all_orders") && f.CreatedFrom.Before(oldest) {
		f.CreatedFrom = oldest
	}
	return err
}

// after is a position in the list of orders.
type after struct {
	Micros int64  `json:"t"`
	ID     string `json:"id"`
	Again  bool   `json:"again,omitempty"` // the page was given before
}

func (a after) String() string {
	text, _ := json.Marshal(a) // a number, a text and a flag always marshal
	return base64.StdEncoding.EncodeToString(text)
}

func (s *shop) orders(ctx context.Context, a arguments) (any, error) {
	first, err := a.first()
	if err != nil {
		return nil, err
	}
	f, err := filter(a)
	if err != nil {
		return nil, err
	}
	if err := s.onlyRecent(ctx, &f); err != nil {
		return nil, err
	}
	f.Limit = first + 1
	at := after{Micros: 1, ID: "0"} // before all orders
	if text := a.text("after"); text != "" {
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil || json.Unmarshal(raw, &at) != nil || at.ID == "" {
			return nil, fail("BAD_REQUEST", "Invalid cursor for current pagination sort.")
		}
		f.AfterTime, f.AfterID = time.UnixMicro(at.Micros).UTC(), at.ID
	}
	found, _, err := wire.Indexed{Seller: s.market, Operation: "orders", Options: s.options}.Orders(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("orders: %w", err)
	}
	c := connection{of: "Order", more: len(found) > first}
	for _, o := range found[:min(first, len(found))] {
		here := after{Micros: o.UpdatedAt.UnixMicro(), ID: o.ID}
		if f.ByCreation {
			here.Micros = o.PlacedAt.UnixMicro()
		}
		c.nodes, c.cursors = append(c.nodes, s.orderObject(o)), append(c.cursors, here.String())
	}
	return s.spoilPage(c, "orders", a.text("after"), at.Again, after{Micros: at.Micros, ID: at.ID, Again: true}.String()), nil
}

// units are the summed units of an order.
type units struct{ ordered, cancelled, returned, shipped, open int }

func count(o market.Order) units { return countLines(toShip(o)) }

// toShip returns an order's lines without those that need no shipping.
func toShip(o market.Order) []market.Line {
	return slices.DeleteFunc(slices.Clone(o.Lines), func(l market.Line) bool { return tip(o, l) })
}

// tip reports whether a line needs no shipping.
func tip(o market.Order, l market.Line) bool { return l.NotStocked && o.Fault == faults.NoShipping }

func countLines(lines []market.Line) (u units) {
	for _, l := range lines {
		u.ordered += l.Quantity
		u.cancelled += l.Cancelled
		u.returned += l.Returned
		u.shipped += l.Shipped
		u.open += l.Unshipped()
	}
	return u
}

func (s *shop) orderObject(o market.Order) object {
	u := count(o)
	lines := make([]object, len(o.Lines))
	for i, l := range o.Lines {
		lines[i] = lineObject(o, l)
	}
	var cancelledAt any
	if u.ordered > 0 && u.cancelled == u.ordered && o.Fault != faults.Reopen { // its lines were removed, which can be taken back
		cancelledAt = second(o.UpdatedAt)
	}
	return object{kind: "Order", fields: map[string]any{
		"id": o.ID, "name": fmt.Sprintf("#%d", nameBase+o.Number), "createdAt": second(o.PlacedAt), "updatedAt": second(o.UpdatedAt),
		"cancelledAt": cancelledAt, "currencyCode": o.Currency, "displayFinancialStatus": financialStatus(o, u),
		"returnStatus": returnStatus(u), "returns": paged("Return", returnObjects(o)), "displayFulfillmentStatus": fulfillmentStatus(o, u), "email": orNil(o.Buyer.Email), "phone": orNil(o.Buyer.Phone), "note": orNil(o.Buyer.Note), "customAttributes": list{},
		"presentmentCurrencyCode": o.Currency,
		"totalPriceSet":           moneyBag(o.Currency, o.Total), "totalShippingPriceSet": moneyBag(o.Currency, o.Shipping),
		"totalTaxSet": nil, "totalDiscountsSet": moneyBag(o.Currency, o.Discount), "shippingAddress": address(o.Buyer),
		"lineItems": paged("LineItem", lines), "fulfillmentOrders": paged("FulfillmentOrder", s.fulfillmentOrderObjects(o)),
		"fulfillments": call{[]string{"first"}, func(_ context.Context, a arguments) (any, error) { return s.fulfillmentList(o, a) }},
	}}
}

// lineObject returns a line. Refunded and removed units count the same, as in Shopify: the line alone does not show
// which of them had been shipped, and unfulfilledQuantity may be negative.
func lineObject(o market.Order, l market.Line) object {
	current := l.Quantity - l.Cancelled - l.Returned
	custom := list{}
	if o.Buyer.Gift != "" && l.ID == o.Lines[0].ID {
		custom = append(custom, object{kind: "Attribute", fields: map[string]any{"key": "Gift message", "value": o.Buyer.Gift}})
	}
	return object{kind: "LineItem", fields: map[string]any{
		"id": l.ID, "sku": orNil(l.SKU), "title": l.Title, "name": l.Title, "quantity": l.Quantity, "currentQuantity": current,
		"unfulfilledQuantity": current - l.Shipped, "requiresShipping": !tip(o, l),
		"originalUnitPriceSet": moneyBag(o.Currency, l.UnitPrice), "discountedTotalSet": moneyBag(o.Currency, l.Total),
		"totalDiscountSet": moneyBag(o.Currency, 0), "taxLines": list{},
		"customAttributes": custom,
	}}
}

func financialStatus(o market.Order, u units) string {
	gone := u.cancelled + u.returned
	switch {
	case !o.Paid && u.cancelled == u.ordered:
		return "VOIDED"
	case !o.Paid:
		return "PENDING"
	case o.Fault == faults.Refunded:
		return "REFUNDED"
	case gone == 0:
		return "PAID"
	case gone >= u.ordered:
		return "REFUNDED"
	}
	return "PARTIALLY_REFUNDED"
}

// fulfillmentStatus returns the order's status. An unpaid order is on hold, like one that somebody holds.
func fulfillmentStatus(o market.Order, u units) string {
	switch {
	case u.shipped > 0 && u.open == 0:
		return "FULFILLED"
	case u.shipped > 0:
		return "PARTIALLY_FULFILLED"
	case (!o.Paid || o.OnHold != "") && u.open > 0:
		return "ON_HOLD"
	case o.Fault == faults.UnknownStatus && u.open > 0:
		return faults.UndocumentedStatus
	}
	return "UNFULFILLED"
}

func address(b market.Buyer) any {
	if b == (market.Buyer{}) {
		return nil
	}
	return object{kind: "MailingAddress", fields: map[string]any{
		"name": orNil(b.Name), "phone": orNil(b.Phone), "address1": orNil(b.Line1), "address2": nil, "city": orNil(b.City), "province": nil,
		"zip": orNil(b.PostalCode), "countryCodeV2": orNil(b.Country),
	}}
}

// shopCurrency is the currency of all prices of a shop.
const shopCurrency = "GBP"

// moneyBag returns an amount in shop and presentment currency, which are the same here.
func moneyBag(currency string, units int64) object {
	amount := object{kind: "MoneyV2", fields: map[string]any{"amount": money.Format(units, currency), "currencyCode": currency}}
	return object{kind: "MoneyBag", fields: map[string]any{"shopMoney": amount, "presentmentMoney": amount}}
}

// second returns a time in Shopify's format, in whole seconds.
func second(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
