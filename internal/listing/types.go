package listing

import (
	"cmp"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Separator separates the parts of a category's path: "Kitchen > Mugs".
const Separator = " > "

// Within reports whether a category is another one or is below it. All categories are within the empty one.
func Within(category, other string) bool {
	return other == "" || category == other || strings.HasPrefix(category, other+Separator)
}

// Holding returns the account's settings that apply to a category, the nearest first: its own, its ancestors', those
// for all others.
func Holding(settings []TypeSettings, category string) []TypeSettings {
	holding := slices.DeleteFunc(slices.Clone(settings), func(s TypeSettings) bool { return !Within(category, s.Category) })
	slices.SortFunc(holding, func(a, b TypeSettings) int { return len(b.Category) - len(a.Category) })
	return holding
}

// Nearest returns the settings for a category: type and each value from the nearest settings that have them (its own,
// its ancestors', those for all others). found is false when no settings apply.
func Nearest(settings []TypeSettings, category string) (nearest TypeSettings, found bool) {
	holding := Holding(settings, category)
	if len(holding) == 0 {
		return TypeSettings{}, false
	}
	nearest = TypeSettings{Category: holding[0].Category, Values: map[string][]string{}}
	for _, s := range holding {
		nearest.Type = cmp.Or(nearest.Type, s.Type)
		for name, values := range s.Values {
			if _, nearer := nearest.Values[name]; !nearer {
				nearest.Values[name] = values
			}
		}
	}
	return nearest, true
}

// errNoType means that settings have no type.
var errNoType = errors.New("the category has no type yet: give one with --type")

// Set returns the settings with the changes, and whether anything changed. An empty type keeps the old one.
// Values are added; a name without values is removed.
func (s TypeSettings) Set(changes TypeSettings) (now TypeSettings, changed bool, err error) {
	now = TypeSettings{Category: changes.Category, Type: cmp.Or(changes.Type, s.Type), Values: maps.Clone(s.Values)}
	if now.Type == "" {
		return s, false, errNoType
	}
	if now.Values == nil {
		now.Values = map[string][]string{}
	}
	for name, values := range changes.Values {
		if now.Values[name] = values; len(values) == 0 {
			delete(now.Values, name)
		}
	}
	return now, now.Type != s.Type || !maps.EqualFunc(now.Values, s.Values, slices.Equal[[]string]), nil
}

// forms match the types of the channels; a channel without one accepts any text.
var forms = map[string]*regexp.Regexp{
	"amazon": regexp.MustCompile(`^[A-Z][A-Z0-9_]*$`), // definitionsProductTypes_2020-09-01: LUGGAGE
	"ebay":   regexp.MustCompile(`^[0-9]{1,19}$`),     // commerce_taxonomy_v1: a category id
}

// FitsType reports whether a text has the form of a channel's types. Only the channel knows whether the type exists.
func FitsType(channel, text string) bool {
	if text == "" {
		return false
	}
	form, ok := forms[channel]
	return !ok || form.MatchString(text)
}

// TypeForm describes the form of a channel's types.
func TypeForm(channel string) string {
	switch channel {
	case "amazon":
		return "an Amazon product type, e.g. LUGGAGE"
	case "ebay":
		return "the id of an eBay category, e.g. 20693"
	}
	return "a product type, e.g. Mug"
}
