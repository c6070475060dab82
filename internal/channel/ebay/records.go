package ebay

import (
	"encoding/json"
	"maps"
)

// record is one of eBay's records (an inventory item, a group or an offer) field by field. eBay's writes replace
// whole records, so an update starts from eBay's record and keeps the fields that Towpath does not set.
type record map[string]json.RawMessage

// recordOf copies a record without the fields that eBay returns but does not accept.
func recordOf(have record, readOnly ...string) record {
	r := maps.Clone(have)
	if r == nil {
		r = record{}
	}
	for _, name := range readOnly {
		delete(r, name)
	}
	return r
}

// set writes a field. Values are texts, numbers, and lists and maps of them, which always marshal to JSON.
func (r record) set(name string, value any) {
	if raw, err := json.Marshal(value); err == nil {
		r[name] = raw
	}
}

// setText writes a text unless it is empty.
func (r record) setText(name, value string) {
	if value != "" {
		r.set(name, value)
	}
}

// setList writes a list unless it is empty.
func (r record) setList(name string, values []string) {
	if len(values) > 0 {
		r.set(name, values)
	}
}

// within returns a copy of the record in a field; empty if there is none.
func (r record) within(name string) record {
	inner := record{}
	if json.Unmarshal(r[name], &inner) != nil || inner == nil {
		return record{}
	}
	return inner
}

// text returns a field; empty if it is missing or not a text.
func (r record) text(name string) string {
	var s text
	_ = json.Unmarshal(r[name], &s)
	return string(s)
}

// list returns a list of texts; empty if it is missing or something else.
func (r record) list(name string) []string {
	var s []string
	_ = json.Unmarshal(r[name], &s)
	return s
}

// aspects returns the item specifics by name, without those that are not lists of texts.
func (r record) aspects() map[string][]string {
	var all map[string]json.RawMessage
	_ = json.Unmarshal(r["aspects"], &all)
	out := make(map[string][]string, len(all))
	for name, raw := range all {
		var values []string
		if json.Unmarshal(raw, &values) == nil {
			out[name] = values
		}
	}
	return out
}
