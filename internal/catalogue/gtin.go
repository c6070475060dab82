package catalogue

import (
	"errors"
	"fmt"
)

// gtinLengths are how many digits a GTIN has: EAN-8, UPC-A, EAN-13, GTIN-14 (GS1 General Specifications, 7.9).
var gtinLengths = map[int]bool{8: true, 12: true, 13: true, 14: true}

// CheckGTIN says what is wrong with a barcode, or nothing. An empty text is no barcode and no mistake.
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

// checkDigit is the digit that follows: from the right, digits count three times and once in turn.
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
