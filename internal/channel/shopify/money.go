package shopify

import "github.com/towpath/towpath/internal/money"

// moneyBag is an amount in the shop's currency.
type moneyBag struct {
	ShopMoney struct {
		Amount string `json:"amount"`
	} `json:"shopMoney"`
}

// converter converts many amounts of one currency and keeps the first error.
type converter struct {
	currency string // empty when its minor unit is not known
	err      error
}

func newConverter(currency string) *converter {
	if _, known := money.Digits(currency); !known {
		return &converter{}
	}
	return &converter{currency: currency}
}

// convert converts one amount; nil, which Shopify gives for what an order does not have, is 0. So is every amount in
// a currency whose minor unit is not known (USDC): the amount is unknown, and this must not keep an order from its
// stock.
func (p *converter) convert(bag *moneyBag) int64 {
	if bag == nil || p.currency == "" {
		return 0
	}
	units, err := money.Parse(bag.ShopMoney.Amount, p.currency)
	if err != nil && p.err == nil {
		p.err = err
	}
	return units
}
