package config

import (
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/document"
)

// texts reads a list of words.
func (r *reader) texts(e document.Field) []string {
	var list []string
	for _, n := range r.Items(e, 1, maxLocations, fmt.Sprintf("of 1 to %d, e.g. [main, outlet]", maxLocations)) {
		word := r.Text(document.Field{Name: e.Name, Value: n})
		if slices.Contains(list, word) {
			r.Wrong(n, "%s: %q is there twice", e.Name, document.Clip(word))
		}
		list = append(list, word)
	}
	return list
}
