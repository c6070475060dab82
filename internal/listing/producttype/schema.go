package producttype

import (
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// resolved follows references. Circular ones are found by the library only when it validates, so their number is
// limited here.
func resolved(s *jsonschema.Schema) *jsonschema.Schema {
	for range maxDepth {
		if s == nil || s.Ref == nil {
			return s
		}
		s = s.Ref
	}
	return s
}

// itemsOf returns the schema of a list's values; nil if it is not a list.
func itemsOf(s *jsonschema.Schema) *jsonschema.Schema {
	if s = resolved(s); s == nil {
		return nil
	}
	items, _ := s.Items.(*jsonschema.Schema)
	return resolved(items)
}

// fieldsOf returns the fields of an attribute's values, not resolved.
func fieldsOf(attribute *jsonschema.Schema) map[string]*jsonschema.Schema {
	if items := itemsOf(attribute); items != nil {
		return items.Properties
	}
	return nil
}

func defaultOf(s *jsonschema.Schema) any {
	for range maxDepth {
		switch {
		case s == nil:
			return nil
		case s.Default != nil:
			return *s.Default
		}
		s = s.Ref
	}
	return nil
}

// The library's sets of one type each.
var (
	stringType  = typeSet("string")
	booleanType = typeSet("boolean")
	numberType  = typeSet("number")
	integerType = typeSet("integer")
	objectType  = typeSet("object")
	arrayType   = typeSet("array")
)

func typeSet(name string) jsonschema.Types {
	var set jsonschema.Types
	set.Add(name)
	return set
}

// isType reports whether a schema accepts a type.
func isType(s *jsonschema.Schema, set jsonschema.Types) bool {
	return s != nil && s.Types != nil && *s.Types&set != 0
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
