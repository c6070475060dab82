package order

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/stock"
)

// Keyed is what was asked for under a key: a cancellation or a return. The same key with the same contents is the same request.
type Keyed struct {
	What    string         // "cancellation" or "return"
	Units   map[string]int // by line id; empty: of a cancellation, all that is not shipped
	Restock bool           // of a return: the units are put on hand again
}

// Again returns a *stock.RefusedError, which shows what is saved, when asked differs from what was saved before under the key
// (case G2: a changed quantity under a used key was answered with "done").
func (saved Keyed) Again(key string, asked Keyed) error {
	if saved.Restock == asked.Restock && maps.Equal(saved.Units, asked.Units) {
		return nil
	}
	return &stock.RefusedError{Why: fmt.Sprintf("key %q has been used for another %s of this order: %s. Give the new one another --key",
		key, saved.What, saved.contents())}
}

// contents returns what was asked for as text.
func (saved Keyed) contents() string {
	var parts []string
	for _, id := range slices.Sorted(maps.Keys(saved.Units)) {
		parts = append(parts, fmt.Sprintf("line %s x %d", id, saved.Units[id]))
	}
	switch {
	case len(parts) == 0:
		return "all that was not shipped"
	case saved.Restock:
		parts = append(parts, "on hand again")
	case saved.What == ReturnKeyed:
		parts = append(parts, "written off")
	}
	return strings.Join(parts, ", ")
}

// The kinds of keyed requests.
const (
	CancellationKeyed = "cancellation"
	ReturnKeyed       = "return"
)
