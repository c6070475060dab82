package ebay

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// amount is eBay's money: a decimal text (some services send a number) and an ISO 4217 currency.
type amount struct {
	Value    text   `json:"value"`
	Currency string `json:"currency"`
}

// exponents are the currencies whose minor unit is not a hundredth (ISO 4217).
var exponents = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
	"UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

var errAmount = errors.New("not an amount of this currency")

// minor is the amount in minor units. One that is absent or can't be told exactly is 0, "not told": amounts
// are shown and never calculated with, and an odd one must not keep an order from its stock.
func (a *amount) minor() int64 {
	if a == nil {
		return 0
	}
	n, err := parseMinor(string(a.Value), a.Currency)
	if err != nil {
		return 0
	}
	return n
}

// moneyOf writes minor units as eBay's money.
func moneyOf(minor int64, currency string) amount {
	digits, places, sign := strconv.FormatInt(minor, 10), placesOf(currency), ""
	if minor < 0 {
		digits, sign = digits[1:], "-"
	}
	digits = strings.Repeat("0", max(0, places+1-len(digits))) + digits
	if at := len(digits) - places; places > 0 {
		digits = digits[:at] + "." + digits[at:]
	}
	return amount{Value: text(sign + digits), Currency: currency}
}

// placesOf is how many digits of the currency stand behind the point.
func placesOf(currency string) int {
	if places, ok := exponents[currency]; ok {
		return places
	}
	return 2
}

// parseMinor reads a decimal text exactly, without passing through floating point.
func parseMinor(value, currency string) (int64, error) {
	places := placesOf(currency)
	digits, negative := strings.CutPrefix(value, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole == "" || strings.TrimRight(fraction, "0") != "" && len(strings.TrimRight(fraction, "0")) > places {
		return 0, errAmount
	}
	if len(fraction) > places {
		fraction = fraction[:places]
	}
	fraction += strings.Repeat("0", places-len(fraction))
	var n int64
	for _, r := range whole + fraction {
		if r < '0' || r > '9' || n > (math.MaxInt64-9)/10 {
			return 0, errAmount
		}
		n = n*10 + int64(r-'0')
	}
	if negative {
		n = -n
	}
	return n, nil
}
