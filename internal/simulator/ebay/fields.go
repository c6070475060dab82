package ebay

import (
	"encoding/json"
	"maps"
)

// fields is a record as the seller submitted it: fields that are not read are returned unchanged.
type fields map[string]json.RawMessage

// with returns a copy with a field set.
func (f fields) with(name string, value any) fields {
	out := f.without()
	if raw, err := json.Marshal(value); err == nil {
		out[name] = raw
	}
	return out
}

// without returns a copy without some fields.
func (f fields) without(names ...string) fields {
	out := maps.Clone(f)
	if out == nil {
		out = fields{}
	}
	for _, name := range names {
		delete(out, name)
	}
	return out
}

// within returns the record in a field; empty when there is none.
func (f fields) within(name string) fields {
	var inner fields
	_ = json.Unmarshal(f[name], &inner)
	return inner.without()
}

// text returns a text field; empty when there is none.
func (f fields) text(name string) (s string) {
	_ = json.Unmarshal(f[name], &s)
	return s
}

// list returns a field's texts.
func (f fields) list(name string) (list []string) {
	_ = json.Unmarshal(f[name], &list)
	return list
}

// number returns a field's whole number; there is false when it has none.
func (f fields) number(name string) (n int, there bool) {
	there = json.Unmarshal(f[name], &n) == nil && len(f[name]) > 0
	return n, there
}

// values returns the item specifics of a record, by name.
func (f fields) values() (aspects map[string][]string) {
	_ = json.Unmarshal(f["aspects"], &aspects)
	return aspects
}
