// Package money reads and writes amounts of money. Elsewhere an amount is an int64 in minor units of its currency
// (1250 of GBP is 12.50); only this package knows how many minor units make a unit.
package money

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ErrCurrency means that a code is not in the table, so that its minor unit is unknown: readers leave such an amount
// out, writers refuse it.
var ErrCurrency = errors.New("not a currency of ISO 4217")

// ErrAmount means that a text is not an amount of its currency: not plain decimal digits, finer than the minor unit,
// or too large.
var ErrAmount = errors.New("not an amount")

// maxText is the greatest length of a text: an int64 has 19 digits, and zeros may follow the point.
const maxText = 40

// Digits returns the number of digits after the point: 2 for GBP, 0 for JPY, 3 for KWD. It returns false for a code
// that is not in the table. Codes are in capitals, as in the standard.
func Digits(currency string) (int, bool) {
	digits, ok := table[currency]
	return digits, ok
}

// Parse returns the minor units of a plain decimal text, such as 12.5, 12.50 or -3, exactly. Zeros beyond the minor
// unit are accepted (5000.00 of UGX is 5000); other digits there are refused, never rounded. No sign except "-", no
// grouping and no exponents are accepted. Errors wrap ErrCurrency or ErrAmount and say what would be right.
func Parse(text, currency string) (int64, error) {
	digits, ok := Digits(currency)
	if !ok {
		return 0, fmt.Errorf("%.10q is %w; want a code such as GBP", currency, ErrCurrency)
	}
	if len(text) > maxText {
		return 0, fmt.Errorf("%.10q... is %w: it has %d characters; want %d at most", text, ErrAmount, len(text), maxText)
	}
	unsigned, negative := strings.CutPrefix(text, "-")
	whole, fraction, pointed := strings.Cut(unsigned, ".")
	if !number(whole) || pointed && !number(fraction) {
		return 0, fmt.Errorf("%q is %w; want digits with at most one point, such as %s", text, ErrAmount, Format(example, currency))
	}
	fraction = strings.TrimRight(fraction, "0")
	if len(fraction) > digits {
		return 0, fmt.Errorf("%q is %w of %s, which has %s; want one such as %s",
			text, ErrAmount, currency, places(digits), Format(example, currency))
	}
	n, err := strconv.ParseUint(whole+fraction+strings.Repeat("0", digits-len(fraction)), 10, 64)
	switch {
	case err != nil, n > math.MaxInt64+1, n > math.MaxInt64 && !negative:
		return 0, fmt.Errorf("%q is %w: it is too large", text, ErrAmount)
	case negative:
		return int64(-n), nil
	}
	return int64(n), nil
}

// Format returns minor units with all digits of the currency and without its code: 12.50 for 1250 of GBP, 1250 for
// 1250 of JPY, -0.05 for -5 of EUR. For an unknown code it returns the minor units without a point.
func Format(minor int64, currency string) string {
	digits, _ := Digits(currency)
	sign, n := "", uint64(minor)
	if minor < 0 {
		sign, n = "-", -n
	}
	text := fmt.Sprintf("%0*d", digits+1, n)
	if digits > 0 {
		text = text[:len(text)-digits] + "." + text[len(text)-digits:]
	}
	return sign + text
}

// example is an amount for messages that shows the format of a currency: 12.50, 1250, 1.250.
const example = 1250

func number(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' }) < 0
}

func places(digits int) string {
	switch digits {
	case 0:
		return "no digits behind the point"
	default:
		return fmt.Sprintf("%d digits behind the point", digits)
	}
}
