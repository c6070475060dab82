package amazon

import (
	"fmt"
	"slices"
)

// money is an amount as a decimal string.
type money struct {
	Amount       string `json:"amount"`
	CurrencyCode string `json:"currencyCode"`
}

// wholeOnly are the currencies of the simulator's marketplaces that have no smaller unit.
var wholeOnly = []string{"JPY", "KRW"}

// amount writes minor units with as many places as the currency has.
func amount(minor int64, currency string) money {
	if slices.Contains(wholeOnly, currency) {
		return money{Amount: fmt.Sprint(minor), CurrencyCode: currency}
	}
	sign := ""
	if minor < 0 {
		sign, minor = "-", -minor
	}
	return money{Amount: fmt.Sprintf("%s%d.%02d", sign, minor/100, minor%100), CurrencyCode: currency}
}
