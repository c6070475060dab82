package catalogue

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// CategorySign separates the steps of a category's path.
const CategorySign = " > "

// Clean returns the entry as it is stored: texts without surrounding space and with one kind of line end, category
// paths in one spelling, lists without empty members, and sorted prices.
func (p Product) Clean() Product {
	p.Key, p.Title, p.Description = tidy(p.Key), tidy(p.Title), tidy(p.Description)
	p.Brand, p.Type = tidy(p.Brand), tidy(p.Type)
	p.Category = strings.Join(Steps(p.Category), CategorySign)
	p.Images, p.Options = tidyList(p.Images), tidyList(p.Options)
	p.Attributes = tidyAttributes(p.Attributes)
	variants := make([]Variant, len(p.Variants))
	for i, v := range p.Variants {
		variants[i] = v.clean()
	}
	p.Variants = variants
	return p
}

func (v Variant) clean() Variant {
	v.SKU, v.Title, v.Barcode = tidy(v.SKU), tidy(v.Title), tidy(v.Barcode)
	v.Images = tidyList(v.Images)
	options := make(map[string]string, len(v.Options))
	for name, value := range v.Options {
		if name, value = tidy(name), tidy(value); name != "" && value != "" {
			options[name] = value
		}
	}
	v.Options = nilIfEmpty(options)
	v.Prices = slices.Clone(v.Prices)
	slices.SortStableFunc(v.Prices, comparePrices)
	return v
}

// Steps returns the steps of a category's path, from the root: "Kitchen > Mugs" gives Kitchen, Mugs.
func Steps(path string) []string {
	return tidyList(strings.Split(path, strings.TrimSpace(CategorySign)))
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "")

func tidy(text string) string {
	return strings.ToValidUTF8(strings.TrimSpace(lineEnds.Replace(text)), "\uFFFD")
}

func tidyList(list []string) []string {
	var out []string
	for _, text := range list {
		if text = tidy(text); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

func tidyAttributes(given map[string][]string) map[string][]string {
	out := make(map[string][]string, len(given))
	for name, values := range given {
		if name = tidy(name); name != "" {
			out[name] = tidyList(values)
		}
	}
	return nilIfEmpty(out)
}

func nilIfEmpty[M ~map[K]V, K comparable, V any](m M) M {
	if len(m) == 0 {
		return nil
	}
	return maps.Clone(m)
}

// comparePrices sorts prices by account: a variant has one price per account, and one for all others.
func comparePrices(a, b Price) int { return strings.Compare(a.Account, b.Account) }

// gtinLengths are the possible lengths of a GTIN: EAN-8, UPC-A, EAN-13, GTIN-14 (GS1 General Specifications, 7.9).
var gtinLengths = map[int]bool{8: true, 12: true, 13: true, 14: true}

// CheckGTIN returns an error for an invalid barcode. An empty text is valid.
func CheckGTIN(text string) error {
	if text == "" {
		return nil
	}
	for _, r := range text {
		if r < '0' || r > '9' {
			return fmt.Errorf("barcode %q is not all digits", text)
		}
	}
	if !gtinLengths[len(text)] {
		return fmt.Errorf("barcode %q has %d digits; a GTIN has 8, 12, 13 or 14", text, len(text))
	}
	last := len(text) - 1
	if want := checkDigit(text[:last]); text[last] != want {
		return fmt.Errorf("barcode %q: the last digit must be %c; one of its digits is wrong", text, want)
	}
	if allZero(text) {
		return errors.New("barcode is all zeros")
	}
	return nil
}

// checkDigit returns the check digit: from the right, digits have the weights three and one in turn.
func checkDigit(digits string) byte {
	sum := 0
	for i := range len(digits) {
		n := int(digits[len(digits)-1-i] - '0')
		if i%2 == 0 {
			n *= 3
		}
		sum += n
	}
	return byte('0' + (10-sum%10)%10)
}

func allZero(digits string) bool {
	for i := range len(digits) {
		if digits[i] != '0' {
			return false
		}
	}
	return true
}
