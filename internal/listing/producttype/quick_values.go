package producttype

import (
	"encoding/json"
	"math"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// typed checks the type, and a closed list of texts and booleans.
func typed(s *jsonschema.Schema, v any) answer {
	a := yes
	if s.Types != nil && !s.Types.IsEmpty() {
		switch v := v.(type) {
		case string:
			a = answerOf(isType(s, stringType))
		case bool:
			a = answerOf(isType(s, booleanType))
		case map[string]any:
			a = answerOf(isType(s, objectType))
		case []any:
			a = answerOf(isType(s, arrayType))
		case json.Number, float64, int, int64:
			a = numeric(s, v)
		default:
			a = open
		}
	}
	if s.Enum != nil {
		switch v.(type) {
		case string, bool:
			a = both(a, answerOf(slices.Contains(s.Enum.Values, v)))
		default:
			a = both(a, open)
		}
	}
	return a
}

// numeric checks whether the type accepts a number.
func numeric(s *jsonschema.Schema, v any) answer {
	if isType(s, numberType) {
		return yes
	}
	if !isType(s, integerType) {
		return no
	}
	switch v := v.(type) {
	case int, int64:
		return yes
	case json.Number:
		if !strings.ContainsAny(v.String(), ".eE") {
			return yes
		}
	}
	return open
}

// quickText checks the length of a text.
func quickText(s *jsonschema.Schema, v string) answer {
	if s.Pattern != nil || s.Format != nil || s.ContentEncoding != nil || s.ContentMediaType != nil || s.ContentSchema != nil {
		return open
	}
	if s.MinLength == nil && s.MaxLength == nil {
		return yes
	}
	n := utf8.RuneCountInString(v)
	return answerOf((s.MinLength == nil || n >= *s.MinLength) && (s.MaxLength == nil || n <= *s.MaxLength))
}

// quickNumber checks whether a number is clearly within its limits. Near a limit the answer is open, since it does
// not compute exactly.
func quickNumber(s *jsonschema.Schema, v any) answer {
	if s.Maximum == nil && s.Minimum == nil && s.ExclusiveMaximum == nil && s.ExclusiveMinimum == nil && s.MultipleOf == nil && s.Format == nil {
		return yes
	}
	var n float64
	switch v := v.(type) {
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return open
		}
		n = f
	case float64:
		n = v
	case int:
		n = float64(v)
	case int64:
		n = float64(v)
	default: // the limits do not apply to it
		return open
	}
	if s.MultipleOf != nil || s.Format != nil {
		return open
	}
	for _, least := range []*big.Rat{s.Minimum, s.ExclusiveMinimum} {
		if least != nil && !above(n, least) {
			return open
		}
	}
	for _, most := range []*big.Rat{s.Maximum, s.ExclusiveMaximum} {
		if most != nil && !above(-n, new(big.Rat).Neg(most)) {
			return open
		}
	}
	return yes
}

// above reports whether a number is clearly above a limit.
func above(n float64, bound *big.Rat) bool {
	b, _ := bound.Float64()
	return n > b+1e-9*(1+math.Abs(b))
}
