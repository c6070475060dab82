package config

import (
	"strings"

	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/money"
)

// mostPercent is the greatest percentage of a price brake: a price that grows by more than a hundredfold is no price.
const mostPercent = 10_000

// priceBrake reads which prices are held. What is not said has its default: a brake can be set wide, and never taken off.
func (r *reader) priceBrake(a *Account, e document.Field) {
	b := &a.Store.PriceBrake
	for _, f := range r.Fields(e.Value, "price_brake", []string{"floor", "many", "percent"}) {
		switch in := f.In("price_brake"); f.Name {
		case "percent":
			if b.Percent = r.Whole(in, 1); b.Percent > mostPercent {
				r.Wrong(f.Value, "price_brake: percent: want a whole number, %d at most", mostPercent)
			}
		case "many":
			b.Many = r.Whole(in, 1)
		case "floor":
			b.Floor = r.floor(in)
		}
	}
}

// floor reads an amount with its currency.
func (r *reader) floor(f document.Field) listing.Price {
	amount, currency, _ := strings.Cut(r.Text(f), " ")
	minor, err := money.Parse(amount, currency)
	if err != nil || minor <= 0 {
		r.Wrong(f.Value, "price_brake: floor: want an amount with the currency of the account's prices, e.g. 2.00 GBP")
		return listing.Price{}
	}
	return listing.Price{Amount: minor, Currency: currency}
}
