package producttype

import (
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// when describes why a condition was true for a value: "when batteries_required is true", "unless skip_offer is
// true"; empty if there is nothing to describe. Negative facts are only used when there are no positive ones.
func when(condition *jsonschema.Schema, v any) string {
	is, isNot := reasons(condition, v, maxDepth)
	if strict := slices.DeleteFunc(slices.Clone(is), func(fact string) bool { return strings.HasSuffix(fact, given) }); len(strict) > 0 {
		is = strict // a value says more than that something is given
	}
	switch {
	case len(is) > 0:
		return "when " + strings.Join(is, " and ")
	case len(isNot) > 0:
		return "unless " + strings.Join(isNot, " or ")
	}
	return ""
}

// reasons returns the positive and the negative facts of a condition that is true for v.
func reasons(s *jsonschema.Schema, v any, room int) (is, isNot []string) {
	if s == nil || room == 0 {
		return nil, nil
	}
	is = facts(s, v, "", room)
	for _, one := range s.AllOf {
		a, b := reasons(one, v, room-1)
		is, isNot = append(is, a...), append(isNot, b...)
	}
	for _, one := range s.AnyOf {
		if one.Validate(v) == nil {
			a, b := reasons(one, v, room-1)
			is, isNot = append(is, a...), append(isNot, b...)
			break
		}
	}
	if s.Not != nil && !slices.ContainsFunc(s.Not.Required, obvious) {
		if what := unwanted(s.Not, room-1); what != "" {
			isNot = append(isNot, what)
		}
	}
	return unique(is), unique(isNot)
}

// obvious reports whether no operator sets an attribute: nearly all rules apply "unless it is a parent" or "unless it
// has no offer".
func obvious(name string) bool { return name == parentage || name == skipOffer }

// unwanted describes the content of a not: "fulfillment_channel_code is DEFAULT".
func unwanted(s *jsonschema.Schema, room int) string {
	all := facts(s, nil, "", room)
	for _, one := range s.AllOf {
		switch what := facts(one, nil, "", room); {
		case len(what) > 0:
			all = append(all, what...)
		case one.Not != nil && len(one.Not.Required) > 0:
			all = append(all, strings.Join(one.Not.Required, " and ")+" is not given")
		}
	}
	return strings.Join(unique(all), " and ")
}

const given = " is given"

// facts describes a schema's required fields: their values (those of v, if it has one of them), or only that they are
// given.
func facts(s *jsonschema.Schema, v any, before string, room int) []string {
	if room == 0 {
		return nil
	}
	var all []string
	for _, name := range s.Required {
		field, path := s.Properties[name], name
		if before != "" && name != "value" {
			path = before + "." + name
		} else if before != "" {
			path = before
		}
		if field == nil {
			all = append(all, path+given)
			continue
		}
		inner := field
		for range room { // lists
			if items, ok := inner.Items.(*jsonschema.Schema); ok {
				inner = items
			} else if inner.Contains != nil {
				inner = inner.Contains
			} else {
				break
			}
		}
		switch {
		case inner.Enum != nil:
			all = append(all, path+" is "+oneOf(held(inner.Enum.Values, under(v, name))))
		case len(inner.Required) > 0:
			all = append(all, facts(inner, under(v, name), path, room-1)...)
		default:
			all = append(all, path+given)
		}
	}
	return all
}

// under returns a field of an object, or of each object of a list.
func under(v any, name string) any {
	switch v := v.(type) {
	case map[string]any:
		return v[name]
	case []any:
		var all []any
		for _, one := range v {
			all = append(all, under(one, name))
		}
		return all
	}
	return nil
}

// held returns the first of the values that v is or contains; all of them when it contains none.
func held(values []any, v any) []any {
	var within func(v any) []any
	within = func(v any) []any {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				if found := within(one); found != nil {
					return found
				}
			}
		case map[string]any:
			for _, name := range sortedKeys(v) {
				if found := within(v[name]); found != nil {
					return found
				}
			}
		case string, bool:
			if slices.Contains(values, v) {
				return []any{v}
			}
		}
		return nil
	}
	if found := within(v); found != nil {
		return found
	}
	return values
}

// oneOf returns a few values as text.
func oneOf(values []any) string {
	const most = 4
	var words []string
	for _, v := range values[:min(len(values), most)] {
		words = append(words, shown(v))
	}
	if len(values) > most {
		words = append(words, "...")
	}
	return strings.Join(words, " or ")
}

func unique(words []string) []string {
	var all []string
	for _, w := range words {
		if !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all
}

// asksAbsent reports whether a condition wants a field to be absent.
func asksAbsent(s *jsonschema.Schema, name string, room int) bool {
	if s == nil || room == 0 {
		return false
	}
	if s.Not != nil && slices.Contains(s.Not.Required, name) {
		return true
	}
	within := func(one *jsonschema.Schema) bool { return asksAbsent(one, name, room-1) }
	return slices.ContainsFunc(s.AllOf, within) || slices.ContainsFunc(s.AnyOf, within)
}
