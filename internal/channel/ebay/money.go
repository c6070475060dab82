package ebay

import "github.com/towpath/towpath/internal/money"

// amount is eBay's money: a decimal text (some services send a number) and an ISO 4217 currency.
type amount struct {
	Value    text   `json:"value"`
	Currency string `json:"currency"`
}

// minor is the amount in minor units. One that is absent, that can't be told exactly or whose currency's minor
// unit is not known is 0, "not told": amounts are shown and never calculated with, and an odd one must not keep
// an order from its stock.
func (a *amount) minor() int64 {
	if a == nil {
		return 0
	}
	n, err := money.Parse(string(a.Value), a.Currency)
	if err != nil {
		return 0
	}
	return n
}

// currency is the amount's, or none where its minor unit is not known: then no figure of the order is told.
func (a *amount) currency() string {
	if _, known := money.Digits(a.Currency); !known {
		return ""
	}
	return a.Currency
}

// moneyOf writes minor units as eBay's money.
func moneyOf(minor int64, currency string) amount {
	return amount{Value: text(money.Format(minor, currency)), Currency: currency}
}
