package audit

import (
	"bytes"
	"encoding/json"
	"strings"
)

// words is the set of all texts of a document, in small letters, wherever in the document they are.
type words map[string]bool

// wordsOf returns the words of a JSON document, and none if it is not JSON.
func wordsOf(document []byte) words {
	all := words{}
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	var v any
	if d.Decode(&v) == nil {
		all.collect(v)
	}
	return all
}

func (w words) collect(v any) {
	switch v := v.(type) {
	case string:
		w[plainWords(v)] = true
		if _, value, tag := strings.Cut(v, ": "); tag { // Shopify's tags
			w[plainWords(value)] = true
		}
	case json.Number:
		w[v.String()] = true
	case bool:
		if v {
			w["true"], w["yes"] = true, true
		} else {
			w["false"], w["no"] = true, true
		}
	case []any:
		for _, one := range v {
			w.collect(one)
		}
	case map[string]any:
		for _, one := range v {
			w.collect(one)
		}
	}
}

func (w words) add(more words) {
	for word := range more {
		w[word] = true
	}
}

// plainWords returns a text without the differences that channels make: capitals, commas, and spaces at its ends.
func plainWords(text string) string {
	return strings.ToLower(strings.TrimSpace(strings.ReplaceAll(text, ",", " ")))
}

// flat returns the values of attributes. Values of two letters are left out: they are country codes, which each
// channel spells in its own way.
func flat(attributes map[string][]string) (values []string) {
	const code = 2
	for _, list := range attributes {
		for _, value := range list {
			if len(value) > code {
				values = append(values, value)
			}
		}
	}
	return values
}
