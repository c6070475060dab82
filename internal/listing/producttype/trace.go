package producttype

import (
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// step is one schema on the path from a rule to the part that was violated.
type step struct {
	schema *jsonschema.Schema
	depth  int // depth in the attributes
}

// trace returns the path from a schema down to the one at an address; nil if it goes through a reference. Addresses
// are JSON pointers, so each schema's begins with that of its parent.
func trace(from *jsonschema.Schema, address string) []step {
	way := []step{{schema: from}}
	for range maxDepth {
		at := way[len(way)-1]
		if at.schema.Location == address {
			return way
		}
		next := below(at, address)
		if next.schema == nil {
			return nil
		}
		way = append(way, next)
	}
	return nil
}

// below returns the schema directly within another that contains the address.
func below(at step, address string) step {
	s := at.schema
	holds := func(one *jsonschema.Schema) bool {
		return one != nil && strings.HasPrefix(address, one.Location) &&
			(len(address) == len(one.Location) || address[len(one.Location)] == '/')
	}
	for _, list := range [][]*jsonschema.Schema{s.AllOf, s.AnyOf, s.OneOf, {s.If, s.Then, s.Else, s.Not}} {
		for _, one := range list {
			if holds(one) {
				return step{one, at.depth}
			}
		}
	}
	items, _ := s.Items.(*jsonschema.Schema)
	for _, one := range []*jsonschema.Schema{items, s.Contains} {
		if holds(one) {
			return step{one, at.depth + 1}
		}
	}
	for _, one := range s.Properties {
		if holds(one) {
			return step{one, at.depth + 1}
		}
	}
	return step{}
}

// condition returns the innermost if on the path whose then or else contains the end of the path: the if, its depth
// in the attributes, and whether it was true.
func condition(way []step) (condition *jsonschema.Schema, depth int, held bool) {
	for i := len(way) - 2; i >= 0; i-- {
		if s := way[i].schema; s.If != nil && (way[i+1].schema == s.Then || way[i+1].schema == s.Else) {
			return s.If, way[i].depth, way[i+1].schema == s.Then
		}
	}
	return nil, 0, false
}

// at returns the value at the steps; nil if there is none.
func at(v any, steps []string) any {
	for _, s := range steps {
		switch one := v.(type) {
		case map[string]any:
			v = one[s]
		case []any:
			n, err := strconv.Atoi(s)
			if err != nil || n < 0 || n >= len(one) {
				return nil
			}
			v = one[n]
		default:
			return nil
		}
	}
	return v
}

// schemaAt returns the definition's schema for the value at the steps; nil if there is none.
func (d *Definition) schemaAt(steps []string) *jsonschema.Schema {
	s := d.root
	for _, one := range steps {
		if s = resolved(s); s == nil {
			return nil
		}
		if items, ok := s.Items.(*jsonschema.Schema); ok {
			s = items
			continue
		}
		s = s.Properties[one]
	}
	return resolved(s)
}

// pointer returns steps as a JSON pointer into what is sent.
func pointer(steps ...string) string {
	var b strings.Builder
	b.WriteString("/attributes")
	for _, s := range steps {
		b.WriteByte('/')
		b.WriteString(escape(s))
	}
	return b.String()
}
