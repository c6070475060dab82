package ebay

import (
	"encoding/json"

	"github.com/towpath/towpath/internal/money"
)

// amount is eBay's money: a decimal text (some services send a number) and an ISO 4217 currency.
type amount struct {
	Value    text   `json:"value"`
	Currency string `json:"currency"`

	From      text   `json:"convertedFromValue,omitempty"`
	FromMoney string `json:"convertedFromCurrency,omitempty"` // the one in which the buyer paid, if eBay converted the amount
}

// converted returns what the amount was before eBay converted it, in minor units of its currency; none if it was not, or can't be read.
func (a *amount) converted() (currency string, minor int64) {
	if a == nil || a.FromMoney == "" || a.FromMoney == a.Currency {
		return "", 0
	}
	n, err := money.Parse(string(a.From), a.FromMoney)
	if err != nil {
		return "", 0
	}
	return a.FromMoney, n
}

// UnmarshalJSON never fails: money that can't be read must not keep an order from reserving stock.
func (a *amount) UnmarshalJSON(b []byte) error {
	type written amount
	var w written
	if json.Unmarshal(b, &w) != nil {
		w = written{Value: "?"}
	}
	*a = amount(w)
	return nil
}

// minor returns the amount in minor units; 0 if it is absent or unreadable.
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

// unreadable reports whether the amount is not exact, or in a currency with an unknown minor unit.
func (a *amount) unreadable() bool {
	if a == nil {
		return false
	}
	_, err := money.Parse(string(a.Value), a.Currency)
	return err != nil
}

// moneyOf returns minor units as eBay's money.
func moneyOf(minor int64, currency string) amount {
	return amount{Value: text(money.Format(minor, currency)), Currency: currency}
}
