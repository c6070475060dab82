package transport

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// Moment is a time in the format of RFC 3339; one that can't be read is zero.
type Moment time.Time

// UnmarshalJSON never fails.
func (m *Moment) UnmarshalJSON(b []byte) error {
	if t, err := time.Parse(time.RFC3339Nano, string(bytes.Trim(b, `"`))); err == nil {
		*m = Moment(t.UTC())
	}
	return nil
}

// Time returns the time in UTC.
func (m Moment) Time() time.Time { return time.Time(m) }

// Part is a part of an answer that may be unreadable without making the rest unreadable.
type Part[T any] struct {
	Value  *T   // nil: it is null or absent, or can't be read
	Unread bool // it can't be read
}

// UnmarshalJSON never fails.
func (p *Part[T]) UnmarshalJSON(b []byte) error {
	var v *T
	*p = Part[T]{}
	if json.Unmarshal(b, &v) != nil {
		p.Unread = true
		return nil
	}
	p.Value = v
	return nil
}

// Head returns the id and the time of the last change of an order that can't be decoded, from its fields of these names; empty and zero
// where they can't be read either. Ids are shown and logged: one with spaces or of another odd form is none.
func Head(body []byte, idField, updatedField string) (id string, updated time.Time) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return "", time.Time{}
	}
	var m Moment
	_ = m.UnmarshalJSON(fields[updatedField])
	const longest = 100
	text := string(bytes.Trim(fields[idField], `"`))
	if len(text) > longest || text == "null" || strings.ContainsFunc(text, oddInID) {
		return "", m.Time()
	}
	return text, m.Time()
}

// oddInID reports whether a letter is in no channel's order ids: 202-1, 14-00001-00001, gid://shopify/Order/1.
func oddInID(r rune) bool {
	return !strings.ContainsRune("-_./:!|", r) && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// WhyUnreadable says where an order is not the JSON that it should be, without anything of its values.
func WhyUnreadable(err error) string { return strings.TrimPrefix(misread(err), "; ") }
