package wording

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/money"
)

// Number returns a whole number with thousands separated by commas.
func Number[N int | int64](n N) string { return grouped(strconv.FormatInt(int64(n), 10)) }

// grouped parts the digits of a whole number by thousands.
func grouped(text string) string {
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

// AtLeast returns a number with "+" when counting stopped there: "1,000+".
func AtLeast(n int, more bool) string {
	if more {
		return Number(n) + "+"
	}
	return Number(n)
}

// Count returns a number with its noun: Count(1, "unit is", "units are") is "1 unit is".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Number(n) + " " + many
}

// Plural returns a number with a noun whose plural ends in s: "1 item", "3 items".
func Plural(n int, noun string) string { return Count(n, noun, noun+"s") }

// Change returns a number with its sign, or 0.
func Change(n int) string {
	if n > 0 {
		return "+" + Number(n)
	}
	return Number(n)
}

// Percent returns a share of 1 in whole percent.
func Percent(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }

// Rate returns a rate with three significant digits at most.
func Rate(rate float64) string {
	if rate == math.Trunc(rate) {
		return strconv.FormatFloat(rate, 'f', -1, 64)
	}
	digits := max(0, 2-int(math.Floor(math.Log10(math.Abs(rate)))))
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(rate, 'f', digits, 64), "0"), ".")
}

// Amount returns an amount in minor units as text, or an empty string while the channel hides the currency (a pending Amazon
// order). For a currency without known minor units it returns the bare number.
func Amount(minor int64, currency string) string {
	if currency == "" {
		return ""
	}
	whole, rest, parted := strings.Cut(money.Format(minor, currency), ".")
	text := grouped(whole)
	if parted {
		text += "." + rest
	}
	text += " " + currency
	if _, known := money.Digits(currency); !known {
		text += " minor units"
	}
	return text
}

// Unread says of an order which parts of it could not be read (order.UnreadPart).
func Unread(parts string) string { return "can't be read: " + parts }
