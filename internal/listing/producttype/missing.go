package producttype

import (
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/towpath/towpath/internal/listing"
)

// lack is a missing field and the conditions under which it is required; without conditions it always is.
type lack struct {
	steps      []string // to the object that lacks it
	name       string
	conditions []*jsonschema.Schema
	why        string
}

// lack notes a missing field once, however many rules require it.
func (j *validator) lack(e *jsonschema.ValidationError, name string, rule *jsonschema.Schema) {
	var c *jsonschema.Schema
	if rule != nil {
		c, _, _ = condition(trace(rule, e.SchemaURL))
	}
	for i := range j.lacks {
		if l := &j.lacks[i]; l.name == name && slices.Equal(l.steps, e.InstanceLocation) {
			if c != nil && len(l.conditions) > 0 {
				l.conditions = append(l.conditions, c)
			} else if c == nil {
				l.conditions, l.why = nil, ""
			}
			return
		}
	}
	l := lack{steps: e.InstanceLocation, name: name}
	if c != nil {
		l.conditions, l.why = []*jsonschema.Schema{c}, j.why(e, rule)
	}
	j.lacks = append(j.lacks, l)
}

// instead reports whether either of two fields is enough: each is required only while the other is missing.
func (l lack) instead(other lack) bool {
	asks := func(a, b lack) bool {
		return len(a.conditions) > 0 && !slices.ContainsFunc(a.conditions, func(c *jsonschema.Schema) bool { return !asksAbsent(c, b.name, maxDepth) })
	}
	return slices.Equal(l.steps, other.steps) && asks(l, other) && asks(other, l)
}

// missing reports what is missing. Alternative fields make one issue.
func (j *validator) missing() {
	for len(j.lacks) > 0 {
		first := j.lacks[0]
		group, rest := []lack{first}, []lack(nil)
		for _, other := range j.lacks[1:] {
			if first.instead(other) {
				group = append(group, other)
			} else {
				rest = append(rest, other)
			}
		}
		j.lacks = rest
		j.oneMissing(group)
	}
}

func (j *validator) oneMissing(group []lack) {
	first := group[0]
	var names []string
	for _, l := range group {
		names = append(names, l.name)
	}
	slices.Sort(names)
	steps := append(slices.Clone(first.steps), first.name)
	switch {
	case len(first.steps) == 0 && slices.Contains(names, identifier):
		j.noIdentifier(names)
	case len(group) > 1:
		one := strings.Join(names, " or ")
		message := fmt.Sprintf("%s needs %s.", j.about(first.steps).what, one)
		attributes := names
		if len(first.steps) > 0 {
			attributes = first.steps[:1]
		}
		j.add(listing.CodeAttributeMissing, pointer(steps...), attributes, message, one)
	case len(first.steps) == 0 && first.name == offer:
		j.noPrice()
	case len(first.steps) == 0:
		s := j.definition.root.Properties[first.name]
		j.add(listing.CodeAttributeMissing, pointer(steps...), names, called(first.name, s)+" is missing"+needed(first.why)+".", right(s))
	default:
		message := fmt.Sprintf("%s has no %s%s.", j.about(first.steps).what, first.name, needed(first.why))
		j.add(listing.CodeAttributeMissing, pointer(steps...), first.steps[:1], message, right(j.definition.schemaAt(steps)))
	}
}

func needed(why string) string {
	if why == "" {
		return ""
	}
	return ": it is needed" + why
}

const (
	identifier = "externally_assigned_product_identifier"
	exemption  = "supplier_declared_has_product_identifier_exemption"
	asin       = "merchant_suggested_asin"
)

// noIdentifier describes in one sentence what two rules demand together, since each names only one of the possible
// values.
func (j *validator) noIdentifier(names []string) {
	ways := []string{"give an EAN, UPC or GTIN"}
	if slices.Contains(names, asin) {
		ways = append(ways, "the product's ASIN ("+asin+")")
	}
	if j.definition.root.Properties[exemption] != nil {
		ways = append(ways, "ask for an exemption ("+exemption+")")
	}
	last := len(ways) - 1
	words := strings.Join(ways[:last], ", ")
	if last > 0 {
		words += " or "
	}
	j.add(listing.CodeIdentifierMissing, pointer(identifier), names, "It has no product identifier: "+words+ways[last]+".", "an EAN, UPC or GTIN as its barcode")
}
