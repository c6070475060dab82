package amazon

import "github.com/towpath/towpath/internal/money"

// decimal is an amount as a decimal string.
type decimal struct {
	Amount       string `json:"amount"`
	CurrencyCode string `json:"currencyCode"`
}

// amount returns minor units with the currency's number of decimals.
func amount(minor int64, currency string) decimal {
	return decimal{Amount: money.Format(minor, currency), CurrencyCode: currency}
}
