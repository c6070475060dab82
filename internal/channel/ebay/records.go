package ebay

import (
	"encoding/json"
	"maps"
)

// record is one of eBay's records (an inventory item, a group of them, an offer) field by field. eBay's writes
// replace whole records, so a revision starts from what eBay has: what Towpath has no say in stays as it is.
type record map[string]json.RawMessage

// recordOf copies a record without the fields that eBay tells and does not take.
func recordOf(have record, toldOnly ...string) record {
	r := maps.Clone(have)
	if r == nil {
		r = record{}
	}
	for _, name := range toldOnly {
		delete(r, name)
	}
	return r
}

// set writes a field. Values are texts, numbers, and lists and maps of them, which JSON can always take.
func (r record) set(name string, value any) {
	if raw, err := json.Marshal(value); err == nil {
		r[name] = raw
	}
}

// setText writes a text, unless there is none.
func (r record) setText(name, value string) {
	if value != "" {
		r.set(name, value)
	}
}

// setList writes a list, unless it is empty.
func (r record) setList(name string, values []string) {
	if len(values) > 0 {
		r.set(name, values)
	}
}

// within is a copy of the record in a field: empty when there is none.
func (r record) within(name string) record {
	inner := record{}
	if json.Unmarshal(r[name], &inner) != nil || inner == nil {
		return record{}
	}
	return inner
}

// text reads a field; empty when it is not there or is no text.
func (r record) text(name string) string {
	var s text
	_ = json.Unmarshal(r[name], &s)
	return string(s)
}

// list reads a list of texts; none when it is not there or is something else.
func (r record) list(name string) []string {
	var s []string
	_ = json.Unmarshal(r[name], &s)
	return s
}

// aspects reads the item specifics, by name; those that are no lists of texts are left out.
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
