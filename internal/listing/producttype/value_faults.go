package producttype

import (
	"fmt"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// value makes an issue of one value that is not as its schema wants it.
func (j *judge) value(e *jsonschema.ValidationError, rule *jsonschema.Schema) {
	f, why := j.about(e.InstanceLocation), j.why(e, rule)
	must := func(code, is, must string) {
		f.say(code, fmt.Sprintf("%s %s; it must %s%s.", f.what, is, must, why), must)
	}
	is := fmt.Sprintf("is %s", quoted(f.value))
	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		f.say(WrongType, fmt.Sprintf("%s is %s; it must be %s%s.", f.what, typeWord(k.Got), typeWords(k.Want), why), f.right())
	case *kind.Enum:
		f.notOne(k.Want, why)
	case *kind.Const:
		f.notOne([]any{k.Want}, why)
	case *kind.MaxLength:
		must(ValueTooLong, fmt.Sprintf("has %d characters", k.Got), fmt.Sprintf("have %d at most", k.Want))
	case *kind.MinLength:
		must(ValueTooShort, fmt.Sprintf("has %d characters", k.Got), fmt.Sprintf("have %d at least", k.Want))
	case *byteLength:
		if k.got < k.least {
			must(ValueTooShort, fmt.Sprintf("has %d bytes in UTF-8", k.got), fmt.Sprintf("have %d at least", k.least))
			return
		}
		must(ValueTooLong, fmt.Sprintf("has %d bytes in UTF-8, where letters such as é count twice or more", k.got), fmt.Sprintf("have %d at most", k.most))
	case *valueCount:
		f.count(k.got, k.least, k.most, k.of, why)
	case *kind.MaxItems:
		f.count(k.Got, 0, k.Want, "", why)
	case *kind.MinItems:
		f.count(k.Got, k.Want, k.Got, "", why)
	case *kind.UniqueItems:
		f.say(ValueNotAllowed, f.what+" has the same value twice.", "each value once")
	case *kind.Minimum:
		must(ValueNotAllowed, is, "be "+decimal(k.Want)+" or more")
	case *kind.ExclusiveMinimum:
		must(ValueNotAllowed, is, "be more than "+decimal(k.Want))
	case *kind.Maximum:
		must(ValueNotAllowed, is, "be "+decimal(k.Want)+" or less")
	case *kind.ExclusiveMaximum:
		must(ValueNotAllowed, is, "be less than "+decimal(k.Want))
	case *kind.MultipleOf:
		must(ValueNotAllowed, is, "be a multiple of "+decimal(k.Want))
	case *kind.Pattern:
		f.say(f.format(), fmt.Sprintf("%s %s, which does not fit the pattern %s%s.", f.what, is, cut(k.Want, 80), why), f.right())
	case *kind.Format:
		f.say(f.format(), fmt.Sprintf("%s %s, which is not %s%s.", f.what, is, form(k.Want), why), form(k.Want))
	default:
		f.say(ValueNotAllowed, fmt.Sprintf("%s is not as the definition wants it%s: %s.", f.what, why, cut(k.LocalizedString(english), 200)), f.right())
	}
}

// quoted writes texts in quotes and all else as it is.
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
