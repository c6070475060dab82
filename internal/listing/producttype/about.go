package producttype

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/towpath/towpath/internal/listing"
)

// subject is the value that an issue is about.
type subject struct {
	validator *validator
	steps     []string
	schema    *jsonschema.Schema // the definition's; nil when it has none
	value     any
	what      string // how it is named in a sentence
}

func (j *validator) about(steps []string) subject {
	d := j.definition
	s := subject{validator: j, steps: steps, schema: d.schemaAt(steps), value: at(j.attributes, steps)}
	if len(steps) == 0 {
		s.what = "The item"
		return s
	}
	s.what = called(steps[0], d.root.Properties[steps[0]])
	var fields []string
	for _, step := range steps[1:] {
		if _, err := strconv.Atoi(step); err != nil && step != "value" {
			fields = append(fields, step)
		}
	}
	if len(fields) > 0 {
		s.what += ", " + strings.Join(fields, ".")
	}
	return s
}

func (s subject) say(code, message, want string) {
	if code == listing.CodeValueNotAllowed && len(s.steps) > 0 && s.steps[len(s.steps)-1] == "currency" {
		code = listing.CodeCurrencyWrong
	}
	s.validator.add(code, pointer(s.steps...), s.steps[:min(1, len(s.steps))], message, want)
}

// format returns the code of a text in the wrong format.
func (s subject) format() string {
	if len(s.steps) > 0 && isImage(s.steps[0]) {
		return listing.CodeImageWrong
	}
	return listing.CodeWrongFormat
}

func isImage(attribute string) bool { return strings.Contains(attribute, "image_locator") }

// count reports too many or too few values; of describes the selectors' values.
func (s subject) count(got, least, most int, of, why string) {
	if of != "" {
		of = " for " + of
	}
	if got < least {
		s.say(listing.CodeAttributeMissing, fmt.Sprintf("%s has %s%s; it must have %d at least%s.", s.what, number(got, "value"), of, least, why), number(least, "value")+" at least")
		return
	}
	s.say(listing.CodeTooManyValues, fmt.Sprintf("%s has %s%s; it may have %d%s.", s.what, number(got, "value"), of, most, why), number(most, "value")+" at most")
}

// notOne reports a value that is not in a closed list.
func (s subject) notOne(list []any, why string) {
	var all []Value
	named := valuesOf(s.schema)
	for _, v := range list {
		i := slices.IndexFunc(named, func(n Value) bool { return n.Value == v })
		if i >= 0 {
			all = append(all, named[i])
		} else {
			all = append(all, Value{Value: v, Name: shown(v)})
		}
	}
	s.say(listing.CodeValueNotAllowed, fmt.Sprintf("%s is %s, which is not one of its values%s.", s.what, quoted(s.value), why), choice(all, s.value))
}

// choice returns a few values of a closed list, the most similar first.
func choice(list []Value, given any) string {
	const most = 6
	word, _ := given.(string)
	sorted := slices.Clone(list)
	if word = folded(cut(word, 60)); word != "" && len(list) > most {
		slices.SortStableFunc(sorted, func(a, b Value) int { return cmp.Compare(likeness(b, word), likeness(a, word)) })
	}
	var words []string
	for _, v := range sorted[:min(len(sorted), most)] {
		word := shown(v.Value)
		if folded(v.Name) != folded(word) {
			word += " (" + cut(v.Name, 40) + ")"
		}
		words = append(words, word)
	}
	switch n := len(list); {
	case n == 1:
		return words[0]
	case n > most:
		return fmt.Sprintf("one of %d values: %s, ...", n, strings.Join(words, ", "))
	}
	return "one of " + strings.Join(words, ", ")
}

// likeness returns how many characters the beginning of a value, or of its name, shares with a word.
func likeness(v Value, word string) int {
	most := 0
	for _, other := range []string{folded(shown(v.Value)), folded(v.Name)} {
		n := 0
		for n < len(other) && n < len(word) && other[n] == word[n] {
			n++
		}
		most = max(most, n)
	}
	return most
}

// right describes a correct value according to the definition.
func (s subject) right() string { return right(s.schema) }

// right describes what a schema accepts: its closed values, or its description with an example.
func right(s *jsonschema.Schema) string {
	if s = resolved(s); s == nil {
		return ""
	}
	words := strings.TrimSpace(s.Description)
	if items := itemsOf(s); items != nil {
		if main := resolved(items.Properties[mainField(items)]); main != nil {
			s = main
		}
	}
	if s.Enum != nil {
		return choice(valuesOf(s), nil)
	}
	words = cut(cmp.Or(strings.TrimSpace(s.Description), words), 160)
	switch {
	case len(s.Examples) > 0 && words != "":
		return fmt.Sprintf("%s For example: %s", words, quoted(s.Examples[0]))
	case len(s.Examples) > 0:
		return "something such as " + quoted(s.Examples[0])
	case words == "" && s.Types != nil:
		return typeWords(s.Types.ToStrings())
	}
	return words
}
