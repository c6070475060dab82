package amazon

import (
	"fmt"
	"math/big"
	"regexp"
)

// money is an amount as the API writes it: a decimal string, so that nothing is lost.
type money struct {
	Amount       string `json:"amount"`
	CurrencyCode string `json:"currencyCode"`
}

// decimals are the currencies whose minor unit is not a hundredth (ISO 4217).
var decimals = map[string]int64{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "VND": 0,
	"VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

var number = regexp.MustCompile(`^-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?$`)

// minor is the amount in minor units of its currency, exactly. An absent amount is 0.
func (m *money) minor() (int64, error) {
	if m == nil || m.Amount == "" {
		return 0, nil
	}
	if !number.MatchString(m.Amount) {
		return 0, fmt.Errorf("amount is not a decimal number of reasonable length")
	}
	amount, ok := new(big.Rat).SetString(m.Amount)
	if !ok {
		return 0, fmt.Errorf("amount is not a decimal number")
	}
	places, ok := decimals[m.CurrencyCode]
	if !ok {
		places = 2
	}
	amount.Mul(amount, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(places), nil)))
	if !amount.IsInt() || !amount.Num().IsInt64() {
		return 0, fmt.Errorf("amount is no whole number of minor units of %q", code(m.CurrencyCode))
	}
	return amount.Num().Int64(), nil
}
