package amazon

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"

	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/money"
)

// amount is money as the API writes it: a decimal string, so that no digit is lost.
type amount struct {
	Amount       string `json:"amount"`
	CurrencyCode string `json:"currencyCode"`
}

// number matches amounts. Java may write an exponent when they end in zeros (1E+2).
var number = regexp.MustCompile(`^-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?$`)

// known reports whether there is an amount in a currency with a known minor unit. Otherwise it counts as 0 without a
// currency, for example while Amazon hides the price: a missing price must not keep an order from reserving stock.
func (a *amount) known() bool {
	if a == nil || a.Amount == "" {
		return false
	}
	_, known := money.Digits(a.CurrencyCode)
	return known
}

// minor returns the exact amount in minor units of its currency; 0 when known is false.
func (a *amount) minor() (int64, error) {
	if !a.known() {
		return 0, nil
	}
	if !number.MatchString(a.Amount) {
		return 0, fmt.Errorf("amount is not a decimal number of reasonable length")
	}
	minor, err := money.Parse(plain(a.Amount), a.CurrencyCode)
	if err != nil {
		return 0, fmt.Errorf("amount is not a whole number of minor units of %q", transport.Code(a.CurrencyCode))
	}
	return minor, nil
}

// plain returns a number without its exponent.
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
