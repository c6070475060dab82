package remedy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of what a step repeats of a fault.
const (
	maxNamed = 3  // attributes, parameters and fields
	maxValue = 60 // characters of each
)

// namedIn returns what the channel's words name: the attributes of Amazon's issues (attributeNames, Listings Items API), the
// parameters of eBay's errors (name and value, REST error handling) and the fields of Shopify's user errors (field, a path). Words
// that are cut off or no JSON name what could be read.
func namedIn(words string) []string {
	start := strings.IndexAny(words, "{[")
	if start < 0 {
		return nil
	}
	var list []string
	tree, _ := readable(json.NewDecoder(strings.NewReader(words[start:])))
	collect(tree, &list)
	return distinct(list)
}

// readable returns a JSON value as far as it can be read, and whether it was whole.
func readable(d *json.Decoder) (any, bool) {
	t, err := d.Token()
	if err != nil {
		return nil, false
	}
	switch t {
	case json.Delim('{'):
		object, whole := map[string]any{}, true
		for whole && d.More() {
			var key json.Token
			if key, err = d.Token(); err != nil {
				return object, false
			}
			object[fmt.Sprint(key)], whole = readable(d)
		}
		return object, whole && closes(d)
	case json.Delim('['):
		list, whole := []any{}, true
		for whole && d.More() {
			var one any
			one, whole = readable(d)
			list = append(list, one)
		}
		return list, whole && closes(d)
	}
	return t, true
}

func closes(d *json.Decoder) bool {
	_, err := d.Token()
	return err == nil
}

// collect appends what a value and those in it name.
func collect(value any, into *[]string) {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			collect(one, into)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			switch list, _ := v[key].([]any); key {
			case "attributeNames":
				*into = append(*into, attributeNames(texts(list))...)
			case "parameters":
				*into = append(*into, parameters(list)...)
			case "field":
				if path := texts(list); len(path) > 0 {
					*into = append(*into, "field "+short(strings.Join(path, ".")))
				}
			default:
				collect(v[key], into)
			}
		}
	}
}

func attributeNames(names []string) []string {
	var out []string
	for _, name := range names {
		out = append(out, "attribute "+short(name))
	}
	return distinct(out)
}

func parameters(list []any) (out []string) {
	for _, one := range list {
		p, _ := one.(map[string]any)
		name, _ := p["name"].(string)
		value, _ := p["value"].(string)
		switch {
		case value == "" || sentence(value):
		case name == "" || strings.Trim(name, "0123456789") == "": // eBay numbers those that have no name
			out = append(out, short(value))
		default:
			out = append(out, short(name)+" "+short(value))
		}
	}
	return out
}

// sentence reports whether a parameter's value is a sentence, as eBay adds its message to the parameters of some errors: it names nothing.
func sentence(value string) bool {
	return strings.HasSuffix(value, ".") && strings.Count(value, " ") > 2
}

func texts(list []any) (out []string) {
	for _, one := range list {
		if text, is := one.(string); is && text != "" {
			out = append(out, text)
		}
	}
	return out
}

// short returns a text in one line, of at most maxValue characters.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) > maxValue {
		text = string([]rune(text)[:maxValue-1]) + "…"
	}
	return text
}

// distinct returns the first maxNamed different texts.
func distinct(list []string) []string {
	var out []string
	for _, one := range list {
		if len(out) < maxNamed && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return out
}
