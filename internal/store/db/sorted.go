package db

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// BatchRows is how many rows one statement carries when a list has no bound of its own.
const BatchRows = 5000

// KeysOf are a map's keys in order.
func KeysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// SortedValues are a map's values in the order of its keys' text.
func SortedValues[K comparable, V any](m map[K]V) []V {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b K) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	out := make([]V, len(keys))
	for i, k := range keys {
		out[i] = m[k]
	}
	return out
}

// SortedKeys are a set's members in order.
func SortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }
