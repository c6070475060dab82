package ebay

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// text is a string that may be sent as a number.
type text string

// UnmarshalJSON accepts a string, a number or null.
func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(t))
	}
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err != nil {
		return err
	}
	*t = text(n)
	return nil
}

// whole is a whole number that may be sent as a string; anything else, or a number out of range, is 0.
type whole int

// UnmarshalJSON never fails.
func (w *whole) UnmarshalJSON(b []byte) error {
	n, err := strconv.ParseInt(string(bytes.Trim(b, `"`)), 10, 32)
	if err == nil {
		*w = whole(n)
	}
	return nil
}

// moment is a time; an unreadable one is zero.
type moment time.Time

// UnmarshalJSON never fails.
func (m *moment) UnmarshalJSON(b []byte) error {
	if t, err := time.Parse(time.RFC3339Nano, string(bytes.Trim(b, `"`))); err == nil {
		*m = moment(t.UTC())
	}
	return nil
}

// words is text that no decision depends on; any other JSON value is empty.
type words string

// UnmarshalJSON never fails.
func (w *words) UnmarshalJSON(b []byte) error {
	var t text
	if t.UnmarshalJSON(b) == nil {
		*w = words(t)
	}
	return nil
}
