package producttype

import (
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/message"
)

// Validate is called by the library for each value under a schema with Amazon's keywords.
func (k *keywords) Validate(ctx *jsonschema.ValidatorContext, v any) {
	for _, fault := range k.faults(v) {
		ctx.AddError(fault)
	}
}

// faults returns the violations of Amazon's own keywords by a value.
func (k *keywords) faults(v any) []jsonschema.ErrorKind {
	switch v := v.(type) {
	case string:
		if len(v) < k.minBytes || k.maxBytes >= 0 && len(v) > k.maxBytes {
			return []jsonschema.ErrorKind{&byteLength{got: len(v), least: k.minBytes, most: k.maxBytes}}
		}
	case []any:
		if k.minUnique > 0 || k.maxUnique >= 0 {
			return k.miscounted(v)
		}
	}
	return nil
}

// miscounted counts the values of an attribute for each combination of its selectors' values.
func (k *keywords) miscounted(values []any) (faults []jsonschema.ErrorKind) {
	if (k.maxUnique < 0 || len(values) <= k.maxUnique) && k.minUnique <= 1 && len(values) >= k.minUnique {
		return nil // the usual case: too few in all to be too many of one combination
	}
	counts := map[string]int{}
	var order []string
	for _, v := range values {
		key := k.combination(v)
		if counts[key]++; counts[key] == 1 {
			order = append(order, key)
		}
	}
	if len(order) == 0 && k.minUnique > 0 {
		return []jsonschema.ErrorKind{&valueCount{got: 0, least: k.minUnique, most: k.maxUnique}}
	}
	for _, key := range order {
		if n := counts[key]; n < k.minUnique || k.maxUnique >= 0 && n > k.maxUnique {
			faults = append(faults, &valueCount{got: n, least: k.minUnique, most: k.maxUnique, of: key})
		}
	}
	return faults
}

// combination returns a value's selectors, with defaults for missing ones.
func (k *keywords) combination(value any) string {
	object, _ := value.(map[string]any)
	var b strings.Builder
	for i, name := range k.selectors {
		v, given := object[name]
		if !given && k.items != nil {
			if field := k.items.Properties[name]; field != nil {
				v = defaultOf(field)
			}
		}
		if i > 0 {
			b.WriteString(", ")
		}
		if v == nil {
			v = "-"
		}
		fmt.Fprintf(&b, "%v", v)
	}
	return b.String()
}

// byteLength is the error of a text that is too long or too short in UTF-8.
type byteLength struct{ got, least, most int }

// KeywordPath returns the keyword.
func (e *byteLength) KeywordPath() []string {
	if e.got < e.least {
		return []string{"minUtf8ByteLength"}
	}
	return []string{"maxUtf8ByteLength"}
}

// LocalizedString is the text for the library; issues have their own.
func (e *byteLength) LocalizedString(*message.Printer) string {
	return fmt.Sprintf("%d bytes", e.got)
}

// valueCount is the error of too many or too few values of an attribute for one combination of its selectors.
type valueCount struct {
	got, least, most int
	of               string // what the selectors say
}

// KeywordPath returns the keyword.
func (e *valueCount) KeywordPath() []string {
	if e.got < e.least {
		return []string{"minUniqueItems"}
	}
	return []string{"maxUniqueItems"}
}

// LocalizedString is the text for the library; issues have their own.
func (e *valueCount) LocalizedString(*message.Printer) string {
	return fmt.Sprintf("%d values", e.got)
}
