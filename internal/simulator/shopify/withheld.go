package shopify

import (
	"github.com/towpath/towpath/internal/simulator/faults"
)

// protected are the fields of an order and of its address that an app may only read after Shopify has approved it
// (https://shopify.dev/docs/apps/launch/protected-customer-data, level 2).
var (
	protected        = []string{"email", "phone"}
	protectedAddress = []string{"name", "phone", "address1", "address2"}
)

// withhold replaces protected fields of the orders of an answer by null and returns an error for each, as Shopify does
// (MONEI/Shopify-api-node#672).
func (s *shop) withhold(operation string, data map[string]any) (errs []map[string]any) {
	if !s.options.Injector.Strikes(faults.ProtectedFields, operation) {
		return nil
	}
	if order, _ := data["order"].(map[string]any); order != nil {
		errs = withheld(order, "order")
	}
	orders, _ := data["orders"].(map[string]any)
	edges, _ := orders["edges"].([]any)
	for i, e := range edges {
		edge, _ := e.(map[string]any)
		if node, _ := edge["node"].(map[string]any); node != nil {
			errs = append(errs, withheld(node, "orders", "edges", i, "node")...)
		}
	}
	return errs
}

// withheld empties the protected fields of one order.
func withheld(order map[string]any, path ...any) (errs []map[string]any) {
	empty := func(of map[string]any, field string, path ...any) {
		if of[field] == nil {
			return
		}
		of[field] = nil
		errs = append(errs, map[string]any{
			"message": "This app is not approved to use the " + field + " field. See https://shopify.dev/docs/apps/launch/protected-customer-data for more details.",
			"path":    append(append([]any{}, path...), field), "extensions": map[string]any{"code": "ACCESS_DENIED"},
		})
	}
	for _, field := range protected {
		empty(order, field, path...)
	}
	if address, _ := order["shippingAddress"].(map[string]any); address != nil {
		for _, field := range protectedAddress {
			empty(address, field, append(append([]any{}, path...), "shippingAddress")...)
		}
	}
	return errs
}
