package amazon

import (
	"encoding/json"
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

	unread bool // it is not of this form
}

// UnmarshalJSON never fails: money that can't be read must not keep an order from reserving stock.
func (a *amount) UnmarshalJSON(b []byte) error {
	type written amount
	var w written
	if json.Unmarshal(b, &w) != nil {
		w = written{unread: true}
	}
	*a = amount(w)
	return nil
}

// number matches amounts. Java may write an exponent when they end in zeros (1E+2).
var number = regexp.MustCompile(`^-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?$`)

// hidden reports whether Amazon does not show the amount, as of pending orders.
func (a *amount) hidden() bool { return a == nil || *a == (amount{}) }

// minor returns the exact amount in minor units of its currency; 0 while it is hidden.
func (a *amount) minor() (int64, error) {
	if a.hidden() {
		return 0, nil
	}
	if _, known := money.Digits(a.CurrencyCode); !known {
		return 0, fmt.Errorf("%q has no known minor unit", transport.Code(a.CurrencyCode))
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
