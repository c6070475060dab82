package listing

import (
	"cmp"
	"maps"
	"slices"
)

// Lacking is an item that was refused.
type Lacking struct {
	Kind      Kind
	Stage     Stage // of the check that refused it
	Reference string
	Parent    string     // a variant's product
	Own       Classified // the product of this reference
	Above     Classified // the product that is its parent
	Issues    []Issue
}

// Classified is what the catalogue says that a product is.
type Classified struct {
	Category string // empty: none
	Type     string // empty: none
}

// product returns the key of the item's product, and what it is.
func (l Lacking) product() (string, Classified) {
	if l.Kind == KindVariant {
		return l.Parent, l.Above
	}
	return l.Reference, l.Own
}

// wants returns by attribute what would be right for those that the item lacks. What a channel refused is not counted: its words
// are not Towpath's.
func (l Lacking) wants() map[string]string {
	wants := map[string]string{}
	if l.Stage != Validation || l.Kind != KindVariant && l.Kind != KindProduct {
		return wants
	}
	for _, i := range l.Issues {
		if i.Code == CodeAttributeMissing {
			for _, name := range i.Attributes {
				wants[name] = i.Want
			}
		}
	}
	return wants
}

// Needs collects attributes that types require and goods lack.
type Needs struct {
	settings []TypeSettings
	needs    map[needKey]*need
	seen     map[[3]string]bool // type, attribute, product
}

type needKey struct{ typ, attribute string }

type need struct {
	Need
	of Kind // of the example
}

// CollectNeeds begins with nothing gathered. The settings are an account's.
func CollectNeeds(settings []TypeSettings) *Needs {
	return &Needs{settings: settings, needs: map[needKey]*need{}, seen: map[[3]string]bool{}}
}

// Add adds the issues of an item. A product counts once for each attribute, however many of its variants lack it. The
// first variant that lacks an attribute is its example, or the first product, if no variant does.
func (n *Needs) Add(item Lacking) {
	product, is := item.product()
	nearest, _ := Nearest(n.settings, is.Category)
	typ := cmp.Or(nearest.Type, is.Type)
	for name, want := range item.wants() {
		key := needKey{typ, name}
		one := n.needs[key]
		if one == nil {
			one = &need{Need: Need{Type: typ, Attribute: name}}
			n.needs[key] = one
		}
		if one.of == "" || one.of == KindProduct && item.Kind == KindVariant {
			one.of, one.Want, one.Example = item.Kind, want, item.Reference
		}
		if once := [3]string{typ, name, product}; !n.seen[once] {
			n.seen[once] = true
			one.Products++
		}
	}
}

// List returns the needs, those of most products first.
func (n *Needs) List() []Need {
	out := make([]Need, 0, len(n.needs))
	for one := range maps.Values(n.needs) {
		out = append(out, one.Need)
	}
	slices.SortFunc(out, func(a, b Need) int {
		return cmp.Or(cmp.Compare(b.Products, a.Products), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Attribute, b.Attribute))
	})
	return out
}
