package order

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// LineNote is what the buyer wrote for one line of the order.
type LineNote struct {
	LineID string
	Gift   string `json:",omitempty"` // a message to be enclosed
	Text   string `json:",omitempty"` // anything else, e.g. "gift wrap: PREMIUM" or "Engraving: Ada"
}

// MaxNote limits a note in characters; it is Shopify's own limit for an order's note.
const MaxNote = 5000

// NoteOf joins the parts of a note, each on a line of its own, without empty ones. What is beyond MaxNote is replaced by "…".
func NoteOf(parts ...string) string {
	kept := make([]string, 0, len(parts))
	for _, part := range parts {
		if part = strings.TrimSpace(part); part != "" {
			kept = append(kept, part)
		}
	}
	note := strings.Join(kept, "\n")
	if utf8.RuneCountInString(note) > MaxNote {
		note = string([]rune(note)[:MaxNote-1]) + "…"
	}
	return note
}

// Known reports whether anything but the country is known of the buyer.
func (b Buyer) Known() bool {
	return b.Placed() || b.Email+b.Phone+b.Note != "" || len(b.LineNotes) > 0
}

// Placed reports whether anything of the address but the country is known. Channels show some orders without one: pickups, and orders
// whose address they have removed themselves.
func (b Buyer) Placed() bool {
	return b.Name+b.Line1+b.Line2+b.City+b.Region+b.PostalCode != ""
}

// outline returns the buyer with a dash for everything that is known, and the country.
func (b Buyer) outline() Buyer {
	o := Buyer{CountryCode: b.CountryCode}
	for part, known := range map[*string]string{
		&o.Name: b.Name, &o.Email: b.Email, &o.Phone: b.Phone, &o.Line1: b.Line1, &o.Line2: b.Line2, &o.City: b.City, &o.Region: b.Region,
		&o.PostalCode: b.PostalCode, &o.Note: b.Note,
	} {
		if known != "" {
			*part = "-"
		}
	}
	for _, n := range b.LineNotes {
		o.LineNotes = append(o.LineNotes, LineNote{LineID: n.LineID})
	}
	return o
}

// LineNote returns what the buyer wrote for a line.
func (b Buyer) LineNote(lineID string) LineNote {
	if i := slices.IndexFunc(b.LineNotes, func(n LineNote) bool { return n.LineID == lineID }); i >= 0 {
		return b.LineNotes[i]
	}
	return LineNote{LineID: lineID}
}

// HasNote reports whether the buyer wrote anything but gift messages.
func (b Buyer) HasNote() bool {
	return b.Note != "" || slices.ContainsFunc(b.LineNotes, func(n LineNote) bool { return n.Text != "" })
}

// HasGift reports whether the buyer wrote a message to be enclosed.
func (b Buyer) HasGift() bool {
	return slices.ContainsFunc(b.LineNotes, func(n LineNote) bool { return n.Gift != "" })
}

// Masked returns enough of a buyer to tell two orders apart, and not enough to know who it is: initials, the beginning of the postal
// code, the country, and whether there are notes, e.g. "A. L., ZZ…, GB, has a note".
func (b Buyer) Masked() string {
	var parts []string
	var initials []string
	for _, word := range strings.Fields(b.Name) {
		first, _ := utf8.DecodeRuneInString(word)
		initials = append(initials, string(first)+".")
	}
	const most, begin = 3, 2
	if len(initials) > 0 {
		parts = append(parts, strings.Join(initials[:min(len(initials), most)], " "))
	}
	if code := []rune(strings.TrimSpace(b.PostalCode)); len(code) > begin {
		parts = append(parts, string(code[:begin])+"…")
	}
	if b.CountryCode != "" {
		parts = append(parts, b.CountryCode)
	}
	if b.HasNote() {
		parts = append(parts, "has a note")
	}
	if b.HasGift() {
		parts = append(parts, "has a gift message")
	}
	return strings.Join(parts, ", ")
}
