package producttype

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// read returns the value for a merchant's text: a JSON object unchanged, or a text for the attribute's main field,
// with a unit after the number where the attribute has units.
func (w *writer) read(name, text string) (any, bool) {
	items := itemsOf(w.schema(name))
	if items == nil {
		return text, w.schema(name) != nil
	}
	if strings.HasPrefix(strings.TrimSpace(text), "{") && shallow([]byte(text)) == nil {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var object map[string]any
		if d.Decode(&object) == nil && object != nil {
			return object, true
		}
	}
	return w.object(items, text), true
}

// object returns a value of the attribute with the text.
func (w *writer) object(items *jsonschema.Schema, text string) any {
	main := mainField(items)
	if main == "" {
		return text // several parts: Validate reports it
	}
	if unit := resolved(items.Properties[unitField]); unit != nil && !isType(resolved(items.Properties[main]), stringType) {
		if m := measure.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
			return map[string]any{main: json.Number(m[1]), unitField: unitOf(unit, m[2])}
		}
	}
	return map[string]any{main: scalar(resolved(items.Properties[main]), text)}
}

// measure matches a number with its unit: 0.3 kg.
var measure = regexp.MustCompile(`^(-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?)\s*([\p{L}"'²³%/ ]+)$`)

// plain matches a JSON number of limited length.
var plain = regexp.MustCompile(`^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?$`)

// scalar returns a text as a value of the schema: the value of its list, a boolean, a number, or the text itself.
func scalar(s *jsonschema.Schema, text string) any {
	if s == nil {
		return text
	}
	bare := strings.TrimSpace(text)
	if v, ok := inList(s, bare); ok {
		return v
	}
	switch {
	case isType(s, booleanType):
		switch folded(bare) {
		case "true", "yes", "1":
			return true
		case "false", "no", "0":
			return false
		}
	case isType(s, numberType) || isType(s, integerType):
		if plain.MatchString(bare) {
			return json.Number(bare)
		}
	}
	return text
}

// inList returns the value for a word in the schema's list: the value itself, or the name that sellers see, ignoring
// case.
func inList(s *jsonschema.Schema, word string) (any, bool) {
	list := valuesOf(s)
	for _, v := range list {
		if v.Value == word {
			return v.Value, true
		}
	}
	key := folded(word)
	if key == "" {
		return nil, false
	}
	for _, v := range list {
		if folded(shown(v.Value)) == key || folded(v.Name) == key {
			return v.Value, true
		}
	}
	return nil, false
}

// complete adds marketplace, language and currency to an object and to those within it, wherever the definition has a
// field for them.
func (w *writer) complete(s *jsonschema.Schema, v any) any {
	s = resolved(s)
	if s == nil {
		return v
	}
	switch v := v.(type) {
	case map[string]any:
		object := maps.Clone(v)
		for name, value := range map[string]string{marketplaceID: w.place.Marketplace, languageTag: w.place.Language, "currency": w.product.Currency} {
			if _, given := object[name]; !given && s.Properties[name] != nil && value != "" {
				object[name] = value
			}
		}
		for name, one := range v {
			if field := s.Properties[name]; field != nil {
				object[name] = w.complete(field, one)
			}
		}
		measured(object, s)
		return object
	case []any:
		items, _ := s.Items.(*jsonschema.Schema)
		list := slices.Clone(v)
		for i, one := range list {
			list[i] = w.complete(items, one)
		}
		return list
	}
	return v
}

// part writes a text into a field of an attribute's first value: item_dimensions.height = 12 cm.
func (w *writer) part(a Attributes, name string, path, given []string) {
	items := itemsOf(w.schema(name))
	if items == nil {
		return
	}
	list, _ := a[name].([]any)
	object := map[string]any{}
	if len(list) > 0 {
		object, _ = list[0].(map[string]any)
	}
	w.within(items, object, path, given)
	a[name] = []any{w.complete(items, object)}
}

func (w *writer) within(s *jsonschema.Schema, object map[string]any, path, given []string) {
	field := resolved(s.Properties[path[0]])
	if field == nil || object == nil {
		if object != nil {
			object[path[0]] = given[0]
		}
		return
	}
	items, isList := itemsOf(field), itemsOf(field) != nil
	if !isList {
		items = field
	}
	var value any
	switch {
	case len(path) > 1:
		inner := map[string]any{}
		if earlier, ok := object[path[0]].(map[string]any); ok {
			inner = earlier
		} else if earlier, ok := at(object[path[0]], []string{"0"}).(map[string]any); ok {
			inner = earlier
		}
		w.within(items, inner, path[1:], given)
		value = inner
	case len(items.Properties) > 0:
		value = w.object(items, given[0])
	default:
		value = scalar(items, given[0])
	}
	if isList {
		value = []any{value}
	}
	object[path[0]] = value
}
