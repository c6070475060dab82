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

// attribute is the name of what the operation is about; empty = its path is not one of an attribute.
func (p patchOp) attribute() string {
	name, ok := strings.CutPrefix(p.Path, attributesPath)
	if !ok || strings.Contains(name, "/") {
		return ""
	}
	return name
}

// kind is how an attribute's values are told apart.
type kind producttype.Attribute

// patched is what a listing's attributes become. Values are told apart by the selectors of their attribute: those of
// another marketplace, language or audience stay as they are.
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

// without are the values whose selectors are those of none of the others.
func (k kind) without(values, others []map[string]any) (rest []map[string]any) {
	for _, v := range values {
		if k.find(others, v) < 0 {
			rest = append(rest, v)
		}
	}
	return rest
}

// merged lays values over those with the same selectors. Where there may be several of the same, each is one more.
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

// find is the place of the first value with the same selectors; below 0 = there is none. What a value does not say is
// its marketplace's own.
func (k kind) find(values []map[string]any, like map[string]any) int {
	for n, v := range values {
		same := true
		for _, selector := range k.Selectors {
			a, told := v[selector]
			b, asked := like[selector]
			same = same && (!told || !asked || reflect.DeepEqual(a, b))
		}
		if same {
			return n
		}
	}
	return -1
}
