package document

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Keys returns the keys of a map, sorted.
func Keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Object passes each field of an object to the reader of its key.
func (r *Reader) Object(n *Node, of string, keys map[string]func(Field)) {
	for _, f := range r.Fields(n, of, Keys(keys)) {
		keys[f.Key.Text](f)
	}
}

// Text returns one word or line of text, without surrounding space.
func (r *Reader) Text(f Field) string {
	n := f.Value
	switch n.Kind {
	case String:
		return strings.TrimSpace(n.Text)
	case Number, Bool:
		if n.in.bare {
			return strings.TrimSpace(n.Text)
		}
	case Object, List, Null, Alias:
	}
	r.Wrong(n, "%s: want %s", f.Name, n.in.text)
	return ""
}

// Choice returns one of a few words.
func (r *Reader) Choice(f Field, words ...string) string {
	word := r.Text(f)
	if word != "" && !slices.Contains(words, word) {
		r.Wrong(f.Value, "%s: %q is not one of %s", f.Name, Clip(word), strings.Join(words, ", "))
	}
	return word
}

// Whole returns a whole number of at least least and below 2^31.
func (r *Reader) Whole(f Field, least int) int {
	n, err := strconv.ParseInt(f.Value.Text, 10, 32)
	if err != nil || int(n) < least || f.Value.Kind != Number && !f.Value.in.bare {
		r.Wrong(f.Value, "%s: want a whole number, %d or more", f.Name, least)
		return least
	}
	return int(n)
}

// Yes returns true or false. YAML has more words for them; no value at all is false there.
func (r *Reader) Yes(f Field) bool {
	word, bare := f.Value.Text, f.Value.in.bare
	switch {
	case f.Value.Kind == Bool:
		return strings.EqualFold(word, "true")
	case bare && slices.Contains([]string{"y", "Y", "yes", "on"}, word):
		return true
	case bare && (f.Value.Kind == Null || slices.Contains([]string{"n", "N", "no", "off"}, word)):
		return false
	}
	r.Wrong(f.Value, "%s: want true or false", f.Name)
	return false
}

// Items returns the items of a list with least to most of them; most 0 means no limit. want continues the text "want
// a list".
func (r *Reader) Items(f Field, least, most int, want string) []*Node {
	if n := len(f.Value.Items); f.Value.Kind != List || n < least || most > 0 && n > most {
		r.Wrong(f.Value, "%s: want a list %s", f.Name, want)
		return nil
	}
	return f.Value.Items
}
