package ebay

import (
	"encoding/json"
	"maps"
)

// fields is a record as the seller submitted it: what is not looked into is given back as it came.
type fields map[string]json.RawMessage

// with is a copy with a field set.
func (f fields) with(name string, value any) fields {
	out := f.without()
	if raw, err := json.Marshal(value); err == nil {
		out[name] = raw
	}
	return out
}

// without is a copy without some fields.
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

// within is the record in a field; empty when there is none.
func (f fields) within(name string) fields {
	var inner fields
	_ = json.Unmarshal(f[name], &inner)
	return inner.without()
}

// text is a field's text, empty when there is none.
func (f fields) text(name string) (s string) {
	_ = json.Unmarshal(f[name], &s)
	return s
}

// list is a field's texts.
func (f fields) list(name string) (list []string) {
	_ = json.Unmarshal(f[name], &list)
	return list
}

// number is a field's whole number; there is false when it has none.
func (f fields) number(name string) (n int, there bool) {
	there = json.Unmarshal(f[name], &n) == nil && len(f[name]) > 0
	return n, there
}

// values are the item specifics of a record, by name.
func (f fields) values() (aspects map[string][]string) {
	_ = json.Unmarshal(f["aspects"], &aspects)
	return aspects
}
