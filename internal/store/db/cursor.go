package db

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrBadCursor says that a list was asked to go on after something that no list has given.
var ErrBadCursor = errors.New("no such place in the list")

// Cursor is the key of a row: account, SKU and what tells rows with the same two apart.
type Cursor [3]string

// Text is the cursor in letters that any shell takes as they are.
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
		return Cursor{}, fmt.Errorf("list links after %q: %w", text, ErrBadCursor)
	}
	return Cursor(parts), nil
}
