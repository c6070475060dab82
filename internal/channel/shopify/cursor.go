package shopify

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"time"

	"github.com/towpath/towpath/internal/channel"
)

// cursor is a position in a scan: where the next page begins, the latest change seen so far, and the scan's start by
// Shopify's clock.
type cursor struct {
	After   string    `json:"a"`
	Latest  time.Time `json:"l,omitzero"`
	Started time.Time `json:"s,omitzero"`
}

// maxCursor limits a cursor, in bytes.
const maxCursor = 4096

func (c cursor) String() string {
	text, err := json.Marshal(c)
	if err != nil { // times beyond the year 9999: begin the scan again rather than fail it
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func parseCursor(s, operation string) (cursor, *channel.Fault) {
	var c cursor
	if s == "" {
		return c, nil
	}
	if len(s) <= maxCursor {
		if text, err := base64.RawURLEncoding.DecodeString(s); err == nil && json.Unmarshal(text, &c) == nil && c.After != "" {
			return c, nil
		}
	}
	return cursor{}, channel.Refusal(channel.Invalid, operation, CodeBadCursor, "the cursor is not Shopify's: start again without one")
}

// begin returns the cursor with the scan's start. If the answer has no readable date, the scan has no upper bound.
func (c cursor) begin(date string) cursor {
	if at, err := http.ParseTime(date); err == nil && c.Started.IsZero() {
		c.Started = at.UTC()
	}
	return c
}
