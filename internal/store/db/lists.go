package db

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Where collects the conditions of a list. Values are always parameters, never part of the text.
type Where struct {
	Conditions []string
	Args       []any
}

// Arg adds a parameter and returns its name.
func (w *Where) Arg(value any) string {
	w.Args = append(w.Args, value)
	return "$" + strconv.Itoa(len(w.Args))
}

// And adds a condition; each %s stands for the next value.
func (w *Where) And(condition string, values ...any) {
	names := make([]any, len(values))
	for i, v := range values {
		names[i] = w.Arg(v)
	}
	w.Conditions = append(w.Conditions, fmt.Sprintf(condition, names...))
}

// Text returns the WHERE clause, or an empty string without conditions.
func (w *Where) Text() string {
	if len(w.Conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.Conditions, " AND ")
}

// Words returns the words for which a rule holds as a list for IN, in their order: ('open', 'processing').
func Words[S ~string](all []S, rule func(S) bool) string {
	var words []string
	for _, word := range all {
		if rule(word) {
			words = append(words, "'"+string(word)+"'")
		}
	}
	return "(" + strings.Join(words, ", ") + ")"
}

// MostCounted is how many rows of a list are counted where nobody needs to know more: a longer list has more than so many.
const MostCounted = 1_000

// CountUpTo counts the rows of a table that meet conditions, at most MostCounted + 1 of them, which means more than MostCounted.
func (d *DB) CountUpTo(ctx context.Context, table string, w Where) (n int, err error) {
	w.Args = slices.Clone(w.Args)
	err = d.Read(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM `+table+w.Text()+` LIMIT `+w.Arg(MostCounted+1)+`) x`,
		func(rows *sql.Rows) error { return rows.Scan(&n) }, w.Args...)
	return n, err
}

// LikeText escapes the special characters of LIKE with !.
var LikeText = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")

// ErrBadCursor means that a cursor does not come from an earlier list.
var ErrBadCursor = errors.New("no such place in the list")

// Cursor is the key of a row: account, SKU, and what distinguishes rows with the same two.
type Cursor [3]string

// Text returns the cursor in characters that need no quoting in a shell.
func (c Cursor) Text() string {
	text, err := json.Marshal(c)
	if err != nil {
		panic(err) // three texts: a mistake in this package
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// ParseCursor reads a cursor that a list gave; ErrBadCursor when none did.
func ParseCursor(text string) (Cursor, error) {
	var parts []string
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(raw, &parts) != nil || len(parts) != len(Cursor{}) {
		return Cursor{}, fmt.Errorf("go on after %q: %w", text, ErrBadCursor)
	}
	return Cursor(parts), nil
}

// CursorAfter returns the place after which a list goes on whose cursors begin with its name: its beginning when text is empty, or what
// the list gave. A text that it did not give, such as a cursor of another list, is ErrBadCursor.
func CursorAfter(list, text string) (Cursor, error) {
	if text == "" {
		return Cursor{list}, nil
	}
	c, err := ParseCursor(text)
	if err == nil && c[0] != list {
		err = fmt.Errorf("go on after %q: %w", text, ErrBadCursor)
	}
	return c, err
}

// BatchRows is how many rows one statement has when a list has no limit of its own.
const BatchRows = 5000

// KeysOf returns a map's keys, sorted.
func KeysOf[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// SortedValues returns a map's values, sorted by their keys' text.
func SortedValues[K comparable, V any](m map[K]V) []V {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b K) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	out := make([]V, len(keys))
	for i, k := range keys {
		out[i] = m[k]
	}
	return out
}

// SortedKeys returns a set's members, sorted.
func SortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }

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
