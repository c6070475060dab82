package amazon

import "github.com/towpath/towpath/internal/money"

// decimal is an amount as a decimal string.
type decimal struct {
	Amount       string `json:"amount"`
	CurrencyCode string `json:"currencyCode"`
}

// amount writes minor units with as many places as the currency has.
func amount(minor int64, currency string) decimal {
	return decimal{Amount: money.Format(minor, currency), CurrencyCode: currency}
}
