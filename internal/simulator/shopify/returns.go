package shopify

import "github.com/towpath/towpath/internal/simulator/market"

// returnStatus returns whether something of an order came back.
func returnStatus(u units) string {
	if u.returned > 0 {
		return "RETURNED"
	}
	return "NO_RETURN"
}

// returnObjects returns a return for each line of which units came back: buyers of a simulated shop send goods back without asking.
func returnObjects(o market.Order) (all []object) {
	for _, l := range o.Lines {
		if l.Returned == 0 {
			continue
		}
		line := object{kind: "ReturnLineItem", fields: map[string]any{
			"id": sibling(l.ID, "LineItem", "ReturnLineItem"), "quantity": l.Returned,
			"returnReasonDefinition": object{kind: "ReturnReasonDefinition", fields: map[string]any{"handle": "unwanted"}},
			"fulfillmentLineItem": object{kind: "FulfillmentLineItem", fields: map[string]any{
				"id": sibling(l.ID, "LineItem", "FulfillmentLineItem"), "quantity": l.Shipped, "lineItem": lineObject(o, l),
			}},
		}}
		all = append(all, object{kind: "Return", fields: map[string]any{
			"id": sibling(l.ID, "LineItem", "Return"), "status": "CLOSED", "returnLineItems": paged("ReturnLineItem", []object{line}),
		}})
	}
	return all
}
