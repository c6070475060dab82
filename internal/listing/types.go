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

// Set returns the settings with the changes in told, and whether anything changed. An empty type keeps the old one.
// Values are added; a name without values is removed.
func (s TypeSettings) Set(told TypeSettings) (now TypeSettings, changed bool, err error) {
	now = TypeSettings{Category: told.Category, Type: cmp.Or(told.Type, s.Type), Values: maps.Clone(s.Values)}
	if now.Type == "" {
		return s, false, errNoType
	}
	if now.Values == nil {
		now.Values = map[string][]string{}
	}
	for name, values := range told.Values {
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

// Lacking is an item that Towpath's own check refused.
type Lacking struct {
	Reference string // a variant's SKU, a product's key
	Product   string // the key of its product; its own, if it is one
	Category  string // of the product; empty: none
	Type      string // the catalogue's type of the product; empty = none
	Issues    []Issue
}

// Needs collects attributes that types require and goods lack.
type Needs struct {
	settings []TypeSettings
	needs    map[needKey]*Need
	seen     map[[3]string]bool // type, attribute, product
}

type needKey struct{ typ, attribute string }

// CollectNeeds begins with nothing gathered. The settings are an account's.
func CollectNeeds(settings []TypeSettings) *Needs {
	return &Needs{settings: settings, needs: map[needKey]*Need{}, seen: map[[3]string]bool{}}
}

// Add adds the issues of an item. A product counts once for each attribute, however many of its variants lack it. The
// first item that lacks an attribute is its example.
func (n *Needs) Add(item Lacking) {
	wants := map[string]string{} // by attribute: what would be right
	for _, i := range item.Issues {
		if i.Code == CodeAttributeMissing {
			for _, name := range i.Attributes {
				wants[name] = i.Want
			}
		}
	}
	if len(wants) == 0 {
		return
	}
	nearest, _ := Nearest(n.settings, item.Category)
	typ := cmp.Or(nearest.Type, item.Type)
	for name, want := range wants {
		key := needKey{typ, name}
		if n.needs[key] == nil {
			n.needs[key] = &Need{Type: typ, Attribute: name, Want: want, Example: item.Reference}
		}
		if once := [3]string{typ, name, item.Product}; !n.seen[once] {
			n.seen[once] = true
			n.needs[key].Products++
		}
	}
}

// List returns the needs, those of most products first.
func (n *Needs) List() []Need {
	out := make([]Need, 0, len(n.needs))
	for need := range maps.Values(n.needs) {
		out = append(out, *need)
	}
	slices.SortFunc(out, func(a, b Need) int {
		return cmp.Or(cmp.Compare(b.Products, a.Products), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Attribute, b.Attribute))
	})
	return out
}
