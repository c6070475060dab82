package aspects

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The settings of an account to which every offer refers, in the order in which they are checked.
const (
	FulfillmentPolicy = "fulfillmentPolicy"
	PaymentPolicy     = "paymentPolicy"
	ReturnPolicy      = "returnPolicy"
	MerchantLocation  = "merchantLocation"
)

// Settings returns them.
func Settings() []string {
	return []string{FulfillmentPolicy, PaymentPolicy, ReturnPolicy, MerchantLocation}
}

// SellerDocument has eBay's answers about what the seller has set up on one of its sites, without what the grant does
// not allow.
type SellerDocument struct {
	Marketplace string          `json:"marketplace"`
	Fulfillment json.RawMessage `json:"fulfillmentPolicies,omitempty"` // the answer of getFulfillmentPolicies
	Payment     json.RawMessage `json:"paymentPolicies,omitempty"`     // the answer of getPaymentPolicies
	Return      json.RawMessage `json:"returnPolicies,omitempty"`      // the answer of getReturnPolicies
	Location    json.RawMessage `json:"locations,omitempty"`           // the answer of getInventoryLocations
}

// Seller is what the seller has set up.
type Seller struct {
	choices map[string]map[string]string // by setting: allowed values with the seller's names; nil = not known
}

// ParseSeller reads a SellerDocument. Errors: ErrTooLarge, or a deviation from eBay's specification.
func ParseSeller(body []byte) (*Seller, error) {
	if len(body) > MaxBody {
		return nil, ErrTooLarge
	}
	var d SellerDocument
	if err := json.Unmarshal(body, &d); err != nil {
		return nil, fmt.Errorf("read what the seller has set up: %w", err)
	}
	s := &Seller{choices: map[string]map[string]string{}}
	for _, one := range []struct {
		setting, list, id, name string
		raw                     json.RawMessage
	}{
		{FulfillmentPolicy, "fulfillmentPolicies", "fulfillmentPolicyId", "name", d.Fulfillment},
		{PaymentPolicy, "paymentPolicies", "paymentPolicyId", "name", d.Payment},
		{ReturnPolicy, "returnPolicies", "returnPolicyId", "name", d.Return},
		{MerchantLocation, "locations", "merchantLocationKey", "merchantLocationStatus", d.Location},
	} {
		if len(one.raw) == 0 || string(one.raw) == "null" {
			continue
		}
		choices, err := choicesOf(one.raw, one.list, one.id, one.name)
		if err != nil {
			return nil, fmt.Errorf("read the seller's %s: %w", one.list, err)
		}
		s.choices[one.setting] = choices
	}
	return s, nil
}

// choicesOf returns the ids of a list with a descriptive field of each.
func choicesOf(raw json.RawMessage, list, id, name string) (map[string]string, error) {
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, err
	}
	var entries []map[string]json.RawMessage
	if len(answer[list]) > 0 {
		if err := json.Unmarshal(answer[list], &entries); err != nil {
			return nil, err
		}
	}
	if next := textOf(answer["next"]); next != "" { // not all were read: an unknown id may be among the rest
		return nil, nil
	}
	choices := make(map[string]string, len(entries))
	for _, e := range entries {
		if key := textOf(e[id]); key != "" {
			choices[key] = textOf(e[name])
		}
	}
	return choices, nil
}

// textOf returns a text that may have been sent as a number.
func textOf(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return strings.Trim(string(raw), `" `)
}

// Has reports whether the seller has the value of a setting. known is false when that is not known.
func (s *Seller) Has(setting, value string) (has, known bool) {
	if s == nil || s.choices[setting] == nil {
		return false, false
	}
	status, has := s.choices[setting][value]
	if setting == MerchantLocation && status == "DISABLED" {
		return false, true
	}
	return has, true
}
