package producttype

import "github.com/santhosh-tekuri/jsonschema/v6"

// A definition's allOf has about a hundred conditional rules. A product breaks few of them, and most attributes are
// right. The library allocates a lot for each rule, so a quick check runs first: what is certainly right is not given
// to the library. The quick check knows the usual keywords; for anything else it answers "open", and the library
// decides. So it can't change a result, only save time.

// answer is the result of a quick check.
type answer int

const (
	open answer = iota // not known
	no                 // certainly invalid
	yes                // certainly valid
)

// look is the state of a quick check; left is how many more schemas it may visit, since references may be circular.
type look struct{ left int }

// enough is sufficient for any real definition, whose rules have a thousand schemas at most.
const enough = 100_000

// quickly checks a value against a schema.
func quickly(s *jsonschema.Schema, v any) answer {
	l := look{left: enough}
	return l.at(s, v)
}

func (l *look) at(s *jsonschema.Schema, v any) answer {
	if s == nil {
		return yes
	}
	if s.Bool != nil {
		return answerOf(*s.Bool)
	}
	if l.left--; l.left < 0 {
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
		a = both(a, l.object(s, v))
	case []any:
		a = both(a, l.list(s, v))
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
		a = both(a, l.at(s.Ref, v))
	}
	return both(a, l.logic(s, v))
}

func (l *look) object(s *jsonschema.Schema, v map[string]any) answer {
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
			if a = both(a, l.at(field, one)); a == no {
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

func (l *look) list(s *jsonschema.Schema, v []any) answer {
	if s.MinItems != nil && len(v) < *s.MinItems || s.MaxItems != nil && len(v) > *s.MaxItems {
		return no
	}
	a := yes
	switch items := s.Items.(type) {
	case nil:
	case *jsonschema.Schema:
		for _, one := range v {
			if a = both(a, l.at(items, one)); a == no {
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
		if found = either(found, l.at(s.Contains, one)); found == yes {
			break
		}
	}
	return both(a, found)
}

func (l *look) logic(s *jsonschema.Schema, v any) answer {
	a := yes
	for _, one := range s.AllOf {
		if a = both(a, l.at(one, v)); a == no {
			return no
		}
	}
	if len(s.AnyOf) > 0 {
		any := no
		for _, one := range s.AnyOf {
			if any = either(any, l.at(one, v)); any == yes {
				break
			}
		}
		a = both(a, any)
	}
	if s.Not != nil {
		a = both(a, opposite(l.at(s.Not, v)))
	}
	if s.If == nil || a == no {
		return a
	}
	switch l.at(s.If, v) {
	case yes:
		return both(a, l.at(s.Then, v))
	case no:
		return both(a, l.at(s.Else, v))
	}
	if then := l.at(s.Then, v); then == l.at(s.Else, v) {
		return both(a, then) // whatever the condition is
	}
	return both(a, open)
}

// familiar reports whether the quick check knows every keyword of the schema, except those of texts and numbers.
func familiar(s *jsonschema.Schema) bool {
	return s.Const == nil && len(s.OneOf) == 0 && s.RecursiveRef == nil && s.DynamicRef == nil &&
		s.MaxProperties == nil && s.MinProperties == nil && s.PropertyNames == nil && len(s.PatternProperties) == 0 &&
		len(s.Dependencies)+len(s.DependentRequired)+len(s.DependentSchemas) == 0 && s.UnevaluatedProperties == nil &&
		!s.UniqueItems && s.MinContains == nil && s.MaxContains == nil && s.AdditionalItems == nil && len(s.PrefixItems) == 0 &&
		s.Items2020 == nil && s.UnevaluatedItems == nil
}

func answerOf(b bool) answer {
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
