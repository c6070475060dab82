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
	is = facts(s, "", room)
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
	all := facts(s, "", room)
	for _, one := range s.AllOf {
		switch what := facts(one, "", room); {
		case len(what) > 0:
			all = append(all, what...)
		case one.Not != nil && len(one.Not.Required) > 0:
			all = append(all, strings.Join(one.Not.Required, " and ")+" is not given")
		}
	}
	return strings.Join(unique(all), " and ")
}

// facts are what a schema wants of the fields that it requires: that they have certain values, or that they are given.
func facts(s *jsonschema.Schema, before string, room int) []string {
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
			all = append(all, path+" is given")
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
			all = append(all, path+" is "+oneOf(inner.Enum.Values))
		case len(inner.Required) > 0:
			all = append(all, facts(inner, path, room-1)...)
		default:
			all = append(all, path+" is given")
		}
	}
	return all
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
