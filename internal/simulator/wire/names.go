package wire

import (
	"maps"
	"slices"
)

// Names returns the operations that a marketplace's patterns stand for, sorted, each once.
func Names(byPattern map[string]string) []string {
	return slices.Compact(slices.Sorted(maps.Values(byPattern)))
}
