package producttype

import (
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Attribute is the shape of one attribute: a list of values, each an object of fields.
type Attribute struct {
	Name        string
	Title       string // as Amazon shows it to sellers, in the locale of the definition
	Description string
	Required    bool     // of every listing; others may be required by rules
	Selectors   []string // fields that tell values apart, such as marketplace_id and language_tag
	Most        int      // most values per combination of the selectors' values; 0 = no limit
	Fields      []Field  // in the order of their names
}

// Field is one field of an attribute's values.
type Field struct {
	Name      string
	Title     string
	Type      string  // string, number, integer, boolean, object or array; empty: any
	Required  bool    // of every value
	Fixed     bool    // once it is listed it can't be changed (editable is false)
	Hidden    bool    // Amazon doesn't show it to sellers
	Closed    bool    // it must be one of Values
	Values    []Value // closed, or suggested
	MostChars int     // 0 = not given
	MostBytes int     // in UTF-8; 0 = not given
}

// Value is one value of a list.
type Value struct {
	Value any    // what is sent
	Name  string // what sellers see; the value itself where the definition has no name
}

// Attributes returns the names of all attributes of the definition, sorted.
func (d *Definition) Attributes() []string { return sortedKeys(d.root.Properties) }

// Attribute returns the shape of an attribute; ok is false if there is none with this name. See Find for a merchant's
// words.
func (d *Definition) Attribute(name string) (Attribute, bool) {
	s := d.root.Properties[name]
	if s == nil {
		return Attribute{}, false
	}
	k := keywordsIn(s)
	a := Attribute{
		Name: name, Title: s.Title, Description: s.Description, Required: slices.Contains(d.root.Required, name),
		Selectors: k.selectors, Most: max(k.maxUnique, 0),
	}
	if s.MaxItems != nil && (a.Most == 0 || *s.MaxItems < a.Most) {
		a.Most = *s.MaxItems
	}
	items := itemsOf(s)
	if items == nil {
		return a, true
	}
	for _, field := range sortedKeys(items.Properties) {
		a.Fields = append(a.Fields, fieldOf(field, items))
	}
	return a, true
}

func fieldOf(name string, object *jsonschema.Schema) Field {
	s := resolved(object.Properties[name])
	k := keywordsIn(s)
	f := Field{
		Name: name, Title: s.Title, Required: slices.Contains(object.Required, name), Fixed: k.fixed, Hidden: k.hidden,
		Closed: s.Enum != nil, Values: valuesOf(s), MostBytes: max(k.maxBytes, 0),
	}
	if s.MaxLength != nil {
		f.MostChars = *s.MaxLength
	}
	if s.Types != nil {
		if types := s.Types.ToStrings(); len(types) == 1 {
			f.Type = types[0]
		}
	}
	return f
}

// valuesOf returns the values of a closed or open list: anyOf [string, enum] refuses nothing.
func valuesOf(s *jsonschema.Schema) []Value {
	if s = resolved(s); s == nil {
		return nil
	}
	if s.Enum == nil {
		for _, one := range s.AnyOf {
			if one.Enum != nil {
				return valuesOf(one)
			}
		}
		return nil
	}
	names := keywordsIn(s).enumNames
	values := make([]Value, len(s.Enum.Values))
	for i, v := range s.Enum.Values {
		values[i] = Value{Value: v, Name: shown(v)}
		if i < len(names) && names[i] != "" {
			values[i].Name = names[i]
		}
	}
	return values
}

// mainField returns the field with an attribute's actual value: value, or the only field besides marketplace,
// language and unit; empty if its values have several parts.
func mainField(object *jsonschema.Schema) string {
	if object.Properties["value"] != nil {
		return "value"
	}
	main := ""
	for _, name := range sortedKeys(object.Properties) {
		switch {
		case name == marketplaceID || name == languageTag || name == unitField:
		case main != "":
			return ""
		default:
			main = name
		}
	}
	return main
}

const unitField = "unit"
