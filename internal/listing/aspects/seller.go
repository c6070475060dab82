package aspects

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The settings of an account that every offer refers to, in the order in which they are asked for.
const (
	FulfillmentPolicy = "fulfillmentPolicy"
	PaymentPolicy     = "paymentPolicy"
	ReturnPolicy      = "returnPolicy"
	MerchantLocation  = "merchantLocation"
)

// Settings lists them.
func Settings() []string {
	return []string{FulfillmentPolicy, PaymentPolicy, ReturnPolicy, MerchantLocation}
}

// SellerDocument is what the seller has set up on one of eBay's sites, as eBay said it. Of what the grant does not allow to be
// read there is nothing.
type SellerDocument struct {
	Marketplace string          `json:"marketplace"`
	Fulfillment json.RawMessage `json:"fulfillmentPolicies,omitempty"` // the answer of getFulfillmentPolicies
	Payment     json.RawMessage `json:"paymentPolicies,omitempty"`     // the answer of getPaymentPolicies
	Return      json.RawMessage `json:"returnPolicies,omitempty"`      // the answer of getReturnPolicies
	Location    json.RawMessage `json:"locations,omitempty"`           // the answer of getInventoryLocations
}

// Seller is what the seller has set up.
type Seller struct {
	choices map[string]map[string]string // by setting: what may stand in it, with the name that the seller gave it; nil: not known
}

// ParseSeller reads a SellerDocument. Errors: ErrTooLarge, or what is not as eBay's specification has it.
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

// choicesOf reads the ids of a list, with a field that says more of each.
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
	if next := textOf(answer["next"]); next != "" { // there are more than were read: an unknown id may be among them
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

// textOf is a text that may have come as a number.
func textOf(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return strings.Trim(string(raw), `" `)
}

// Has tells whether the seller has what a setting names. known is false where eBay has not said.
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
