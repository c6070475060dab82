package producttype

import (
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// sharer keeps one copy of equal conditions. "Unless it is a parent" is in most rules of a definition: sharing saves
// a third of the memory. Only conditions that give true or false are shared, since errors contain the address of
// everything else.
type sharer map[string]*jsonschema.Schema

// rules shares the conditions within a rule.
func (sh sharer) rules(s *jsonschema.Schema, room int) {
	if s == nil || room == 0 {
		return
	}
	s.If, s.Not = sh.condition(s.If, room-1), sh.condition(s.Not, room-1)
	items, _ := s.Items.(*jsonschema.Schema)
	for _, one := range []*jsonschema.Schema{s.Then, s.Else, s.Contains, items} {
		sh.rules(one, room-1)
	}
	for _, list := range [][]*jsonschema.Schema{s.AllOf, s.AnyOf, s.OneOf} {
		for _, one := range list {
			sh.rules(one, room-1)
		}
	}
	for _, one := range s.Properties {
		sh.rules(one, room-1)
	}
}

// condition returns the shared copy of a condition.
func (sh sharer) condition(s *jsonschema.Schema, room int) *jsonschema.Schema {
	if s == nil || room == 0 || !sharable(s) {
		return s
	}
	var key strings.Builder
	list := func(name string, all []*jsonschema.Schema) {
		for i, one := range all {
			all[i] = sh.condition(one, room-1)
			fmt.Fprintf(&key, "%s %p ", name, all[i])
		}
	}
	list("all", s.AllOf)
	list("any", s.AnyOf)
	s.Not, s.Contains = sh.condition(s.Not, room-1), sh.condition(s.Contains, room-1)
	fmt.Fprintf(&key, "not %p contains %p ", s.Not, s.Contains)
	if items, ok := s.Items.(*jsonschema.Schema); ok {
		items = sh.condition(items, room-1)
		s.Items = items
		fmt.Fprintf(&key, "items %p ", items)
	}
	for _, name := range sortedKeys(s.Properties) {
		s.Properties[name] = sh.condition(s.Properties[name], room-1)
		fmt.Fprintf(&key, "%q %p ", name, s.Properties[name])
	}
	fmt.Fprintf(&key, "required %q ", s.Required)
	if s.Enum != nil {
		fmt.Fprintf(&key, "enum %#v ", s.Enum.Values)
	}
	if same := sh[key.String()]; same != nil {
		return same
	}
	sh[key.String()] = s
	return s
}

// sharable reports whether a condition's key describes a schema completely.
func sharable(s *jsonschema.Schema) bool {
	lists := s.Items == nil
	if items, ok := s.Items.(*jsonschema.Schema); ok {
		lists = items != nil
	}
	return lists && familiar(s) && s.Bool == nil && s.Types == nil && s.Ref == nil && s.If == nil && s.Then == nil && s.Else == nil &&
		s.AdditionalProperties == nil && s.MinItems == nil && s.MaxItems == nil && len(s.Extensions) == 0 && s.Format == nil &&
		s.MinLength == nil && s.MaxLength == nil && s.Pattern == nil && s.ContentEncoding == nil && s.ContentMediaType == nil && s.ContentSchema == nil &&
		s.Maximum == nil && s.Minimum == nil && s.ExclusiveMaximum == nil && s.ExclusiveMinimum == nil && s.MultipleOf == nil
}
