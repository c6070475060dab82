package ebay

import (
	"github.com/towpath/towpath/internal/order"
)

// buyer returns the recipient of the first package, and what the buyer wrote at the checkout. eBay has no address for pickups and old
// orders.
func (o ebayOrder) buyer() *order.Buyer {
	b, note := o.recipient(), order.NoteOf(string(o.Notes))
	if b == nil && note != "" {
		b = &order.Buyer{}
	}
	if b != nil {
		b.Note = note
	}
	return b
}

func (o ebayOrder) recipient() *order.Buyer {
	for _, i := range o.Instructions {
		to := i.Step.ShipTo.Value
		if to == nil {
			continue
		}
		region := to.Address.State
		if region == "" {
			region = to.Address.County
		}
		return &order.Buyer{
			Name: to.Name, Email: to.Email, Phone: to.Phone.Number,
			Line1: to.Address.Line1, Line2: to.Address.Line2, City: to.Address.City, Region: region,
			PostalCode: to.Address.PostalCode, CountryCode: to.Address.Country,
		}
	}
	return nil
}
