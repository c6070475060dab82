package producttype

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// folded is a word without case, spaces, underscores and other signs, so that a merchant's way of writing it doesn't matter.
func folded(word string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, word)
}

// american are Amazon's spellings of what operators write otherwise, folded.
var american = map[string]string{"colour": "color", "flavour": "flavor"}

// namesOf finds attributes by their folded names and titles. A name wins over a title; a title that two attributes have finds neither.
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

// Find is the name of the attribute that a merchant's word means: its name or its title, however it is written. It is false when the
// definition has none such.
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

// called is how an attribute or a field is named in a sentence: Item name (item_name).
func called(name string, s *jsonschema.Schema) string {
	s = resolved(s)
	if s == nil || s.Title == "" || folded(s.Title) == folded(name) {
		return name
	}
	return cut(s.Title, 60) + " (" + name + ")"
}

// shown writes a value for a person, shortened.
func shown(v any) string {
	if s, ok := v.(string); ok {
		return cut(s, 60)
	}
	return cut(fmt.Sprint(v), 60)
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	n := 0
	for i := range text {
		if n++; n > most {
			return text[:i] + "..."
		}
	}
	return text
}

// typeName is how the definition's product type is named in a sentence.
func (d *Definition) typeName() string {
	if d.productType == "" {
		return "The product type"
	}
	return cut(d.productType, 60)
}
