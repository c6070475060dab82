package config

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// entry is one key of a mapping.
type entry struct{ key, value *yaml.Node }

// in is the entry with the mapping that it stands in before its key, for mistakes.
func (e entry) in(of string) entry {
	return entry{&yaml.Node{Value: of + ": " + clip(e.key.Value)}, e.value}
}

// maxEntries bounds a mapping that may have any keys.
const maxEntries = 1000

// entries answers the known keys of a mapping and reports unknown, repeated and indirect ones. Where known is
// nil, every word is a key.
func (r *reader) entries(n *yaml.Node, of string, known []string) []entry {
	switch {
	case n.Kind != yaml.MappingNode && known == nil:
		r.wrong(n, "%s: want keys and values", of)
		return nil
	case n.Kind != yaml.MappingNode:
		r.wrong(n, "%s: want keys and values, one of %s", of, strings.Join(known, ", "))
		return nil
	case known == nil && len(n.Content)/2 > maxEntries:
		r.wrong(n, "%s: there are %d, at most %d are possible", of, len(n.Content)/2, maxEntries)
		return nil
	}
	var list []entry
	seen := make(map[string]int)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch line, again := seen[key.Value]; {
		case again:
			r.wrong(key, "%s: %s stands in line %d already", of, key.Value, line)
		case known == nil && (key.Kind != yaml.ScalarNode || key.Value == ""):
			r.wrong(key, "%s: want a word as key", of)
		case known != nil && !slices.Contains(known, key.Value):
			r.wrong(key, "%s: no key %q; there are %s", of, clip(key.Value), strings.Join(known, ", "))
		case value.Kind == yaml.AliasNode || value.Anchor != "":
			r.wrong(value, "%s: write the value out, anchors and aliases are not read", key.Value)
		default:
			list = append(list, entry{key, value})
		}
		seen[key.Value] = key.Line
	}
	return list
}

// text reads one word or line of text.
func (r *reader) text(e entry) string {
	if e.value.Kind != yaml.ScalarNode || e.value.Tag == "!!null" {
		r.wrong(e.value, "%s: want a text", e.key.Value)
		return ""
	}
	return strings.TrimSpace(e.value.Value)
}

// choice reads one of a few words.
func (r *reader) choice(e entry, words ...string) string {
	word := r.text(e)
	if word != "" && !slices.Contains(words, word) {
		r.wrong(e.value, "%s: %q is none of %s", e.key.Value, clip(word), strings.Join(words, ", "))
	}
	return word
}

// number reads a whole number of at least least.
func (r *reader) number(e entry, least int) int {
	n, err := strconv.ParseInt(e.value.Value, 10, 32)
	if e.value.Kind != yaml.ScalarNode || err != nil || int(n) < least {
		r.wrong(e.value, "%s: want a whole number, %d or more", e.key.Value, least)
		return least
	}
	return int(n)
}

func (r *reader) yes(e entry) bool {
	var yes bool
	if e.value.Kind != yaml.ScalarNode || e.value.Decode(&yes) != nil {
		r.wrong(e.value, "%s: want true or false", e.key.Value)
	}
	return yes
}

// texts reads a list of words.
func (r *reader) texts(e entry) []string {
	if n := len(e.value.Content); e.value.Kind != yaml.SequenceNode || n == 0 || n > maxLocations {
		r.wrong(e.value, "%s: want a list of 1 to %d, e.g. [main, outlet]", e.key.Value, maxLocations)
		return nil
	}
	var list []string
	for _, n := range e.value.Content {
		word := r.text(entry{e.key, n})
		if slices.Contains(list, word) {
			r.wrong(n, "%s: %q is in it twice", e.key.Value, clip(word))
		}
		list = append(list, word)
	}
	return list
}

// sorted is the mistakes in the file's order.
func (r *reader) sorted() []Mistake {
	slices.SortStableFunc(r.mistakes, func(a, b Mistake) int { return cmp.Compare(a.Line, b.Line) })
	return r.mistakes
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// clip keeps a message readable whatever the file holds.
func clip(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "..."
	}
	return s
}
