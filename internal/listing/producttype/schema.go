package producttype

import (
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// resolved follows references. They can't go in circles: the library finds that out when it validates, so it is bounded here.
func resolved(s *jsonschema.Schema) *jsonschema.Schema {
	for range maxDepth {
		if s == nil || s.Ref == nil {
			return s
		}
		s = s.Ref
	}
	return s
}

// itemsOf is the schema of a list's values; nil when it is no list.
func itemsOf(s *jsonschema.Schema) *jsonschema.Schema {
	if s = resolved(s); s == nil {
		return nil
	}
	items, _ := s.Items.(*jsonschema.Schema)
	return resolved(items)
}

// fieldsOf are the fields of an attribute's values, not resolved.
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

// isType reports that a schema takes just this type.
func isType(s *jsonschema.Schema, name string) bool {
	return s != nil && s.Types != nil && slices.Contains(s.Types.ToStrings(), name)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
