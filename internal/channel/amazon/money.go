package amazon

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/money"
)

// amount is money as the API writes it: a decimal string, so that nothing is lost.
type amount struct {
	Amount       string `json:"amount"`
	CurrencyCode string `json:"currencyCode"`
}

// number is what the API may write: Java's decimals have an exponent where they end in zeros (1E+2).
var number = regexp.MustCompile(`^-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?$`)

// told is whether the amount can be kept: there is one, and its currency's minor unit is known. One that is not
// told is 0 without a currency, as while Amazon hides the price: nothing is calculated with it, and it must not
// keep an order from its stock.
func (a *amount) told() bool {
	if a == nil || a.Amount == "" {
		return false
	}
	_, known := money.Digits(a.CurrencyCode)
	return known
}

// minor is the amount in minor units of its currency, exactly. One that is not told is 0.
func (a *amount) minor() (int64, error) {
	if !a.told() {
		return 0, nil
	}
	if !number.MatchString(a.Amount) {
		return 0, fmt.Errorf("amount is not a decimal number of reasonable length")
	}
	minor, err := money.Parse(plain(a.Amount), a.CurrencyCode)
	if err != nil {
		return 0, fmt.Errorf("amount is no whole number of minor units of %q", transport.Code(a.CurrencyCode))
	}
	return minor, nil
}

// plain is a number without its exponent.
func plain(text string) string {
	if !strings.ContainsAny(text, "eE") {
		return text
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return text
	}
	places, _ := exact.FloatPrec()
	return exact.FloatString(places)
}
