package amazon

import (
	"encoding/json"

	"github.com/towpath/towpath/internal/money"
	"github.com/towpath/towpath/internal/simulator/market"
)

// rewritten brings what the seller has submitted of a listing in step with what a second tool has made of it.
func rewritten(l *market.Listing, how market.Rewrite) {
	var put map[string]json.RawMessage
	var attributes map[string][]map[string]any
	if json.Unmarshal(l.Content, &put) != nil || json.Unmarshal(put["attributes"], &attributes) != nil {
		return // nothing was submitted: all is shown as the listing has it
	}
	for _, offer := range attributes["purchasable_offer"] {
		if currency, ok := offer["currency"].(string); ok && how.Price > 0 {
			offer["our_price"] = []any{map[string]any{"schedule": []any{map[string]any{"value_with_tax": json.Number(money.Format(how.Price, currency))}}}}
		}
	}
	for _, name := range attributes["item_name"] {
		if how.Title != "" {
			name["value"] = how.Title
		}
	}
	put["attributes"], _ = json.Marshal(attributes) // as it was read
	l.Content, _ = json.Marshal(put)
}
