package producttype

import (
	"fmt"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/towpath/towpath/internal/listing"
)

// Merge returns the listing after our attributes replace those listed: each attribute that we give replaces the
// listed one. Only values of the definition's marketplace, and those without a marketplace, count.
func (d *Definition) Merge(listed, ours Attributes) Attributes {
	merged := Attributes{}
	for name, v := range listed {
		if d.root.Properties[name] == nil {
			continue
		}
		list, ok := v.([]any)
		if !ok {
			continue
		}
		here := slices.DeleteFunc(slices.Clone(list), func(one any) bool {
			place := at(one, []string{marketplaceID})
			return place != nil && place != d.marketplace
		})
		if len(here) > 0 {
			merged[name] = here
		}
	}
	for name, v := range ours {
		merged[name] = v
	}
	return merged
}

// Needs returns the attributes that are missing according to issues, each once, in the order of the issues, without
// those that Amazon hides from sellers. The caller fills Products and Example.
func (d *Definition) Needs(issues []listing.Issue) []listing.Need {
	var all []listing.Need
	for _, i := range issues {
		if i.Code != listing.CodeAttributeMissing && i.Code != listing.CodeIdentifierMissing || len(i.Attributes) == 0 {
			continue
		}
		name := i.Attributes[0]
		if main := d.main(name); main != nil && keywordsIn(main).hidden {
			continue
		}
		if !slices.ContainsFunc(all, func(n listing.Need) bool { return n.Attribute == name }) {
			all = append(all, d.Need(name))
		}
	}
	return all
}

// Need describes an attribute for those who fill it in: its title, and its values if they are a closed list.
func (d *Definition) Need(name string) listing.Need {
	const most = 20
	n := listing.Need{Type: d.productType, Attribute: name}
	s := d.root.Properties[name]
	if s == nil {
		return n
	}
	n.Title = s.Title
	main := d.main(name)
	if main == nil || main.Enum == nil {
		return n
	}
	for _, v := range valuesOf(main) {
		if len(n.Values) == most {
			break
		}
		n.Values = append(n.Values, fmt.Sprint(v.Value))
	}
	return n
}

// main returns an attribute's main field; nil if it has none.
func (d *Definition) main(attribute string) *jsonschema.Schema {
	items := itemsOf(d.root.Properties[attribute])
	if items == nil {
		return nil
	}
	return resolved(items.Properties[mainField(items)])
}

// Demands returns the attributes that a merchant must give for a new item of the type that he ships himself, before
// any of them is known: those always required, and those that the rules then require. What Write adds itself (an
// offer, its fulfilment) is left out.
func (d *Definition) Demands() []listing.Need {
	p := listing.Product{Currency: "USD", Variants: []listing.Variant{{SKU: "SKU", Price: 100}}}
	if s, ok := defaultOf(d.schemaAt([]string{offer, "0", "currency"})).(string); ok {
		p.Currency = s
	}
	return d.Needs(d.Validate(d.Write(p, Place{})[0].Attributes, nil))
}
