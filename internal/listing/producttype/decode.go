package producttype

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Limits of what is read. Amazon's largest known definitions have 1.1 MB and are 57 levels deep.
const (
	maxBody   = 8 << 20
	maxDepth  = 200
	maxDigits = 40  // of a number, with its sign, point and exponent
	maxPower  = 300 // of ten, which a number may have
)

// decode reads one JSON object.
func decode(body []byte) (map[string]any, error) {
	if len(body) > maxBody {
		return nil, fmt.Errorf("it has %d bytes; want %d at most", len(body), maxBody)
	}
	if err := shallow(body); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var doc map[string]any
	if err := d.Decode(&doc); err != nil {
		return nil, fmt.Errorf("it is not a JSON object: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON object")
	}
	if doc == nil {
		return nil, errors.New("it is null; want a JSON object")
	}
	if at, what := unfit("", doc, 0); what != "" {
		return nil, fmt.Errorf("%.200s %s", at, what)
	}
	return doc, nil
}

// shallow checks the depth by counting brackets before decoding.
func shallow(body []byte) error {
	depth, inText := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{', c == '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("it is more than %d levels deep", maxDepth)
			}
		case c == '}', c == ']':
			depth--
		}
	}
	return nil
}

// fit reports whether unfit would find nothing in a value.
func fit(v any, depth int) bool {
	if depth > maxDepth {
		return false
	}
	switch v := v.(type) {
	case nil, bool, string, int, int64:
		return true
	case float64:
		return !math.IsNaN(v) && !math.IsInf(v, 0)
	case json.Number:
		return plausible(v.String())
	case map[string]any:
		for _, one := range v {
			if !fit(one, depth+1) {
				return false
			}
		}
		return true
	case []any:
		for _, one := range v {
			if !fit(one, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

// unfit finds what is not a JSON value, is nested too deep, or is an absurd number, and returns where and what it is.
func unfit(at string, v any, depth int) (where, what string) {
	if depth > maxDepth {
		return at, fmt.Sprintf("is nested more than %d levels deep", maxDepth)
	}
	switch v := v.(type) {
	case nil, bool, string, int, int64:
		return "", ""
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return at, "is not a number"
		}
		return "", ""
	case json.Number:
		if !plausible(v.String()) {
			return at, fmt.Sprintf("is the number %.20q, which is too large or too long", v.String())
		}
		return "", ""
	case map[string]any:
		for _, name := range sortedKeys(v) {
			if where, what := unfit(at+"/"+escape(name), v[name], depth+1); what != "" {
				return where, what
			}
		}
		return "", ""
	case []any:
		for i, one := range v {
			if where, what := unfit(at+"/"+strconv.Itoa(i), one, depth+1); what != "" {
				return where, what
			}
		}
		return "", ""
	}
	return at, fmt.Sprintf("is a %T; want a JSON value", v)
}

// plausible reports whether a text is a number that can be computed exactly: a number with an absurd exponent could use
// all memory.
func plausible(number string) bool {
	if len(number) > maxDigits {
		return false
	}
	if _, err := strconv.ParseFloat(number, 64); err != nil {
		return false
	}
	_, power, found := strings.Cut(strings.ToLower(number), "e")
	if !found {
		return true
	}
	n, err := strconv.Atoi(power)
	return err == nil && n <= maxPower && n >= -maxPower
}

// escape returns a name as a step of a JSON pointer (RFC 6901).
func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}
