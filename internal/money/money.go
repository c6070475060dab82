// Package money reads and writes amounts of money. Everywhere else an amount is an int64 in minor units of its
// currency (1250 of GBP is 12.50), and this package alone knows how many of them make a unit.
package money

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// ErrCurrency tells that a code is no currency of the table. What such an amount is in minor units nobody
// can say: who reads it leaves it out, who writes it refuses.
var ErrCurrency = errors.New("not a currency of ISO 4217")

// ErrAmount tells that a text is no amount of its currency: not plain decimal digits, finer than the minor
// unit, or too large.
var ErrAmount = errors.New("not an amount")

// maxText is the longest text that is read: an int64 has 19 digits, and zeros may follow the point.
const maxText = 40

// Digits is how many digits of the currency stand behind the point: 2 of GBP, 0 of JPY, 3 of KWD. It is false
// for a code that is not in the table. Codes are in capitals, as the standard writes them.
func Digits(currency string) (int, bool) {
	digits, ok := table[currency]
	return digits, ok
}

// Parse reads a plain decimal text, such as 12.5, 12.50 or -3, as minor units of the currency, exactly. Zeros
// beyond the minor unit are fine (5000.00 of UGX is 5000); any other digit there is refused, never rounded.
// There are no signs but "-", no grouping, no exponents. Errors wrap ErrCurrency or ErrAmount and say what
// would be right.
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

// Format writes minor units of the currency with all its digits and without its code: 12.50 for 1250 of GBP,
// 1250 for 1250 of JPY, -0.05 for -5 of EUR. Of a code that is not in the table it writes the minor units as they
// are: a point would be a guess.
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

// example is an amount that shows how a currency is written: 12.50, 1250, 1.250.
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
