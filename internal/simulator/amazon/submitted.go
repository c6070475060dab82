package amazon

import (
	"encoding/json"
	"strings"

	"github.com/towpath/towpath/internal/money"
)

// submitted are a listing's attributes as a seller sends them.
type submitted map[string]json.RawMessage

func (a submitted) put(name string, value map[string]any) { a[name], _ = json.Marshal([]any{value}) }

// values returns an attribute's values; none if it is missing or not a list of objects.
func (a submitted) values(name string) []map[string]any {
	var list []map[string]any
	_ = json.Unmarshal(a[name], &list)
	return list
}

// text returns an attribute's first value.
func (a submitted) text(name string) string { return a.field(name, "value") }

func (a submitted) field(name, field string) string {
	for _, v := range a.values(name) {
		text, _ := v[field].(string)
		return text
	}
	return ""
}

// yes reports whether an attribute is true.
func (a submitted) yes(name string) bool {
	for _, v := range a.values(name) {
		return v["value"] == true
	}
	return false
}

func (a submitted) theme() string { return a.field("variation_theme", "name") }

// themeAttributes returns the attributes in which variations differ: COLOR/SIZE gives color and size.
func (a submitted) themeAttributes() []string {
	if a.theme() == "" {
		return []string{}
	}
	return strings.Split(strings.ToLower(a.theme()), "/")
}

// options returns the values in which a child differs from its siblings.
func (a submitted) options() map[string]string {
	options := map[string]string{}
	for _, name := range a.themeAttributes() {
		options[name] = a.text(name)
	}
	return options
}

// price returns the offer's price in minor units of the currency.
func (a submitted) price(currency string) (minor int64, ok bool) {
	var offers []struct {
		Currency string `json:"currency"`
		OurPrice []struct {
			Schedule []struct {
				ValueWithTax json.Number `json:"value_with_tax"`
			} `json:"schedule"`
		} `json:"our_price"`
	}
	if json.Unmarshal(a["purchasable_offer"], &offers) != nil || len(offers) != 1 || len(offers[0].OurPrice) != 1 || len(offers[0].OurPrice[0].Schedule) != 1 {
		return 0, false
	}
	minor, err := money.Parse(offers[0].OurPrice[0].Schedule[0].ValueWithTax.String(), currency)
	return minor, err == nil && minor > 0
}

// stock is who ships it and how many there are.
type stock struct {
	Channel  string `json:"fulfillment_channel_code"`
	Quantity *int   `json:"quantity"`
}

func (a submitted) stock() (all []stock) {
	_ = json.Unmarshal(a[availability], &all)
	return all
}

const availability = "fulfillment_availability"
