package db

import (
	"encoding/json"
	"fmt"
)

// FromJSON reads the texts of lists and maps, in pairs of text and target. An empty one is nil.
func FromJSON(pairs ...any) error {
	for i := 0; i < len(pairs); i += 2 {
		text, ok := pairs[i].(string)
		if !ok || text == "[]" || text == "{}" {
			continue
		}
		if err := json.Unmarshal([]byte(text), pairs[i+1]); err != nil {
			return fmt.Errorf("read %q: %w", text, err)
		}
	}
	return nil
}

// JSONList is a list as it is stored.
func JSONList(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	return JSONText(list)
}

// JSONMap is a map as it is stored.
func JSONMap[V any](m map[string]V) string {
	if len(m) == 0 {
		return "{}"
	}
	return JSONText(m)
}

// JSONText is a value as it is stored. One that JSON can't hold is a mistake in the program.
func JSONText(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // texts only: a mistake in this package
	}
	return string(text)
}
