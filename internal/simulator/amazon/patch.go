package amazon

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"strings"

	"github.com/towpath/towpath/internal/listing/producttype"
)

// patchOp is one operation of a patch.
type patchOp struct {
	Op    string           `json:"op"` // add, replace, merge, delete
	Path  string           `json:"path"`
	Value []map[string]any `json:"value"`
}

const attributesPath = "/attributes/"

// attribute returns the name of the operation's attribute; empty = its path is not that of an attribute.
func (p patchOp) attribute() string {
	name, ok := strings.CutPrefix(p.Path, attributesPath)
	if !ok || strings.Contains(name, "/") {
		return ""
	}
	return name
}

// kind compares an attribute's values by their selectors.
type kind producttype.Attribute

// patched returns a listing's attributes after patches. Values are matched by the selectors of their attribute: those
// of another marketplace, language or audience stay unchanged.
func (d *definition) patched(there submitted, patches []patchOp) (submitted, *issue) {
	after := maps.Clone(there)
	for _, p := range patches {
		name := p.attribute()
		if name == "" {
			return nil, attributeIssue(fmt.Sprintf("The path '%s' is not one of an attribute.", p.Path), p.Path)
		}
		shape, _ := d.Rules.Attribute(name)
		k := kind(shape)
		var values []map[string]any
		switch old := after.values(name); {
		case (p.Op == "add" || p.Op == "replace") && len(p.Value) > 0:
			values = append(k.without(old, p.Value), p.Value...)
		case p.Op == "merge" && len(p.Value) > 0:
			values = k.merged(old, p.Value)
		case p.Op == "delete" && len(p.Value) > 0:
			values = k.without(old, p.Value)
		case p.Op == "delete":
		default:
			return nil, attributeIssue(fmt.Sprintf("The operation '%s' on '%s' is invalid or has no value.", p.Op, name), name)
		}
		if len(values) == 0 {
			delete(after, name)
			continue
		}
		after[name], _ = json.Marshal(values)
	}
	return after, nil
}

// without returns the values whose selectors match none of the others.
func (k kind) without(values, others []map[string]any) (rest []map[string]any) {
	for _, v := range values {
		if k.find(others, v) < 0 {
			rest = append(rest, v)
		}
	}
	return rest
}

// merged replaces values with the same selectors. Where several may have the same, values are added.
func (k kind) merged(values, over []map[string]any) []map[string]any {
	all := append([]map[string]any{}, values...)
	for _, v := range over {
		n := k.find(all, v)
		if n < 0 || k.Most > 1 {
			all = append(all, v)
			continue
		}
		one := maps.Clone(all[n])
		maps.Copy(one, v)
		all[n] = one
	}
	return all
}

// find returns the index of the first value with the same selectors; below 0 = none. A missing selector has the
// marketplace's default.
func (k kind) find(values []map[string]any, like map[string]any) int {
	for n, v := range values {
		same := true
		for _, selector := range k.Selectors {
			a, given := v[selector]
			b, asked := like[selector]
			same = same && (!given || !asked || reflect.DeepEqual(a, b))
		}
		if same {
			return n
		}
	}
	return -1
}
