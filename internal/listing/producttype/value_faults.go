package producttype

import (
	"fmt"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/towpath/towpath/internal/listing"
)

// value makes an issue of one value that is not as its schema wants it.
func (j *validator) value(e *jsonschema.ValidationError, rule *jsonschema.Schema) {
	f, why := j.about(e.InstanceLocation), j.why(e, rule)
	is := "is " + quoted(f.value)
	be := func(want string) {
		f.say(listing.CodeValueNotAllowed, fmt.Sprintf("%s %s; it must be %s%s.", f.what, is, want, why), want)
	}
	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		if k.Got != "number" {
			is = "is " + typeWord(k.Got)
		}
		f.say(listing.CodeWrongType, fmt.Sprintf("%s %s; it must be %s%s.", f.what, is, typeWords(k.Want), why), f.right())
	case *kind.Enum:
		f.notOne(k.Want, why)
	case *kind.Const:
		f.notOne([]any{k.Want}, why)
	case *kind.MaxLength:
		f.long(k.Got, k.Want, "character", why)
	case *kind.MinLength:
		f.tooShort(k.Got, k.Want, "character", why)
	case *byteLength:
		if k.got < k.least {
			f.tooShort(k.got, k.least, "byte", why)
			return
		}
		f.long(k.got, k.most, "byte", why)
	case *valueCount:
		f.count(k.got, k.least, k.most, k.of, why)
	case *kind.MaxItems:
		f.count(k.Got, 0, k.Want, "", why)
	case *kind.MinItems:
		f.count(k.Got, k.Want, k.Got, "", why)
	case *kind.UniqueItems:
		f.say(listing.CodeValueNotAllowed, f.what+" has the same value twice.", "each value once")
	case *kind.Minimum:
		be(decimal(k.Want) + " or more")
	case *kind.ExclusiveMinimum:
		be("more than " + decimal(k.Want))
	case *kind.Maximum:
		be(decimal(k.Want) + " or less")
	case *kind.ExclusiveMaximum:
		be("less than " + decimal(k.Want))
	case *kind.MultipleOf:
		be("a multiple of " + decimal(k.Want))
	case *kind.Pattern:
		f.say(f.format(), fmt.Sprintf("%s %s, which does not fit the pattern %s%s.", f.what, is, cut(k.Want, 80), why), f.right())
	case *kind.Format:
		f.say(f.format(), fmt.Sprintf("%s %s, which is not %s%s.", f.what, is, form(k.Want), why), form(k.Want))
	default:
		f.say(listing.CodeValueNotAllowed, fmt.Sprintf("%s is not as the definition wants it%s: %s.", f.what, why, cut(k.LocalizedString(english), 200)), f.right())
	}
}

// long adds the issue of a text that is too long. For bytes it explains that a letter may need several.
func (s subject) long(got, most int, unit, why string) {
	what := number(got, unit)
	if unit == "byte" {
		what += " in UTF-8, where a letter such as é counts twice"
	}
	s.say(listing.CodeValueTooLong, fmt.Sprintf("%s has %s; it may have %d%s.", s.what, what, most, why), number(most, unit)+" at most")
}

func (s subject) tooShort(got, least int, unit, why string) {
	s.say(listing.CodeValueTooShort, fmt.Sprintf("%s has %s; it must have %d%s.", s.what, number(got, unit), least, why), number(least, unit)+" at least")
}

// number returns a count with its unit.
func number(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// quoted returns texts in quotes and everything else unchanged.
func quoted(v any) string {
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", cut(s, 60))
	}
	return shown(v)
}

func typeWord(name string) string {
	switch name {
	case "string":
		return "a text"
	case "array":
		return "a list"
	case "object":
		return "a set of fields"
	case "boolean":
		return "true or false"
	case "integer":
		return "a whole number"
	case "null":
		return "nothing (null)"
	}
	return "a " + name
}

func typeWords(names []string) string {
	words := ""
	for i, name := range names {
		if i > 0 {
			words += " or "
		}
		words += typeWord(name)
	}
	return words
}
