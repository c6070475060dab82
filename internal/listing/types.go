package listing

import (
	"regexp"
	"strings"
)

// Separator stands between the parts of a category's path: "Kitchen > Mugs".
const Separator = " > "

// Within reports whether a category is another one or lies below it. The empty category holds all others.
func Within(category, other string) bool {
	return other == "" || category == other || strings.HasPrefix(category, other+Separator)
}

// Nearest finds the settings that hold for a category: its own, else those of its nearest ancestor, else those for all others.
func Nearest(settings []TypeSettings, category string) (nearest TypeSettings, found bool) {
	for _, s := range settings {
		if Within(category, s.Category) && (!found || len(s.Category) > len(nearest.Category)) {
			nearest, found = s, true
		}
	}
	return nearest, found
}

// forms are what the types of the channels look like; a channel that is not here takes any text.
var forms = map[string]*regexp.Regexp{
	"amazon": regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`), // definitionsProductTypes_2020-09-01: LUGGAGE
	"ebay":   regexp.MustCompile(`^[0-9]{1,19}$`),     // commerce_taxonomy_v1: a category id
}

// FitsType reports whether a text has the form of a channel's types. Whether the channel has such a type only the channel knows.
func FitsType(channel, text string) bool {
	if text == "" {
		return false
	}
	form, ok := forms[channel]
	return !ok || form.MatchString(text)
}

// TypeForm says in words what a channel's types look like.
func TypeForm(channel string) string {
	switch channel {
	case "amazon":
		return "an Amazon product type, e.g. LUGGAGE"
	case "ebay":
		return "the id of an eBay category, e.g. 20693"
	}
	return "a product type, e.g. Mug"
}
