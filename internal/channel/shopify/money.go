package shopify

import (
	"fmt"
	"strconv"
	"strings"
)

// exponents are the currencies whose minor unit is not a hundredth (ISO 4217).
var exponents = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
	"UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}

// minor converts a decimal amount, such as "12.5", to minor units of the currency, exactly. An amount that
// is none, that has a fraction of a minor unit, or that exceeds int64 is an error.
func minor(amount, currency string) (int64, error) {
	exponent, ok := exponents[currency]
	if !ok {
		exponent = 2
	}
	digits, negative := strings.CutPrefix(amount, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	fraction = strings.TrimRight(fraction, "0")
	if whole == "" || !onlyDigits(whole+fraction) || len(fraction) > exponent {
		return 0, fmt.Errorf("amount %.40q is not in minor units of %.3s", amount, currency)
	}
	units, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", exponent-len(fraction)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("amount %.40q: %w", amount, err)
	}
	if negative {
		units = -units
	}
	return units, nil
}

// decimal writes minor units of the currency as Shopify reads them, such as "12.50".
func decimal(units int64, currency string) string {
	exponent, ok := exponents[currency]
	if !ok {
		exponent = 2
	}
	digits, sign := strconv.FormatInt(units, 10), ""
	if digits, ok = strings.CutPrefix(digits, "-"); ok {
		sign = "-"
	}
	if exponent == 0 {
		return sign + digits
	}
	if short := exponent + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	return sign + digits[:len(digits)-exponent] + "." + digits[len(digits)-exponent:]
}

func onlyDigits(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

// moneyBag is an amount in the shop's currency.
type moneyBag struct {
	ShopMoney struct {
		Amount string `json:"amount"`
	} `json:"shopMoney"`
}

// purse converts many amounts of one currency and keeps the first error.
type purse struct {
	currency string
	err      error
}

// take converts one amount; nil, which Shopify gives for what an order does not have, is 0.
func (p *purse) take(bag *moneyBag) int64 {
	if bag == nil {
		return 0
	}
	units, err := minor(bag.ShopMoney.Amount, p.currency)
	if err != nil && p.err == nil {
		p.err = err
	}
	return units
}
