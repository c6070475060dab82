package producttype

import "github.com/santhosh-tekuri/jsonschema/v6"

// A definition's allOf are about a hundred conditional rules, of which any one product breaks few, and most attributes are right. The
// library judges with dozens of allocations for each, so all is looked at quickly first: what is surely right needs no judge. The quick look
// knows the keywords that definitions are mostly made of; of all else it says that it can't tell, and then the library judges. So it can't
// make a verdict, only spare one.

// answer is what the quick look says of a value and a schema.
type answer int

const (
	open answer = iota // it can't tell
	no                 // surely not as the schema wants it
	yes                // surely as the schema wants it
)

// quickly holds a value against a schema. It goes no deeper than room.
func quickly(s *jsonschema.Schema, v any, room int) answer {
	if s == nil {
		return yes
	}
	if s.Bool != nil {
		return told(*s.Bool)
	}
	if room == 0 {
		return open
	}
	a := yes
	if !familiar(s) {
		a = open
	}
	if a = both(a, typed(s, v)); a == no {
		return no
	}
	switch v := v.(type) {
	case map[string]any:
		a = both(a, quickObject(s, v, room))
	case []any:
		a = both(a, quickList(s, v, room))
	case string:
		a = both(a, quickText(s, v))
	default:
		a = both(a, quickNumber(s, v))
	}
	for _, e := range s.Extensions {
		if k, ok := e.(*keywords); ok && len(k.faults(v)) > 0 {
			return no
		}
	}
	if a == no {
		return no
	}
	if s.Ref != nil {
		a = both(a, quickly(s.Ref, v, room-1))
	}
	return both(a, quickLogic(s, v, room))
}

func quickObject(s *jsonschema.Schema, v map[string]any, room int) answer {
	a := yes
	for _, name := range s.Required {
		if _, there := v[name]; !there {
			return no
		}
	}
	for name, one := range v {
		field := s.Properties[name]
		switch {
		case field != nil:
			if a = both(a, quickly(field, one, room-1)); a == no {
				return no
			}
		case s.AdditionalProperties == false:
			return no
		case s.AdditionalProperties != nil:
			a = open
		}
	}
	return a
}

func quickList(s *jsonschema.Schema, v []any, room int) answer {
	if s.MinItems != nil && len(v) < *s.MinItems || s.MaxItems != nil && len(v) > *s.MaxItems {
		return no
	}
	a := yes
	switch items := s.Items.(type) {
	case nil:
	case *jsonschema.Schema:
		for _, one := range v {
			if a = both(a, quickly(items, one, room-1)); a == no {
				return no
			}
		}
	default:
		a = open
	}
	if s.Contains == nil {
		return a
	}
	found := no
	for _, one := range v {
		if found = either(found, quickly(s.Contains, one, room-1)); found == yes {
			break
		}
	}
	return both(a, found)
}

func quickLogic(s *jsonschema.Schema, v any, room int) answer {
	a := yes
	for _, one := range s.AllOf {
		if a = both(a, quickly(one, v, room-1)); a == no {
			return no
		}
	}
	if len(s.AnyOf) > 0 {
		any := no
		for _, one := range s.AnyOf {
			if any = either(any, quickly(one, v, room-1)); any == yes {
				break
			}
		}
		a = both(a, any)
	}
	if s.Not != nil {
		a = both(a, opposite(quickly(s.Not, v, room-1)))
	}
	if s.If == nil || a == no {
		return a
	}
	switch quickly(s.If, v, room-1) {
	case yes:
		return both(a, quickly(s.Then, v, room-1))
	case no:
		return both(a, quickly(s.Else, v, room-1))
	}
	if then := quickly(s.Then, v, room-1); then == quickly(s.Else, v, room-1) {
		return both(a, then) // whatever the condition is
	}
	return both(a, open)
}

// familiar reports that the quick look knows each keyword of the schema, apart from those of texts and numbers.
func familiar(s *jsonschema.Schema) bool {
	return s.Const == nil && len(s.OneOf) == 0 && s.RecursiveRef == nil && s.DynamicRef == nil &&
		s.MaxProperties == nil && s.MinProperties == nil && s.PropertyNames == nil && len(s.PatternProperties) == 0 &&
		len(s.Dependencies)+len(s.DependentRequired)+len(s.DependentSchemas) == 0 && s.UnevaluatedProperties == nil &&
		!s.UniqueItems && s.MinContains == nil && s.MaxContains == nil && s.AdditionalItems == nil && len(s.PrefixItems) == 0 &&
		s.Items2020 == nil && s.UnevaluatedItems == nil
}

func told(b bool) answer {
	if b {
		return yes
	}
	return no
}

func both(a, b answer) answer {
	switch {
	case a == no || b == no:
		return no
	case a == yes && b == yes:
		return yes
	}
	return open
}

func either(a, b answer) answer { return opposite(both(opposite(a), opposite(b))) }

func opposite(a answer) answer {
	switch a {
	case yes:
		return no
	case no:
		return yes
	}
	return open
}
