package wording

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/money"
)

// Number is a whole number with commas between its thousands.
func Number[N int | int64](n N) string {
	text := strconv.FormatInt(int64(n), 10)
	digits := strings.TrimPrefix(text, "-")
	var b strings.Builder
	b.WriteString(text[:len(text)-len(digits)])
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// AtLeast is a Number of which there may be more, where counting stopped: "1,000+".
func AtLeast(n int, more bool) string {
	if more {
		return Number(n) + "+"
	}
	return Number(n)
}

// Count is so many of a thing: Count(1, "unit is", "units are") is "1 unit is".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Change is a number with its sign, 0 without one.
func Change(n int) string {
	if n > 0 {
		return "+" + Number(n)
	}
	return Number(n)
}

// Percent is a share of 1 in whole percent.
func Percent(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }

// Rate is a rate in as few digits as tell it: three after the first that is not 0.
func Rate(rate float64) string {
	if rate == math.Trunc(rate) {
		return strconv.FormatFloat(rate, 'f', -1, 64)
	}
	digits := max(0, 2-int(math.Floor(math.Log10(math.Abs(rate)))))
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(rate, 'f', digits, 64), "0"), ".")
}

// Amount is minor units of a currency as a person reads them. While a channel hides the currency (a pending Amazon order) it
// is empty: there is nothing to read. Of a code without a known minor unit only the bare units are sure.
func Amount(minor int64, currency string) string {
	if currency == "" {
		return ""
	}
	text := money.Format(minor, currency) + " " + currency
	if _, known := money.Digits(currency); !known {
		text += " minor units"
	}
	return text
}
