package catalogue

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fold returns a SKU without typing differences: case and surrounding space.
func Fold(sku string) string { return strings.ToLower(strings.TrimSpace(sku)) }

// Number returns the number that a spreadsheet reads in a SKU, in one spelling: digits without leading zeros and a
// power of ten, "12e5" for 12E05 and 1.2E+06; empty if it is not a number.
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

// maxPower limits the exponents: a spreadsheet's numbers end at 1E+308.
const maxPower = 400

// decimal splits a text like 731, 000731, 12E05 or 1.2E+06 into its digits and the power of ten of the last one.
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

// Kin are the catalogue's SKUs that a SKU with another spelling may mean.
type Kin struct {
	Folded  []string // the same but for case and surrounding space
	Numbers []string // the same when they are read as numbers
}

// Spelled returns the catalogue's SKU for one with another spelling: the one that differs only in case and
// surrounding space, else the given one, which is new. A SKU that may be two, or that looks changed by a spreadsheet,
// is a mistake that names them.
func Spelled(sku string, kin Kin) (string, *Mistake) {
	switch len(kin.Folded) {
	case 0:
	case 1:
		return kin.Folded[0], nil
	default:
		return "", &Mistake{Column: "SKU", What: fmt.Sprintf("%q may be any of %s, which the catalogue has", sku, quoted(kin.Folded)),
			Want: "one of them, letter by letter"}
	}
	if len(kin.Numbers) == 0 {
		return sku, nil
	}
	what := fmt.Sprintf("%q is not in the catalogue, but %s is: a spreadsheet makes the one of the other", sku, quoted(kin.Numbers))
	return "", &Mistake{Column: "SKU", What: what,
		Want: quoted(kin.Numbers) + ", if that is meant: export again and don't save the file in a spreadsheet, or make the column Text first"}
}

// mostNamed limits the SKUs in a message.
const mostNamed = 3

func quoted(skus []string) string {
	var names []string
	for _, sku := range skus[:min(mostNamed, len(skus))] {
		names = append(names, shown(sku))
	}
	if more := len(skus) - mostNamed; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, " and ")
}

// Limits of the words by which a title is found.
const (
	leastWord  = 2  // letters
	longestOne = 32 // bytes
	mostWords  = 16
)

// Words returns the words by which a title is found: letters and digits, folded, each once, without single letters.
func Words(title string) []string {
	var out []string
	for _, word := range strings.FieldsFunc(Fold(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if utf8.RuneCountInString(word) >= leastWord && len(word) <= longestOne && !slices.Contains(out, word) && len(out) < mostWords {
			out = append(out, word)
		}
	}
	return out
}
