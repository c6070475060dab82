package listing

import (
	"cmp"
	"maps"
	"slices"
)

// Lacking is an item that our own check is against.
type Lacking struct {
	Reference string // a variant's SKU, a product's key
	Product   string // the key of its product; its own, if it is one
	Category  string // of the product; empty: none
	Type      string // what the catalogue says of the product; empty: nothing
	Issues    []Issue
}

// Needs gathers what types require and goods lack.
type Needs struct {
	settings []TypeSettings
	needs    map[needKey]*Need
	seen     map[[3]string]bool // type, attribute, product
}

type needKey struct{ typ, attribute string }

// GatherNeeds begins with nothing gathered. The settings are an account's.
func GatherNeeds(settings []TypeSettings) *Needs {
	return &Needs{settings: settings, needs: map[needKey]*Need{}, seen: map[[3]string]bool{}}
}

// Add takes in the issues of an item. A product counts once for each attribute, however many of its variants lack it. The first item that
// lacks an attribute is its example.
func (n *Needs) Add(item Lacking) {
	wants := map[string]string{} // by attribute: what would be right
	for _, i := range item.Issues {
		if i.Code == CodeAttributeMissing {
			for _, name := range i.Attributes {
				wants[name] = i.Want
			}
		}
	}
	if len(wants) == 0 {
		return
	}
	nearest, _ := Nearest(n.settings, item.Category)
	typ := cmp.Or(nearest.Type, item.Type)
	for name, want := range wants {
		key := needKey{typ, name}
		if n.needs[key] == nil {
			n.needs[key] = &Need{Type: typ, Attribute: name, Want: want, Example: item.Reference}
		}
		if once := [3]string{typ, name, item.Product}; !n.seen[once] {
			n.seen[once] = true
			n.needs[key].Products++
		}
	}
}

// List is what was gathered, what most products lack first.
func (n *Needs) List() []Need {
	out := make([]Need, 0, len(n.needs))
	for need := range maps.Values(n.needs) {
		out = append(out, *need)
	}
	slices.SortFunc(out, func(a, b Need) int {
		return cmp.Or(cmp.Compare(b.Products, a.Products), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Attribute, b.Attribute))
	})
	return out
}
