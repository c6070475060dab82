package shopify

import (
	"strings"

	"github.com/towpath/towpath/internal/order"
)

// attributes are what a buyer, or the shop's theme, has entered beside the form: gift messages, engravings, delivery instructions.
type attributes []struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// text returns the attributes that buyers see, "key: value" each. Themes and apps hide theirs with an underscore before the key.
func (a attributes) text() string {
	lines := make([]string, 0, len(a))
	for _, e := range a {
		if e.Value != "" && !strings.HasPrefix(e.Key, "_") {
			lines = append(lines, e.Key+": "+e.Value)
		}
	}
	return order.NoteOf(lines...)
}

// buyer returns the recipient and what the buyer wrote; nil if Shopify shows neither.
func (o *wireOrder) buyer() *order.Buyer {
	b := order.Buyer{Note: order.NoteOf(o.Note, o.Attributes.text())}
	for _, l := range o.LineItems.Nodes {
		if text := l.Attributes.text(); text != "" {
			b.LineNotes = append(b.LineNotes, order.LineNote{LineID: l.ID, Text: text})
		}
	}
	if a := o.Address.Value; a != nil {
		b.Name, b.Email, b.Phone, b.Line1, b.Line2 = a.Name, o.Email, a.Phone, a.Line1, a.Line2
		b.City, b.Region, b.PostalCode, b.CountryCode = a.City, a.Region, a.PostalCode, a.CountryCode
		if b.Phone == "" {
			b.Phone = o.Phone
		}
	} else if !b.Known() {
		return nil
	}
	return &b
}
