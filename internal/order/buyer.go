package order

import (
	"strings"
	"unicode/utf8"
)

// Masked returns enough of a buyer to tell two orders apart, and not enough to know who it is: initials, the beginning of the postal
// code, and the country, e.g. "A. L., ZZ…, GB".
func (b Buyer) Masked() string {
	var parts []string
	var initials []string
	for _, word := range strings.Fields(b.Name) {
		first, _ := utf8.DecodeRuneInString(word)
		initials = append(initials, string(first)+".")
	}
	const most, begin = 3, 2
	if len(initials) > 0 {
		parts = append(parts, strings.Join(initials[:min(len(initials), most)], " "))
	}
	if code := []rune(strings.TrimSpace(b.PostalCode)); len(code) > begin {
		parts = append(parts, string(code[:begin])+"…")
	}
	if b.CountryCode != "" {
		parts = append(parts, b.CountryCode)
	}
	return strings.Join(parts, ", ")
}
