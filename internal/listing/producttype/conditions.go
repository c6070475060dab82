package producttype

import (
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// when says in words why a condition held for a value: "when batteries_required is true", "unless skip_offer is true". Empty when
// there is nothing to say. What a condition does not want is told only where it wants nothing.
func when(condition *jsonschema.Schema, v any) string {
	is, isNot := reasons(condition, v, maxDepth)
	if strict := slices.DeleteFunc(slices.Clone(is), func(fact string) bool { return strings.HasSuffix(fact, given) }); len(strict) > 0 {
		is = strict // that something is given says little beside what it says
	}
	switch {
	case len(is) > 0:
		return "when " + strings.Join(is, " and ")
	case len(isNot) > 0:
		return "unless " + strings.Join(isNot, " or ")
	}
	return ""
}

// reasons are what a condition that holds for v wants, and what it does not want.
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

// obvious are the attributes that no operator sets: nearly all rules hold "unless it is a parent" or "unless it has no offer".
func obvious(name string) bool { return name == parentage || name == skipOffer }

// unwanted is what a not is about: "fulfillment_channel_code is DEFAULT".
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

// facts are what a schema wants of the fields that it requires: that they have certain values (of v's, where it has one of them), or that they
// are given.
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

// under is a field of an object, or of each of a list's.
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

// held is the first of the values that v is or holds anywhere; all of them when it holds none.
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

// oneOf lists a few values.
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

// asksAbsent reports that a condition wants a field not to be there.
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
