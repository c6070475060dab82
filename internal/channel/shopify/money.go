package shopify

import (
	"encoding/json"

	"github.com/towpath/towpath/internal/money"
)

// moneyBag is an amount in the shop's currency.
type moneyBag struct {
	ShopMoney struct {
		Amount string `json:"amount"`
	} `json:"shopMoney"`
}

// UnmarshalJSON never fails: what is not an amount is an empty one, which can't be read.
func (b *moneyBag) UnmarshalJSON(text []byte) error {
	type written moneyBag
	var w written
	if json.Unmarshal(text, &w) != nil {
		w = written{}
	}
	*b = moneyBag(w)
	return nil
}

// converter converts many amounts of one currency and notes whether one of them can't be read. Money that can't be read
// must not keep an order from its stock.
type converter struct {
	currency string
	unread   bool
}

func newConverter(currency string) *converter {
	_, known := money.Digits(currency) // the minor unit of USDC is not known
	return &converter{currency: currency, unread: !known}
}

// convert converts one amount; nil, which Shopify gives for what an order does not have, is 0.
func (p *converter) convert(bag *moneyBag) int64 {
	if bag == nil || p.unread {
		return 0
	}
	units, err := money.Parse(bag.ShopMoney.Amount, p.currency)
	p.unread = err != nil
	return units
}

// tax returns the sum of the taxes on a line.
func (p *converter) tax(l wireLine) (sum int64) {
	p.unread = p.unread || l.Taxes.Unread
	if l.Taxes.Value == nil {
		return 0
	}
	for _, t := range *l.Taxes.Value {
		sum += p.convert(t.Price)
	}
	return sum
}
