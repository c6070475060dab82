package merchantfile

import (
	"fmt"
	"strconv"
	"strings"
)

// mostShown limits a text quoted in a message.
const mostShown = 60

// quote returns a text of the file for a message, shortened.
func quote(text string) string {
	if r := []rune(text); len(r) > mostShown {
		text = string(r[:mostShown]) + "…"
	}
	return strconv.Quote(text)
}

// quoteSome returns the first few names and the number of the others.
func quoteSome(names []string, most int) string {
	if len(names) == 0 {
		return "empty"
	}
	var shown []string
	for _, name := range names[:min(most, len(names))] {
		shown = append(shown, quote(name))
	}
	if more := len(names) - most; more > 0 {
		shown = append(shown, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(shown, ", ")
}

// ordinal returns an ordinal number: 1st, 2nd, 3rd, 4th.
func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}
