package catalogue

import (
	"strconv"
	"strings"
)

// Fold is a SKU without what people get wrong when they type it: case and surrounding space.
func Fold(sku string) string { return strings.ToLower(strings.TrimSpace(sku)) }

// Number is what a spreadsheet takes a SKU for when it reads as a number, in one spelling: digits without leading zeros and
// the power of ten that they stand before, "12e5" for 12E05 and 1.2E+06. Empty: it does not read as a number.
func Number(sku string) string {
	digits, power, ok := decimal(strings.TrimSpace(sku))
	if !ok {
		return ""
	}
	digits = strings.TrimLeft(digits, "0")
	short := strings.TrimRight(digits, "0")
	if short == "" {
		return "0"
	}
	return short + "e" + strconv.Itoa(power+len(digits)-len(short))
}

// maxPower bounds the exponents that are read: a spreadsheet's numbers end at 1E+308.
const maxPower = 400

// decimal takes a text like 731, 000731, 12E05 or 1.2E+06 apart into its digits and the power of ten of the last one.
func decimal(text string) (digits string, power int, ok bool) {
	mantissa, exponent, scientific := strings.Cut(strings.ToUpper(text), "E")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if !allDigits(whole) || fraction != "" && !allDigits(fraction) || strings.HasSuffix(mantissa, ".") {
		return "", 0, false
	}
	if scientific {
		n, err := strconv.Atoi(exponent)
		if err != nil || n > maxPower || n < -maxPower {
			return "", 0, false
		}
		power = n
	}
	return whole + fraction, power - len(fraction), true
}

func allDigits(text string) bool {
	for _, r := range text {
		if r < '0' || r > '9' {
			return false
		}
	}
	return text != ""
}
