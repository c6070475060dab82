package merchantfile

import (
	"regexp"
	"strings"
)

var (
	// scientific is how spreadsheets write numbers that are too long for a cell: always with a sign and two digits,
	// which no SKU has (12E05 is one).
	scientific = regexp.MustCompile(`^-?\d([.,]\d+)?E[+-]\d{2,3}$`)
	formula    = regexp.MustCompile(`^="([^"]*)"$`)
)

// Damaged reports whether a spreadsheet has changed a text so that it can't be restored, and how. It can't see that
// 731 was 000731: only a known 000731 shows it (catalogue.Number).
func Damaged(text string) (reason string, ok bool) {
	switch {
	case scientific.MatchString(text):
		return "was read as a number and shortened by a spreadsheet: what it was can't be known", true
	case cutDigits(text):
		return "ends in zeros from its sixteenth digit on, as a spreadsheet leaves a long number: what it was can't be known", true
	case strings.HasPrefix(text, "#") && (strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") || text == "#N/A"):
		return "is a spreadsheet's error, not a value", true
	case len(text) >= 3 && strings.Trim(text, "#") == "":
		return "is what a spreadsheet shows where a column is too narrow", true
	}
	return "", false
}

// cutDigits reports whether a spreadsheet kept only fifteen digits of a number. Four zeros by chance are one in ten
// thousand.
func cutDigits(text string) bool {
	return len(text) >= 19 && digitsOnly(text) && strings.Trim(text[15:], "0") == ""
}

// unwrap removes ="123", with which some programs keep a spreadsheet from reading a number.
func unwrap(text string) (string, bool) {
	if m := formula.FindStringSubmatch(text); m != nil {
		return strings.TrimSpace(m[1]), true
	}
	return text, false
}
