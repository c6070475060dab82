package producttype

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// folded returns a word without case, spaces, underscores and other signs, to compare different spellings.
func folded(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
}

// american has Amazon's spellings for words that operators spell differently, folded.
var american = map[string]string{"colour": "color", "flavour": "flavor"}

// namesOf returns attributes by their folded names and titles. A name has priority over a title; a title of two
// attributes is left out.
func namesOf(root *jsonschema.Schema) map[string]string {
	names, twice := map[string]string{}, map[string]bool{}
	for _, name := range sortedKeys(root.Properties) {
		title := folded(root.Properties[name].Title)
		if title == "" {
			continue
		}
		if _, taken := names[title]; taken {
			twice[title] = true
		}
		names[title] = name
	}
	for title := range twice {
		delete(names, title)
	}
	for _, name := range sortedKeys(root.Properties) {
		names[folded(name)] = name
	}
	return names
}

// Find returns the attribute for a merchant's word: its name or title in any spelling. ok is false if there is none.
func (d *Definition) Find(word string) (name string, ok bool) {
	word = folded(word)
	if name, ok = d.names[word]; !ok {
		name, ok = d.names[american[word]]
	}
	if !ok { // Bullet Point 3
		if bare := strings.TrimRightFunc(word, unicode.IsDigit); bare != word && bare != "" {
			name, ok = d.names[bare]
		}
	}
	return name, ok
}

// called returns the name of an attribute or field for a sentence: Item name (item_name).
func called(name string, s *jsonschema.Schema) string {
	s = resolved(s)
	if s == nil || s.Title == "" || folded(s.Title) == folded(name) {
		return name
	}
	return cut(s.Title, 60) + " (" + name + ")"
}

// shown returns a value as shortened text.
func shown(v any) string {
	if s, ok := v.(string); ok {
		return cut(s, 60)
	}
	return cut(fmt.Sprint(v), 60)
}

// cut shortens a text to this many characters.
func cut(text string, most int) string {
	n := 0
	for i := range text {
		if n++; n > most {
			return text[:i] + "..."
		}
	}
	return text
}

// typeName returns the name of the definition's product type for a sentence.
func (d *Definition) typeName() string {
	if d.productType == "" {
		return "The product type"
	}
	return cut(d.productType, 60)
}
