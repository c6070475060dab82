package producttype

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/towpath/towpath/internal/listing"
)

// fault makes issues of what the library found, which is a tree: the leaves are what is wrong.
func (j *validator) fault(e *jsonschema.ValidationError, rule *jsonschema.Schema) {
	switch k := e.ErrorKind.(type) {
	case *kind.Schema, *kind.Group, *kind.AllOf, *kind.Reference, *kind.PropertyNames:
		for _, cause := range e.Causes {
			j.fault(cause, rule)
		}
	case *kind.Required:
		for _, name := range k.Missing {
			j.lack(e, name, rule)
		}
	case *kind.AdditionalProperties:
		slices.Sort(k.Properties)
		for _, name := range k.Properties {
			j.unknown(e.InstanceLocation, name)
		}
	case *kind.Not:
		j.forbidden(e, rule)
	case *kind.FalseSchema:
		f := j.about(e.InstanceLocation)
		f.say(listing.CodeAttributeForbidden, f.what+" must not be given"+j.why(e, rule)+".", "leave it out")
	case *kind.Contains:
		j.contains(e, rule)
	case *kind.AnyOf:
		f := j.about(e.InstanceLocation)
		f.say(listing.CodeValueNotAllowed, f.what+" is not an allowed value"+j.why(e, rule)+".", f.right())
	case *kind.OneOf:
		j.noneOf(e, k)
	default:
		j.value(e, rule)
	}
}

// why says when a rule holds: " when batteries_required is true"; empty for what always holds.
func (j *validator) why(e *jsonschema.ValidationError, rule *jsonschema.Schema) string {
	if rule == nil {
		return ""
	}
	c, depth, held := condition(trace(rule, e.SchemaURL))
	if c == nil || !held || depth > len(e.InstanceLocation) {
		return ""
	}
	if words := when(c, at(j.attributes, e.InstanceLocation[:depth])); words != "" {
		return " " + words
	}
	return ""
}

// unknown is a field that the definition does not have.
func (j *validator) unknown(steps []string, name string) {
	steps = append(slices.Clone(steps), name)
	if len(steps) == 1 {
		message := fmt.Sprintf("%s has no attribute %s.", j.definition.typeName(), cut(name, 60))
		want := "leave it out"
		if other, ok := j.definition.Find(name); ok && other != name {
			want = other
		}
		j.add(listing.CodeAttributeUnknown, pointer(steps...), []string{name}, message, want)
		return
	}
	f := j.about(steps[:len(steps)-1])
	j.add(listing.CodeAttributeUnknown, pointer(steps...), steps[:1], fmt.Sprintf("%s has no field %s.", f.what, cut(name, 60)), "leave it out")
}

// forbidden is what a not is about: fields that must not be there, or values.
func (j *validator) forbidden(e *jsonschema.ValidationError, rule *jsonschema.Schema) {
	f := j.about(e.InstanceLocation)
	from := rule
	if from == nil {
		from = j.definition.root
	}
	why := j.why(e, rule)
	way := trace(from, e.SchemaURL)
	if len(way) == 0 || way[len(way)-1].schema.Not == nil {
		f.say(listing.CodeValueNotAllowed, f.what+" is not allowed"+why+".", "another value, or none")
		return
	}
	switch not := way[len(way)-1].schema.Not; {
	case not.Enum != nil:
		f.say(listing.CodeValueNotAllowed, fmt.Sprintf("%s must not be %s%s.", f.what, oneOf(not.Enum.Values), why), "another value")
	case len(not.Required) > 0:
		for _, name := range not.Required {
			steps := append(slices.Clone(e.InstanceLocation), name)
			one := j.about(steps)
			one.say(listing.CodeAttributeForbidden, fmt.Sprintf("%s must not be given%s.", one.what, why), "leave it out")
		}
	default:
		f.say(listing.CodeValueNotAllowed, f.what+" is not allowed"+why+".", "another value, or none")
	}
}

// contains is a list that lacks a value that a rule wants in it.
func (j *validator) contains(e *jsonschema.ValidationError, rule *jsonschema.Schema) {
	f := j.about(e.InstanceLocation)
	from := rule
	if from == nil {
		from = j.definition.root
	}
	what := "another value"
	if way := trace(from, e.SchemaURL); len(way) > 0 && way[len(way)-1].schema.Contains != nil {
		if facts := facts(way[len(way)-1].schema.Contains, nil, "", maxDepth); len(facts) > 0 {
			what = "a value whose " + strings.Join(facts, " and ")
		}
	}
	f.say(listing.CodeAttributeMissing, fmt.Sprintf("%s lacks %s%s.", f.what, what, j.why(e, rule)), what)
}

// noneOf is a value that fits none of several forms, or more than one of them.
func (j *validator) noneOf(e *jsonschema.ValidationError, k *kind.OneOf) {
	f := j.about(e.InstanceLocation)
	if len(k.Subschemas) > 0 {
		f.say(listing.CodeValueNotAllowed, f.what+" fits more than one of the forms that it may have.", f.right())
		return
	}
	var forms []string
	for _, cause := range e.Causes {
		if format, ok := cause.ErrorKind.(*kind.Format); ok {
			forms = append(forms, form(format.Want))
		}
	}
	if len(forms) == 0 || len(forms) < len(e.Causes) {
		f.say(listing.CodeValueNotAllowed, f.what+" is not an allowed value.", f.right())
		return
	}
	f.say(listing.CodeWrongFormat, fmt.Sprintf("%s is %q, which is not %s.", f.what, shown(f.value), strings.Join(forms, " or ")), strings.Join(forms, " or "))
}

// form describes a format of JSON Schema.
func form(format string) string {
	switch format {
	case "date":
		return "a date such as 2026-01-31"
	case "date-time":
		return "a date with a time such as 2026-01-31T09:30:00Z"
	case "uri":
		return "an address such as https://example.com/image.jpg"
	case "email":
		return "an e-mail address"
	}
	return "a " + format
}

var english = message.NewPrinter(language.English)

func decimal(r *big.Rat) string {
	if r.IsInt() {
		return cut(r.Num().String(), 30)
	}
	return strings.TrimRight(r.FloatString(10), "0")
}
